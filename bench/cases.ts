/** What is measured, and the rows that it becomes. */
import type { StepName } from './steps.js'
import { hostRoutes, hostRoutes6, mixedLengths, type Table } from './table.js'

export interface Case {
  readonly name: string
  readonly title: string
  readonly table: () => Table
  readonly peers: number
  readonly holdTimeSeconds: number
  /** Routes that the first peer sends meanwhile. */
  readonly sends?: number
  /** Besides the start; each goes on where the one before ended. */
  readonly steps: readonly StepName[]
  readonly repeats: number
  /** Only herald is asked: how its cost grows. */
  readonly heraldOnly?: boolean
}

export interface Scale {
  readonly prefixes: number
  readonly peers: number
  readonly repeats: number
}

export const full: Scale = { prefixes: 1_000_000, peers: 100, repeats: 3 }
export const quick: Scale = { prefixes: 100_000, peers: 10, repeats: 1 }

const FEW = 1000
/** Long enough that a speaker which computes for minutes keeps its sessions. */
const PATIENT = 240
/** Short: KEEPALIVEs every three seconds, for each peer and from it. */
const SHORT = 9

export function casesOf({ prefixes, peers, repeats }: Scale): readonly Case[] {
  const plain = { peers: 1, holdTimeSeconds: PATIENT, steps: [], repeats } as const
  const [many, all] = [count(prefixes), `${peers} peers`]
  return [
    {
      ...plain,
      name: 'one-peer',
      title: `${many} prefixes to 1 peer`,
      table: () => hostRoutes(prefixes),
      steps: ['withdrawAll'],
    },
    {
      ...plain,
      name: 'peers',
      title: `${many} to ${all}`,
      table: () => hostRoutes(prefixes, { few: FEW }),
      peers,
      steps: ['flap', 'withdrawFew', 'flapAll'],
    },
    {
      ...plain,
      name: 'small',
      title: `${count(FEW)} prefixes to 1 peer`,
      table: () => hostRoutes(FEW),
      repeats: 2 * repeats + 1,
    },
    {
      ...plain,
      name: 'sets',
      title: `${many} of 100 attribute sets to 1 peer`,
      table: () => hostRoutes(prefixes, { sets: 100 }),
    },
    { ...plain, name: 'ipv6', title: `${many} IPv6 /128 to 1 peer`, table: () => hostRoutes6(prefixes) },
    {
      ...plain,
      name: 'mixed',
      title: `${many} of mixed lengths to 1 peer`,
      table: () => mixedLengths(prefixes),
    },
    {
      ...plain,
      name: 'churn',
      title: `${count(FEW)} of ${count(prefixes / 10)} withdrawn and announced again, 10 peers`,
      table: () => hostRoutes(prefixes / 10, { few: FEW }),
      peers: 10,
      steps: ['churn'],
    },
    {
      ...plain,
      name: 'idle',
      title: `${all} with ${count(FEW)} prefixes, hold time ${SHORT} s`,
      table: () => hostRoutes(FEW),
      peers,
      holdTimeSeconds: SHORT,
      steps: ['idle'],
      repeats: 1,
    },
    {
      ...plain,
      name: 'receive',
      title: `${many} to 1 peer that sends ${many} itself`,
      table: () => hostRoutes(prefixes),
      sends: prefixes,
      steps: ['taken'],
    },
    ...scaling(prefixes, peers, repeats),
  ]
}

/** 10³ prefixes and up, to 1 peer and more, of one attribute set and of a hundred. */
function scaling(prefixes: number, peers: number, repeats: number): readonly Case[] {
  const sizes = [1e3, 1e4, 1e5, 1e6].filter((size) => size <= prefixes)
  const counts = [1, 10, 100].filter((each) => each <= peers)
  return sizes.flatMap((size) =>
    counts.flatMap((peer) =>
      [1, 100].map((sets) => ({
        name: `scaling-${size}-${peer}-${sets}`,
        title: `${count(size)} × ${peer} × ${sets}`,
        table: () => hostRoutes(size, { sets }),
        peers: peer,
        holdTimeSeconds: PATIENT,
        steps: [],
        repeats,
        heraldOnly: true,
      })),
    ),
  )
}

export function count(number: number): string {
  return Math.round(number).toLocaleString('en-US')
}
