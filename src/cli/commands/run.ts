import type { Define } from '../cli.js'
import { DEFAULT_CONFIG_FILE } from '../options.js'

export const define: Define = (command, cli) => {
  command
    .option('-c, --config <FILE>', 'configuration', DEFAULT_CONFIG_FILE)
    .option('--user <NAME>', 'become this user, where root starts it')
    .addHelpText('after', help)
    .action(async ({ config, user }: { readonly config: string; readonly user?: string }) => {
      const { runDaemon } = await import('../../daemon/run.js')
      cli.exitCode = await runDaemon({ configFile: config, user })
    })
}

const help = `
Logs JSON lines to stdout, readable lines when stdout is a terminal. SIGHUP reloads the file, SIGTERM and SIGINT stop.

With --user, root's process becomes that user's and keeps CAP_NET_BIND_SERVICE and CAP_NET_RAW alone. The directories of the
control socket and of the state are made for that user where there are none; the configuration must be readable for it.

Examples:
  herald run -c herald.yaml
  herald run --user herald         as root, where no service manager does this
`
