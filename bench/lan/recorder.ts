/** Clients that ask every millisecond, and what became of their questions. Times are microseconds of CLOCK_MONOTONIC. */
import type { Namespace } from '../../test/support/netns.js'

export interface Question {
  readonly asked: number
  /** Undefined: never. */
  readonly answered: number | undefined
  /** Who answered first. */
  readonly by: number
  /** How many answered. */
  readonly stations: number
}

export interface Recorder {
  /** Ends it. */
  readonly questions: () => Promise<readonly Question[]>
}

export function now(): number {
  return Number(process.hrtime.bigint() / 1000n)
}

export function startRecorder(namespace: Namespace, argv: readonly string[]): Recorder {
  const running = namespace.start(argv)
  return {
    questions: async () => {
      if (!running.alive()) throw new Error(`the client ended: ${running.output()}`)
      running.signal('SIGTERM')
      await running.ended
      return running.stdout().split('\n').filter(Boolean).map(question)
    },
  }
}

function question(line: string): Question {
  const [asked = 0, answered = 0, by = 0, stations = 0] = line.split(' ').map(Number)
  return { asked, answered: answered === 0 ? undefined : answered, by, stations }
}

export function within(questions: readonly Question[], from: number, to: number): readonly Question[] {
  return questions.filter(({ asked }) => asked >= from && asked < to)
}

/**
 * The longest time from one answer to the next, or to the last question, in milliseconds. An answer that comes after all
 * questions is none: a node without a cable keeps what it could not send until it has one again.
 */
export function longestGap(questions: readonly Question[]): number {
  const last = questions.at(-1)?.asked ?? 0
  const times = questions.flatMap(({ answered }) =>
    answered !== undefined && answered < last ? answered : [],
  )
  const sorted = [...times, last].toSorted((a, b) => a - b)
  const gaps = sorted.slice(1).map((time, i) => time - (sorted[i] ?? time))
  return Math.max(...gaps, 0) / 1000
}

export function lost(questions: readonly Question[]): number {
  return questions.filter(({ stations }) => stations === 0).length
}

export function twice(questions: readonly Question[]): number {
  return questions.filter(({ stations }) => stations > 1).length
}
