import { appendFileSync } from 'node:fs'
import pino, { type DestinationStream, type Logger } from 'pino'
import type { LogLevel } from '../config/settings.js'

export type Log = Logger

/** JSON lines, or readable ones where a person is watching. */
export function createLog(level: LogLevel, options: { readonly readable: boolean }): Log {
  return options.readable ? pino(settingsAt(level), readableLines(process.stdout)) : pino(settingsAt(level))
}

/** JSON lines into a file, which nothing holds open between them. */
export function createFileLog(level: LogLevel, file: string): Log {
  return pino(settingsAt(level), { write: (line: string) => appendFileSync(file, line) })
}

function settingsAt(level: LogLevel) {
  return { level, base: null, timestamp: pino.stdTimeFunctions.isoTime }
}

/** '10:15:30 INFO  session up  peer=tor-1 …' */
function readableLines(out: NodeJS.WriteStream): DestinationStream {
  return {
    write: (line: string) => {
      const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>
      const clock = String(time).slice(11, 19)
      const label = (pino.levels.labels[Number(level)] ?? '').toUpperCase().padEnd(5)
      const details = Object.entries(fields).map(([key, value]) => ` ${key}=${shown(value)}`)
      out.write(`${clock} ${label} ${String(msg)}${details.join('')}\n`)
    },
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string' && /^[\w.:/-]+$/.test(value)) return value
  return JSON.stringify(value)
}
