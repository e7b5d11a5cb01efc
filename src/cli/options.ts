import { Option } from 'commander'
import { formatMs, parseDuration } from '../../net/duration.js'
import type { Cli } from './cli.js'
import { UsageError } from './errors.js'
import type { Paint } from './style.js'

export const DEFAULT_CONFIG_FILE = '/etc/herald/herald.yaml'

export interface Output {
  readonly output: 'table' | 'json'
}

/** -o, for every command that prints a table. */
export function outputOption(): Option {
  return new Option('-o, --output <FORMAT>', 'how to print it').choices(['table', 'json']).default('table')
}

/** Prints `value` as the daemon told it, or as people read it. */
export function present<T>(
  cli: Cli,
  { output }: Output,
  value: T,
  view: (value: T, paint: Paint) => string,
): void {
  cli.terminal.write(
    output === 'json' ? `${JSON.stringify(value, null, 2)}\n` : view(value, cli.terminal.paint),
  )
}

/** For options that may be given more than once. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

/** LOCAL_PREF and MULTI_EXIT_DISC are four octets (RFC 4271 §4.3). */
export function u32(option: string): (text: string) => number {
  return (text) => {
    if (/^\d{1,10}$/.test(text) && Number(text) <= 0xffffffff) return Number(text)
    throw new UsageError(`${option}: '${text}' is not a number from 0 to 4294967295`)
  }
}

/** A duration, '90s' or '2m', in seconds. @param least seconds @param most seconds */
export function wholeSeconds(option: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const duration = parseDuration(text)
    if (!duration.ok) throw new UsageError(`${option}: ${duration.because}`)
    const seconds = duration.value / 1000
    if (Number.isInteger(seconds) && seconds >= least && seconds <= most) return seconds
    const range = `from ${least}s to ${formatMs(most * 1000)}`
    throw new UsageError(`${option}: '${text}' is not a time in whole seconds ${range}`)
  }
}

/** 'bgp,l2' as its words. */
export function words(text: string): readonly string[] {
  return text.split(',').map((word) => word.trim())
}
