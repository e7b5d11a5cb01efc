import type { Ipv6 } from '../../net/ip.js'
import type { Mac } from '../../net/mac.js'
import type { Ethernet } from '../ethernet.js'
import type { IpFault } from '../ip-packet.js'

/** Neighbor Discovery as far as address resolution needs it (RFC 4861 §4.3, §4.4), with the frame that carries it. */
export type NdpMessage = NeighborSolicitation | NeighborAdvertisement

export interface NeighborSolicitation extends NdpFields {
  readonly kind: 'neighbor-solicitation'
}

export interface NeighborAdvertisement extends NdpFields {
  readonly kind: 'neighbor-advertisement'
  readonly router: boolean
  /** An answer to a solicitation; never to a group (RFC 4861 §7.1.2). */
  readonly solicited: boolean
  /** Replaces an entry that names another link-layer address; without it a moved address stays at the old one. */
  readonly override: boolean
}

interface NdpFields {
  readonly ethernet: Ethernet
  /** '::' while the sender does not have the address yet (RFC 4862 §5.4.2). */
  readonly source: Ipv6
  readonly destination: Ipv6
  readonly target: Ipv6
  readonly options: readonly NdpOption[]
}

export type NdpOption =
  | { readonly kind: 'source-link-layer-address'; readonly mac: Mac }
  | { readonly kind: 'target-link-layer-address'; readonly mac: Mac }
  /** `value` fills the option to a multiple of 8 octets, type and length included. */
  | { readonly kind: 'other'; readonly type: number; readonly value: Uint8Array }

/** Why octets are no NdpMessage: the checks of RFC 4861 §7.1.1 and §7.1.2, and RFC 6980. */
export type NdpFault =
  | 'short-frame'
  | 'not-ipv6'
  | IpFault
  | 'not-icmpv6'
  | 'not-neighbor-discovery'
  | 'hop-limit-not-255'
  | 'bad-checksum'
  | 'code-not-zero'
  | 'short-message'
  | 'multicast-target'
  | 'multicast-source'
  | 'bad-option-length'
  | 'dad-not-to-solicited-node-group'
  | 'dad-with-source-link-layer-address'
  | 'solicited-to-a-group'

/** The link-layer address in the first option of this kind. */
export function linkLayerAddress(
  message: NdpMessage,
  kind: 'source-link-layer-address' | 'target-link-layer-address',
): Mac | undefined {
  for (const option of message.options) if (option.kind === kind) return option.mac
  return undefined
}
