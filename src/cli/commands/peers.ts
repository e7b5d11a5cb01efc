import type { Define } from '../cli.js'
import { show, type TableOptions, tableOptions } from '../shown.js'
import { peerView } from '../view/peer.js'
import { peersView } from '../view/peers.js'

export const define: Define = (command, cli) => {
  tableOptions(command)
    .argument('[NAME]', 'everything known of this peer')
    .addHelpText('after', help)
    .action(async (name: string | undefined, options: TableOptions) => {
      const daemon = await cli.daemon()
      if (name !== undefined) {
        await show(cli, options, { ask: () => daemon.peer(name), view: peerView })
        return
      }
      await show(cli, options, {
        ask: () => daemon.peers(),
        view: peersView,
        none: (peers) => (peers.length === 0 ? 'no peers are configured' : undefined),
      })
    })
}

const help = `
Examples:
  herald peers                  a row for each address family of each peer
  herald peers tor-1            capabilities, timers, counters, last error, last state changes
  herald peers --watch          the table again every two seconds
  herald peers -o json | jq '.[] | select(.sessionState != "established") | .name'
`
