import type { AdvertisementInterval } from './message.js'

/** The timers of RFC 9568 §6.2, and two of ours: a delay before preemption, a bound on handing over. */
export type VrrpTimer = 'Adver_Timer' | 'Active_Down_Timer' | 'Preempt_Delay_Timer' | 'Hand_Over_Timer'

/** One advertisement interval, in milliseconds. */
export function millisecondsOf(interval: AdvertisementInterval): number {
  return interval * 10
}

/** Skew_Time in milliseconds: the higher the priority, the sooner a Backup takes over (RFC 9568 §6.1). */
export function skewTime(priority: number, activeAdverInterval: AdvertisementInterval): number {
  return ((256 - priority) * millisecondsOf(activeAdverInterval)) / 256
}

/** Active_Down_Interval in milliseconds: how long an Active may be silent (RFC 9568 §6.1). */
export function activeDownInterval(priority: number, activeAdverInterval: AdvertisementInterval): number {
  return 3 * millisecondsOf(activeAdverInterval) + skewTime(priority, activeAdverInterval)
}

/**
 * How long an Active that resigned waits for its successor, in milliseconds: as long as the slowest Backup that missed
 * every advertisement would need.
 */
export function handOverInterval(advertisementInterval: AdvertisementInterval): number {
  return 4 * millisecondsOf(advertisementInterval)
}
