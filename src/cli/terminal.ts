import type { Writable } from 'node:stream'
import { type Paint, plain, styled } from './style.js'

/** Where a command's words go. */
export interface Terminal {
  /** Results, to stdout. */
  write(text: string): void
  /** One line to stderr: an error, or a remark that is no result. */
  remark(line: string): void
  readonly paint: Paint
}

export interface Surroundings {
  readonly stdout: Writable & { readonly isTTY?: boolean }
  readonly stderr: Writable
  readonly env: Readonly<Record<string, string | undefined>>
  readonly exit: (code: number) => void
}

export function openTerminal({ stdout, stderr, env, exit }: Surroundings): Terminal {
  let guarded = false
  return {
    write(text) {
      // Not before the first word: the daemon's own use of stdout is not ours to end.
      if (!guarded) stdout.on('error', (error: NodeJS.ErrnoException) => onStdoutError(error, exit))
      guarded = true
      stdout.write(text)
    },
    remark(line) {
      stderr.write(`${line}\n`)
    },
    paint: colourful(stdout.isTTY === true, env) ? styled : plain,
  }
}

/** https://no-color.org: any value but the empty one turns colours off. */
function colourful(isTerminal: boolean, env: Surroundings['env']): boolean {
  return isTerminal && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb'
}

/** `herald peers | head -1`: whoever reads has had enough, and that is no failure. */
function onStdoutError(error: NodeJS.ErrnoException, exit: (code: number) => void): void {
  if (error.code === 'EPIPE') exit(0)
  else throw error
}
