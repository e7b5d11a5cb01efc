import type { Flaw } from './row.js'
import { attributeName } from './table.js'

/** What RFC 7606 makes of an attribute problem that leaves the session up. */
export type ProblemOutcome = 'attribute-discard' | 'treat-as-withdraw'

/** One thing wrong with the attributes of an UPDATE, for the log and the counters. */
export type AttributeProblem =
  | {
      readonly because: Flaw | 'overrun'
      readonly outcome: ProblemOutcome
      readonly type: number
      /** As received, all eight bits. */
      readonly flags: number
      /** As received: flags, type, length, value; a copy. */
      readonly attribute: Uint8Array
    }
  | { readonly because: 'missing'; readonly outcome: ProblemOutcome; readonly type: number }

/** 'ORIGIN: wrong-length, treat-as-withdraw'. */
export function describeProblem({ type, because, outcome }: AttributeProblem): string {
  return `${attributeName(type)}: ${because}, ${outcome}`
}
