import type { Brand } from '../net/brand.js'

export type HoldTime = Brand<number, 'HoldTime'>

/** Seconds: zero (no KEEPALIVEs, no HoldTimer), or 3–65535 (RFC 4271 §4.2). */
export function holdTime(seconds: number): HoldTime | undefined {
  const fits = Number.isInteger(seconds) && (seconds === 0 || (seconds >= 3 && seconds <= 0xffff))
  return fits ? (seconds as HoldTime) : undefined
}

/** What two OPENs agree on (RFC 4271 §4.2). */
export function smallerHoldTime(ours: HoldTime, theirs: HoldTime): HoldTime {
  return Math.min(ours, theirs) as HoldTime
}
