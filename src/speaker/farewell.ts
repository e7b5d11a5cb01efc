import type { Clock } from '../../net/clock.js'
import type { Speaker } from './speaker.js'

/** Milliseconds that peers have for taking our last words. */
const FAREWELL_MS = 2000

/** After `stop`: until the last connection has closed, and no longer than that may take. */
export function farewell(speaker: Speaker, clock: Clock): Promise<void> {
  return new Promise((done) => {
    const cancel = clock.after(FAREWELL_MS, done)
    void speaker.quiet().then(() => {
      cancel()
      done()
    })
  })
}
