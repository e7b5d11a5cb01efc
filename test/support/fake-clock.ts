import type { Clock } from '../../net/clock.js'

/** Time that passes only when told to. */
export interface FakeClock extends Clock {
  /** Fires what is due on the way, in order, also what is started meanwhile. */
  advance(ms: number): void
  /** Timers that neither fired nor were cancelled. */
  readonly pending: number
  /** Milliseconds until the next of them fires. */
  readonly next: number | undefined
}

export function fakeClock(): FakeClock {
  let now = 0
  let timers: { readonly at: number; readonly fire: () => void }[] = []
  return {
    now: () => now,
    after: (ms, fire) => {
      const timer = { at: now + ms, fire }
      timers.push(timer)
      return () => {
        timers = timers.filter((one) => one !== timer)
      }
    },
    advance: (ms) => {
      const end = now + ms
      for (;;) {
        const due = timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0]
        if (due === undefined) break
        timers = timers.filter((one) => one !== due)
        now = due.at
        due.fire()
      }
      now = end
    },
    get pending() {
      return timers.length
    },
    get next() {
      return timers.length === 0 ? undefined : Math.max(0, Math.min(...timers.map(({ at }) => at)) - now)
    },
  }
}
