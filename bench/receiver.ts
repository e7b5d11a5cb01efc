/** The C receiver: compiled on the spot, spoken to in lines. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { addressOf, lengthOf } from '../net/prefix.js'
import { run } from '../test/support/command.js'
import { blocksIn, type Table } from './table.js'

const sources = fileURLToPath(new URL('../../bench/receiver', import.meta.url))

/** Compiles the receiver into the folder; answers its path. */
export async function compileReceiver(folder: string): Promise<string> {
  const files = readdirSync(sources).filter((name) => name.endsWith('.c'))
  const program = join(folder, 'receiver')
  await run(['cc', '-O2', '-std=c11', '-Wall', '-o', program, ...files.map((name) => join(sources, name))])
  return program
}

/** Nanoseconds of CLOCK_MONOTONIC, which is the clock of `process.hrtime` too. */
export interface Reached {
  readonly event: 'reached'
  readonly at: number
  /** The last session's. */
  readonly established: number
  readonly connected: number
  readonly started: number
}

/** Sums over all sessions, of their present lives. */
export interface ReceiverReport {
  readonly event: 'report'
  readonly sessions: number
  readonly established: number
  readonly leastPresent: number
  readonly missing: number
  readonly announced: number
  readonly withdrawn: number
  /** Announced while there, or withdrawn while not there. */
  readonly duplicates: number
  /** Prefixes that nobody asked for. */
  readonly unknown: number
  /** Prefixes with other attributes than they should have. */
  readonly wrong: number
  readonly updates: number
  readonly octets: number
  readonly endOfRibs: number
  readonly notifications: number
  /** Established sessions that ended, since the beginning. */
  readonly closes: number
  /** When the last session's own table was with the kernel; 0 without one. */
  readonly offeredAt: number
  readonly offerMessages: number
  readonly cpuMicroseconds: number
  readonly lastNotification: string
}

interface Dropped {
  readonly event: 'dropped'
  readonly at: number
}

type Told = Reached | ReceiverReport | Dropped

export interface Expected {
  readonly asn: number
  readonly nextHop: string
}

/** What the receiver must be told of a table, before it dials or packs. */
export function tableCommands(table: Table, { asn, nextHop }: Expected): readonly string[] {
  return [
    `expect ${asn} ${nextHop}`,
    ...table.sets.map((communities) => ['set', ...communities].join(' ')),
    ...blocksIn(table).map(({ range: { first, count }, set }) =>
      ['block', addressOf(first), lengthOf(first), count, set].join(' '),
    ),
  ]
}

export class Receiver {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #waiting = new Map<Told['event'], (told: Told | undefined) => void>()
  #ended = false

  /** @param argv how to run the compiled program, where it is to be */
  constructor(argv: readonly string[]) {
    const [file = '', ...args] = argv
    this.#child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#child.stdin.on('error', () => {})
    this.#child.once('error', () => this.#end())
    this.#child.once('exit', () => this.#end())
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const told = JSON.parse(line) as Told
      this.#waiting.get(told.event)?.(told)
    })
  }

  tell(...lines: readonly string[]): void {
    this.#child.stdin.write(lines.map((line) => `${line}\n`).join(''))
  }

  /** Resolves once every session has so many prefixes; undefined when that takes longer. */
  until(present: number, timeoutSeconds: number): Promise<Reached | undefined> {
    const reached = this.#next('reached', timeoutSeconds)
    this.tell(`until ${present}`)
    return reached
  }

  async report(): Promise<ReceiverReport> {
    const report = this.#next('report', 60)
    this.tell('report')
    const told = await report
    if (told === undefined) throw new Error('the receiver does not answer')
    return told
  }

  /** Closes sessions and dials anew; resolves with the moment in which that began. */
  async drop(first: number, count: number): Promise<number> {
    const dropped = this.#next('dropped', 60)
    this.tell(`drop ${first} ${count}`)
    const told = await dropped
    if (told === undefined) throw new Error('the receiver does not answer')
    return told.at
  }

  async stop(): Promise<void> {
    if (this.#ended) return
    const gone = new Promise<void>((done) => this.#child.once('exit', () => done()))
    this.#child.kill('SIGKILL')
    await gone
  }

  #next<E extends Told['event']>(
    event: E,
    timeoutSeconds: number,
  ): Promise<Extract<Told, { event: E }> | undefined> {
    return new Promise((resolve) => {
      const settle = (told: Told | undefined) => {
        clearTimeout(timer)
        this.#waiting.delete(event)
        resolve(told as Extract<Told, { event: E }> | undefined)
      }
      const timer = setTimeout(() => settle(undefined), timeoutSeconds * 1000)
      if (this.#ended) settle(undefined)
      else this.#waiting.set(event, settle)
    })
  }

  #end(): void {
    this.#ended = true
    for (const settle of [...this.#waiting.values()]) settle(undefined)
  }
}
