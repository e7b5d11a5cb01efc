import type { Cancel, Clock } from '../../../net/clock.js'

interface Timer {
  readonly at: number
  readonly fire: () => void
  cancelled: boolean
}

/** The clock of a loop that waits by itself: it asks how long it may, and fires what is due when it has waited. */
export class LoopClock implements Clock {
  readonly now: () => number
  /** A binary heap: the parent of each is due no later. */
  readonly #heap: Timer[] = []

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.now = now
  }

  after(ms: number, fire: () => void): Cancel {
    const timer = { at: this.now() + Math.max(0, ms), fire, cancelled: false }
    this.#push(timer)
    return () => {
      timer.cancelled = true
    }
  }

  /** Milliseconds until the next timer is due, 0 when one is; at most `longest`. */
  wait(longest: number): number {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (!first.cancelled) return Math.min(longest, Math.max(0, first.at - this.now()))
      this.#pop()
    }
    return longest
  }

  /** Fires what is due now, in its order; what that starts has its turn next time. */
  fire(): void {
    const now = this.now()
    for (let first = this.#heap[0]; first !== undefined && first.at <= now; first = this.#heap[0]) {
      this.#pop()
      if (!first.cancelled) first.fire()
    }
  }

  #push(timer: Timer): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(timer)
    for (; at > 0; ) {
      const parent = (at - 1) >> 1
      const above = heap[parent]
      if (above === undefined || above.at <= timer.at) break
      heap[at] = above
      at = parent
    }
    heap[at] = timer
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      const right = left + 1
      const [a, b] = [heap[left], heap[right]]
      if (a === undefined) break
      const [child, below] = b !== undefined && b.at < a.at ? [right, b] : [left, a]
      if (below.at >= last.at) break
      heap[at] = below
      at = child
    }
    heap[at] = last
  }
}
