import { setTimeout as sleep } from 'node:timers/promises'

export interface Patience {
  /** Generous on purpose: a loaded machine makes a test slow, not red. */
  readonly timeoutSeconds?: number
  readonly everyMilliseconds?: number
}

/**
 * Asks until the answer is neither `undefined` nor `false`, and gives it. A probe that throws has no answer yet;
 * what it last threw is told when patience ends.
 */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  { timeoutSeconds = 60, everyMilliseconds = 100 }: Patience = {},
): Promise<T> {
  const deadline = performance.now() + timeoutSeconds * 1000
  let fault: unknown
  for (;;) {
    try {
      const answer = await probe()
      if (answer !== undefined && answer !== false) return answer
    } catch (error) {
      if (error instanceof Hopeless) throw error
      fault = error
    }
    if (performance.now() >= deadline) break
    await sleep(everyMilliseconds)
  }
  throw new Error(`waited ${timeoutSeconds} s in vain for ${what}`, { cause: fault })
}

/** Thrown by a probe that knows that waiting longer is useless: the process it asks has ended. */
export class Hopeless extends Error {}

export { sleep }
