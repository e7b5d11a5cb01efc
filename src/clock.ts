import type { Cancel, Clock } from '../net/clock.js'

/** setTimeout fires at once when asked for more; longer waits are made of several. */
const longestTimeoutMs = 2 ** 31 - 1

/** Real time, unmoved by steps of the wall clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: fireAfter,
}

function fireAfter(ms: number, fire: () => void): Cancel {
  let timer: NodeJS.Timeout
  const wait = (left: number) => {
    const next = left - longestTimeoutMs
    timer = next > 0 ? setTimeout(wait, longestTimeoutMs, next) : setTimeout(fire, left)
  }
  wait(ms)
  return () => clearTimeout(timer)
}

/** The wall clock `inMs` milliseconds from now, for people only: ISO 8601 in UTC. No decision hangs on it. */
export function wallTime(inMs = 0): string {
  return new Date(Date.now() + inMs).toISOString()
}
