/** What was asked for cannot be done; nothing has changed. */
export class SpeakerError extends Error {
  readonly code: SpeakerErrorCode
  /** Every mistake, where `code` is 'invalid'; else empty. */
  readonly problems: readonly OptionProblem[]

  constructor(code: SpeakerErrorCode, message: string, problems: readonly OptionProblem[] = []) {
    super(message)
    this.name = 'SpeakerError'
    this.code = code
    this.problems = problems
  }
}

export type SpeakerErrorCode =
  /** Options are wrong. */
  | 'invalid'
  | 'no-such-peer'
  /** An endpoint of `listen` cannot be bound. */
  | 'cannot-listen'
  /** The speaker has been stopped, or started already. */
  | 'wrong-moment'
  /** Events came faster than the loop over them took them. */
  | 'overrun'

export interface OptionProblem {
  /** 'peers[0].holdTime', from the value that was handed over. */
  readonly path: string
  /** What is wrong, and what would be right. */
  readonly message: string
}
