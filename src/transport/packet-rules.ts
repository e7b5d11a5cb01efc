import type { TtlRules } from '../os/tcp-socket.js'
import type { PacketRules } from './connection.js'

/** GTSM (RFC 5082 §3): send 255, and accept what at most `ttlSecurityHops` routers may have counted down. */
export function ttlRulesOf({ ttl, ttlSecurityHops }: PacketRules): TtlRules {
  if (ttlSecurityHops === undefined) return { sent: ttl }
  return { sent: 255, minimum: 256 - ttlSecurityHops }
}
