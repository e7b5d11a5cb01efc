/**
 * What a parser at an edge answers: a value, or why there is none, in words that a user can act on. Decoders of
 * frames narrow `Because` to their literal reasons, which metrics count and tests name.
 */
export type Result<T, Because extends string = string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly because: Because }

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value }
}

export function refused<const Because extends string>(
  because: Because,
): { readonly ok: false; readonly because: Because } {
  return { ok: false, because }
}
