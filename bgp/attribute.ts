import type { Ip, Ipv4, Ipv6 } from '../net/ip.js'
import type { Prefix } from '../net/prefix.js'
import type { ExtendedCommunity, LargeCommunity, StandardCommunity } from './community.js'
import type { AfiSafi } from './family.js'

export type Origin = 'igp' | 'egp' | 'incomplete'

export interface AsPathSegment {
  readonly kind: 'sequence' | 'set' | 'confed-sequence' | 'confed-set'
  readonly ases: readonly number[]
}

export interface Aggregator {
  readonly as: number
  readonly address: Ipv4
}

/** A path attribute (RFC 4271 §4.3 and its successors); one that herald does not know is kept as it came. */
export type Attribute =
  | { readonly kind: 'origin'; readonly origin: Origin } // 1
  | { readonly kind: 'as-path'; readonly segments: readonly AsPathSegment[] } // 2
  | { readonly kind: 'next-hop'; readonly nextHop: Ipv4 } // 3
  | { readonly kind: 'multi-exit-disc'; readonly med: number } // 4
  | { readonly kind: 'local-pref'; readonly localPref: number } // 5
  | { readonly kind: 'atomic-aggregate' } // 6
  | { readonly kind: 'aggregator'; readonly aggregator: Aggregator } // 7
  | { readonly kind: 'communities'; readonly communities: readonly StandardCommunity[] } // 8
  | { readonly kind: 'originator-id'; readonly originator: Ipv4 } // 9
  | { readonly kind: 'cluster-list'; readonly clusters: readonly Ipv4[] } // 10
  | MpReach
  | MpUnreach
  | { readonly kind: 'extended-communities'; readonly communities: readonly ExtendedCommunity[] } // 16
  | { readonly kind: 'as4-path'; readonly segments: readonly AsPathSegment[] } // 17
  | { readonly kind: 'as4-aggregator'; readonly aggregator: Aggregator } // 18
  | { readonly kind: 'aigp'; readonly metric: bigint } // 26, RFC 7311
  | { readonly kind: 'large-communities'; readonly communities: readonly LargeCommunity[] } // 32
  | { readonly kind: 'only-to-customer'; readonly as: number } // 35, RFC 9234
  | { readonly kind: 'unknown'; readonly type: number; readonly flags: number; readonly value: Uint8Array }

/** 14, RFC 4760 §3. */
export interface MpReach {
  readonly kind: 'mp-reach'
  readonly family: AfiSafi
  readonly nextHop: Ip
  /** The second half of a 32-octet next hop (RFC 2545 §3). */
  readonly linkLocalNextHop?: Ipv6
  readonly nlri: readonly Prefix[]
}

/** 15, RFC 4760 §4. */
export interface MpUnreach {
  readonly kind: 'mp-unreach'
  readonly family: AfiSafi
  readonly withdrawn: readonly Prefix[]
}
