import type { Cancel, Clock } from '../../../net/clock.js'
import { Heap } from '../../../net/heap.js'

interface Timer {
  readonly at: number
  readonly fire: () => void
  cancelled: boolean
}

/** Cancelled timers stay until their time, unless there are more of them than of others, and than this. */
const mostCancelled = 1024

/** The clock of a loop that waits by itself: it asks how long it may, and fires what is due when it has waited. */
export class LoopClock implements Clock {
  readonly now: () => number
  readonly #timers = new Heap<Timer>((a, b) => a.at < b.at)
  #cancelled = 0

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.now = now
  }

  /** Timers that are kept, cancelled ones among them. */
  get size(): number {
    return this.#timers.size
  }

  after(ms: number, fire: () => void): Cancel {
    const timer = { at: this.now() + Math.max(0, ms), fire, cancelled: false }
    this.#timers.push(timer)
    return () => this.#cancel(timer)
  }

  /** Milliseconds until the next timer is due, 0 when one is; at most `longest`. */
  wait(longest: number): number {
    for (let { first } = this.#timers; first !== undefined; { first } = this.#timers) {
      if (!first.cancelled) return Math.min(longest, Math.max(0, first.at - this.now()))
      this.#pop(first)
    }
    return longest
  }

  /** Fires what is due now, in its order; what that starts has its turn next time. */
  fire(): void {
    const now = this.now()
    for (let { first } = this.#timers; first !== undefined && first.at <= now; { first } = this.#timers) {
      this.#pop(first)
      if (first.cancelled) continue
      // Whoever cancels it now comes too late.
      first.cancelled = true
      first.fire()
    }
  }

  #pop({ cancelled }: Timer): void {
    this.#timers.pop()
    if (cancelled) this.#cancelled--
  }

  /** What is started anew all the time must not fill the memory until it would have been due. */
  #cancel(timer: Timer): void {
    if (timer.cancelled) return
    timer.cancelled = true
    this.#cancelled++
    if (this.#cancelled <= mostCancelled || this.#cancelled * 2 <= this.#timers.size) return
    this.#timers.keep(({ cancelled }) => !cancelled)
    this.#cancelled = 0
  }
}
