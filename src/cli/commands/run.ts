import type { Define } from '../cli.js'
import { DEFAULT_CONFIG_FILE } from '../options.js'

export const define: Define = (command, cli) => {
  command
    .option('-c, --config <FILE>', 'configuration', DEFAULT_CONFIG_FILE)
    .addHelpText('after', help)
    .action(async ({ config }: { readonly config: string }) => {
      const { runDaemon } = await import('../../daemon/run.js')
      cli.exitCode = await runDaemon({ configFile: config })
    })
}

const help = `
Logs JSON lines to stdout, readable lines when stdout is a terminal. SIGHUP reloads the file, SIGTERM and SIGINT stop.

Example:
  herald run -c herald.yaml
`
