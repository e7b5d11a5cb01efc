import type { Clock } from '../../net/clock.js'
import { CommandFailed } from '../cli/errors.js'

/** Milliseconds after which what should have happened counts as not happening. */
const LIMIT_MS = 15_000
const POLL_MS = 2

/** Waiting, which Ctrl-C ends. */
export interface Patience {
  /** For whoever reads along. */
  pause(ms: number): Promise<void>
  /**
   * Asks until the answer is true. @returns whole milliseconds that took
   * @throws CommandFailed when it takes too long: `what` completes 'it did not happen that …'
   */
  until(what: string, probe: () => Promise<boolean>): Promise<number>
}

/** Lets time pass for whoever reads along; over at once when `stop` is aborted. */
export type Pause = (ms: number, stop: AbortSignal) => Promise<void>

export function realPause({ after }: Clock): Pause {
  return (ms, stop) =>
    new Promise((done) => {
      const over = () => {
        cancel()
        stop.removeEventListener('abort', over)
        done()
      }
      const cancel = after(ms, over)
      stop.addEventListener('abort', over)
      if (stop.aborted) over()
    })
}

export function patience(clock: Clock, pause: Pause, stop: AbortSignal): Patience {
  const sleep = (ms: number) => new Promise<void>((done) => void clock.after(ms, done))
  const goOn = () => {
    if (stop.aborted) throw new CommandFailed('the lab was interrupted')
  }
  return {
    pause: async (ms) => {
      await pause(ms, stop)
      goOn()
    },
    until: async (what, probe) => {
      const start = clock.now()
      while (!(await probe())) {
        goOn()
        if (clock.now() - start > LIMIT_MS) {
          throw new CommandFailed(`the lab failed: within ${LIMIT_MS / 1000}s it did not happen that ${what}`)
        }
        await sleep(POLL_MS)
      }
      return Math.ceil(clock.now() - start)
    },
  }
}
