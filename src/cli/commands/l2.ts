import type { Define } from '../cli.js'
import { show, type TableOptions, tableOptions } from '../shown.js'
import { askersView, l2View } from '../view/l2.js'

export const define: Define = (command, cli) => {
  tableOptions(command)
    .addHelpText('after', help)
    .action(async (options: TableOptions) => {
      const daemon = await cli.daemon()
      await show(cli, options, {
        ask: () => daemon.l2(),
        view: l2View,
        none: (addresses) => (addresses.length === 0 ? 'no address is announced via l2' : undefined),
      })
    })
  command
    .command('askers')
    .description('the stations that asked for virtual IPs of late')
    .argument('[ADDRESS]', 'for this one alone')
    .addHelpText('after', '\nExamples:\n  herald l2 askers\n  herald l2 askers 192.168.1.240 -o json\n')
    .action(async (address: string | undefined) => {
      const daemon = await cli.daemon()
      await show(cli, command.opts<TableOptions>(), {
        ask: () => daemon.l2Askers(address),
        view: askersView,
        none: (askers) => (askers.length === 0 ? 'nobody has asked of late' : undefined),
      })
    })
}

const help = `
Examples:
  herald l2                 every virtual IP: interface, owner, requests, conflicts, the last failover
  herald l2 askers          who asked for them, the latest first
  herald l2 -o json | jq -r '.[] | select(.state == "owner") | .address'
`
