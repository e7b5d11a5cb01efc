import { z } from 'zod'
import type { Result } from '../net/result.js'

/** What an editor is told about one value: a fragment of JSON Schema. */
export type JsonFragment = Readonly<Record<string, unknown>>

/** How one value of the file is asked for, described to editors, and read. */
export interface Form<Written, Value> {
  /** Completes 'write …'. */
  readonly wanted: string
  readonly json: JsonFragment
  readonly read: (written: Written) => Result<Value>
}

/** A value written as text. */
export function text<Value>(form: Form<string, Value>) {
  return scalar({ ...form, json: { type: 'string', ...form.json } }, (value) =>
    typeof value === 'string' ? form.read(value) : undefined,
  )
}

/** A value that YAML reads as a number where it is not quoted; both are understood. */
export function textOrNumber<Value>(form: Form<string | number, Value>) {
  return scalar(form, (value) =>
    typeof value === 'string' || typeof value === 'number' ? form.read(value) : undefined,
  )
}

/** Like `text`, for values that no message may repeat. */
export function secretText<Value>(form: Form<string, Value>) {
  return scalar(
    { ...form, json: { type: 'string', ...form.json } },
    (value) => (typeof value === 'string' ? form.read(value) : undefined),
    () => 'not text',
  )
}

export function integer(min: number, max: number) {
  const wanted = `a whole number from ${min} to ${max}`
  const fits = (value: number) => Number.isInteger(value) && value >= min && value <= max
  return scalar({ wanted, json: { type: 'integer', minimum: min, maximum: max } }, (value) =>
    typeof value !== 'number'
      ? undefined
      : fits(value)
        ? { ok: true, value }
        : { ok: false, because: `${value} is not ${wanted}` },
  )
}

export function flag() {
  return scalar({ wanted: 'true or false', json: { type: 'boolean' } }, (value) =>
    typeof value === 'boolean' ? { ok: true, value } : undefined,
  )
}

type Asked = Pick<Form<never, unknown>, 'wanted' | 'json'>

/** @param read undefined: the value is of the wrong type. @param shown how a message repeats a wrong value. */
export function scalar<Value>(
  { wanted, json }: Asked,
  read: (value: unknown) => Result<Value> | undefined,
  shown: (value: unknown) => string = show,
) {
  return z
    .unknown()
    .transform((value, context): Value => {
      const result = read(value)
      if (result?.ok) return result.value
      context.addIssue({
        code: 'custom',
        message: result?.because ?? `${wrong(value, shown)}; write ${wanted}`,
      })
      return z.NEVER
    })
    .meta(json)
}

/** What stands where something else was wanted, in words. */
export function wrong(value: unknown, shown: (value: unknown) => string = show): string {
  if (value === undefined) return 'is missing'
  if (value === null) return 'is empty'
  return `is ${shown(value)}`
}

function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  if (typeof value === 'boolean') return String(value)
  return typeof value === 'number' ? `the number ${value}` : `the text '${value}'`
}
