/**
 * Mutated messages through framer and decoder: node dist/test/fuzz/run.js [--count 1000000] [--seed NUMBER]
 *
 * Ends with 1 when anything but a ProtocolError comes out, or memory grows; the seed that is printed repeats the run.
 */
import { parseArgs } from 'node:util'
import { corpus, sessions } from './corpus.js'
import { type Memory, memoryInUse } from './memory.js'
import { mutate } from './mutate.js'
import { prng } from './prng.js'
import { FuzzSession, type Verdict } from './session.js'

const { values } = parseArgs({
  options: { count: { type: 'string', default: '1000000' }, seed: { type: 'string' } },
})
const count = whole('count', values.count)
const seed = values.seed === undefined ? Date.now() % 2 ** 32 : whole('seed', values.seed)

/** More than this between the first tenth and the end is a leak: what is kept must not depend on how much came. */
const heapLimitMiB = 8
const rssLimitMiB = 64

console.log(`fuzz: ${count} mutated messages, --seed ${seed}`)
const messages = corpus(seed)
const connections = sessions.map((context) => ({ context, session: new FuzzSession(context) }))
const random = prng(seed)
const verdicts = new Map<Verdict, number>()
const escaped: { message: Uint8Array; error: unknown }[] = []
let slowestMs = 0
let octets = 0

const started = performance.now()
run(count / 10)
const before = memoryInUse()
run(count - count / 10)
const after = memoryInUse()
const seconds = (performance.now() - started) / 1000

report()
process.exitCode = escaped.length > 0 || grown(before, after) ? 1 : 0

function run(rounds: number): void {
  for (let i = 0; i < rounds; i++) {
    const { context, session } = pick(connections)
    const message = mutate(pick(messages), pick(messages), random, context.maxMessageLength)
    octets += message.length
    const start = performance.now()
    try {
      for (const verdict of session.receive(message, random)) {
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
      }
    } catch (error) {
      if (escaped.length < 10) escaped.push({ message, error })
    }
    slowestMs = Math.max(slowestMs, performance.now() - start)
  }
}

function report(): void {
  for (const [verdict, times] of [...verdicts].sort(([, a], [, b]) => b - a)) {
    console.log(`  ${String(times).padStart(9)}  ${verdict}`)
  }
  const rate = Math.round(count / seconds).toLocaleString('en')
  console.log(`${rate} messages/s, ${(octets / 2 ** 20 / seconds).toFixed(1)} MiB/s, ${seconds.toFixed(1)} s`)
  console.log(`slowest message ${slowestMs.toFixed(1)} ms`)
  console.log(
    `heap ${difference(before.heapMiB, after.heapMiB)}, RSS ${difference(before.rssMiB, after.rssMiB)}`,
  )
  for (const { message, error } of escaped) {
    console.log(`ESCAPED ${error instanceof Error ? error.stack : String(error)}`)
    console.log(`  from ${Buffer.from(message).toString('hex')}`)
  }
  console.log(`${escaped.length} exceptions other than ProtocolError`)
}

function grown(from: Memory, to: Memory): boolean {
  return to.heapMiB - from.heapMiB > heapLimitMiB || to.rssMiB - from.rssMiB > rssLimitMiB
}

function difference(from: number, to: number): string {
  return `${from.toFixed(1)} MiB after a tenth, ${to.toFixed(1)} MiB at the end`
}

function pick<T>(items: readonly T[]): T {
  return items[random.below(items.length)]!
}

function whole(name: string, text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text)
  console.error(`--${name} '${text}' is not a whole number`)
  process.exit(2)
}
