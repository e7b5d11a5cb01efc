import { type Ipv6, ipv6FromOctets, octetsOf } from '../../net/ip.js'

/** '::': the sender of a probe has no address yet. */
export const unspecifiedIpv6: Ipv6 = ipv6FromOctets(new Uint8Array(16))

/** ff02::1. */
export const allNodes: Ipv6 = linkLocalGroup(Uint8Array.of(1))

/** ff02::1:ffXX:XXXX, where whoever has the address listens (RFC 4291 §2.7.1). */
export function solicitedNodeGroup(ip: Ipv6): Ipv6 {
  const [a = 0, b = 0, c = 0] = octetsOf(ip).subarray(-3)
  return linkLocalGroup(Uint8Array.of(1, 0xff, a, b, c))
}

export function isMulticast(ip: Ipv6): boolean {
  return ip.startsWith('ff') && ip.indexOf(':') === 4
}

/** ff02::/16 with these last octets. */
export function linkLocalGroup(last: Uint8Array): Ipv6 {
  const octets = new Uint8Array(16)
  octets.set([0xff, 0x02])
  octets.set(last, 16 - last.length)
  return ipv6FromOctets(octets)
}
