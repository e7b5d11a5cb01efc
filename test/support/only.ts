/**
 * The fields of `value` that `expected` has. `t.same(only(route, expected), expected)` is exact in each of them, where
 * `t.match` takes a list for equal that only begins like the one expected.
 */
export function only<T extends object>(value: T | undefined, expected: Partial<T>): Partial<T> {
  const keys = Object.keys(expected) as (keyof T)[]
  return Object.fromEntries(keys.map((key) => [key, value?.[key]])) as Partial<T>
}
