import type { HealthCheck } from '../../config/health-check.js'

/** What is known of one health check; counts are of results in a row. */
export type CheckState =
  /** No verdict yet. `announced` is what the announcement does until there is one. */
  | {
      readonly is: 'unknown'
      readonly announced: boolean
      readonly successes: number
      readonly failures: number
    }
  | { readonly is: 'healthy'; readonly failures: number }
  | { readonly is: 'unhealthy'; readonly successes: number }
  /** Its disable file exists: nothing is probed. */
  | { readonly is: 'disabled' }

export type Verdict = CheckState['is']

/** What came of one look at a service, in words fit for a table. */
export type CheckResult =
  | { readonly is: 'passed'; readonly text: string }
  | { readonly is: 'failed'; readonly text: string }
  | { readonly is: 'disabled'; readonly text: string }

export interface Step {
  readonly state: CheckState
  readonly transition?: Transition
}

export interface Transition {
  readonly from: Verdict
  readonly to: Verdict
  readonly because: string
}

type Counts = Pick<HealthCheck, 'rise' | 'fall'>

/** @param announced of a check that replaces another: the announcement stays as it is until the first verdict. */
export function begin(announced = false): CheckState {
  return { is: 'unknown', announced, successes: 0, failures: 0 }
}

export function step(state: CheckState, result: CheckResult, counts: Counts): Step {
  const next = after(state, result, counts)
  if (next.is === state.is) return { state: next }
  return { state: next, transition: { from: state.is, to: next.is, because: because(next, result, counts) } }
}

/** Whether the announcement reaches the routers. */
export function announces(state: CheckState): boolean {
  return state.is === 'healthy' || (state.is === 'unknown' && state.announced)
}

function after(state: CheckState, result: CheckResult, { rise, fall }: Counts): CheckState {
  if (result.is === 'disabled') return { is: 'disabled' }
  const passed = result.is === 'passed'
  switch (state.is) {
    case 'healthy': {
      const failures = passed ? 0 : state.failures + 1
      return failures < fall ? { is: 'healthy', failures } : { is: 'unhealthy', successes: 0 }
    }
    case 'unhealthy': {
      const successes = passed ? state.successes + 1 : 0
      return successes < rise ? { is: 'unhealthy', successes } : { is: 'healthy', failures: 0 }
    }
    case 'unknown': {
      const successes = passed ? state.successes + 1 : 0
      const failures = passed ? 0 : state.failures + 1
      if (successes >= rise) return { is: 'healthy', failures: 0 }
      if (failures >= fall) return { is: 'unhealthy', successes: 0 }
      return { is: 'unknown', announced: state.announced, successes, failures }
    }
    case 'disabled':
      // A service that was worked on proves itself anew.
      return after(begin(), result, { rise, fall })
  }
}

function because({ is }: CheckState, { text }: CheckResult, { rise, fall }: Counts): string {
  switch (is) {
    case 'healthy':
      return rise === 1 ? text : `${rise} successes in a row; the last: ${text}`
    case 'unhealthy':
      return fall === 1 ? text : `${fall} failures in a row; the last: ${text}`
    case 'disabled':
      return text
    case 'unknown':
      return 'no longer disabled'
  }
}
