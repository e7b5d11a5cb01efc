import type { Clock } from '../../net/clock.js'
import type { Ip } from '../../net/ip.js'

/** Calls of one address that are taken at once, and how many more in a second. */
export const CALLS = 20
export const CALLS_PER_SECOND = 2
/** Addresses that are remembered; the one that has been quiet for longest is forgotten first. */
const ADDRESSES = 4096

interface Allowance {
  readonly calls: number
  /** Monotonic milliseconds. */
  readonly at: number
}

/**
 * How often an address may call: a peer that hangs up and calls again without a pause must not keep this node from its
 * other peers. No router that keeps to its own ConnectRetryTimer comes near it.
 */
export class CallRate {
  readonly #clock: Clock
  /** The one that called last is last. */
  readonly #allowances = new Map<Ip, Allowance>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts a call, and says whether it is one too many. */
  exceeds(address: Ip): boolean {
    const calls = this.#left(address)
    this.#allowances.delete(address)
    this.#allowances.set(address, { calls: Math.max(0, calls - 1), at: this.#clock.now() })
    const [quietest] = this.#allowances.keys()
    if (quietest !== undefined && this.#allowances.size > ADDRESSES) this.#allowances.delete(quietest)
    return calls < 1
  }

  #left(address: Ip): number {
    const known = this.#allowances.get(address)
    if (known === undefined) return CALLS
    const seconds = (this.#clock.now() - known.at) / 1000
    return Math.min(CALLS, known.calls + seconds * CALLS_PER_SECOND)
  }
}
