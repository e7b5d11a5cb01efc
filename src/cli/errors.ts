import { ApiError } from '../control/api/answer.js'
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
  return ours ? error.message : nativeModuleWords(error)
}

/** koffi is the one dependency with a binary: an installation may have lost it, and a file system may run none. */
function nativeModuleWords(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const notLoaded = 'code' in error && error.code === 'ERR_DLOPEN_FAILED'
  if (!notLoaded && !error.message.startsWith('Cannot find the native Koffi module')) return undefined
  const because = notLoaded ? error.message : 'its binary, an optional package of npm, is not there'
  return `the native module koffi cannot be loaded: ${because}; docs/troubleshooting.md, "Installed, and does not start", has the causes`
}

export function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ')
}
