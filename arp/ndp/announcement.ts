import type { Ipv6 } from '../../net/ip.js'
import type { Mac } from '../../net/mac.js'
import { groupMac } from '../ethernet.js'
import type { Link } from '../link.js'
import { allNodes, solicitedNodeGroup, unspecifiedIpv6 } from './group.js'
import type { NeighborAdvertisement, NeighborSolicitation } from './message.js'

/**
 * "This address is here now", to all nodes. Linux ignores it without the target's link-layer address, and only demotes
 * the old entry without O (RFC 4861 §7.2.6). The source is the address itself, as in keepalived.
 */
export function unsolicitedAdvertisement(
  ip: Ipv6,
  link: Pick<Link, 'mac' | 'router'>,
): NeighborAdvertisement {
  return {
    kind: 'neighbor-advertisement',
    ethernet: { destination: groupMac(allNodes), source: link.mac },
    source: ip,
    destination: allNodes,
    target: ip,
    router: link.router,
    solicited: false,
    override: true,
    options: [{ kind: 'target-link-layer-address', mac: link.mac }],
  }
}

/** The same news to one station that asked lately: an access point may drop multicast, and never drops this. */
export function unicastAdvertisement(
  ip: Ipv6,
  link: Pick<Link, 'mac' | 'router'>,
  asker: { readonly mac: Mac; readonly ip: Ipv6 },
): NeighborAdvertisement {
  const ethernet = { destination: asker.mac, source: link.mac }
  return { ...unsolicitedAdvertisement(ip, link), ethernet, destination: asker.ip }
}

/** Duplicate address detection: "is anybody using this address?" (RFC 4862 §5.4.2). */
export function dadSolicitation(ip: Ipv6, mac: Mac): NeighborSolicitation {
  const destination = solicitedNodeGroup(ip)
  return {
    kind: 'neighbor-solicitation',
    ethernet: { destination: groupMac(destination), source: mac },
    source: unspecifiedIpv6,
    destination,
    target: ip,
    options: [],
  }
}

/** "Who has this address? Tell me" (RFC 4861 §7.2.2). */
export function solicitation(ip: Ipv6, from: { readonly mac: Mac; readonly ip: Ipv6 }): NeighborSolicitation {
  const { mac, ip: source } = from
  return { ...dadSolicitation(ip, mac), source, options: [{ kind: 'source-link-layer-address', mac }] }
}
