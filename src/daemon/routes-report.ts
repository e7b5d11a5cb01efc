import type { Attribute } from '../../bgp/attribute.js'
import { formatCommunity, formatExtended, formatStandard, LLGR_STALE } from '../../bgp/community.js'
import { type Family, families, familyOfVersion } from '../../bgp/family.js'
import type { AdjRibOut } from '../../bgp/rib/adj-rib-out.js'
import type { AttributeBlock } from '../../bgp/rib/attribute-block.js'
import type { AnnouncementId, LocRib, RibAnnouncement } from '../../bgp/rib/loc-rib.js'
import type { Staleness } from '../../bgp/rib/received-prefixes.js'
import type { Ip } from '../../net/ip.js'
import { type Prefix, versionOf } from '../../net/prefix.js'
import type { Steps } from '../../net/steps.js'
import type { SourceName } from '../announcements/board.js'
import type { AvailableRoute, PeerRoute, PeerRoutes } from '../control/api/routes.js'
import type { PeerView, SessionView } from '../speaker/peer-view.js'
import { inOrder } from './route-order.js'

/** Entries of a table that are counted, and routes that are made, in a step. */
const [COUNTED, MADE] = [1 << 15, 1024]

/**
 * What this node wants announced, in the order of the address; in steps, as the others below: what changes in between
 * may be missing, or as it was before.
 */
export function* listingAvailable(
  locRib: LocRib,
  limit: number,
): Steps<{ readonly routes: readonly AvailableRoute[]; readonly total: number }> {
  const routes: AvailableRoute[] = []
  const terms = new Map<AnnouncementId, Omit<AvailableRoute, 'prefix' | 'family'>>()
  for (const family of families) {
    const { table, journal } = locRib.ribOf(family)
    const cursor = journal.open()
    try {
      while (routes.length < limit && cursor.at < journal.head) {
        const to = cursor.at + MADE
        journal.read(cursor.at, to, (slot, id) => {
          const announcement = routes.length < limit ? locRib.announcement(id) : undefined
          if (announcement === undefined) return
          const shown = terms.get(id) ?? termsOf(announcement)
          terms.set(id, shown)
          routes.push({ prefix: table.prefixAt(slot), family, ...shown })
        })
        cursor.at = Math.min(to, journal.head)
        yield
      }
    } finally {
      journal.close(cursor)
    }
  }
  return { routes: yield* inOrder(routes), total: locRib.size }
}

function termsOf({ name, source, path, peers }: RibAnnouncement): Omit<AvailableRoute, 'prefix' | 'family'> {
  return {
    announcement: name,
    source: source as SourceName,
    communities: path.communities.map(formatCommunity),
    asPathPrepend: path.asPathPrepend,
    ...(path.localPreference !== undefined && { localPreference: path.localPreference }),
    ...(path.med !== undefined && { med: path.med }),
    ...(peers && { peers }),
  }
}

/** Adj-RIB-Out as it stands with each peer: what was sent and not changed since. */
export function* listingAdvertised(
  locRib: LocRib,
  peers: readonly PeerView[],
  limit: number,
): Steps<PeerRoutes> {
  const routes: PeerRoute[] = []
  let total = 0
  for (const { settings, session } of peers) {
    for (const family of session?.negotiated.families ?? []) {
      const { table } = locRib.ribOf(family)
      const made = routesOfBlocks(settings.name, family)
      for (const { ribOut, from, to } of sentBy(session, family, () => routes.length < limit)) {
        ribOut.journal.read(from, to, (slot, value) => {
          if (value === 0) return
          total++
          const block = routes.length < limit ? ribOut.routeOf(slot) : undefined
          if (block !== undefined) routes.push({ ...made(block), prefix: table.prefixAt(slot) })
        })
        yield
      }
    }
  }
  return { routes: yield* inOrder(routes, rankOf(peers)), total }
}

interface Sent {
  readonly ribOut: AdjRibOut
  readonly from: number
  readonly to: number
}

/** What a session has been given, bit by bit, as long as there is a session and it follows the same table. */
function* sentBy(session: SessionView | undefined, family: Family, making: () => boolean): Generator<Sent> {
  const first = session?.outbox.position(family)?.ribOut
  if (first === undefined) return
  const { journal } = first
  const cursor = journal.open()
  try {
    for (;;) {
      const position = session?.outbox.position(family)
      if (position?.ribOut !== first || cursor.at >= position.at) return
      const to = Math.min(cursor.at + (making() ? MADE : COUNTED), position.at)
      yield { ribOut: first, from: cursor.at, to }
      // Nothing has changed since: who reads that has no turn in between.
      cursor.at = to
    }
  } finally {
    journal.close(cursor)
  }
}

/** All but the prefix of a route, made once for each set of attributes. */
function routesOfBlocks(peer: string, family: Family): (block: AttributeBlock) => Omit<PeerRoute, 'prefix'> {
  const known = new Map<AttributeBlock, Omit<PeerRoute, 'prefix'>>()
  return (block) => {
    const { nextHop, attributes } = block.route
    const made = known.get(block) ?? { peer, family, nextHop, ...shown(attributes) }
    known.set(block, made)
    return made
  }
}

/** What peers sent; herald installs none of it. */
export function* listingReceived(peers: readonly PeerView[], limit: number): Steps<PeerRoutes> {
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
      if (routes.length % MADE === 0) yield
    }
  }
  return { routes: yield* inOrder(routes, rankOf(peers)), total }
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

/** A peer's place in the order of names. */
function rankOf(peers: readonly PeerView[]): (route: PeerRoute) => number {
  const names = peers.map(({ settings }) => settings.name).sort((a, b) => a.localeCompare(b))
  const ranks = new Map(names.map((name, rank) => [name, rank]))
  return ({ peer }) => ranks.get(peer) ?? 0
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
