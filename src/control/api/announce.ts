import type { Prefix } from '../../../net/prefix.js'

/** What `herald announce` asks for. */
export interface AnnounceRequest {
  readonly prefixes: readonly string[]
  readonly via?: readonly string[]
  readonly communities?: readonly string[]
  readonly localPreference?: number
  readonly med?: number
  readonly peers?: readonly string[]
  /** Forgotten at the next restart. */
  readonly ephemeral?: boolean
}

export interface WithdrawRequest {
  readonly prefixes: readonly string[]
}

/** What came of an announce or withdraw: all of it, or nothing and an ApiProblem. */
export interface AnnounceReport {
  readonly changed: readonly Prefix[]
  /** Wanted already, or not announced at run time in the first place. */
  readonly unchanged: readonly UnchangedPrefix[]
}

export interface UnchangedPrefix {
  readonly prefix: Prefix
  readonly because: string
  /** The announcement of the file that has it; after a withdraw it is announced still. */
  readonly inFile?: string
}

/** An announce without its prefixes, which come as lines. */
export type AnnounceTerms = Omit<AnnounceRequest, 'prefixes'>

/** What came of lines of prefixes: how many. All of it, or nothing and an ApiProblem that numbers the lines. */
export interface BulkReport {
  readonly changed: number
  /** Wanted already, by the file as well, or not announced at run time in the first place. */
  readonly unchanged: number
}
