import { formatMs } from '../../net/duration.js'
import { systemClock, wallTime } from '../clock.js'
import type { Cli } from './cli.js'
import { oneLine, wordsOf } from './errors.js'
import type { Output } from './options.js'
import type { Table } from './shown.js'

export interface Watched extends Output {
  readonly everyMs: number
}

/**
 * A table again and again. On a terminal it stays in its place until Ctrl-C; elsewhere one follows another, so that a
 * file or a pipe has all of them. The first answer must come, as without watching; a daemon that is gone later may come back.
 */
export async function watch<T>(cli: Cli, options: Watched, table: Table<T>): Promise<void> {
  const first = await table.ask()
  const place =
    cli.terminal.openScreen === undefined ? inSequence(cli, options, table) : inPlace(cli, options, table)
  const ended = place.ended.then(() => 'ended' as const)
  try {
    place.show(first)
    while ((await Promise.race([ended, pause(options.everyMs)])) !== 'ended') {
      try {
        place.show(await table.ask())
      } catch (error) {
        const words = wordsOf(error)
        if (words === undefined) throw error
        place.trouble(oneLine(words))
      }
    }
  } finally {
    place.close()
  }
}

interface Place<T> {
  /** Resolves when the user has seen enough. */
  readonly ended: Promise<void>
  show(value: T): void
  trouble(words: string): void
  close(): void
}

function inPlace<T>(
  { terminal }: Cli,
  { output, everyMs }: Watched,
  { view, none, remark }: Table<T>,
): Place<T> {
  const screen = terminal.openScreen?.()
  const draw = (text: string) =>
    screen?.draw(`${wallTime()}, every ${formatMs(everyMs)}, Ctrl-C ends\n\n${text}`)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  let end = () => {}
  const ended = new Promise<void>((done) => {
    end = done
  })
  for (const signal of signals) process.once(signal, end)
  return {
    ended,
    show(value) {
      if (output === 'json') draw(JSON.stringify(value, null, 2))
      else draw(none?.(value) ?? [view(value, terminal.paint), remark?.(value) ?? ''].join('\n'))
    },
    trouble: (words) => draw(`herald: ${words}`),
    close() {
      for (const signal of signals) process.off(signal, end)
      screen?.close()
    },
  }
}

/** JSON is a line for each answer; an empty line stands between tables. */
function inSequence<T>({ terminal }: Cli, { output }: Watched, { view, none, remark }: Table<T>): Place<T> {
  let between = ''
  return {
    ended: new Promise(() => {}),
    show(value) {
      if (output === 'json') {
        terminal.write(`${JSON.stringify(value)}\n`)
        return
      }
      const nothing = none?.(value)
      if (nothing === undefined) terminal.write(`${between}${view(value, terminal.paint)}`)
      between = '\n'
      const beside = nothing ?? remark?.(value)
      if (beside !== undefined) terminal.remark(beside)
    },
    trouble: (words) => terminal.remark(`herald: ${words}`),
    close() {},
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => systemClock.after(ms, done))
}
