import type { Cancel, Clock } from '../../net/clock.js'
import { dropsSince, type TcpDrops } from '../os/tcp-statistics.js'

/** Milliseconds between two looks at the counters. */
const INTERVAL_MS = 5_000
/** Milliseconds that a drop counts: several attempts of a peer whose back-off has grown. */
const WINDOW_MS = 90_000

interface Sample {
  /** Monotonic milliseconds. */
  readonly at: number
  readonly drops: TcpDrops
}

/** What the kernel has dropped while attempts failed: counters since boot say nothing, their growth meanwhile does. */
export class DropWatch {
  readonly #clock: Clock
  readonly #read: () => TcpDrops | undefined
  readonly #needed: () => boolean
  /** Oldest first; empty while nobody needs them, so that what is dropped then is attributed to nobody. */
  #samples: readonly Sample[] = []
  #cancel: Cancel = () => undefined

  /**
   * @param read undefined where they cannot be known just now
   * @param needed whether some peer has no session
   */
  constructor(clock: Clock, read: () => TcpDrops | undefined, needed: () => boolean) {
    this.#clock = clock
    this.#read = read
    this.#needed = needed
  }

  start(): void {
    this.#sample()
    this.#cancel = this.#clock.after(INTERVAL_MS, () => this.start())
  }

  stop(): void {
    this.#cancel()
  }

  /** Dropped within the window, as far as it is known; undefined when nothing is. */
  recent(): TcpDrops | undefined {
    const now = this.#read() ?? this.#samples.at(-1)?.drops
    return now && dropsSince(this.#samples[0]?.drops ?? now, now)
  }

  #sample(): void {
    const now = this.#clock.now()
    if (!this.#needed()) {
      this.#samples = []
      return
    }
    const current = this.#samples.filter(({ at }) => at >= now - WINDOW_MS)
    const drops = this.#read()
    this.#samples = drops === undefined ? current : [...current, { at: now, drops }]
  }
}
