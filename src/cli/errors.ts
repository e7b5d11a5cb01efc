import { ApiError } from '../control/api.js'
import { DaemonUnreachable } from '../control/daemon-unreachable.js'

/** Wrong usage of the command line: exit code 2. The message ends with the remedy. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

/** What was asked for does not hold or cannot be done: exit code 1. */
export class CommandFailed extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'CommandFailed'
  }
}

/** The message of an error that is written for the user; undefined of any other, which is a bug. */
export function wordsOf(error: unknown): string | undefined {
  const ours =
    error instanceof CommandFailed || error instanceof ApiError || error instanceof DaemonUnreachable
  return ours ? error.message : undefined
}

export function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ')
}
