import type { Cancel, Clock } from '../../net/clock.js'
import type { Terminal } from './terminal.js'

/** What takes longer than this shows that it is under way. */
const PATIENCE_MS = 1_000

/** Passes `answer` on; a terminal counts the seconds, from the first one on. */
export async function whileWaiting<T>(
  terminal: Pick<Terminal, 'progress'>,
  clock: Clock,
  answer: Promise<T>,
): Promise<T> {
  let seconds = 0
  let cancel: Cancel = () => {}
  const tick = () => {
    if (seconds > 0) terminal.progress(`waiting for the daemon, ${seconds} s`)
    seconds++
    cancel = clock.after(PATIENCE_MS, tick)
  }
  tick()
  try {
    return await answer
  } finally {
    cancel()
    if (seconds > 1) terminal.progress('')
  }
}
