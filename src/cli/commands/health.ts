import type { Define } from '../cli.js'
import { show, type TableOptions, tableOptions } from '../shown.js'
import { healthView } from '../view/health.js'

export const define: Define = (command, cli) => {
  tableOptions(command)
    .addHelpText('after', help)
    .action(async (options: TableOptions) => {
      const daemon = await cli.daemon()
      await show(cli, options, {
        ask: () => daemon.health(),
        view: healthView,
        none: (checks) => (checks.length === 0 ? 'no announcement has a health check' : undefined),
      })
    })
}

const help = `
Examples:
  herald health
  herald health -o json | jq -r '.[] | select(.announced | not) | .announcement'
`
