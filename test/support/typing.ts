/** A program on a terminal of its own (script(1) makes the terminal), and somebody who types. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Hopeless, waitFor } from './wait.js'

export interface Typing {
  /** Everything that the terminal was sent so far, with ␛ for the escape character. */
  readonly seen: () => string
  readonly type: (keys: string) => void
  /** Waits until what came since the last wait matches, and gives the match. */
  readonly expect: (what: RegExp) => Promise<RegExpExecArray>
  /** Resolves with the exit status of the program. */
  readonly ended: Promise<number | null>
  readonly kill: () => void
}

export const CTRL_C = '\u0003'

export function onTerminal(command: string, env: Readonly<Record<string, string>>): Typing {
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
    env: { PATH: process.env.PATH, TERM: 'xterm', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let seen = ''
  let read = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen += text.replaceAll('\u001b', '␛')
  })
  // Keys that nobody reads any more.
  child.stdin.on('error', () => {})
  const ended = once(child, 'close').then(([code]) => code as number | null)
  let over = false
  void ended.then(() => {
    over = true
  })
  return {
    seen: () => seen,
    type: (keys) => child.stdin.write(keys),
    expect: (what) =>
      waitFor(`${what}`, () => {
        const match = what.exec(seen.slice(read))
        if (match === null) {
          if (over) throw new Hopeless(`it ended, and the terminal shows ${JSON.stringify(seen.slice(read))}`)
          throw new Error(`the terminal shows ${JSON.stringify(seen.slice(read))}`)
        }
        read += match.index + match[0].length
        return match
      }),
    ended,
    kill: () => child.kill('SIGKILL'),
  }
}
