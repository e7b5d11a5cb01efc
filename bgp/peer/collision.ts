import type { Direction, Established, OpenConfirm, Session } from '../fsm/session.js'
import type { SessionContext } from '../fsm/step.js'
import { givesWayToRestart } from '../graceful-restart.js'
import type { SpeakerSettings } from '../peer-settings.js'

/**
 * Seconds for which a session must have been Established to give way to a new connection: until then a late OPEN is
 * what is left of a simultaneous open, and no sign of a restart.
 */
const SETTLED_AFTER = 10

/** What becomes of the two: one is dumped with a Cease, or the other makes room for a restarted peer. */
export type Collision = 'dump-this' | 'dump-other' | 'replace-other'

/**
 * Two connections to one peer (RFC 4271 §6.8).
 *
 * The other one counts in OpenSent too: "if it knows the BGP Identifier of the peer by means outside of the
 * protocol" holds, for both connections lead to the same configured peer. So both sides decide when the first OPEN
 * arrives over one of the two, and decide alike, whichever arrives first.
 * @param session has just received the peer's OPEN, which is good
 * @param other of the same peer, in any state
 */
export function resolve(
  session: OpenConfirm,
  other: Session,
  context: Pick<SessionContext, 'speaker' | 'now'>,
): Collision {
  if (other.state === 'Established') return hasRestarted(other, context) ? 'replace-other' : 'dump-this'
  return session.direction === preserved(session, context.speaker) ? 'dump-other' : 'dump-this'
}

/**
 * The direction that outlives a collision: that of the connection "initiated by the BGP speaker with the
 * higher-valued BGP Identifier", as unsigned numbers, or where both are equal, with the larger AS (RFC 6286 §2.3).
 */
export function preserved({ negotiated }: OpenConfirm, { routerId }: SpeakerSettings): Direction {
  const { peerIdentifier, peerAs, localAs } = negotiated
  const ours = routerId === peerIdentifier ? localAs > peerAs : routerId > peerIdentifier
  return ours ? 'outgoing' : 'incoming'
}

/** RFC 4724 §5 goes by the TCP connection alone; we wait for an OPEN, which a port scan does not send. */
function hasRestarted({ negotiated, since }: Established, { now }: Pick<SessionContext, 'now'>): boolean {
  return givesWayToRestart(negotiated) && now() - since >= SETTLED_AFTER * 1000
}
