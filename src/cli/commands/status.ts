import type { Define } from '../cli.js'
import { show, type TableOptions, tableOptions } from '../shown.js'
import { statusView } from '../view/status.js'

export const define: Define = (command, cli) => {
  tableOptions(command)
    .addHelpText('after', help)
    .action(async (options: TableOptions) => {
      const daemon = await cli.daemon()
      await show(cli, options, { ask: () => daemon.status(), view: statusView })
    })
}

const help = `
Examples:
  herald status
  herald status --watch --interval 10s
  herald status -o json | jq .bgp.peersEstablished
`
