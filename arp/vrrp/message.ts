import type { Brand } from '../../net/brand.js'
import type { Ip } from '../../net/ip.js'
import type { IpFault } from '../ip-packet.js'

/** 1 to 255: tells virtual routers on one LAN apart, for IPv4 and IPv6 separately (RFC 9568 §5.2.3). */
export type VirtualRouterId = Brand<number, 'VirtualRouterId'>

/** Centiseconds, 1 to 4095 (RFC 9568 §5.2.7; zero is invalid, erratum 8301). */
export type AdvertisementInterval = Brand<number, 'AdvertisementInterval'>

/** The VRRP version 3 ADVERTISEMENT (RFC 9568 §5.1). */
export interface Advertisement {
  readonly virtualRouterId: VirtualRouterId
  /** 255: owner of the addresses; 1 to 254: backup; 0: "I stop" (§5.2.4). */
  readonly priority: number
  readonly maxAdvertiseInterval: AdvertisementInterval
  /** At least one (erratum 8299), of the IP version of the packet. */
  readonly addresses: readonly Ip[]
}

/**
 * Whether an IPv4 checksum sums the pseudo-header. RFC 9568 §5.2.8 does not, RFC 5798 could be read either way, and
 * keepalived does: a router accepts both and answers in the form it hears. In IPv6 the pseudo-header is always there.
 */
export type ChecksumForm = 'with-pseudo-header' | 'without-pseudo-header'

/** Why a packet is no Advertisement for us, in the order of the checks of RFC 9568 §7.1. */
export type VrrpFault =
  | 'short-frame'
  | 'not-ip'
  | IpFault
  | 'not-vrrp'
  | 'ttl-not-255'
  | 'bad-version'
  | 'bad-type'
  | 'incomplete'
  | 'bad-checksum'
  | 'unknown-virtual-router'
  | 'no-addresses'
  | 'zero-interval'

export const ownerPriority = 255
/** Of an Active that gives up (§5.2.4): Backups need not wait for its timer. */
export const resignPriority = 0

export function virtualRouterId(id: number): VirtualRouterId | undefined {
  return Number.isInteger(id) && id >= 1 && id <= 255 ? (id as VirtualRouterId) : undefined
}

export function advertisementInterval(centiseconds: number): AdvertisementInterval | undefined {
  const fits = Number.isInteger(centiseconds) && centiseconds >= 1 && centiseconds <= 0xfff
  return fits ? (centiseconds as AdvertisementInterval) : undefined
}
