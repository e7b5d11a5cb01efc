import type { Define } from '../cli.js'
import { type Output, outputOption, present } from '../options.js'
import { peerView } from '../view/peer.js'
import { peersView } from '../view/peers.js'

export const define: Define = (command, cli) => {
  command
    .argument('[NAME]', 'everything known of this peer')
    .addOption(outputOption())
    .addHelpText('after', help)
    .action(async (name: string | undefined, options: Output) => {
      const daemon = await cli.daemon()
      if (name !== undefined) {
        present(cli, options, await daemon.peer(name), peerView)
        return
      }
      const peers = await daemon.peers()
      if (peers.length === 0 && options.output === 'table') cli.terminal.remark('no peers are configured')
      else present(cli, options, peers, peersView)
    })
}

const help = `
Examples:
  herald peers                  a row for each address family of each peer
  herald peers tor-1            capabilities, timers, counters, last error, last state changes
  herald peers -o json | jq '.[] | select(.sessionState != "established") | .name'
`
