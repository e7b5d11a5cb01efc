import { type Community, formatCommunity, parseCommunity } from '../../bgp/community.js'
import type { Path } from '../../bgp/path.js'
import { announceable } from '../../config/announceable.js'
import { type Announcement, RUN_TIME } from '../../config/settings.js'
import { comparePrefixes, type Prefix, parsePrefix } from '../../net/prefix.js'
import { prefixSetOf } from '../../net/prefix-set.js'
import { ok, type Result, refused } from '../../net/result.js'

/** What `herald announce` asked for, one prefix of it. */
export interface RunTimeRoute {
  readonly prefix: Prefix
  readonly path: Path
  /** Names of peers; absent means all. */
  readonly peers?: readonly string[]
  /** Not kept over a restart. */
  readonly ephemeral: boolean
}

/** What routes announced at run time are sent with; a community that was given twice goes out once. */
export function runTimePath(
  communities: readonly Community[],
  { localPreference, med }: { readonly localPreference?: number; readonly med?: number },
): Path {
  const byName = new Map(communities.map((community) => [formatCommunity(community), community]))
  return {
    origin: 'igp',
    communities: [...byName.values()],
    asPathPrepend: 0,
    ...(localPreference !== undefined && { localPreference }),
    ...(med !== undefined && { med }),
  }
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
    const prefixes = prefixSetOf([first, ...others].map(({ prefix }) => prefix))
    const { path, peers } = first
    return [{ name: RUN_TIME, kind: 'prefixes', prefixes, via: ['bgp'], path, ...(peers && { peers }) }]
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

/** Refused where the file was edited, or is from another version: nobody but this would hold it back. */
export function fromStored(stored: unknown): Result<RunTimeRoute> {
  if (!isStoredRoute(stored)) return refused('not in the form that herald writes')
  const parsed = parsePrefix(stored.prefix)
  const prefix = parsed.ok ? announceable(parsed.value) : parsed
  if (!prefix.ok) return prefix
  const communities: Community[] = []
  for (const text of stored.communities ?? []) {
    const community = parseCommunity(text)
    if (!community.ok) return community
    communities.push(community.value)
  }
  const { peers } = stored
  const path = runTimePath(communities, stored)
  return ok({ prefix: prefix.value, path, ephemeral: false, ...(peers && { peers }) })
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
