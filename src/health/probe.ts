import type { Probe } from '../../config/health-check.js'
import type { Verdict } from './state.js'

/** What came of one probe. */
export interface Outcome {
  readonly passed: boolean
  /** One line, without control characters. */
  readonly text: string
}

/** What a command is told of its check. */
export interface ProbeContext {
  readonly announcement: string
  readonly verdict: Verdict
}

/**
 * Asks once. `done` is called exactly once, and never before this has returned: with the outcome, when nothing of
 * the probe is left (the process has ended, the socket is closed). The returned function ends it early.
 */
export type StartProbe<Kind extends Probe = Probe> = (
  probe: Kind,
  context: ProbeContext,
  done: (outcome: Outcome) => void,
) => () => void

export function passed(text: string): Outcome {
  return { passed: true, text }
}

export function failed(text: string): Outcome {
  return { passed: false, text }
}
