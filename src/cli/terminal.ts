import type { Writable } from 'node:stream'
import { openScreen, type Screen, type ScreenStream } from './screen.js'
import { type Paint, plain, styled } from './style.js'

/** Where a command's words go. */
export interface Terminal {
  /** Results, to stdout. */
  write(text: string): void
  /** One line to stderr: an error, or a remark that is no result. */
  remark(line: string): void
  /** What stands on the last line of a terminal until the next word; nowhere else, so that no log has it. */
  progress(text: string): void
  readonly paint: Paint
  /** Of a terminal that can be drawn on; absent where stdout is none. */
  readonly openScreen?: () => Screen
}

/** To the beginning of the line, and what stands there is gone (ECMA-48 EL). */
const ERASE_LINE = '\r\u001b[K'

export interface Surroundings {
  readonly stdout: ScreenStream & { readonly isTTY?: boolean }
  readonly stderr: Writable & { readonly isTTY?: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly exit: (code: number) => void
}

export function openTerminal({ stdout, stderr, env, exit }: Surroundings): Terminal {
  let guarded = false
  let drawn = false
  const erase = () => {
    if (drawn) stderr.write(ERASE_LINE)
    drawn = false
  }
  return {
    write(text) {
      erase()
      // Not before the first word: the daemon's own use of stdout is not ours to end.
      if (!guarded) stdout.on('error', (error: NodeJS.ErrnoException) => onStdoutError(error, exit))
      guarded = true
      stdout.write(text)
    },
    progress(text) {
      if (stderr.isTTY !== true) return
      stderr.write(`${ERASE_LINE}${text}`)
      drawn = true
    },
    remark(line) {
      erase()
      stderr.write(`${line}\n`)
    },
    paint: colourful(stdout.isTTY === true, env) ? styled : plain,
    ...(stdout.isTTY && env.TERM !== 'dumb' && { openScreen: () => openScreen(stdout) }),
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
