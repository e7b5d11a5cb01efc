import type { z } from 'zod'
import { type Judgement, judge } from './judge.js'
import { type Finding, type Path, pathKey } from './problem.js'

/** What a schema makes of a value when whatever does not fit is left out. */
export interface Salvaged<Value> {
  /** Absent when nothing is left. */
  readonly value?: Value
  readonly findings: readonly Finding[]
  /** Where in the file stands what is at this path of `value`: lists close up when items are left out. */
  inFile(path: Path): Path
  /** Whether the file has something meant for this path of `value` that had to be left out. */
  lost(path: Path): boolean
}

/**
 * Validates, and where that fails leaves out what is wrong and tries again, so that one mistake does not hide those
 * that only show between keys.
 * @param spoilt what is known to be wrong beforehand.
 */
export function salvage<Schema extends z.ZodType>(
  schema: Schema,
  raw: unknown,
  spoilt: readonly Path[] = [],
): Salvaged<z.output<Schema>> {
  const cuts = new Set(spoilt.map(pathKey))
  let first: Judgement | undefined
  for (;;) {
    const { value, kept } = prune(raw, cuts)
    const inFile = (path: Path) => path.map((step, i) => indexInFile(kept, path.slice(0, i), step))
    const result = schema.safeParse(value)
    const issues = result.error?.issues ?? []
    // Of a file that is spoilt as a whole there is nothing more to say.
    first ??= located(judge(schema, value, cuts.has(pathKey([])) ? [] : issues), inFile)
    const { findings } = first
    const meant = new Set(first.meant.map(pathKey))
    const lost = (path: Path) => [cuts, meant].some((places) => places.has(pathKey(inFile(path))))
    if (result.success) return { value: result.data, findings, inFile, lost }
    for (const path of issues.flatMap(faults)) {
      const place = nearest(value, path)
      if (place.length === 0) return { findings, inFile, lost }
      cuts.add(pathKey(inFile(place)))
    }
  }
}

function located({ findings, meant }: Judgement, inFile: (path: Path) => Path): Judgement {
  return {
    findings: findings.map((each) => ({ ...each, path: inFile(each.path) })),
    meant: meant.map(inFile),
  }
}

/** The list that had items left out → where the others were. */
type Kept = ReadonlyMap<string, readonly number[]>

/** A copy without what stands at `cuts`, paths of the file. */
function prune(raw: unknown, cuts: ReadonlySet<string>): { value: unknown; kept: Kept } {
  const kept = new Map<string, readonly number[]>()
  return { value: cuts.size === 0 ? raw : copy(raw, [], []), kept }

  function copy(node: unknown, from: Path, to: Path): unknown {
    const stays = (step: string | number) => !cuts.has(pathKey([...from, step]))
    if (Array.isArray(node)) {
      const indexes = [...node.keys()].filter(stays)
      kept.set(pathKey(to), indexes)
      return indexes.map((index, i) => copy(node[index], [...from, index], [...to, i]))
    }
    if (typeof node !== 'object' || node === null) return node
    const entries = Object.entries(node).filter(([key]) => stays(key))
    return Object.fromEntries(entries.map(([key, value]) => [key, copy(value, [...from, key], [...to, key])]))
  }
}

function indexInFile(kept: Kept, list: Path, step: string | number): string | number {
  return typeof step === 'number' ? (kept.get(pathKey(list))?.[step] ?? step) : step
}

/** What has to go for an issue to go: the unknown keys themselves, else the value it is about. */
function faults(issue: z.core.$ZodIssue): readonly Path[] {
  const path = issue.path as (string | number)[]
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path]
}

/** Something missing cannot be left out; what misses it can. */
function nearest(value: unknown, path: Path): Path {
  const steps: (string | number)[] = []
  let at = value
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return steps
    steps.push(step)
    at = (at as Record<string | number, unknown>)[step]
  }
  return steps
}
