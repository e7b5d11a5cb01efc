import type { Command } from 'commander'
import type { ControlClient } from '../control/client.js'
import type { Terminal } from './terminal.js'

/** What a command works with. */
export interface Cli {
  readonly terminal: Terminal
  /** The daemon that --socket or $HERALD_SOCKET names. */
  daemon(): Promise<ControlClient>
  /** What the process exits with; 0 unless the command says otherwise. */
  exitCode: number
}

/** Gives a command its arguments, options, help and action. */
export type Define = (command: Command, cli: Cli) => void
