/** One speaker in one case, once: started, timed, checked, and cleaned away. */
import type { Owner } from '../test/support/netns.js'
import type { Case } from './cases.js'
import { type ReceiverReport, tableCommands } from './receiver.js'
import type { Speaker } from './speakers/speaker.js'
import { createStage, type Stage } from './stage.js'
import { type Metric, type StepName, steps, type Values } from './steps.js'
import { sizeOf, type Table } from './table.js'

export interface Measured {
  readonly values: Values
  /** Why there is no more, in words. */
  readonly missing: { readonly [step in StepName | 'start']?: string }
  /** What was not exact: prefixes missing, twice, wrong. */
  readonly faults: readonly string[]
}

export interface Limits {
  readonly seconds: number
  /** Octets of memory that a speaker may hold before it is ended. */
  readonly memory: number
  /** The compiled receiver. */
  readonly program: string
}

const SPEAKER_AS = 65001

export async function measure(speaker: Speaker, what: Case, limits: Limits, owner: Owner): Promise<Measured> {
  const table = what.table()
  const stage = await createStage(owner, {
    version: table.version,
    peers: what.peers,
    program: limits.program,
  })
  const prepared = await speaker.prepare({
    folder: stage.folder,
    table,
    address: stage.speakerAddress,
    asn: SPEAKER_AS,
    peers: stage.peers,
    holdTimeSeconds: what.holdTimeSeconds,
    run: stage.run,
    receiver: limits.program,
  })
  const { receiver, group } = stage
  tellReceiver(stage, what, table)
  const values: Values = {}
  const missing: { [step in StepName | 'start']?: string } = {}
  const faults: string[] = []
  const size = sizeOf(table)

  let tooLarge = false
  const watch = setInterval(() => {
    if (group.sample() < limits.memory) return
    tooLarge = true
    void receiver.stop()
  }, 200)
  const scene = {
    ...stage,
    prepared,
    peers: what.peers,
    size,
    values,
    limitSeconds: limits.seconds,
    few: table.few?.range.count ?? 0,
  }
  try {
    const began = Number(process.hrtime.bigint())
    const running = stage.start(prepared)
    const reached = receiver.until(size, limits.seconds)
    if (prepared.peersAfterLoad !== true) dial(stage)
    let loadFault = ''
    const loaded = (prepared.load?.() ?? Promise.resolve()).then(
      () => void (prepared.peersAfterLoad === true && dial(stage)),
      (error: unknown) => {
        loadFault = `loading: ${String(error).slice(0, 300)}`
      },
    )
    const all = await Promise.race([reached, running.ended.then(() => undefined)])
    if (all === undefined) {
      missing.start = tooLarge
        ? `more than ${gigabytes(limits.memory)}`
        : running.alive()
          ? `not in ${limits.seconds} s`
          : `it ended: ${running.output().slice(-500)}`
      if (loadFault !== '') faults.push(loadFault)
      if (running.alive()) values.peakMemory = group.usage().peakMemory
      return { values, missing, faults }
    }
    const { cpuSeconds, peakMemory } = group.usage()
    const report = await receiver.report()
    Object.assign(values, {
      startSeconds: (all.at - began) / 1e9,
      establishedSeconds: (all.at - all.established) / 1e9,
      cpuSeconds,
      peakMemory,
      updates: (report.updates - report.endOfRibs) / what.peers,
      octets: report.octets / what.peers,
      receiverCpuSeconds: report.cpuMicroseconds / 1e6,
    } satisfies { [metric in Metric]?: number })
    faults.push(...faultsOf(report))
    await loaded
    if (loadFault !== '') faults.push(loadFault)
    for (const step of what.steps) {
      const outcome = await steps[step](scene)
      if (outcome === undefined) continue
      missing[step] = tooLarge
        ? `more than ${gigabytes(limits.memory)}`
        : outcome === 'no-way'
          ? '–'
          : `not in ${limits.seconds} s`
      if (outcome === 'too-slow') break
    }
    return { values, missing, faults }
  } finally {
    clearInterval(watch)
  }
}

function tellReceiver({ receiver, speakerAddress }: Stage, what: Case, table: Table): void {
  receiver.tell(
    `local 65100 ${what.holdTimeSeconds} ${table.version} 0`,
    ...tableCommands(table, { asn: SPEAKER_AS, nextHop: speakerAddress }),
  )
  if (what.sends === undefined) return
  // 60.0.0.0 and up: none of it is in the table.
  receiver.tell('offer 65101 10.99.1.1', `offer-block 60.0.0.0 32 ${what.sends}`, 'pack')
}

function dial({ receiver, peers, speakerAddress }: Stage): void {
  receiver.tell(...peers.map(({ address, asn }) => `dial ${address} ${asn} ${speakerAddress} 179`))
}

function faultsOf(report: ReceiverReport): readonly string[] {
  const { missing, duplicates, unknown, wrong, closes, lastNotification } = report
  const counts: Readonly<Record<string, number>> = {
    missing,
    'announced twice': duplicates,
    unknown,
    'with wrong attributes': wrong,
    'sessions lost': closes,
  }
  return [
    ...Object.entries(counts).flatMap(([what, number]) => (number === 0 ? [] : [`${number} ${what}`])),
    ...(lastNotification === '' || closes === 0 ? [] : [`NOTIFICATION ${lastNotification}`]),
  ]
}

function gigabytes(octets: number): string {
  return `${(octets / 1e9).toFixed(1)} GB`
}
