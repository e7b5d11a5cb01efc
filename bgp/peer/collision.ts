import type { OpenConfirm, Session } from '../fsm/session.js'
import type { SpeakerSettings } from '../peer-settings.js'

/**
 * Which of two connections to one peer stays (RFC 4271 §6.8, RFC 6286 §2.3).
 * @param session has just received the peer's OPEN
 * @param other in any state; the same peer, since both have its address
 */
export function survivor(
  session: OpenConfirm,
  other: Session,
  { routerId }: Pick<SpeakerSettings, 'routerId'>,
): Session | 'replace-established' {
  if (other.state === 'Established') {
    const restarted = other.negotiated.gracefulRestart !== undefined && session.direction === 'incoming'
    return restarted ? 'replace-established' : other
  }
  // Two of one direction cannot collide in the RFC's sense; the peer means the newer one.
  if (other.direction === session.direction) return session
  const { peerIdentifier, peerAs, localAs } = session.negotiated
  const ours = routerId > peerIdentifier || (routerId === peerIdentifier && localAs > peerAs)
  // "the connection initiated by the speaker with the higher-valued BGP Identifier" is retained.
  return session.direction === (ours ? 'outgoing' : 'incoming') ? session : other
}
