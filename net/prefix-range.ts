import type { Prefix } from './prefix.js'

/**
 * Consecutive prefixes of one length, kept as its first and their number: one line of a file may mean a million
 * addresses, and nobody expands it before the routes are needed.
 */
export interface PrefixRange {
  readonly first: Prefix
  /** At least 1; `first` and those after it never pass the end of the address space. */
  readonly count: number
}
