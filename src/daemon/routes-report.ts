import type { Attribute } from '../../bgp/attribute.js'
import { formatCommunity, formatExtended, formatStandard, LLGR_STALE } from '../../bgp/community.js'
import { families, familyOfVersion } from '../../bgp/family.js'
import type { LocRib } from '../../bgp/rib/loc-rib.js'
import type { Staleness } from '../../bgp/rib/received-prefixes.js'
import type { Ip } from '../../net/ip.js'
import { comparePrefixes, type Prefix, versionOf } from '../../net/prefix.js'
import type { SourceName } from '../announcements/board.js'
import type { AvailableRoute, PeerRoute, PeerRoutes } from '../control/api.js'
import type { PeerView } from '../speaker/peer-view.js'

/** What this node wants announced, in the order of the address. */
export function availableRoutes(
  locRib: LocRib,
  limit: number,
): { readonly routes: readonly AvailableRoute[]; readonly total: number } {
  const routes: AvailableRoute[] = []
  for (const family of families) {
    const { table, journal } = locRib.ribOf(family)
    journal.read(0, journal.head, (slot, id) => {
      const announcement = routes.length < limit ? locRib.announcement(id) : undefined
      if (announcement === undefined) return
      const { name, source, path, peers } = announcement
      routes.push({
        prefix: table.prefixAt(slot),
        family,
        announcement: name,
        source: source as SourceName,
        communities: path.communities.map(formatCommunity),
        asPathPrepend: path.asPathPrepend,
        ...(path.localPreference !== undefined && { localPreference: path.localPreference }),
        ...(path.med !== undefined && { med: path.med }),
        ...(peers && { peers }),
      })
    })
  }
  return { routes: routes.sort((a, b) => comparePrefixes(a.prefix, b.prefix)), total: locRib.size }
}

/** Adj-RIB-Out as it stands with each peer: what was sent and not changed since. */
export function advertisedRoutes(locRib: LocRib, peers: readonly PeerView[], limit: number): PeerRoutes {
  const routes: PeerRoute[] = []
  let total = 0
  for (const { settings, session } of peers) {
    for (const family of session?.negotiated.families ?? []) {
      const position = session?.outbox.position(family)
      if (position === undefined) continue
      const { ribOut, at } = position
      const { table } = locRib.ribOf(family)
      ribOut.journal.read(0, at, (slot, value) => {
        if (value === 0) return
        total++
        const route = routes.length < limit ? ribOut.routeOf(slot)?.route : undefined
        if (route === undefined) return
        const { nextHop, attributes } = route
        routes.push({
          peer: settings.name,
          prefix: table.prefixAt(slot),
          family,
          nextHop,
          ...shown(attributes),
        })
      })
    }
  }
  return { routes: routes.sort(byPeerAndPrefix), total }
}

/** What peers sent; herald installs none of it. */
export function receivedRoutes(peers: readonly PeerView[], limit: number): PeerRoutes {
  const routes: PeerRoute[] = []
  let total = 0
  for (const { settings, adjRibIn } of peers) {
    if (adjRibIn === undefined) continue
    total += adjRibIn.total
    for (const { prefix, attributes } of adjRibIn.shown()) {
      if (routes.length >= limit) break
      const route = peerRoute(settings.name, prefix, attributes)
      const staleness = adjRibIn.staleness(prefix)
      const communities = withStale(route.communities, staleness)
      const because = unusedBecause(settings.localAs, { ...route, communities }, staleness)
      routes.push({ ...route, communities, ...(because !== undefined && { because }) })
    }
  }
  return { routes: routes.sort(byPeerAndPrefix), total }
}

/** A route as the peer sent it, for people and programs. */
export function peerRoute(peer: string, prefix: Prefix, attributes: readonly Attribute[]): PeerRoute {
  const family = familyOfVersion(versionOf(prefix))
  return { peer, prefix, family, nextHop: nextHopIn(attributes), ...shown(attributes) }
}

function unusedBecause(
  localAs: number,
  { asPath, communities }: PeerRoute,
  staleness: Staleness,
): string | undefined {
  if (asPath.includes(localAs)) return 'our own AS is in its AS_PATH'
  switch (staleness) {
    case 'stale':
      return 'stale: the peer restarts and has not announced it again (RFC 4724)'
    case 'long-lived-stale':
      return 'stale for long: the peer has been away for more than its restart time; least preferred (RFC 9494)'
    case 'fresh':
      return communities.includes(llgrStale)
        ? 'least preferred: the peer keeps it for a speaker that is gone (RFC 9494)'
        : undefined
  }
}

/** RFC 9494 §4.2: whoever keeps a route that long marks it. */
function withStale(communities: readonly string[], staleness: Staleness): readonly string[] {
  if (staleness !== 'long-lived-stale' || communities.includes(llgrStale)) return communities
  return [...communities, llgrStale]
}

const llgrStale = formatStandard(LLGR_STALE)

function byPeerAndPrefix(a: PeerRoute, b: PeerRoute): number {
  return a.peer.localeCompare(b.peer) || comparePrefixes(a.prefix, b.prefix)
}

function shown(
  attributes: readonly Attribute[],
): Pick<PeerRoute, 'origin' | 'asPath' | 'med' | 'localPreference' | 'communities'> {
  let origin = 'incomplete'
  let asPath: readonly number[] = []
  const communities: string[] = []
  const numbers: { med?: number; localPreference?: number } = {}
  for (const attribute of attributes) {
    if (attribute.kind === 'origin') origin = attribute.origin
    else if (attribute.kind === 'as-path') asPath = attribute.segments.flatMap(({ ases }) => ases)
    else if (attribute.kind === 'multi-exit-disc') numbers.med = attribute.med
    else if (attribute.kind === 'local-pref') numbers.localPreference = attribute.localPref
    else if (attribute.kind === 'communities') communities.push(...attribute.communities.map(formatStandard))
    else if (attribute.kind === 'large-communities') communities.push(...attribute.communities)
    else if (attribute.kind === 'extended-communities') {
      communities.push(...attribute.communities.map(formatExtended))
    }
  }
  return { origin, asPath, communities, ...numbers }
}

function nextHopIn(attributes: readonly Attribute[]): Ip {
  for (const attribute of attributes) {
    if (attribute.kind === 'next-hop' || attribute.kind === 'mp-reach') return attribute.nextHop
  }
  return '0.0.0.0' as Ip
}
