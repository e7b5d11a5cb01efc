import { appendFileSync } from 'node:fs'
import pino, { type DestinationStream, type Logger } from 'pino'
import type { LogLevel } from '../config/settings.js'
import { printable } from '../net/printable.js'

export type Log = Logger

/**
 * JSON lines, or readable ones where a person is watching.
 * @param options.out where the lines go; standard output when absent
 */
export function createLog(
  level: LogLevel,
  { readable, out }: { readonly readable: boolean; readonly out?: DestinationStream },
): Log {
  if (readable) return pino(settingsAt(level), readableLines(out ?? process.stdout))
  return out === undefined ? pino(settingsAt(level)) : pino(settingsAt(level), out)
}

/** JSON lines into a file, which nothing holds open between them. */
export function createFileLog(level: LogLevel, file: string): Log {
  return createLog(level, { readable: false, out: { write: (line) => appendFileSync(file, line) } })
}

function settingsAt(level: LogLevel) {
  return {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
}

/** '10:15:30 INFO  session up  peer=tor-1 …' */
function readableLines(out: DestinationStream): DestinationStream {
  return {
    write: (line) => {
      const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>
      const clock = String(time).slice(11, 19)
      const label = String(level).toUpperCase().padEnd(5)
      const details = Object.entries(fields).map(([key, value]) => ` ${key}=${shown(value)}`)
      out.write(`${clock} ${label} ${printable(String(msg))}${details.join('')}\n`)
    },
  }
}

/** As it is where that is plain; else quoted, as JSON has it. */
function shown(value: unknown): string {
  if (typeof value === 'string' && /^[\w.:/-]+$/.test(value)) return value
  return printable(JSON.stringify(value))
}
