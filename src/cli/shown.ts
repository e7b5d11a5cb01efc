import type { Command } from 'commander'
import { formatMs, parseDuration } from '../../net/duration.js'
import type { Cli } from './cli.js'
import { UsageError } from './errors.js'
import { type Output, outputOption, present } from './options.js'
import type { Paint } from './style.js'
import { watch } from './watch.js'

/** Options of a command that prints a table, once or again and again. */
export interface TableOptions extends Output {
  readonly watch?: true
  /** Milliseconds. */
  readonly interval?: number
}

/** What such a command asks, and how people read the answer. */
export interface Table<T> {
  readonly ask: () => Promise<T>
  readonly view: (value: T, paint: Paint) => string
  /** What is said instead, where there is nothing to list. */
  readonly none?: (value: T) => string | undefined
  /** What is said beside it. */
  readonly remark?: (value: T) => string | undefined
}

const USUAL_INTERVAL_MS = 2_000
/** More often than people can read; and the daemon has other things to do. */
const LEAST_INTERVAL_MS = 100
const MOST_INTERVAL_MS = 24 * 3600 * 1000

/** -o, -w and --interval. */
export function tableOptions(command: Command): Command {
  return command
    .addOption(outputOption())
    .option('-w, --watch', `again every ${formatMs(USUAL_INTERVAL_MS)}, until Ctrl-C`)
    .option('--interval <TIME>', 'with --watch: again after this time (10s)', interval)
}

export async function show<T>(cli: Cli, options: TableOptions, table: Table<T>): Promise<void> {
  if (options.interval !== undefined && !options.watch)
    throw new UsageError('--interval: give --watch with it')
  if (options.watch) await watch(cli, { ...options, everyMs: options.interval ?? USUAL_INTERVAL_MS }, table)
  else once(cli, options, table, await table.ask())
}

function once<T>(cli: Cli, options: Output, { view, none, remark }: Table<T>, value: T): void {
  const nothing = options.output === 'table' ? none?.(value) : undefined
  if (nothing === undefined) present(cli, options, value, view)
  const beside = nothing ?? remark?.(value)
  if (beside !== undefined) cli.terminal.remark(beside)
}

function interval(text: string): number {
  const duration = parseDuration(text)
  if (!duration.ok) throw new UsageError(`--interval: ${duration.because}`)
  if (duration.value >= LEAST_INTERVAL_MS && duration.value <= MOST_INTERVAL_MS) return duration.value
  const range = `from ${formatMs(LEAST_INTERVAL_MS)} to ${formatMs(MOST_INTERVAL_MS)}`
  throw new UsageError(`--interval: '${text}' is not a time ${range}`)
}
