import type { PrefixSet } from '../net/prefix-set.js'
import type { Result } from '../net/result.js'
import type { Secret } from '../net/secret.js'
import type { OwnAddress } from './own-addresses.js'
import type { Path } from './problem.js'

/** What resolving needs besides the values: where to complain, and the way to what lies outside the file. */
export interface Context {
  /** Reports a mistake at a path of the salvaged values. */
  report(path: Path, message: string, at?: 'key' | 'value'): void
  /** Tells of what may be meant and will hardly do what is expected. */
  warn(path: Path, message: string): void
  /** Of the host at hand; empty where the configuration is read for another. */
  readonly ownAddresses: readonly OwnAddress[]
  /** Whether the file has something for this path that was wrong by itself, and is reported already. */
  lost(path: Path): boolean
  /** Where a value stands, to name it in the message about another: 'line 7', or its path where there are no lines. */
  placeOf(path: Path): string
  /** A path of the file, made absolute. */
  absolute(path: string): string
  readSecret(path: string): Result<Secret>
  /** A key that stands in the file itself. */
  ownSecret(text: string): Result<Secret>
  /** The prefixes of a file; its mistakes are reported here, each with its own line, at the key that names the file. */
  readPrefixes(path: string, at: Path): PrefixSet
}
