/** What a parser at an edge answers: a value, or why there is none in words that a user can act on. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly because: string }

export function ok<T>(value: T): Result<T> {
  return { ok: true, value }
}

export function refused(because: string): { readonly ok: false; readonly because: string } {
  return { ok: false, because }
}
