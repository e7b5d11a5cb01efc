/** Questions by ARP, so dense that no gap in the answers is missed: what clients notice of a failover. */
import { fileURLToPath } from 'node:url'
import { interfaceIndex, type Station } from './lan.js'
import { Hopeless, waitFor } from './wait.js'

export interface AskerScript {
  readonly interfaceIndex: number
  readonly mac: string
  readonly target: string
  readonly everyMs: number
}

export interface Answer {
  /** Counted from 0. */
  readonly question: number
  readonly mac: string
  /** Since 1970. */
  readonly atMs: number
  /** Part of an announcement to the one who asked: an answer where there is no other. */
  readonly told: boolean
}

export interface Answers {
  readonly all: readonly Answer[]
  readonly asked: number
  /** Questions without an answer. */
  readonly unanswered: number
  /** Questions that two stations answered. */
  readonly answeredTwice: number
  /** From the first question of the longest run of unanswered ones to the answer that ended it; 0 when there is none. */
  readonly outageMs: number
  /** Who answered, each once, in the order of their first answers. */
  readonly macs: readonly string[]
}

export interface Asker {
  readonly stop: () => Promise<Answers>
}

/** Milliseconds from that time, in milliseconds since 1970, to the next answer. */
export function firstAnswerAfter({ all }: Answers, atMs: number): number {
  const first = all.find((answer) => answer.atMs >= atMs)
  if (first === undefined) throw new Error('no question was answered since')
  return first.atMs - atMs
}

const main = fileURLToPath(new URL('lan-asker-main.js', import.meta.url))

export async function startAsker(client: Station, target: string, everyMs = 5): Promise<Asker> {
  const { namespace, mac } = client
  const script: AskerScript = { interfaceIndex: await interfaceIndex(client), mac, target, everyMs }
  const running = namespace.start([process.execPath, main, JSON.stringify(script)])
  await waitFor('the first question', () => {
    if (!running.alive()) throw new Hopeless(running.output())
    return running.stdout().startsWith('asking\n')
  })
  return {
    stop: async () => {
      running.signal('SIGTERM')
      await running.ended
      const told = JSON.parse(running.stdout().slice('asking\n'.length)) as {
        readonly askedAt: readonly number[]
        readonly answers: readonly Answer[]
      }
      return summary(told.askedAt, told.answers)
    },
  }
}

function summary(askedAt: readonly number[], answers: readonly Answer[]): Answers {
  const byQuestion = new Map<number, Answer[]>()
  for (const answer of answers)
    byQuestion.set(answer.question, [...(byQuestion.get(answer.question) ?? []), answer])
  let unanswered = 0
  let outageMs = 0
  let since: number | undefined
  for (const [question, at] of askedAt.entries()) {
    const [first] = byQuestion.get(question) ?? []
    if (first === undefined) {
      unanswered++
      since ??= at
    } else if (since !== undefined) {
      outageMs = Math.max(outageMs, first.atMs - since)
      since = undefined
    }
  }
  const proper = [...byQuestion.values()].map((all) => all.filter(({ told }) => !told))
  const several = proper.filter((all) => new Set(all.map(({ mac }) => mac)).size > 1)
  return {
    all: answers,
    ...{ asked: askedAt.length, unanswered, answeredTwice: several.length, outageMs },
    macs: [...new Set(answers.map(({ mac }) => mac))],
  }
}
