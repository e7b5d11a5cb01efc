import type { Command } from 'commander'
import { commands } from './commands.js'
import { buildProgram } from './program.js'
import { plain } from './style.js'

/** The whole command line, every command loaded, to be read and not to be run. */
export function documentedProgram(): Promise<Command> {
  const notRun = () => Promise.reject(new Error('this command line is for reading'))
  const terminal = { write() {}, remark() {}, progress() {}, paint: plain }
  const names = commands.map(({ name }) => name)
  return buildProgram(names, { terminal, daemon: notRun, program: notRun, exitCode: 0 })
}
