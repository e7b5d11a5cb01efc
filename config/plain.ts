import { noPrefixes } from '../net/prefix-set.js'
import { refused } from '../net/result.js'
import { resolveAnnouncements } from './announcements.js'
import type { Context } from './context.js'
import { formatPath, type Path } from './problem.js'
import { resolveBgp } from './resolve.js'
import { salvage } from './salvage.js'
import { type FileSettings, fileSchema } from './schema.js'
import { secret } from './secret-file.js'
import type { Announcement, BgpSettings } from './settings.js'

/** One mistake in values that a program handed over: there is no file, so no line. */
export interface PlainProblem {
  /** From the value that was handed over: 'peers[0].holdTime'; '' where all of it is meant. */
  readonly path: string
  /** What is wrong, and what would be right. */
  readonly message: string
}

export type Plain<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly PlainProblem[] }

/** Reads what stands under `bgp` of a file, as a plain value. Never throws for what is in it. */
export function readBgp(value: unknown): Plain<BgpSettings> {
  return read({ bgp: value }, ['bgp'], resolveBgp)
}

/**
 * Reads what stands under `announcements` of a file, as a plain value. Names of peers are not looked up: they may come
 * later.
 */
export function readAnnouncements(value: unknown): Plain<readonly Announcement[]> {
  return read({ announcements: value }, ['announcements'], ({ announcements = [] }, context) =>
    resolveAnnouncements(announcements, { bgp: true, l2: false }, context).filter(
      (announcement) => announcement !== undefined,
    ),
  )
}

/** @param root left out of the paths of problems */
function read<Value>(
  file: unknown,
  root: Path,
  resolve: (settings: FileSettings, context: Context) => Value | undefined,
): Plain<Value> {
  const salvaged = salvage(fileSchema, file)
  const problems = new Map<string, PlainProblem>()
  const add = (path: Path, message: string) => {
    const problem = {
      path: formatPath(path.slice(root.length)),
      // Messages name other keys by their path in a file.
      message: message.replaceAll(`${formatPath(root)}.`, ''),
    }
    problems.set(`${problem.path}: ${problem.message}`, problem)
  }
  for (const { path, message } of salvaged.findings) add(path, message)
  const context: Context = {
    report: (path, message) => add(salvaged.inFile(path), message),
    warn: () => undefined,
    ownAddresses: [],
    lost: salvaged.lost,
    placeOf: (path) => formatPath(salvaged.inFile(path).slice(root.length)),
    absolute: (path) => path,
    readPrefixes: (_, at) => {
      add(salvaged.inFile(at), 'no file is read here; give the prefixes themselves as prefixes')
      return noPrefixes
    },
    ownSecret: secret,
    readSecret: () => refused('no file is read here; give the key itself as password'),
  }
  const value = salvaged.value === undefined ? undefined : resolve(salvaged.value, context)
  return problems.size > 0 || value === undefined
    ? { ok: false, problems: [...problems.values()] }
    : { ok: true, value }
}
