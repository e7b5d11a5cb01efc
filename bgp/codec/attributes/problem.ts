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

/** Problems of one UPDATE that are told one by one: a message can be made of thousands. */
const TOLD = 5

export function describeProblems(problems: readonly AttributeProblem[]): string {
  const told = problems.slice(0, TOLD).map(describeProblem).join('; ')
  return problems.length > TOLD ? `${told}; and ${problems.length - TOLD} more` : told
}

/** 'ORIGIN: wrong-length, treat-as-withdraw'. */
export function describeProblem({ type, because, outcome }: AttributeProblem): string {
  return `${attributeName(type)}: ${because}, ${outcome}`
}
