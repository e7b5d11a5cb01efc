import { dirname, resolve } from 'node:path'
import { noPrefixes } from '../net/prefix-set.js'
import { refused } from '../net/result.js'
import { finish, type Steps } from '../net/steps.js'
import type { Context } from './context.js'
import type { ReadFile } from './files.js'
import type { OwnAddress } from './own-addresses.js'
import { type PrefixesFile, readingPrefixesFile } from './prefixes-file.js'
import { type Finding, formatPath, type Problem, sortProblems } from './problem.js'
import { resolveSettings } from './resolve.js'
import { salvage } from './salvage.js'
import { type FileSettings, fileSchema } from './schema.js'
import { isOpen, readSecretFile, secret } from './secret-file.js'
import type { Settings } from './settings.js'
import { readSource } from './source.js'

/** What a configuration depends on besides its file. */
export interface Environment {
  /** The host's name: what `node` is where the file does not say. */
  readonly node: string
  readonly readFile: ReadFile
  /** Of the host that it is for, as far as known: for warnings alone. */
  readonly ownAddresses?: readonly OwnAddress[]
}

/** A configuration, or every reason why there is none, in the order of the file. */
export type Loaded =
  | { readonly ok: true; readonly settings: Settings; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Octets of a configuration file. */
export const MAX_FILE_OCTETS = 16 * 1024 * 1024

const EMPTY = 'the file is empty; write bgp: with asn: and peers: below it, and announcements:'

/** Reads and validates a configuration file, and the key files that it names. Never throws for what is in them. */
export function loadConfig(file: string, environment: Environment): Loaded {
  return finish(loading(file, environment))
}

/** As `loadConfig`, in steps: a file of prefixes may have a million lines. */
export function* loading(file: string, environment: Environment): Steps<Loaded> {
  const read = environment.readFile(file, MAX_FILE_OCTETS)
  if (!read.ok) return asAWhole(file, `cannot be read: ${read.because}`)
  const text = decode(read.value.bytes)
  if (text === undefined) return asAWhole(file, 'is not UTF-8 text; save it in that encoding')
  yield
  return yield* parsing(text, file, environment, read.value.mode)
}

/**
 * Validates the text of a configuration.
 * @param file names it in problems, and is what relative paths start from
 * @param mode who may read it: one that holds keys is for few
 */
export function parseConfig(text: string, file: string, environment: Environment, mode = 0o600): Loaded {
  return finish(parsing(text, file, environment, mode))
}

/** As `parseConfig`, in steps. */
export function* parsing(
  text: string,
  file: string,
  { node, readFile, ownAddresses = [] }: Environment,
  mode = 0o600,
): Steps<Loaded> {
  const { source, errors } = readSource(text)
  // Reading, judging and resolving a file of a hundred peers each take some milliseconds.
  yield
  const problems: Problem[] = errors.map(({ line, column, path, message }) => ({
    ...{ file, line, column, message },
    path: formatPath(path),
  }))
  if (source === undefined) return { ok: false, problems: sortProblems(problems) }
  if (source.value === null && errors.length === 0) {
    return {
      ok: false,
      problems: [{ file, line: 1, column: 1, path: '', message: EMPTY }],
    }
  }
  const located = ({ path, at, message }: Finding): Problem => ({
    file,
    ...source.locate(path, at),
    path: formatPath(path),
    message: path.length === 0 ? `the file ${message}` : message,
  })
  const add = (finding: Finding) => {
    problems.push(located(finding))
  }
  const warnings: Problem[] = []
  const salvaged = salvage(
    fileSchema,
    source.value,
    errors.filter(({ spoilt }) => spoilt).map(({ path }) => path),
  )
  salvaged.findings.forEach(add)
  const absolute = (path: string) => resolve(dirname(file), path)
  const prefixesFiles = yield* readingPrefixes(salvaged.value, absolute, readFile)
  const context: Context = {
    report: (path, message, at = 'value') => {
      add({ path: salvaged.inFile(path), at, message })
    },
    warn: (path, message) => {
      warnings.push(located({ path: salvaged.inFile(path), at: 'key', message }))
    },
    ownAddresses,
    lost: salvaged.lost,
    placeOf: (path) => `line ${source.locate(salvaged.inFile(path), 'value').line}`,
    absolute,
    ownSecret: (text) => (isOpen(mode) ? refused(exposed(file)) : secret(text)),
    readSecret: (path) => readSecretFile(absolute(path), readFile),
    readPrefixes: (path, at) => {
      const name = absolute(path)
      const { prefixes, problems: wrong } = prefixesFiles.get(name) ?? { prefixes: noPrefixes, problems: [] }
      for (const { line, message } of wrong) {
        if (line === 0) context.report(at, `${name} ${message}`)
        else problems.push({ file: name, line, column: 0, path: '', message })
      }
      return prefixes
    },
  }
  yield
  const settings = salvaged.value && resolveSettings(salvaged.value, node, context)
  yield
  if (problems.length > 0 || settings === undefined) return { ok: false, problems: sortProblems(problems) }
  return { ok: true, settings, warnings: sortProblems(warnings) }
}

/** The files of prefixes that the announcements name, each read once. */
function* readingPrefixes(
  settings: FileSettings | undefined,
  absolute: (path: string) => string,
  readFile: ReadFile,
): Steps<ReadonlyMap<string, PrefixesFile>> {
  const files = new Map<string, PrefixesFile>()
  for (const { prefixesFile } of settings?.announcements ?? []) {
    if (prefixesFile === undefined) continue
    const name = absolute(prefixesFile)
    if (!files.has(name)) files.set(name, yield* readingPrefixesFile(name, readFile))
  }
  return files
}

function exposed(file: string): string {
  return `stands in a file that is open to every user of this host; run chmod 640 ${file}, or put it into a passwordFile`
}

function asAWhole(file: string, message: string): Loaded {
  return { ok: false, problems: [{ file, line: 0, column: 0, path: '', message }] }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    // A byte order mark is skipped.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
