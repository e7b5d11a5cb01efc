import type { Asn } from './asn.js'
import type { Capability, GracefulRestartCapability } from './capability.js'
import type { Family } from './family.js'
import type { HoldTime } from './hold-time.js'
import type { BgpIdentifier } from './identifier.js'

export interface LongLivedFamilyAgreed {
  readonly family: Family
  readonly forwardingPreserved: boolean
  readonly staleTimeSeconds: number
}

/** What two OPENs agree on: everything that encoding, decoding and timers of an Established session depend on. */
export interface Negotiated {
  readonly peerAs: Asn
  readonly peerIdentifier: BgpIdentifier
  readonly localAs: Asn
  readonly external: boolean
  /** The smaller of both. */
  readonly holdTime: HoldTime
  /** 0 when the hold time is 0. */
  readonly keepaliveTimeSeconds: number
  readonly families: readonly Family[]
  /** RFC 6793: both sides speak four-octet AS numbers. */
  readonly fourOctetAs: boolean
  /** Octets of the longest message either side may send: 4096, or 65535 (RFC 8654). */
  readonly maxMessageLength: number
  readonly routeRefresh: boolean
  readonly enhancedRouteRefresh: boolean
  /** Families whose NLRI may have an IPv6 next hop (RFC 8950). */
  readonly extendedNextHop: readonly Family[]
  /** The peer's offer, when we offered it too. */
  readonly gracefulRestart?: GracefulRestartCapability
  /** What the peer offered of RFC 9494, when we offered it too; stale times as far as we go along. */
  readonly longLivedGracefulRestart?: readonly LongLivedFamilyAgreed[]
  readonly offered: readonly Capability[]
  readonly received: readonly Capability[]
}
