import type { z } from 'zod'
import { type Finding, type Path, pathKey } from './problem.js'
import { wrong } from './scalar.js'
import { keysAt, schemaAt } from './schema-walk.js'
import { unknownKey } from './unknown-key.js'

/** What a schema has against a value, in words. */
export interface Judgement {
  readonly findings: readonly Finding[]
  /** Where the keys would stand that unknown ones were probably meant to be. */
  readonly meant: readonly Path[]
}

/** @param issues what `schema` answered to `value`. */
export function judge(schema: z.ZodType, value: unknown, issues: readonly z.core.$ZodIssue[]): Judgement {
  const all = issues.flatMap((issue) => explain(schema, value, issue, []))
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
      return [
        {
          path,
          at: issue.params?.at === 'key' ? 'key' : 'value',
          message: issue.message,
          missing: value === undefined,
        },
      ]
    case 'unrecognized_keys':
      return issue.keys.map((key) => explainKey(schema, path, key))
    case 'invalid_union': {
      // The alternative that got furthest is the one that was meant.
      const branches = issue.errors.map((errors) =>
        errors.flatMap((error) => explain(schema, root, error, path)),
      )
      const deep = branches.find((branch) => branch.every((found) => found.path.length > path.length))
      const unknown = branches.find((branch) => branch.some((found) => found.at === 'key'))
      return deep ?? unknown ?? [{ path, at: 'value', message: `${wrong(value)}; ${issue.message}` }]
    }
    case 'invalid_type': {
      const message =
        issue.expected === 'array' ? notAList(schema, path, value) : notAMapping(schema, path, value)
      return [{ path, at: 'value', message, missing: value === undefined }]
    }
    default:
      return [{ path, at: 'value', message: issue.message }]
  }
}

/** One item without its brackets is told how to write them, or what is wrong with it even so. */
function notAList(schema: z.ZodType, path: Path, value: unknown): string {
  const plainly = `${wrong(value)}; write a list, in [ ] or a line each after -`
  const item = schemaAt(schema, [...path, 0])
  if (typeof value !== 'string' || item === undefined) return plainly
  const [issue] = item.safeParse(value).error?.issues ?? []
  if (issue === undefined) return `is not a list; write [${value.includes(':') ? `"${value}"` : value}]`
  // A text is no attempt at an item that is a mapping.
  return issue.code === 'invalid_type' ? plainly : issue.message
}

function notAMapping(schema: z.ZodType, path: Path, value: unknown): string {
  const [first, second, third] = keysAt(schema, path)
  return `${wrong(value)}; write a mapping of keys such as ${[first, second, third].filter(Boolean).join(', ')}`
}

function explainKey(schema: z.ZodType, parent: Path, key: string): Explained {
  const { message, instead } = unknownKey(schema, parent, key)
  const explained = { path: [...parent, key], at: 'key', message } as const
  return instead === undefined ? explained : { ...explained, instead: [...parent, instead] }
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, step) => (at as Record<string | number, unknown> | undefined)?.[step],
    root,
  )
}
