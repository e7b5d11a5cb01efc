/** The longest that a drain or a confirmation may be waited for: a day. */
export const MAX_WAIT_SECONDS = 86_400

/** The body of every answer that is not 2xx. */
export interface ApiProblem {
  readonly error: string
  /** Every problem found, each with its place and remedy, when there is more than one. */
  readonly problems?: readonly string[]
}

/**
 * 400 wrong request, 404 no such thing, 405 wrong method, 409 does not hold now, 413 too much at once, 500 our
 * fault, 503 too many at once.
 */
export type ApiStatus = 400 | 404 | 405 | 409 | 413 | 500 | 503

/** Thrown by the service and by the client, sent as ApiProblem. */
export class ApiError extends Error {
  readonly status: ApiStatus
  readonly problems: readonly string[]

  constructor(status: ApiStatus, message: string, problems: readonly string[] = []) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.problems = problems
  }
}
