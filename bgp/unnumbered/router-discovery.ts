import { ByteReader, ByteWriter } from '../../net/bytes.js'

/** What routers say to find each other on a link (RFC 4861 §4.1, §4.2), as far as a BGP speaker needs it. */
export type RouterDiscovery = { readonly kind: 'solicitation' } | { readonly kind: 'advertisement' }

const ROUTER_SOLICITATION = 133
const ROUTER_ADVERTISEMENT = 134

/** Octets before the options. */
const headerLength = { solicitation: 8, advertisement: 16 }

/**
 * A Router Advertisement of a router that nobody may use as one: lifetime 0 (RFC 4861 §6.2.3), nothing set, no
 * option. The kernel fills in the checksum, which stays 0.
 */
export function encodeAdvertisement(): Uint8Array {
  const writer = new ByteWriter(headerLength.advertisement)
  writer.u8(ROUTER_ADVERTISEMENT)
  writer.u8(0)
  writer.u16(0)
  // Cur Hop Limit unspecified; M, O and Prf clear; lifetimes and timers 0.
  writer.u32(0)
  writer.u32(0)
  writer.u32(0)
  return writer.finish()
}

/** A Router Solicitation without a source link-layer address; the kernel fills in the checksum. */
export function encodeSolicitation(): Uint8Array {
  const writer = new ByteWriter(headerLength.solicitation)
  writer.u8(ROUTER_SOLICITATION)
  writer.u8(0)
  writer.u16(0)
  writer.u32(0)
  return writer.finish()
}

/**
 * Undefined for what RFC 4861 §6.1 says to drop: another type or code, too short, an option of length 0 or cut off.
 * The hop limit of 255 and the checksum are the kernel's to look at, a link-local source the caller's.
 */
export function decodeRouterDiscovery(octets: Uint8Array): RouterDiscovery | undefined {
  const reader = new ByteReader(octets)
  if (reader.left < headerLength.solicitation) return undefined
  const type = reader.u8()
  if (reader.u8() !== 0) return undefined
  switch (type) {
    case ROUTER_SOLICITATION:
      return hasOptions(octets, headerLength.solicitation) ? { kind: 'solicitation' } : undefined
    case ROUTER_ADVERTISEMENT:
      return hasOptions(octets, headerLength.advertisement) ? { kind: 'advertisement' } : undefined
    default:
      return undefined
  }
}

/** Whether what follows the header is options alone: type, length in units of eight octets, which is never 0. */
function hasOptions(octets: Uint8Array, from: number): boolean {
  if (octets.length < from) return false
  let at = from
  while (at < octets.length) {
    const length = (octets[at + 1] ?? 0) * 8
    if (length === 0) return false
    at += length
  }
  return at === octets.length
}
