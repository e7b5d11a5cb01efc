import type { Asn } from '../../bgp/asn.js'
import { ipVersionOf } from '../../bgp/family.js'
import { type PeerSettings, unnumbered } from '../../bgp/peer-settings.js'
import type { Announcement, BgpSettings, Settings } from '../../config/settings.js'
import { type Ip, isIpv6 } from '../../net/ip.js'
import { isLinkLocal, kindOf } from '../../net/ip-kind.js'
import { type Prefix, versionOf, ipVersionOf as versionOfIp } from '../../net/prefix.js'
import { blocksOf, countPrefixes } from '../../net/prefix-range.js'
import { rangesOf, union } from '../../net/prefix-set.js'
import { ok, type Result, refused } from '../../net/result.js'
import { labelOf } from './label.js'
import type { Distance, FamilySide, Neighbor, RouterSide } from './router-side.js'

/** What the file does not say and the caller may know; what stays unknown becomes a blank. */
export interface Known {
  /** This node's address, as the router sees it. */
  readonly nodeAddress?: Ip
  /** The one that the host at hand would use: what is assumed where nothing else says. */
  readonly hostAddress?: Ip
  /** The router's AS number, where the file says `external`. */
  readonly routerAs?: Asn
  /** The router's interface towards this node, for link-local addresses. */
  readonly interface?: string
  /** Not this node alone: every node of the range. */
  readonly nodes?: Prefix
}

const DEFAULT_PORT = 179

/** The TTL that stands for "no limit" on internal sessions and for GTSM; an external session has 1. */
const DIRECT_TTL = 1

/**
 * Turns one peer of the file around: what the router must have for this session to come up and its routes to pass.
 * Refused when no router could: each side would wait for the other.
 */
export function describeRouterSide(
  { node, bgp, announcements }: Settings,
  peer: PeerSettings,
  known: Known,
): Result<RouterSide> {
  const { name, address, remoteAs, localAs, port, password } = peer
  const internal = remoteAs === 'internal' || remoteAs === localAs
  const given = known.nodeAddress ?? peer.localAddress
  const nodeAddress = given ?? known.hostAddress
  const neighbor = neighborOf(node, peer, nodeAddress, known)
  const dialPort = neighbor.kind === 'range' || bgp === undefined ? undefined : portOf(bgp, peer, nodeAddress)
  if (peer.passive && dialPort === undefined) return refused(nobodyDials(peer, known))
  const announced = announcements.filter((each) => reaches(each, peer))
  return ok({
    node: neighbor.kind === 'range' ? `nodes in ${neighbor.range}` : node,
    peer: name,
    label: labelOf(neighbor.kind === 'range' ? 'nodes' : node, name),
    as: typeof remoteAs === 'number' ? remoteAs : internal ? localAs : (known.routerAs ?? `<AS of ${name}>`),
    nodeAs: localAs,
    internal,
    address,
    neighbor,
    unnumbered: address === unnumbered,
    assumed: neighbor.kind !== 'range' && given === undefined && nodeAddress !== undefined,
    listenPort: peer.passive ? DEFAULT_PORT : port,
    ...(dialPort !== undefined && { dialPort }),
    ...(password !== undefined && { password: `<password of ${name}>` }),
    distance: distanceOf(peer, internal),
    holdTimeSeconds: peer.holdTime,
    keepaliveTimeSeconds: peer.keepaliveTimeSeconds,
    families: peer.families.map((family) => familySide(family, announced)),
    extendedNextHop: isIpv6(address) && peer.families.includes('ipv4/unicast'),
    gracefulRestart: peer.gracefulRestart.enabled,
    ...longLived(peer),
    communities: announced.some(({ path }) => path.communities.length > 0),
  })
}

function nobodyDials({ name }: PeerSettings, { nodes }: Known): string {
  return nodes === undefined
    ? `${name} is passive and this node listens nowhere that it could reach; remove passive, or add to bgp.listen`
    : `${name} is passive, and a router does not dial a range either; remove passive, or leave out --nodes`
}

function neighborOf(
  node: string,
  { address }: PeerSettings,
  nodeAddress: Ip | undefined,
  known: Known,
): Neighbor {
  if (known.nodes !== undefined) return { kind: 'range', range: known.nodes }
  const expected = nodeAddress ?? `<address of ${node}>`
  const linkLocal = address === unnumbered || (isIpv6(address) && isLinkLocal(address))
  if (!linkLocal) return { kind: 'address', address: expected }
  return {
    kind: 'link-local',
    address: expected,
    interface: known.interface ?? `<interface towards ${node}>`,
  }
}

/** The port that the node accepts this router's connections on, if any. */
function portOf(
  { listen }: BgpSettings,
  peer: PeerSettings,
  nodeAddress: Ip | undefined,
): number | undefined {
  return listen.endpoints.find(({ address }) =>
    kindOf(address) === 'unspecified'
      ? versionOfIp(address) === versionOfIp(peer.address)
      : address === nodeAddress,
  )?.port
}

/** What is offered as a helper alone asks nothing of the router. */
function longLived({ gracefulRestart: { enabled, longLivedStaleTimeSeconds: seconds } }: PeerSettings) {
  return enabled && seconds !== undefined ? { longLivedStaleSeconds: seconds } : {}
}

function distanceOf({ ttl, ttlSecurityHops }: PeerSettings, internal: boolean): Distance {
  if (ttlSecurityHops !== undefined) return { kind: 'ttl-security', hops: ttlSecurityHops }
  return internal || ttl === DIRECT_TTL ? { kind: 'direct' } : { kind: 'multihop', ttl }
}

/** Whether policy lets the announcement through to this peer; its family is another question. */
function reaches({ name, via, peers }: Announcement, peer: PeerSettings): boolean {
  const advertised = peer.advertise === undefined || peer.advertise.includes(name)
  return via.includes('bgp') && advertised && (peers === undefined || peers.includes(peer.name))
}

function familySide(family: FamilySide['family'], announced: readonly Announcement[]): FamilySide {
  const version = ipVersionOf(family)
  const all = union(announced.map(({ prefixes }) => prefixes))
  const ranges = [...rangesOf(all)].filter(({ first }) => versionOf(first) === version)
  const count = countPrefixes(ranges)
  return {
    family,
    version,
    accepts: ranges.flatMap(blocksOf),
    announced: count,
    // Room for what is announced at run time, where the filter is widened for it.
    maximumPrefixes: Math.max(1, Math.ceil((2 * count) / 10)) * 10,
  }
}
