import { Command, Option } from 'commander'
import { DEFAULT_SOCKET } from '../../config/settings.js'
import { readVersion } from '../version.js'
import type { Cli } from './cli.js'
import { commands } from './commands.js'

const description = `herald announces a node's PodCIDRs and LoadBalancer IPs by BGP-4, and virtual IPs by ARP and NDP.`

const examples = `
Examples:
  herald lab                                  see it work on this machine, without a router
  herald check herald.yaml                    find every mistake of a configuration
  herald run -c herald.yaml                   run the daemon
  herald peers                                the sessions
  herald announce 192.0.2.10/32               announce without editing a file

Exit codes: 0 done, 1 what was asked for does not hold or cannot be done, 2 wrong usage.
`

/** The command line; of the commands only those that `argv` names are loaded, the rest have but a name. */
export async function buildProgram(argv: readonly string[], cli: Cli): Promise<Command> {
  // The help of a line without a command goes to stdout too; errors are told once, in our own words.
  const write = (text: string) => cli.terminal.write(text)
  const program = new Command('herald')
    .description(description)
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addOption(
      new Option('--socket <PATH>', 'control socket of the daemon')
        .env('HERALD_SOCKET')
        .default(DEFAULT_SOCKET),
    )
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: write, writeErr: write, outputError: () => {} })
    .exitOverride()
    .addHelpText('after', examples)
  for (const { name, summary, load } of commands) {
    const command = program.command(name).description(summary).helpOption('-h, --help', 'print this help')
    if (!argv.includes(name)) continue
    const { define } = await load()
    define(command, cli)
  }
  return program
}

/** Where to read more, for the end of a usage error. */
export function helpHint(argv: readonly string[]): string {
  const named = argv.find((argument) => commands.some(({ name }) => name === argument))
  return `see \`herald ${named === undefined ? '' : `${named} `}--help\``
}
