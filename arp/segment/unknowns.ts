import type { Cancel, Clock } from '../../net/clock.js'

/** Beyond so many, somebody makes addresses up: they are judged at once. */
const most = 64

/**
 * Stations that assert an address of ours and were not heard to advertise. After the links of a LAN are whole again, a
 * node's announcement may come before its advertisement: it is called foreign only once that had time to arrive.
 */
export class Unknowns {
  readonly #clock: Clock
  readonly #pending = new Set<Cancel>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** False when it has to be judged now. @param milliseconds in which a node would have advertised */
  judgeLater(milliseconds: number, judge: () => void): boolean {
    if (this.#pending.size >= most) return false
    const cancel = this.#clock.after(milliseconds, () => {
      this.#pending.delete(cancel)
      judge()
    })
    this.#pending.add(cancel)
    return true
  }

  stop(): void {
    for (const cancel of this.#pending) cancel()
    this.#pending.clear()
  }
}
