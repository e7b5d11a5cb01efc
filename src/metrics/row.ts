import type { Facts } from './facts.js'

/** One metric: its name by the conventions of Prometheus, and where its values come from. */
export interface Row {
  readonly name: string
  readonly type: 'gauge' | 'counter'
  readonly help: string
  readonly labels: readonly string[]
  readonly samples: (facts: Facts) => Iterable<Sample>
}

export interface Sample {
  /** In the order of the row's labels. */
  readonly labels: readonly string[]
  readonly value: number
}

/** One sample without labels; none where the value is unknown. */
export function only(value: number | undefined): readonly Sample[] {
  return value === undefined ? [] : [{ labels: [], value }]
}

/** 1 for the state that is, 0 for the others: what Prometheus has instead of words. */
export function oneOf(states: readonly string[], is: string, labels: readonly string[]): readonly Sample[] {
  return states.map((state) => ({ labels: [...labels, state], value: state === is ? 1 : 0 }))
}

/** Seconds since 1970, of an ISO 8601 time. */
export function timestamp(at: string): number {
  return Date.parse(at) / 1000
}

/** Whether something is so, as a number. */
export function truth(value: boolean): number {
  return value ? 1 : 0
}
