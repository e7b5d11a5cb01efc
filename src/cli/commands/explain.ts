import type { Prefix } from '../../../net/prefix.js'
import type { Define } from '../cli.js'
import { type Output, outputOption, present } from '../options.js'
import { prefix } from '../prefix-argument.js'
import { explainView } from '../view/explain.js'

export const define: Define = (command, cli) => {
  command
    .argument('<PREFIX>', 'a prefix; an address stands for itself alone', prefix)
    .argument('[PEER]', 'towards this peer alone')
    .addOption(outputOption())
    .addHelpText('after', help)
    .action(async (wanted: Prefix, peer: string | undefined, options: Output) => {
      const report = await (await cli.daemon()).explain(wanted, peer)
      present(cli, options, report, explainView)
      if (!report.holds) cli.exitCode = 1
    })
}

const help = `
Exit code 1 when a gate is not passed.

Examples:
  herald explain 192.0.2.10             towards every peer, and on the LAN
  herald explain 10.244.1.0/24 tor-1
`
