/** Stops a timer; calling it again, or after the timer fired, does nothing. */
export type Cancel = () => void

/** Time as the machines see it: injected, so that tests need not wait and wall-clock steps cannot harm. */
export interface Clock {
  /** Monotonic milliseconds, from an arbitrary origin. */
  now(): number
  /** Calls `fire` once, `ms` milliseconds from now. */
  after(ms: number, fire: () => void): Cancel
}
