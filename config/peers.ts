import {
  type DynamicPeerSettings,
  type PeerSettings,
  type SessionSettings,
  unnumbered,
} from '../bgp/peer-settings.js'
import { formatEndpoint } from '../net/endpoint.js'
import { type Ip, isIpv6 } from '../net/ip.js'
import { isLinkLocal, kindOf } from '../net/ip-kind.js'
import { lengthOf } from '../net/prefix.js'
import type { Context } from './context.js'
import type { FileDynamicPeer, FilePeer, FilePeerDefaults } from './peer-schema.js'
import type { Path } from './problem.js'
import {
  DEFAULT_CONNECT_RETRY_TIME_SECONDS,
  DEFAULT_PORT,
  resolveSession,
  type SessionScope,
} from './session.js'
import type { ListenSettings } from './settings.js'

const peersPath: Path = ['bgp', 'peers']
const dynamicPeersPath: Path = ['bgp', 'dynamicPeers']

/** The listed peers; those that lack what a session needs are left out, and reported. */
export function resolvePeers(
  peers: readonly FilePeer[],
  scope: SessionScope,
  listen: ListenSettings,
): readonly PeerSettings[] {
  reportTwins(peers, scope)
  const resolved = peers.map((peer, i) => resolvePeer(peer, [...peersPath, i], scope))
  resolved.forEach((peer, i) => {
    if (peer !== undefined) checkNotOurselves(peer, [...peersPath, i, 'address'], listen, scope.context)
  })
  return resolved.filter((peer) => peer !== undefined)
}

/** What peerDefaults say of calling means nothing for peers that are only called by. */
const neverDialled = {
  passive: true,
  port: DEFAULT_PORT,
  connectRetryTimeSeconds: DEFAULT_CONNECT_RETRY_TIME_SECONDS,
} as const

/**
 * The ranges that anybody may connect from; always passive.
 * @param peers the listed ones, whose names are taken
 */
export function resolveDynamicPeers(
  ranges: readonly FileDynamicPeer[],
  peers: readonly FilePeer[],
  scope: SessionScope,
): readonly DynamicPeerSettings[] {
  const { context } = scope
  reportTakenNames(ranges, peers, scope)
  const seen = new Map<string, number>()
  return ranges.flatMap((range, i) => {
    const path = [...dynamicPeersPath, i]
    const { prefix } = range
    const session = resolveSession(range, path, undefined, scope)
    if (prefix === undefined) {
      requireKey(path, 'prefix', 'write the range that peers connect from, such as 10.0.9.0/24', context)
      return []
    }
    const before = seen.get(prefix)
    if (before !== undefined) reportTwin([...path, 'prefix'], prefix, [...dynamicPeersPath, before], context)
    else seen.set(prefix, i)
    if (session === undefined) return []
    if (lengthOf(prefix) === 0 && session.password === undefined) {
      context.report(
        [...path, 'prefix'],
        `${prefix} lets the whole world in; name a smaller range, or a passwordFile`,
      )
    }
    const { name, limit = 100 } = range
    return [{ ...session, ...neverDialled, ...(name !== undefined && { name }), prefix, limit }]
  })
}

function reportTakenNames(
  ranges: readonly FileDynamicPeer[],
  peers: readonly FilePeer[],
  { context, defaults }: SessionScope,
): void {
  const taken = new Map<string | undefined, Path>(
    peers.map((peer, i) => [peerName(peer, defaults), [...peersPath, i]]),
  )
  ranges.forEach(({ name }, i) => {
    const path = [...dynamicPeersPath, i]
    const other = name === undefined ? undefined : taken.get(name)
    if (other === undefined) taken.set(name, path)
    else {
      const place = context.placeOf(other)
      context.report(
        [...path, 'name'],
        `what is in ${place} is called ${name} too; give each a name of its own`,
      )
    }
  })
}

function resolvePeer(peer: FilePeer, path: Path, scope: SessionScope): PeerSettings | undefined {
  const { context } = scope
  const { address } = peer
  const session = resolveSession(peer, path, address, scope)
  if (address === undefined) {
    if (peer.interface !== undefined && !context.lost([...path, 'address']))
      return session && unnumberedPeer(peer, session, path, scope)
    const remedy = 'write the address of the router, such as 10.0.0.1, or the interface of an unnumbered one'
    requireKey(path, 'address', remedy, context)
    return undefined
  }
  const kind = kindOf(address)
  if (kind === 'unspecified' || kind === 'multicast' || kind === 'reserved') {
    context.report([...path, 'address'], `${address} is ${kind}; a peer has a unicast address`)
  }
  const zone = peer.interface ?? scope.defaults.interface
  if (
    kind === 'link-local' &&
    isIpv6(address) &&
    zone === undefined &&
    !context.lost([...path, 'interface'])
  ) {
    context.report(
      [...path, 'address'],
      `${address} is link-local and exists on every link; name the interface too`,
    )
  }
  if (session === undefined) return undefined
  return { ...session, name: peerName(peer, scope.defaults) ?? address, address }
}

/** Whoever advertises itself as a router on the interface. */
function unnumberedPeer(
  peer: FilePeer,
  session: SessionSettings,
  path: Path,
  { context, defaults }: SessionScope,
): PeerSettings {
  const { localAddress } = session
  if (localAddress !== undefined && !(isIpv6(localAddress) && isLinkLocal(localAddress))) {
    context.report(
      [...path, 'interface'],
      `without an address is for a session between link-local addresses, which localAddress ${localAddress} is not; remove it, or write the address of the router`,
    )
  }
  return { ...session, name: peerName(peer, defaults) ?? unnumbered, address: unnumbered }
}

/** The given name, else the address, with the interface where the address alone says little; undefined for neither. */
export function peerName(peer: FilePeer, defaults: FilePeerDefaults): string | undefined {
  const { name, address } = peer
  const zone = peer.interface ?? defaults.interface
  if (name !== undefined) return name
  if (address === undefined) return peer.interface
  return zone !== undefined && isIpv6(address) && isLinkLocal(address) ? `${address}%${zone}` : address
}

/** Two peers with one address, port and interface, or else of one name. */
function reportTwins(peers: readonly FilePeer[], { context, defaults }: SessionScope): void {
  const names = new Map<string, number>()
  const places = new Map<string, number>()
  peers.forEach((peer, i) => {
    const { address } = peer
    const name = peerName(peer, defaults)
    if (name === undefined || (address === undefined && peer.interface === undefined)) return
    const zone = peer.interface ?? defaults.interface
    const port = peer.port ?? defaults.port ?? DEFAULT_PORT
    const where = address === undefined ? `port ${port}` : formatEndpoint({ address, port })
    const place = `${where}${zone === undefined ? '' : ` on ${zone}`}`
    const samePlace = places.get(place)
    const sameName = names.get(name)
    if (samePlace !== undefined) {
      reportTwin(
        [...peersPath, i, address === undefined ? 'interface' : 'address'],
        place,
        [...peersPath, samePlace],
        context,
      )
    } else if (sameName !== undefined) {
      const other = context.placeOf([...peersPath, sameName])
      context.report(
        [...peersPath, i, 'name'],
        `the peer in ${other} is called ${name} too; give each a name of its own`,
      )
    }
    if (samePlace === undefined) places.set(place, i)
    if (sameName === undefined) names.set(name, i)
  })
}

function reportTwin(path: Path, what: string, first: Path, { report, placeOf }: Context): void {
  report(path, `${what} is given twice, first in ${placeOf(first)}; remove one`)
}

/** An active session to where we listen ourselves would only ever reach us. */
function checkNotOurselves(
  peer: PeerSettings,
  path: Path,
  listen: ListenSettings,
  { report }: Context,
): void {
  const local = (address: Ip) =>
    address === peer.address ||
    (kindOf(peer.address) === 'loopback' &&
      kindOf(address) === 'unspecified' &&
      isIpv6(address) === isIpv6(peer.address))
  const ours = listen.endpoints.find(({ address, port }) => port === peer.port && local(address))
  if (listen.explicit && !peer.passive && ours !== undefined) {
    report(
      path,
      `${formatEndpoint(peer)} is herald itself, which listens on ${formatEndpoint(ours)}; name the router`,
    )
  }
}

function requireKey(path: Path, key: string, remedy: string, { report, lost }: Context): void {
  if (!lost([...path, key])) report([...path, key], `is missing; ${remedy}`)
}
