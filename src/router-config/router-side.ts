import type { Asn } from '../../bgp/asn.js'
import type { Family } from '../../bgp/family.js'
import type { HoldTime } from '../../bgp/hold-time.js'
import type { Ip } from '../../net/ip.js'
import type { IpVersion, Prefix } from '../../net/prefix.js'
import type { PrefixBlock } from '../../net/prefix-range.js'

/**
 * The router's half of a session with this node, in no vendor's words. What the file does not say is a blank,
 * '<password of tor-1>': a vendor writes it as it stands, and whoever pastes the text fills it in.
 */
export interface RouterSide {
  /** Who is on the other side of the router's session, for people: 'worker-1', or 'nodes in 10.0.0.0/24'. */
  readonly node: string
  /** What this node calls the router. */
  readonly peer: string
  /** What the names of filters and groups begin with: letters, digits and '-', unique among the nodes of a router. */
  readonly label: string
  /** The router's own AS number. */
  readonly as: Asn | string
  readonly nodeAs: Asn
  readonly internal: boolean
  /** The address of the router that the node dials. */
  readonly address: Ip
  readonly neighbor: Neighbor
  /** The node knows the router by its router advertisements alone, not by its address. */
  readonly unnumbered: boolean
  /** The neighbor's address is what the host at hand would use; the file does not say. */
  readonly assumed: boolean
  /** Where the node dials, if it does; 179 on a router that was not told otherwise. */
  readonly listenPort: number
  /** Where the router dials; absent: the node accepts no connections from it, so the router waits. */
  readonly dialPort?: number
  /** A blank: the key itself is in no text that herald prints. */
  readonly password?: string
  readonly distance: Distance
  readonly holdTimeSeconds: HoldTime
  readonly keepaliveTimeSeconds: number
  readonly families: readonly FamilySide[]
  /** IPv4 prefixes over an IPv6 session, maybe behind an IPv6 next hop (RFC 8950). */
  readonly extendedNextHop: boolean
  /** The node's routes are to stay while it restarts (RFC 4724). */
  readonly gracefulRestart: boolean
  /** Seconds that they are to stay after that, as least preferred (RFC 9494); absent: none. */
  readonly longLivedStaleSeconds?: number
  /** The node's routes carry communities. */
  readonly communities: boolean
}

/** Whom the router expects. Addresses and interfaces may be blanks. */
export type Neighbor =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'link-local'; readonly address: string; readonly interface: string }
  /** Any node of the range; they dial, the router waits. */
  | { readonly kind: 'range'; readonly range: Prefix }

export type Distance =
  | { readonly kind: 'direct' }
  | { readonly kind: 'multihop'; readonly ttl: number }
  /** RFC 5082: both send with TTL 255 and drop what came further than this many hops. */
  | { readonly kind: 'ttl-security'; readonly hops: number }

export interface FamilySide {
  readonly family: Family
  readonly version: IpVersion
  /** What the node announces, and all that the router is to accept. */
  readonly accepts: readonly PrefixBlock[]
  /** How many prefixes that is at most. */
  readonly announced: number
  /** Over it something is wrong: twice what is announced, rounded up to tens. */
  readonly maximumPrefixes: number
}
