import { type Community, formatCommunity, parseCommunity } from '../../bgp/community.js'
import type { Path } from '../../bgp/path.js'
import type { Prefix } from '../../net/prefix.js'
import { ok, type Result, refused } from '../../net/result.js'

/** What `herald announce` asked for, all but its prefixes. */
export interface RunTimeTerms {
  readonly path: Path
  /** Names of peers; absent means all. */
  readonly peers?: readonly string[]
  /** Not kept over a restart. */
  readonly ephemeral: boolean
}

/** One prefix of it. */
export interface RunTimeRoute extends RunTimeTerms {
  readonly prefix: Prefix
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

/** The form in the state file; communities by their names. */
interface StoredTerms {
  readonly communities?: readonly string[]
  readonly localPreference?: number
  readonly med?: number
  readonly peers?: readonly string[]
}

export function storedForm({ path, peers }: RunTimeTerms): StoredTerms {
  const { communities, localPreference, med } = path
  return {
    ...(communities.length > 0 && { communities: communities.map(formatCommunity) }),
    ...(localPreference !== undefined && { localPreference }),
    ...(med !== undefined && { med }),
    ...(peers && { peers }),
  }
}

/** Refused where the file was edited, or is from another version: nobody but this would hold it back. */
export function fromStored(text: string): Result<RunTimeTerms> {
  const stored = parsed(text)
  if (!isStoredTerms(stored)) return refused('its terms are not in the form that herald writes')
  const communities: Community[] = []
  for (const name of stored.communities ?? []) {
    const community = parseCommunity(name)
    if (!community.ok) return community
    communities.push(community.value)
  }
  const { peers } = stored
  return ok({ path: runTimePath(communities, stored), ephemeral: false, ...(peers && { peers }) })
}

export function termsOf({ path, peers, ephemeral }: RunTimeTerms): RunTimeTerms {
  return { path, ephemeral, ...(peers && { peers }) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isStoredTerms(value: unknown): value is StoredTerms {
  if (typeof value !== 'object' || value === null) return false
  const { communities, localPreference, med, peers } = value as Record<string, unknown>
  const strings = (list: unknown) =>
    list === undefined || (Array.isArray(list) && list.every((item) => typeof item === 'string'))
  const number = (item: unknown) =>
    item === undefined || (Number.isInteger(item) && (item as number) >= 0 && (item as number) <= 0xffffffff)
  return strings(communities) && strings(peers) && number(localPreference) && number(med)
}
