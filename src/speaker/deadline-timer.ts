import type { Cancel, Clock } from '../../net/clock.js'

/** Milliseconds given to octets that already wait in the socket when a deadline is found passed. */
const LAST_CALL_MS = 20

/**
 * A timer that is restarted far more often than it fires, as HoldTimer is by every message: restarting only moves a
 * number. Before it fires it lets the event loop read once more, so that our own lateness is never taken for the
 * peer's silence.
 */
export class DeadlineTimer {
  readonly #clock: Clock
  readonly #fire: () => void
  #deadline = Number.POSITIVE_INFINITY
  #seconds = 0
  #cancel: Cancel | undefined
  /** When the armed timer fires. */
  #armedFor = Number.POSITIVE_INFINITY

  constructor(clock: Clock, fire: () => void) {
    this.#clock = clock
    this.#fire = fire
  }

  start(seconds: number): void {
    this.#seconds = seconds
    this.#deadline = this.#clock.now() + seconds * 1000
    if (this.#cancel === undefined || this.#armedFor > this.#deadline) this.#arm(this.#deadline)
  }

  /** With the time it was started with; nothing where it does not run. */
  restart(): void {
    if (this.#deadline !== Number.POSITIVE_INFINITY) this.start(this.#seconds)
  }

  stop(): void {
    this.#deadline = Number.POSITIVE_INFINITY
    this.#cancel?.()
    this.#cancel = undefined
    this.#armedFor = Number.POSITIVE_INFINITY
  }

  #arm(at: number): void {
    this.#cancel?.()
    this.#armedFor = at
    this.#cancel = this.#clock.after(Math.max(0, at - this.#clock.now()), () => this.#check(false))
  }

  #check(lastCall: boolean): void {
    this.#cancel = undefined
    const now = this.#clock.now()
    if (now < this.#deadline) this.#arm(this.#deadline)
    else if (lastCall) {
      this.stop()
      this.#fire()
    } else {
      this.#armedFor = now + LAST_CALL_MS
      this.#cancel = this.#clock.after(LAST_CALL_MS, () => this.#check(true))
    }
  }
}
