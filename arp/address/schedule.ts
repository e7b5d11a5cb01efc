import type { Ip } from '../../net/ip.js'
import { isIpv4 } from '../../net/ip.js'

/** When an address is announced after it was taken over. */
export interface Schedule {
  /** Milliseconds between the takeover and each announcement; the first is 0. */
  readonly takeover: readonly number[]
  /** Milliseconds between announcements from then on; undefined: none. */
  readonly refresh: number | undefined
}

/** Well under the 300 s after which switches forget a port; a router's ARP entry outlives that by far. */
const refresh = 60_000

/** A fifth of each refresh is random, so that addresses taken over together do not stay together. */
export const refreshJitter = 0.2

/**
 * Twice within 300 ms against loss; then at distances above Linux's `locktime` of 1 s, in which an entry resists change.
 * RFC 5227 §2.3 asks for two announcements 2 s apart.
 */
export const arpSchedule: Schedule = { takeover: [0, 100, 300, 1100, 2200, 4400], refresh }

/**
 * RFC 4861 §7.2.6: at most MAX_NEIGHBOR_ADVERTISEMENT (3), at least RetransTimer (1 s) apart. Sending them for an address
 * that is new, not moved, makes routers create their entry before the first packet (RFC 9131).
 */
export const ndpSchedule: Schedule = { takeover: [0, 1100, 2200], refresh }

/** To single stations that asked lately: once, and once more against loss. */
export const unicastSchedule: Schedule = { takeover: [0, 1100], refresh: undefined }

export function scheduleOf(ip: Ip): Schedule {
  return isIpv4(ip) ? arpSchedule : ndpSchedule
}

/**
 * Milliseconds from announcement number `sent - 1` to the next; undefined after the last.
 * @param sent how many were sent, at least 1
 * @param random uniform in [0, 1)
 */
export function distance(schedule: Schedule, sent: number, random: number): number | undefined {
  const next = schedule.takeover[sent]
  // Distances, not instants: after a pause of the process the missed announcements do not come out in one burst.
  if (next !== undefined) return next - (schedule.takeover[sent - 1] ?? 0)
  if (schedule.refresh === undefined) return undefined
  return schedule.refresh * (1 - refreshJitter * random)
}
