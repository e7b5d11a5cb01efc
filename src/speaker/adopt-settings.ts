import type { PeerSettings } from '../../bgp/peer-settings.js'
import type { Secret } from '../../net/secret.js'
import type { Connection, PacketRules } from '../transport/connection.js'

/** Gives a live connection what of its peer's new settings the kernel takes: key, TTL, GTSM. Answers what it refused. */
export function adoptOnSocket(
  socket: Connection,
  before: PeerSettings,
  after: PeerSettings,
): readonly string[] {
  const results = [
    ...(sameKey(before.password, after.password) ? [] : [socket.setKey(after.password)]),
    ...(sameRules(before, after) ? [] : [socket.setRules(after)]),
  ]
  return results.flatMap((result) => (result.ok ? [] : [result.because]))
}

function sameKey(a: Secret | undefined, b: Secret | undefined): boolean {
  return a === undefined ? b === undefined : a.equals(b)
}

function sameRules(a: PacketRules, b: PacketRules): boolean {
  return a.ttl === b.ttl && a.ttlSecurityHops === b.ttlSecurityHops
}
