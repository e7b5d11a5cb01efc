import type { NextHopSettings } from '../../bgp/peer-settings.js'
import type { NextHops } from '../../bgp/rib/export.js'
import { type Ip, type Ipv6, isIpv4, isIpv6 } from '../../net/ip.js'
import { isLinkLocal } from '../../net/ip-kind.js'

/** An address of this host, as the kernel lists it. */
export interface HostAddress {
  readonly interface: string
  readonly address: Ip
  /** In bits. */
  readonly prefixLength: number
}

/**
 * The next hops of a session: what is configured, else this session's own address, else an address of the same
 * interface for the other family. An IPv6 prefix never gets ::ffff: or a loopback as its next hop; with no usable
 * address there is none, and the routes of that family are rejected with that reason.
 */
export function nextHopsOf(local: Ip, configured: NextHopSettings, host: readonly HostAddress[]): NextHops {
  const own = host.find(({ address }) => address === local)?.interface
  const beside = host.filter((each) => each.interface === own).map(({ address }) => address)
  const ipv4 = configured.ipv4 ?? (isIpv4(local) ? local : beside.find(isIpv4))
  const ipv6 = configured.ipv6 ?? globalIpv6(local, beside)
  // RFC 2545 §3: the link-local goes along only where both speakers share the link; that is sure on a session
  // between link-local addresses alone.
  const linkLocal = isLinkLocal(local) && isIpv6(local) ? local : undefined
  return { ...(ipv4 && { ipv4 }), ...(ipv6 && { ipv6 }), ...(linkLocal && { linkLocal }) }
}

function globalIpv6(local: Ip, beside: readonly Ip[]): Ipv6 | undefined {
  const candidates = isIpv6(local) ? [local, ...beside] : beside
  return candidates.find((address): address is Ipv6 => isIpv6(address) && !isLinkLocal(address))
}
