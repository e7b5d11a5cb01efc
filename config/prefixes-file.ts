import { noPrefixes, type PrefixSet } from '../net/prefix-set.js'
import type { Steps } from '../net/steps.js'
import type { ReadFile } from './files.js'
import { type LineProblem, PrefixLines } from './prefix-lines.js'

/** Octets of a file of prefixes: more lines than there may be prefixes in all, with room for comments. */
export const MAX_PREFIXES_FILE_OCTETS = 256 * 1024 * 1024

/** Octets that are read in a step: some milliseconds. */
const PIECE = 1 << 18

export interface PrefixesFile {
  readonly prefixes: PrefixSet
  /** Of line 0 where the file as a whole is meant. */
  readonly problems: readonly LineProblem[]
}

/** Reads a file of prefixes and addresses, one a line, in steps. */
export function* readingPrefixesFile(path: string, readFile: ReadFile): Steps<PrefixesFile> {
  const file = readFile(path, MAX_PREFIXES_FILE_OCTETS)
  if (!file.ok) {
    return { prefixes: noPrefixes, problems: [{ line: 0, message: `cannot be read: ${file.because}` }] }
  }
  const lines = new PrefixLines({ once: true, announceable: true })
  const { bytes } = file.value
  yield
  for (let at = 0; at < bytes.length; at += PIECE) {
    lines.push(bytes.subarray(at, at + PIECE))
    yield
  }
  const { prefixes, problems, wrong } = yield* lines.ending()
  const more = wrong - problems.length
  const last = problems.at(-1)
  if (more === 0 || last === undefined) return { prefixes, problems }
  const rest = { line: last.line, message: `and ${more} more after this line` }
  return { prefixes, problems: [...problems, rest] }
}
