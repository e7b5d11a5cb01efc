import type { Cancel, Clock } from '../../../net/clock.js'
import { Heap } from '../../../net/heap.js'

interface Timer {
  readonly at: number
  readonly fire: () => void
  cancelled: boolean
}

/** The clock of a loop that waits by itself: it asks how long it may, and fires what is due when it has waited. */
export class LoopClock implements Clock {
  readonly now: () => number
  readonly #timers = new Heap<Timer>((a, b) => a.at < b.at)

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.now = now
  }

  after(ms: number, fire: () => void): Cancel {
    const timer = { at: this.now() + Math.max(0, ms), fire, cancelled: false }
    this.#timers.push(timer)
    return () => {
      timer.cancelled = true
    }
  }

  /** Milliseconds until the next timer is due, 0 when one is; at most `longest`. */
  wait(longest: number): number {
    for (let { first } = this.#timers; first !== undefined; { first } = this.#timers) {
      if (!first.cancelled) return Math.min(longest, Math.max(0, first.at - this.now()))
      this.#timers.pop()
    }
    return longest
  }

  /** Fires what is due now, in its order; what that starts has its turn next time. */
  fire(): void {
    const now = this.now()
    for (let { first } = this.#timers; first !== undefined && first.at <= now; { first } = this.#timers) {
      this.#timers.pop()
      if (!first.cancelled) first.fire()
    }
  }
}
