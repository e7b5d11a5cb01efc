import type { Ip, Ipv4, Ipv6 } from '../../net/ip.js'
import type { Mac } from '../../net/mac.js'
import type { AdvertisementInterval, ChecksumForm, VirtualRouterId } from '../vrrp/message.js'

/** What this node answers for on one link, and with whom it agrees on that. */
export interface SegmentSettings {
  /** 'none': this node always answers; 'vrrp': one of the nodes with the same groups does. */
  readonly failover: 'none' | 'vrrp'
  readonly groups: readonly SegmentGroup[]
  /** Addresses of ours that another interface answers for. */
  readonly elsewhere: ReadonlySet<Ip>
  /** Addresses that this node answered for a moment ago, before it was started anew: they need not be probed. */
  readonly heldBefore: ReadonlySet<Ip>
}

/** Addresses that move together: one virtual router for each IP version that has some. */
export interface SegmentGroup {
  readonly name: string
  readonly virtualRouterId: VirtualRouterId
  /** 1 to 254. */
  readonly priority: number
  readonly preempt: boolean
  readonly preemptDelayMs: number
  readonly advertisementInterval: AdvertisementInterval
  /** Who is sent advertisements, for each IP version that has one here; empty: the multicast group. */
  readonly unicastPeers: readonly Ip[]
  readonly checksum: ChecksumForm
  /** A node that is not still answers for what it has, and leaves it to any node that is. */
  readonly fit: boolean
  readonly addresses: readonly Ip[]
}

/** The interface that a segment is reached through, while it is up and has a carrier. */
export interface SegmentLink {
  readonly mac: Mac
  /** Whether the kernel forwards IPv6 here. */
  readonly router: boolean
  /** Where advertisements come from; absent where the interface has none. */
  readonly ipv4?: Ipv4
  /** Link-local. */
  readonly ipv6?: Ipv6
}
