import type { GracefulRestartCapability } from './capability.js'
import { CEASE, HARD_RESET } from './cease.js'
import { type Family, familyOf } from './family.js'
import type { Ended } from './fsm/session.js'
import type { Notification } from './message.js'
import type { Negotiated } from './negotiated.js'
import type { GracefulRestartSettings } from './peer-settings.js'

/** How long routes outlive a session: two periods, one after the other (RFC 9494 §4.2). */
export interface Retention {
  /** As they are (RFC 4724). */
  readonly restartSeconds: number
  /** As the least preferred (RFC 9494). */
  readonly longLivedSeconds: number
}

/** The period in which a peer that is back finds its routes. */
export type RetentionPeriod = 'restart' | 'long-lived'

/**
 * Whether the peer keeps our routes when TCP is gone: both offered RFC 4724, we with our families, and for a time that
 * is not zero or with RFC 9494 after it.
 */
export function peerKeepsOurRoutes(negotiated: Negotiated): boolean {
  const ours = offeredBy(negotiated)
  if (ours === undefined || ours.families.length === 0 || negotiated.gracefulRestart === undefined)
    return false
  return ours.restartTimeSeconds > 0 || negotiated.longLivedGracefulRestart !== undefined
}

/** Seconds for which peers were asked to keep our routes, both periods together. */
export function restartWindow({
  restartTimeSeconds,
  longLivedStaleTimeSeconds = 0,
}: GracefulRestartSettings): number {
  return restartTimeSeconds + longLivedStaleTimeSeconds
}

/** N of both: a NOTIFICATION other than Hard Reset keeps routes too (RFC 8538 §2). */
export function notificationKeepsRoutes(negotiated: Negotiated): boolean {
  return offeredBy(negotiated)?.notification === true && negotiated.gracefulRestart?.notification === true
}

/**
 * Whether a new connection takes the place of this session: RFC 4724 §5 says so "if the Graceful Restart Capability
 * with one or more AFIs/SAFIs has been received for the session". RFC 9494 lets a peer name them in its own alone.
 */
export function givesWayToRestart({ gracefulRestart, longLivedGracefulRestart }: Negotiated): boolean {
  if (gracefulRestart === undefined) return false
  return gracefulRestart.families.length > 0 || (longLivedGracefulRestart?.length ?? 0) > 0
}

/**
 * Whether we keep what the peer sent when its session ends like this (RFC 4724 §4.2, RFC 8538 §4): its connection was
 * lost without a word, or both agreed on N and it was no Hard Reset.
 */
export function keepsPeersRoutes(negotiated: Negotiated, ended: Ended): boolean {
  if (!givesWayToRestart(negotiated)) return false
  if (ended.notification === undefined) return ended.kind === 'connection-lost' || ended.kind === 'replaced'
  return notificationKeepsRoutes(negotiated) && !isHardReset(ended.notification)
}

/** RFC 9494 §4.2: for a family that a capability does not list, its time "shall be deemed zero". */
export function retentionOf(negotiated: Negotiated, family: Family): Retention {
  const { gracefulRestart } = negotiated
  const listed = gracefulRestart !== undefined && rowOf(gracefulRestart, family) !== undefined
  return {
    restartSeconds: listed ? gracefulRestart.restartTimeSeconds : 0,
    longLivedSeconds: longLivedRowOf(negotiated, family)?.staleTimeSeconds ?? 0,
  }
}

/**
 * Whether what is stale of a returning peer stays until its End-of-RIB: its forwarding went on, by the F bit of the
 * capability that the period belongs to (RFC 4724 §4.2, RFC 9494 §4.2).
 */
export function forwardingPreserved(
  negotiated: Negotiated,
  family: Family,
  period: RetentionPeriod,
): boolean {
  const { gracefulRestart, families } = negotiated
  if (gracefulRestart === undefined || !families.includes(family)) return false
  const row = period === 'restart' ? rowOf(gracefulRestart, family) : longLivedRowOf(negotiated, family)
  return row?.forwardingPreserved === true
}

function rowOf({ families }: GracefulRestartCapability, wanted: Family) {
  return families.find(({ family }) => familyOf(family) === wanted)
}

function longLivedRowOf({ longLivedGracefulRestart }: Negotiated, wanted: Family) {
  return longLivedGracefulRestart?.find(({ family }) => family === wanted)
}

function isHardReset({ code, subcode }: Notification): boolean {
  return code === CEASE && subcode === HARD_RESET
}

function offeredBy({ offered }: Negotiated): GracefulRestartCapability | undefined {
  return offered.find((capability) => capability.kind === 'graceful-restart')
}
