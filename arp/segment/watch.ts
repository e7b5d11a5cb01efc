import type { Cancel, Clock } from '../../net/clock.js'
import type { Ip } from '../../net/ip.js'

/** Milliseconds in which each address is asked for once, so that a station is told of within a second. */
const round = 800
/** Milliseconds between questions, however many addresses there are: broadcasts wake all stations. */
const leastInterval = 160
/** Milliseconds between questions for addresses that are new here. */
const freshInterval = 1

export interface WatchServices {
  readonly clock: Clock
  ask(ip: Ip): void
}

/**
 * Asks who else has the addresses that this node answers for: each when that begins, and then in turn. A station that takes
 * an address without a word, as Linux does, is heard by nobody but those that ask.
 */
export class Watch {
  readonly #services: WatchServices
  /** In the order of their turns. */
  readonly #known = new Set<Ip>()
  readonly #fresh = new Set<Ip>()
  #wake: Cancel | undefined

  constructor(services: WatchServices) {
    this.#services = services
  }

  begin(ip: Ip): void {
    this.#known.delete(ip)
    this.#fresh.add(ip)
    if (this.#fresh.size === 1) this.#schedule(freshInterval)
  }

  end(ip: Ip): void {
    this.#known.delete(ip)
    this.#fresh.delete(ip)
    if (this.#known.size + this.#fresh.size === 0) this.#wake?.()
  }

  #schedule(milliseconds: number): void {
    this.#wake?.()
    this.#wake = this.#services.clock.after(milliseconds, () => this.#ask())
  }

  #ask(): void {
    const [next] = this.#fresh.size > 0 ? this.#fresh : this.#known
    if (next === undefined) return
    this.#fresh.delete(next)
    // Behind all others.
    this.#known.delete(next)
    this.#known.add(next)
    this.#services.ask(next)
    const interval = Math.max(leastInterval, round / this.#known.size)
    this.#schedule(this.#fresh.size > 0 ? freshInterval : interval)
  }
}
