import { type Ipv6, ipv6FromOctets } from '../../net/ip.js'

/** Link-local multicast groups (RFC 4291 §2.7.1). */
export const ALL_NODES = group(1)
export const ALL_ROUTERS = group(2)

function group(last: number): Ipv6 {
  const octets = new Uint8Array(16)
  octets.set([0xff, 0x02])
  octets[15] = last
  return ipv6FromOctets(octets)
}
