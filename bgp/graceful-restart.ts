import type { GracefulRestartCapability } from './capability.js'
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

function offeredBy({ offered }: Negotiated): GracefulRestartCapability | undefined {
  return offered.find((capability) => capability.kind === 'graceful-restart')
}
