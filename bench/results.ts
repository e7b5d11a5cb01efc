/** What a run of the bench has found: the JSON that it writes, and what reports are made of. */
import type { Machine } from './machine.js'
import type { SpeakerName } from './speakers/speaker.js'
import type { Metric, StepName, Values } from './steps.js'

export interface Results {
  readonly form: 1
  readonly machine: Machine
  readonly quick: boolean
  /** Load of the machine before each measurement: the median, and the highest. */
  readonly load: { readonly median: number; readonly highest: number }
  readonly limitSeconds: number
  readonly speakers: readonly {
    readonly name: SpeakerName
    readonly title: string
    readonly version: string
  }[]
  readonly cases: readonly CaseResult[]
}

export interface CaseResult {
  readonly name: string
  readonly title: string
  readonly bySpeaker: { readonly [name in SpeakerName]?: SpeakerResult }
}

export interface SpeakerResult {
  /** Medians over the repeats. */
  readonly values: Values
  readonly repeats: readonly Values[]
  readonly missing: { readonly [step in StepName | 'start']?: string }
  readonly faults: readonly string[]
}

export function medians(all: readonly Values[]): Values {
  const names = new Set(all.flatMap((values) => Object.keys(values) as Metric[]))
  const result: Values = {}
  for (const name of names) result[name] = median(all.flatMap((values) => values[name] ?? []))
  return result
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}
