import type { Clock } from '../../net/clock.js'
import type { Ip } from '../../net/ip.js'

/** Milliseconds between two lines about refused connections: an attacker must not fill the log. */
const QUIET_MS = 10_000

/** Connections that nobody takes: each is refused, some are told of. */
export class Strangers {
  readonly #clock: Clock
  readonly #warn: (text: string) => void
  #quietUntil = Number.NEGATIVE_INFINITY
  #untold = 0

  constructor(clock: Clock, warn: (text: string) => void) {
    this.#clock = clock
    this.#warn = warn
  }

  refused(address: Ip, because: string): void {
    const now = this.#clock.now()
    if (now < this.#quietUntil) {
      this.#untold++
      return
    }
    const more = this.#untold === 0 ? '' : ` (and ${this.#untold} more since the last such line)`
    this.#untold = 0
    this.#quietUntil = now + QUIET_MS
    this.#warn(`refused a connection from ${address}: ${because}${more}`)
  }
}
