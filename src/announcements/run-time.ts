import { type Community, formatCommunity, parseCommunity } from '../../bgp/community.js'
import type { Path } from '../../bgp/path.js'
import type { Via } from '../../config/settings.js'
import type { Prefix } from '../../net/prefix.js'
import { ok, type Result, refused } from '../../net/result.js'

/** What `herald announce` asked for, all but its prefixes. */
export interface RunTimeTerms {
  /** At least one; 'l2' for single addresses alone. */
  readonly via: readonly Via[]
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
  /** Absent: BGP alone. */
  readonly via?: readonly Via[]
  readonly communities?: readonly string[]
  readonly localPreference?: number
  readonly med?: number
  readonly peers?: readonly string[]
}

export function storedForm({ via, path, peers }: RunTimeTerms): StoredTerms {
  const { communities, localPreference, med } = path
  return {
    ...(via.includes('l2') && { via }),
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
  const { via = ['bgp'], peers } = stored
  return ok({ via, path: runTimePath(communities, stored), ephemeral: false, ...(peers && { peers }) })
}

export function termsOf({ via, path, peers, ephemeral }: RunTimeTerms): RunTimeTerms {
  return { via, path, ephemeral, ...(peers && { peers }) }
}

export function isVia(value: unknown): value is Via {
  return value === 'bgp' || value === 'l2'
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
  const { via, communities, localPreference, med, peers } = value as Record<string, unknown>
  const strings = (list: unknown) =>
    list === undefined || (Array.isArray(list) && list.every((item) => typeof item === 'string'))
  const number = (item: unknown) =>
    item === undefined || (Number.isInteger(item) && (item as number) >= 0 && (item as number) <= 0xffffffff)
  const ways = via === undefined || (Array.isArray(via) && via.length > 0 && via.every(isVia))
  return ways && strings(communities) && strings(peers) && number(localPreference) && number(med)
}
