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

/** The wall clock, for people only: ISO 8601 in UTC. No decision hangs on it. */
export function wallTime(): string {
  return new Date().toISOString()
}

/** The wall clock `ms` milliseconds from now, ISO 8601 in UTC. */
export function wallTimeAfter(ms: number): string {
  return new Date(Date.now() + ms).toISOString()
}
