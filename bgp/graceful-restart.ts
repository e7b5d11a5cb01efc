import type { GracefulRestartCapability } from './capability.js'
import { CEASE, HARD_RESET } from './cease.js'
import { type Family, familyOf } from './family.js'
import type { Ended } from './fsm/session.js'
import type { Notification } from './message.js'
import type { Negotiated } from './negotiated.js'

/** Whether the peer keeps our routes when TCP is gone: both offered RFC 4724, we with our families. */
export function peerKeepsOurRoutes(negotiated: Negotiated): boolean {
  const ours = offeredBy(negotiated)
  return ours !== undefined && ours.families.length > 0 && negotiated.gracefulRestart !== undefined
}

/** N of both: a NOTIFICATION other than Hard Reset keeps routes too (RFC 8538 §2). */
export function notificationKeepsRoutes(negotiated: Negotiated): boolean {
  return offeredBy(negotiated)?.notification === true && negotiated.gracefulRestart?.notification === true
}

/**
 * Whether a new connection takes the place of this session: RFC 4724 §5 says so "if the Graceful Restart Capability
 * with one or more AFIs/SAFIs has been received for the session".
 */
export function givesWayToRestart({ gracefulRestart }: Negotiated): boolean {
  return gracefulRestart !== undefined && gracefulRestart.families.length > 0
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

/** Families of a returning peer whose forwarding went on; of the others what is stale is deleted (RFC 4724 §4.2). */
export function preservedFamilies({ gracefulRestart, families }: Negotiated): readonly Family[] {
  const preserved = gracefulRestart?.families.flatMap(({ family, forwardingPreserved }) =>
    forwardingPreserved ? (familyOf(family) ?? []) : [],
  )
  return families.filter((family) => preserved?.includes(family) ?? false)
}

function isHardReset({ code, subcode }: Notification): boolean {
  return code === CEASE && subcode === HARD_RESET
}

function offeredBy({ offered }: Negotiated): GracefulRestartCapability | undefined {
  return offered.find((capability) => capability.kind === 'graceful-restart')
}
