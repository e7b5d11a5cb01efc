import type { Define } from '../cli.js'
import { type Output, outputOption, present } from '../options.js'
import { askersView, l2View } from '../view/l2.js'

export const define: Define = (command, cli) => {
  command
    .addOption(outputOption())
    .addHelpText('after', help)
    .action(async (options: Output) => {
      const addresses = await (await cli.daemon()).l2()
      if (addresses.length === 0 && options.output === 'table')
        cli.terminal.remark('no address is announced via l2')
      else present(cli, options, addresses, l2View)
    })
  command
    .command('askers')
    .description('the stations that asked for virtual IPs of late')
    .argument('[ADDRESS]', 'for this one alone')
    .addHelpText('after', '\nExamples:\n  herald l2 askers\n  herald l2 askers 192.168.1.240 -o json\n')
    .action(async (address: string | undefined) => {
      const options = command.opts<Output>()
      const askers = await (await cli.daemon()).l2Askers(address)
      if (askers.length === 0 && options.output === 'table') cli.terminal.remark('nobody has asked of late')
      else present(cli, options, askers, askersView)
    })
}

const help = `
Examples:
  herald l2                 every virtual IP: interface, owner, requests, conflicts, the last failover
  herald l2 askers          who asked for them, the latest first
  herald l2 -o json | jq -r '.[] | select(.state == "owner") | .address'
`
