import { type Attempt, explain } from './explain.js'

export interface ErrorNumber {
  /** 'EACCES', as errno(3) names it. */
  readonly code: string
  /** 'Permission denied', as strerror(3) words it. */
  readonly text: string
}

/** A system call that failed; the message says what was wanted, why it failed and what to do. */
export class OsError extends Error {
  readonly code: string
  readonly call: string
  readonly remedy: string | undefined
  /** The message without what was wanted. */
  readonly because: string

  constructor(attempt: Attempt, call: string, error: ErrorNumber) {
    const { what, problem, remedy } = explain(attempt, error)
    const because = `${problem}${remedy === undefined ? '' : `; ${remedy}`}`
    super(`cannot ${what}: ${because}`)
    this.name = 'OsError'
    this.code = error.code
    this.call = call
    this.remedy = remedy
    this.because = because
  }
}
