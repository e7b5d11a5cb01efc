import { type Ip, isIpv4, octetsOf } from './ip.js'

/** What an address may not be used for is decided by where it lies (RFC 6890, RFC 4291). */
export type IpKind = 'unspecified' | 'loopback' | 'link-local' | 'multicast' | 'reserved' | 'unicast'

export function kindOf(ip: Ip): IpKind {
  return isIpv4(ip) ? ipv4Kind(octetsOf(ip)) : ipv6Kind(octetsOf(ip))
}

export function isLinkLocal(ip: Ip): boolean {
  return kindOf(ip) === 'link-local'
}

function ipv4Kind([a = 0, b = 0]: Uint8Array): IpKind {
  if (a === 0) return 'unspecified'
  if (a === 127) return 'loopback'
  if (a === 169 && b === 254) return 'link-local'
  if (a >= 240) return 'reserved'
  return a >= 224 ? 'multicast' : 'unicast'
}

function ipv6Kind(octets: Uint8Array): IpKind {
  const [a = 0, b = 0] = octets
  if (a === 0xff) return 'multicast'
  if (a === 0xfe && (b & 0xc0) === 0x80) return 'link-local'
  if (octets.subarray(0, 15).some((octet) => octet !== 0)) return 'unicast'
  if (octets[15] === 0) return 'unspecified'
  return octets[15] === 1 ? 'loopback' : 'unicast'
}
