import { formatCommunity, parseCommunity } from '../../bgp/community.js'
import type { Path } from '../../bgp/path.js'
import { type Announcement, RUN_TIME } from '../../config/settings.js'
import { comparePrefixes, type Prefix, parsePrefix } from '../../net/prefix.js'
import { rangeOf, union } from '../../net/prefix-range.js'

/** What `herald announce` asked for, one prefix of it. */
export interface RunTimeRoute {
  readonly prefix: Prefix
  readonly path: Path
  /** Names of peers; absent means all. */
  readonly peers?: readonly string[]
  /** Not kept over a restart. */
  readonly ephemeral: boolean
}

/** One announcement for every set of terms that occurs, all of one name. */
export function announcementsOf(routes: Iterable<RunTimeRoute>): readonly Announcement[] {
  const byTerms = new Map<string, RunTimeRoute[]>()
  for (const route of routes) {
    const terms = termsOf(route)
    const group = byTerms.get(terms)
    if (group === undefined) byTerms.set(terms, [route])
    else group.push(route)
  }
  return [...byTerms.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const ranges = union([first, ...others].map(({ prefix }) => rangeOf(prefix)))
    const { path, peers } = first
    return [{ name: RUN_TIME, kind: 'prefixes', ranges, via: ['bgp'], path, ...(peers && { peers }) }]
  })
}

/** The form in the state file; communities by their names. */
export interface StoredRoute {
  readonly prefix: string
  readonly communities?: readonly string[]
  readonly localPreference?: number
  readonly med?: number
  readonly peers?: readonly string[]
}

export function storedForm({ prefix, path, peers }: RunTimeRoute): StoredRoute {
  const { communities, localPreference, med } = path
  return {
    prefix,
    ...(communities.length > 0 && { communities: communities.map(formatCommunity) }),
    ...(localPreference !== undefined && { localPreference }),
    ...(med !== undefined && { med }),
    ...(peers && { peers }),
  }
}

/** Undefined when what is stored is not a route: the file was edited or is from another version. */
export function fromStored(stored: unknown): RunTimeRoute | undefined {
  if (!isStoredRoute(stored)) return undefined
  const prefix = parsePrefix(stored.prefix)
  const communities = (stored.communities ?? []).map(parseCommunity)
  if (!prefix.ok || communities.some((community) => !community.ok)) return undefined
  const path: Path = {
    origin: 'igp',
    communities: communities.flatMap((community) => (community.ok ? [community.value] : [])),
    asPathPrepend: 0,
    ...(stored.localPreference !== undefined && { localPreference: stored.localPreference }),
    ...(stored.med !== undefined && { med: stored.med }),
  }
  return { prefix: prefix.value, path, ephemeral: false, ...(stored.peers && { peers: stored.peers }) }
}

export function sorted(routes: Iterable<RunTimeRoute>): readonly RunTimeRoute[] {
  return [...routes].sort((a, b) => comparePrefixes(a.prefix, b.prefix))
}

export function sameTerms(a: RunTimeRoute, b: RunTimeRoute): boolean {
  return termsOf(a) === termsOf(b)
}

function termsOf({ path, peers }: RunTimeRoute): string {
  return JSON.stringify([path, peers?.toSorted()])
}

function isStoredRoute(value: unknown): value is StoredRoute {
  if (typeof value !== 'object' || value === null || !('prefix' in value)) return false
  const { prefix, communities, localPreference, med, peers } = value as Record<string, unknown>
  const strings = (list: unknown) =>
    list === undefined || (Array.isArray(list) && list.every((item) => typeof item === 'string'))
  const number = (item: unknown) =>
    item === undefined || (Number.isInteger(item) && (item as number) >= 0 && (item as number) <= 0xffffffff)
  return (
    typeof prefix === 'string' &&
    strings(communities) &&
    strings(peers) &&
    number(localPreference) &&
    number(med)
  )
}
