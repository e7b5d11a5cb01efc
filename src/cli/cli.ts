import type { Command } from 'commander'
import type { ControlClient } from '../control/client.js'
import type { Terminal } from './terminal.js'

/** What a command works with. */
export interface Cli {
  readonly terminal: Terminal
  /** The daemon that --socket or $HERALD_SOCKET names, unless another is asked for. */
  daemon(other?: OtherDaemon): Promise<ControlClient>
  /** The tree of commands and options, with those commands whole that `words` name. */
  program(words: readonly string[]): Promise<Command>
  /** What the process exits with; 0 unless the command says otherwise. */
  exitCode: number
}

export interface OtherDaemon {
  readonly socket?: string | undefined
  /** How long an answer may take, in milliseconds. */
  readonly answerMs?: number
}

/** Gives a command its arguments, options, help and action. */
export type Define = (command: Command, cli: Cli) => void
