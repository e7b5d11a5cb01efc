import { type Ip, ipFromOctets } from '../../net/ip.js'
import { octetsOfMac } from '../../net/mac.js'
import type { IpVersion } from '../../net/prefix.js'
import type { SegmentLink } from './settings.js'

/**
 * Where our advertisements come from. An interface without an address still can take part: the address is then one
 * that only this station would make (RFC 4291 appendix A, and the range of RFC 3927), and nobody answers to it.
 */
export function primaryAddress(version: IpVersion, { mac, ipv4, ipv6 }: SegmentLink): Ip {
  const known = version === 4 ? ipv4 : ipv6
  if (known !== undefined) return known
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = octetsOfMac(mac)
  if (version === 6) {
    return ipFromOctets(Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, a ^ 2, b, c, 0xff, 0xfe, d, e, f))
  }
  // 169.254.1.0 to 169.254.254.255; the last two octets differ where MAC addresses of one LAN do.
  return ipFromOctets(Uint8Array.of(169, 254, 1 + (e % 254), f))
}
