import { Secret } from '../net/secret.js'
import type { KeyChange } from './change.js'
import type { Effects, Row } from './effect.js'

/** The change of one key, or nothing. */
export function keyChange<Value>(
  { key, effect, show, takesTwo }: Row<Value>,
  before: Value | undefined,
  after: Value | undefined,
): readonly KeyChange[] {
  if (same(before, after)) return []
  const from = before === undefined || before === null ? undefined : show(before)
  const to = after === undefined || after === null ? undefined : show(after)
  return [
    {
      ...{ key, effect },
      ...(takesTwo && { takesTwo }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    },
  ]
}

/** Every key of the table whose value differs. */
export function keyChanges<Settings extends object>(
  effects: Effects<Settings>,
  before: Settings,
  after: Settings,
): readonly KeyChange[] {
  const keys = Object.keys(effects) as (keyof Settings)[]
  return keys.flatMap((key) => {
    const { given = (settings: Settings) => settings[key] } = effects[key]
    return keyChange(effects[key], given(before), given(after))
  })
}

/** 'holdTime 90s -> 30s'; 'med added: 10'. */
export function say({ key, from, to }: KeyChange): string {
  if (from === to) return `${key} changed`
  if (from === undefined) return `${key} added: ${to}`
  return to === undefined ? `${key} removed` : `${key} ${from} -> ${to}`
}

/** Equal in value: settings are plain data, and secrets. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (a instanceof Secret) return b instanceof Secret && a.equals(b)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))]
  return (
    left.size === right.size &&
    [...left].every(([key, value]) => right.has(key) && same(value, right.get(key)))
  )
}
