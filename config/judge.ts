import { z } from 'zod'
import { didYouMean } from '../net/did-you-mean.js'
import { type Finding, type Path, pathKey } from './problem.js'
import { wrong } from './scalar.js'

/** What a schema has against a value, in words. */
export interface Judgement {
  readonly findings: readonly Finding[]
  /** Where the keys would stand that unknown ones were probably meant to be. */
  readonly meant: readonly Path[]
}

export function judge(schema: z.ZodType, value: unknown): Judgement {
  const result = schema.safeParse(value)
  const all = (result.error?.issues ?? []).flatMap((issue) => explain(schema, value, issue, []))
  const meant = all.flatMap(({ instead }) => (instead === undefined ? [] : [instead]))
  // A misspelt key is one mistake, not an unknown key and a missing one.
  const misspelt = new Set(meant.map(pathKey))
  return {
    findings: all.filter(({ path, missing }) => missing !== true || !misspelt.has(pathKey(path))),
    meant,
  }
}

interface Explained extends Finding {
  readonly missing?: boolean
  /** The path of the key that was probably meant. */
  readonly instead?: Path
}

function explain(
  schema: z.ZodType,
  root: unknown,
  issue: z.core.$ZodIssue,
  parent: Path,
): readonly Explained[] {
  const path = [...parent, ...issue.path] as (string | number)[]
  const value = valueAt(root, path)
  switch (issue.code) {
    case 'custom':
      return [{ path, at: 'value', message: issue.message, missing: value === undefined }]
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(schema, path, key))
    case 'invalid_union': {
      // The alternative that got furthest is the one that was meant.
      const branches = issue.errors.map((errors) =>
        errors.flatMap((error) => explain(schema, root, error, path)),
      )
      const deep = branches.find((branch) => branch.every((found) => found.path.length > path.length))
      const unknown = branches.find((branch) => branch.some((found) => found.at === 'key'))
      return (
        deep ??
        unknown ?? [{ path, at: 'value', message: `${wrong(value)}; write self, or ipv4 and ipv6 below it` }]
      )
    }
    case 'invalid_type': {
      const wanted =
        issue.expected === 'array' ? 'a list: one per line after -, or in [ ]' : 'a mapping: KEY: VALUE lines'
      return [
        { path, at: 'value', message: `${wrong(value)}; write ${wanted}`, missing: value === undefined },
      ]
    }
    default:
      return [{ path, at: 'value', message: issue.message }]
  }
}

function unknownKey(schema: z.ZodType, parent: Path, key: string): Explained {
  const path = [...parent, key]
  const known = keysAt(schema, parent)
  const meant = synonyms[key.toLowerCase().replaceAll(/[-_]/g, '')]
  const near = meant !== undefined && known.includes(meant) ? meant : didYouMean(key, known)
  if (near !== undefined) {
    return { path, at: 'key', message: `unknown key; did you mean '${near}'?`, instead: [...parent, near] }
  }
  return { path, at: 'key', message: `unknown key; known here: ${known.join(', ')}` }
}

/** What other speakers call the same thing, in lower case, without - and _. */
const synonyms: Readonly<Record<string, string>> = {
  as: 'asn',
  localas: 'localAsn',
  myasn: 'asn',
  neighbor: 'address',
  neighbors: 'peers',
  peeraddress: 'address',
  peeras: 'asn',
  peerasn: 'asn',
  peerport: 'port',
  remoteas: 'asn',
  remoteasn: 'asn',
  sourceaddress: 'localAddress',
  updatesource: 'localAddress',
  localpref: 'localPreference',
  md5: 'password',
  authpassword: 'password',
  addresses: 'loadBalancerIPs',
  aggregationlength: 'aggregateLength',
  maximumprefix: 'maxPrefixes',
  nexthopself: 'nextHop',
}

/** The keys that a mapping at `path` may have. */
export function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  const object = path.reduce<z.ZodType | undefined>((at, step) => {
    const plain = at === undefined ? undefined : unwrap(at)
    if (plain instanceof z.ZodArray) return plain.element as z.ZodType
    return plain instanceof z.ZodObject ? (plain.shape as Record<string, z.ZodType>)[step] : undefined
  }, schema)
  const plain = object === undefined ? undefined : unwrap(object)
  return plain instanceof z.ZodObject ? Object.keys(plain.shape) : []
}

/** Through what wraps a mapping or a list: optional, and the mapping of a union. */
function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional) return unwrap(schema.unwrap() as z.ZodType)
  if (schema instanceof z.ZodUnion) {
    return (schema.options as z.ZodType[]).find((option) => option instanceof z.ZodObject) ?? schema
  }
  return schema
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, step) => (at as Record<string | number, unknown> | undefined)?.[step],
    root,
  )
}
