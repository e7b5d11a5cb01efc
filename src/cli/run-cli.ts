import { CommanderError } from 'commander'
import { systemClock } from '../clock.js'
import { ApiError } from '../control/api/answer.js'
import type { ClientOptions } from '../control/client.js'
import type { Cli } from './cli.js'
import { oneLine, UsageError, wordsOf } from './errors.js'
import { whileWaiting } from './patience.js'
import { buildProgram, helpHint } from './program.js'
import { openTerminal, type Terminal } from './terminal.js'

/** Runs what the command line says; answers the exit code: 0 done, 1 not done, 2 wrong usage. */
export async function runCli(argv: readonly string[]): Promise<number> {
  const { stdout, stderr, env } = process
  const terminal = openTerminal({ stdout, stderr, env, exit: (code) => process.exit(code) })
  try {
    const cli: Cli = {
      terminal,
      exitCode: 0,
      daemon: (other = {}) =>
        connect(other.socket ?? program.opts<{ socket: string }>().socket, {
          ...(other.answerMs !== undefined && { answerMs: other.answerMs }),
          onWait: (answer) => whileWaiting(terminal, systemClock, answer),
        }),
      program: (words) => buildProgram(words, cli),
    }
    const program = await buildProgram(argv, cli)
    await program.parseAsync(argv, { from: 'user' })
    return cli.exitCode
  } catch (error) {
    return reportError(error, argv, terminal)
  }
}

async function connect(socket: string, options: ClientOptions) {
  const { controlClient } = await import('../control/client.js')
  return controlClient(socket, options)
}

function reportError(error: unknown, argv: readonly string[], terminal: Terminal): number {
  if (error instanceof CommanderError) {
    // Help and version end this way as well.
    if (error.exitCode === 0) return 0
    terminal.remark(`herald: ${usageMessage(error)}; ${helpHint(argv)}`)
    return 2
  }
  if (error instanceof UsageError) {
    terminal.remark(`herald: ${oneLine(error.message)}`)
    return 2
  }
  if (error instanceof ApiError) for (const problem of error.problems) terminal.remark(oneLine(problem))
  const words = wordsOf(error)
  terminal.remark(`herald: ${words === undefined ? unexpected(error) : oneLine(words)}`)
  return 1
}

function unexpected(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `this is a bug in herald: ${text}`
}

/** Commander's "error: unknown option '--foo'\n(Did you mean --for?)" as one line. */
function usageMessage(error: CommanderError): string {
  if (error.code === 'commander.help') return 'a command is missing'
  return oneLine(error.message.replace(/^error: |\.$/g, '').replace('(Did', '(did'))
}
