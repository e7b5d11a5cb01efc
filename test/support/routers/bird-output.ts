/** What birdc prints, read; it has no machine-readable form. */
import { community } from './community.js'
import type { Route, SessionState } from './router.js'

export interface Session {
  readonly protocol: string
  readonly address: string
  readonly state: SessionState
  readonly lastError: string | undefined
  /** The neighbour restarts gracefully; what it sent is kept meanwhile. */
  readonly restarting: boolean
  /** Epoch seconds of the protocol's last change of state. */
  readonly since: number
}

const states: Readonly<Record<string, SessionState>> = {
  Idle: 'idle',
  Connect: 'connect',
  Active: 'active',
  OpenSent: 'open_sent',
  OpenConfirm: 'open_confirm',
  Established: 'established',
  // BIRD's names for an idle that waits, and for a neighbour set passive.
  Down: 'idle',
  Passive: 'active',
  'Close wait': 'idle',
}

export interface Protocols {
  readonly sessions: readonly Session[]
  readonly establishedSince: (session: Session) => number | undefined
}

export function parseProtocols(printed: string): Protocols {
  // A protocol's line begins in the first column, what belongs to it is indented.
  const blocks = printed.split(/^(?=\S)/m)
  const sessions = blocks.flatMap((block): Session[] => {
    const head = /^(\S+)\s+BGP\s+\S+\s+\S+\s+(\d+)/.exec(block)
    const address = field(block, 'Neighbor address')
    const state = field(block, 'BGP state')
    if (head?.[1] === undefined || head[2] === undefined || address === undefined || state === undefined)
      return []
    const known = states[state]
    if (known === undefined) throw new Error(`BIRD prints BGP state ${state}`)
    return [
      {
        protocol: head[1],
        // A link-local address carries its interface.
        address: address.replace(/%.*$/, ''),
        state: known,
        lastError: field(block, 'Last error'),
        restarting: block.includes('Neighbor graceful restart active'),
        since: Number(head[2]),
      },
    ]
  })
  return {
    sessions,
    establishedSince: ({ state, since }) => (state === 'established' ? since : undefined),
  }
}

function field(block: string, name: string): string | undefined {
  return new RegExp(`^ +${name}: +(.+?) *$`, 'm').exec(block)?.[1]
}

/**
 * `PREFIX  unicast [peer0 1700000000 from 10.0.0.1] * (100) [AS65000i]`: the prefix is left out for further routes of
 * the same, `*` marks the best, `s` after the preference a stale one.
 */
const heading =
  /^(\S*)\s+(?:unicast|unreachable|blackhole|prohibited) \[(\S+) \S+[^\]]*\] (\*)?\s*\((\d+)([^)]*)\)/

export function parseRoutes(printed: string): readonly Route[] {
  let prefix = ''
  return printed
    .split(/^(?=\S*[ \t]+(?:unicast|unreachable|blackhole|prohibited) \[)/m)
    .flatMap((block): Route[] => {
      const head = heading.exec(block)
      if (head === null) return []
      prefix = head[1] || prefix
      const attribute = (name: string): string | undefined =>
        new RegExp(`^\\s+BGP\\.${name}: ?(.*?)\\s*$`, 'm').exec(block)?.[1]
      const number = (name: string): number | undefined => {
        const value = attribute(name)
        return value === undefined ? undefined : Number(value)
      }
      const received = block.includes('Type: BGP')
      return [
        {
          prefix,
          from: received ? (/\[\S+ \S+ from ([^\]]+)\]/.exec(block)?.[1] ?? gateway(block)) : undefined,
          nextHops: words(attribute('next_hop')),
          asPath: words(attribute('as_path')).map(Number),
          origin: origin(attribute('origin')),
          med: number('med'),
          localPref: number('local_pref'),
          communities: tuples(attribute('community')).map(community),
          largeCommunities: tuples(attribute('large_community')).map(colons),
          extendedCommunities: tuples(attribute('ext_community')).map(colons),
          best: head[3] === '*',
          stale: head[5]?.includes('s') ?? false,
        },
      ]
    })
}

/** BIRD leaves `from` out where it is the gateway. */
function gateway(block: string): string | undefined {
  return /^\s+via (\S+) on/m.exec(block)?.[1]
}

function words(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(' ').filter((word) => word !== '')
}

function tuples(text: string | undefined): string[] {
  return text?.match(/\([^)]*\)/g) ?? []
}

function colons(tuple: string): string {
  return tuple.slice(1, -1).replaceAll(', ', ':')
}

function origin(printed: string | undefined): Route['origin'] {
  if (printed === undefined || printed === 'IGP') return 'igp'
  return printed === 'EGP' ? 'egp' : 'incomplete'
}
