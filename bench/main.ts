/** `npm run bench`: every installed speaker in every case, beside herald. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownPrefix, sweepOwn } from '../test/support/leftovers.js'
import { type Case, casesOf, full, quick } from './cases.js'
import { describeMachine, load, memoryToSpare } from './machine.js'
import { type Measured, measure } from './measure.js'
import { type Options, readOptions, usage } from './options.js'
import { compileReceiver } from './receiver.js'
import { type CaseResult, median, medians, type Results, type SpeakerResult } from './results.js'
import { speakers } from './speakers/index.js'
import type { Speaker, SpeakerName } from './speakers/speaker.js'
import { consoleTables } from './tables.js'
import { sweepGroups } from './usage.js'

/** What must be undone, also when the run is interrupted; last in, first out. */
const ends: (() => Promise<void>)[] = []
/** One after the other, whoever asks. */
let unmaking = Promise.resolve()
/** When the run was interrupted; milliseconds. */
let interrupted: number | undefined
/** npm passes on the Ctrl-C that the terminal gave to all: two in this time are one. */
const SAME_INTERRUPT_MS = 1000

async function main(options: Options): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), `${ownPrefix}receiver-`))
  ends.push(() => rm(folder, { recursive: true, force: true }))
  await sweepGroups()
  const program = await compileReceiver(folder)
  const machine = describeMachine()
  const present = await installed(options.only)
  const loads: number[] = []
  const cases: CaseResult[] = []
  const save = async () => {
    const results: Results = {
      form: 1,
      machine,
      quick: options.quick,
      load: { median: median(loads), highest: Math.max(...loads) },
      limitSeconds: options.limitSeconds,
      speakers: present.map(({ speaker: { name, title }, version }) => ({ name, title, version })),
      cases,
    }
    await writeFile(options.output, `${JSON.stringify(results, null, 2)}\n`)
    return results
  }
  for (const what of chosen(options)) {
    const bySpeaker: { [name in SpeakerName]?: SpeakerResult } = {}
    cases.push({ name: what.name, title: what.title, bySpeaker })
    for (const { speaker } of present) {
      if (what.heraldOnly === true && speaker.name !== 'herald') continue
      loads.push(load())
      bySpeaker[speaker.name] = await repeated(speaker, what, options, program)
      await save()
    }
  }
  console.log(consoleTables(await save()))
  say(`written to ${options.output}`)
}

async function installed(only: readonly SpeakerName[]) {
  const all = await Promise.all(
    speakers
      .filter(({ name }) => only.includes(name))
      .map(async (speaker) => ({ speaker, version: await speaker.version() })),
  )
  return all.flatMap(({ speaker, version }) => {
    if (version !== undefined) return [{ speaker, version }]
    say(`${speaker.title} is not installed`)
    return []
  })
}

function chosen({ quick: small, cases: names, repeats }: Options): readonly Case[] {
  const all = casesOf(small ? quick : full)
  const found = all.filter(({ name }) => names.length === 0 || names.some((begin) => name.startsWith(begin)))
  if (found.length === 0) throw new TypeError(`no case begins with ${names.join(' or ')}`)
  return repeats === undefined ? found : found.map((what) => ({ ...what, repeats }))
}

/** Until there are enough repeats, or they have taken half a minute: a median of many is for what is quick. */
async function repeated(
  speaker: Speaker,
  what: Case,
  { limitSeconds: seconds }: Options,
  program: string,
): Promise<SpeakerResult> {
  const all: Measured[] = []
  const began = performance.now()
  do {
    const limits = { seconds, memory: memoryToSpare(), program }
    const measured = await staged((owner) => measure(speaker, what, limits, owner))
    if (interrupted !== undefined) await forever()
    say(`${what.title}, ${speaker.title}: ${summary(measured)}`)
    all.push(measured)
    if (measured.missing.start !== undefined) break
  } while (all.length < what.repeats && performance.now() - began < 30_000)
  const repeats = all.map(({ values }) => values)
  return {
    values: medians(repeats),
    repeats,
    missing: Object.assign({}, ...all.map(({ missing }) => missing)),
    faults: [...new Set(all.flatMap(({ faults }) => faults))],
  }
}

/** Gives the work an owner for what it makes, and unmakes that afterwards. */
async function staged<T>(
  work: (owner: { teardown(end: () => Promise<void>): void }) => Promise<T>,
): Promise<T> {
  const before = ends.length
  try {
    return await work({ teardown: (end) => ends.push(end) })
  } finally {
    await unmake(before)
  }
}

function unmake(downTo: number): Promise<void> {
  const next = async () => {
    while (ends.length > downTo) await ends.pop()?.()
  }
  unmaking = unmaking.then(next, next)
  return unmaking
}

/** What is under way when a run is interrupted loses its ground, and is no result: the process ends meanwhile. */
function forever(): Promise<never> {
  return new Promise(() => {})
}

function summary({ values, missing, faults }: Measured): string {
  const told = Object.entries(values).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
  const lacking = Object.entries(missing).map(([name, why]) => `${name}: ${why}`)
  return [...told, ...lacking, ...faults.map((fault) => `! ${fault}`)].join(', ')
}

function say(text: string): void {
  console.error(text)
}

function interrupt(): void {
  const now = performance.now()
  if (interrupted !== undefined) {
    if (now - interrupted > SAME_INTERRUPT_MS) process.exit(1)
    return
  }
  interrupted = now
  say('interrupted: cleaning up')
  // A stage that is being built goes on for a moment: what it has made since is swept.
  void unmake(0)
    .finally(sweepOwn)
    .finally(() => process.exit(130))
}

process.on('SIGINT', interrupt)
process.on('SIGTERM', interrupt)
try {
  const options = readOptions(process.argv.slice(2), process.env)
  if (process.getuid?.() !== 0) throw new TypeError('root is needed: every speaker gets a network namespace')
  await main(options)
} catch (error) {
  if (interrupted !== undefined) await forever()
  if (!(error instanceof TypeError)) throw error
  say(`bench: ${error.message}\n\n${usage}`)
  process.exitCode = 2
} finally {
  if (interrupted === undefined) await unmake(0)
}
