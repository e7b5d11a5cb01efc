import type { Ipv4, Ipv6 } from '../net/ip.js'

/** An IP packet with the fields that link-local protocols look at; options and extension headers are not kept. */
export type IpPacket = Ipv4Packet | Ipv6Packet

export interface Ipv4Packet extends IpFields {
  readonly version: 4
  readonly source: Ipv4
  readonly destination: Ipv4
}

export interface Ipv6Packet extends IpFields {
  readonly version: 6
  readonly source: Ipv6
  readonly destination: Ipv6
}

interface IpFields {
  /** DSCP and ECN, 8 bits: the IPv4 Type of Service octet, the IPv6 Traffic Class. */
  readonly trafficClass: number
  /** The IPv4 Protocol, the IPv6 Next Header. */
  readonly protocol: number
  /** The IPv4 Time to Live, the IPv6 Hop Limit: 255 proves that no router has forwarded the packet (RFC 5082). */
  readonly ttl: number
  readonly payload: Uint8Array
}

/** Why octets are no IpPacket. */
export type IpFault = 'short-packet' | 'bad-ip-version' | 'bad-ip-length' | 'bad-ip-checksum' | 'fragmented'

export const ipProtocol = { icmpv6: 58, vrrp: 112 } as const
