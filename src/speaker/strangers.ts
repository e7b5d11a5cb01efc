import type { Clock } from '../../net/clock.js'
import type { Ip } from '../../net/ip.js'

/** Milliseconds between two lines for one reason: an attacker must not fill the log, nor hide what else is refused. */
const QUIET_MS = 10_000

interface Reason {
  quietUntil: number
  untold: number
}

/** Connections that nobody takes: each is refused, some are told of. */
export class Strangers {
  readonly #clock: Clock
  readonly #warn: (text: string) => void
  /** There are as many reasons as ranges and peers of the configuration, and one more. */
  readonly #reasons = new Map<string, Reason>()

  constructor(clock: Clock, warn: (text: string) => void) {
    this.#clock = clock
    this.#warn = warn
  }

  refused(address: Ip, because: string): void {
    const now = this.#clock.now()
    const reason = this.#reasons.get(because)
    if (reason !== undefined && now < reason.quietUntil) {
      reason.untold++
      return
    }
    const untold = reason?.untold ?? 0
    const more = untold === 0 ? '' : ` (and ${untold} more since the last such line)`
    this.#reasons.set(because, { quietUntil: now + QUIET_MS, untold: 0 })
    this.#warn(`refused a connection from ${address}: ${because}${more}`)
  }
}
