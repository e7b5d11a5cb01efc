import { readFileSync } from 'node:fs'
import type { Cli } from './cli.js'
import { CommandFailed, UsageError } from './errors.js'

/** `-f FILE` in place of prefixes, for commands that take very many. */
export const FILE_OPTION = [
  '-f, --file <FILE>',
  'prefixes of a file, one a line, all of them or none; - is stdin',
] as const

/** @throws UsageError unless exactly one of the two is given */
export function oneOf(prefixes: readonly unknown[], file: string | undefined): void {
  if (prefixes.length > 0 && file !== undefined) {
    throw new UsageError('prefixes and --file exclude each other; put them all in the file')
  }
  if (prefixes.length === 0 && file === undefined) throw new UsageError('name a prefix, or a --file of them')
}

/** @throws CommandFailed */
export function readLines(file: string): Uint8Array {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (error) {
    throw new CommandFailed(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

const WIDTH = 30

/** Draws how much of the lines the daemon has taken; nothing of it stays. */
export function progressOf({ terminal }: Cli): (octets: number, of: number) => void {
  return (octets, of) => {
    const done = Math.floor((octets / of) * WIDTH)
    const percent = Math.floor((octets / of) * 100)
    terminal.progress(`[${'='.repeat(done)}${' '.repeat(WIDTH - done)}] ${percent} %`)
  }
}
