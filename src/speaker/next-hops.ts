import type { NextHopSettings } from '../../bgp/peer-settings.js'
import type { NextHops } from '../../bgp/rib/export.js'
import { type Ip, type Ipv6, isIpv4, isIpv6 } from '../../net/ip.js'
import { isLinkLocal } from '../../net/ip-kind.js'
import { globalIpv4On, globalIpv6On, type HostAddress, interfaceOf } from '../os/interfaces.js'

/**
 * The next hops of a session: what is configured, else this session's own address, else an address of the same
 * interface for the other family. An IPv6 prefix never gets ::ffff: or a link-local alone on an IPv4 session; with no
 * usable address there is none, and the routes of that family are rejected with that reason.
 * @param sessionInterface of a link-local session, whose address alone does not tell it
 */
export function nextHopsOf(
  local: Ip,
  sessionInterface: string | undefined,
  configured: NextHopSettings,
  host: readonly HostAddress[],
): NextHops {
  const on = sessionInterface ?? interfaceOf(host, local)
  const ipv4 = configured.ipv4 ?? (isIpv4(local) ? local : on && globalIpv4On(host, on))
  const ipv6 = configured.ipv6 ?? globalIpv6(local) ?? (on && globalIpv6On(host, on))
  // RFC 2545 §3: the link-local goes along only where both speakers share the link; that is sure on a session
  // between link-local addresses alone.
  const linkLocal = isIpv6(local) && isLinkLocal(local) ? local : undefined
  return { ...(ipv4 && { ipv4 }), ...(ipv6 && { ipv6 }), ...(linkLocal && { linkLocal }) }
}

function globalIpv6(local: Ip): Ipv6 | undefined {
  return isIpv6(local) && !isLinkLocal(local) ? local : undefined
}
