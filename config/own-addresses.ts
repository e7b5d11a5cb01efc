import type { PeerSettings } from '../bgp/peer-settings.js'
import { type Ip, isIpv4 } from '../net/ip.js'
import { covers, hostPrefix, lengthOf, networkOf, type Prefix } from '../net/prefix.js'
import { closestCovering, has } from '../net/prefix-set.js'
import type { Context } from './context.js'
import type { Path } from './problem.js'
import type { Announcement } from './settings.js'

/** An address of this host, and the length of its subnet in bits. */
export interface OwnAddress {
  readonly address: Ip
  readonly length: number
}

/** Where the subnet of a session is not known: what a wire has as a rule. */
const usualLength = (ip: Ip) => (isIpv4(ip) ? 24 : 64)

/**
 * Warns of announcements that hold an end of a session which they go over: the router would look for the next hop in
 * the very route (recursion), and lose the session or leave the route unused. What is no longer than the subnet of the
 * session does no harm there: the router is attached to that.
 * @param placeOf where the prefixes of an announcement stand
 */
export function warnOfOwnAddresses(
  announcements: readonly (Announcement | undefined)[],
  peers: readonly PeerSettings[],
  placeOf: (index: number) => Path,
  { warn, ownAddresses }: Context,
): void {
  announcements.forEach((announcement, i) => {
    if (announcement === undefined) return
    const told = new Set<Ip>()
    for (const peer of peers.filter((each) => hears(each, announcement))) {
      for (const { address, is } of ends(peer, ownAddresses)) {
        const prefix = longestHolding(announcement, address)
        const subnet = subnetOf(peer.address, ownAddresses) ?? usualLength(address)
        if (prefix === undefined || lengthOf(prefix) <= subnet || told.has(address)) continue
        told.add(address)
        const text = `${prefix} holds ${address}, ${is}: the router would look for its next hop in this very route; take it out`
        warn(placeOf(i), text)
      }
    }
  })
}

function hears({ name, advertise }: PeerSettings, announcement: Announcement): boolean {
  const { via, peers } = announcement
  return (
    via.includes('bgp') &&
    (peers === undefined || peers.includes(name)) &&
    (advertise === undefined || advertise.includes(announcement.name))
  )
}

interface SessionEnd {
  readonly address: Ip
  readonly is: string
}

function ends(
  { name, address, localAddress }: PeerSettings,
  ownAddresses: readonly OwnAddress[],
): readonly SessionEnd[] {
  const onLink = ownAddresses.filter((own) => holds(own, address)).map((own) => own.address)
  const ours = localAddress === undefined ? onLink : [localAddress]
  return [
    { address, is: `the address of ${name} itself` },
    ...ours.map((own) => ({ address: own, is: `this node's own address towards ${name}` })),
  ]
}

function subnetOf(peer: Ip, ownAddresses: readonly OwnAddress[]): number | undefined {
  const lengths = ownAddresses.filter((own) => holds(own, peer)).map(({ length }) => length)
  return lengths.length === 0 ? undefined : Math.max(...lengths)
}

function holds({ address, length }: OwnAddress, ip: Ip): boolean {
  return covers(networkOf(address, length), hostPrefix(ip))
}

function longestHolding({ prefixes }: Announcement, address: Ip): Prefix | undefined {
  const host = hostPrefix(address)
  return has(prefixes, host) ? host : closestCovering(prefixes, host)
}
