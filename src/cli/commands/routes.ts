import type { Command } from 'commander'
import type { PeerRoutes } from '../../control/api/routes.js'
import type { ControlClient } from '../../control/client.js'
import { DEFAULT_ROUTE_LIMIT } from '../../control/service.js'
import type { Define } from '../cli.js'
import { UsageError } from '../errors.js'
import { show, type TableOptions, tableOptions } from '../shown.js'
import type { Paint } from '../style.js'
import { availableView, peerRoutesView } from '../view/routes.js'

interface Options extends TableOptions {
  readonly limit: number
}

export const define: Define = (command, cli) => {
  withOptions(
    command.command('available').description('what this node wants announced, and where that comes from'),
  )
    .addHelpText('after', '\nExample:\n  herald routes available\n')
    .action(async (options: Options) => {
      const daemon = await cli.daemon()
      await show(cli, options, {
        ask: () => daemon.routesAvailable(options.limit),
        view: availableView,
        ...remarks('nothing is announced'),
      })
    })
  const ofPeers = [
    {
      name: 'advertised',
      description: 'what was sent to the peers, after policy (Adj-RIB-Out)',
      ask: (daemon: ControlClient, peer: string | undefined, limit: number) =>
        daemon.routesAdvertised(peer, limit),
    },
    {
      name: 'received',
      description: 'what the peers sent; nothing of it is installed in the kernel',
      ask: (daemon: ControlClient, peer: string | undefined, limit: number) =>
        daemon.routesReceived(peer, limit),
    },
  ]
  for (const { name, description, ask } of ofPeers) {
    withOptions(command.command(name).description(description).argument('[PEER]', 'of this peer alone'))
      .addHelpText('after', `\nExamples:\n  herald routes ${name}\n  herald routes ${name} tor-1 -o json\n`)
      .action(async (peer: string | undefined, options: Options) => {
        const daemon = await cli.daemon()
        const none = `nothing is ${name}${peer === undefined ? '' : ` ${name === 'advertised' ? 'to' : 'from'} ${peer}`}`
        await show(cli, options, {
          ask: () => ask(daemon, peer, options.limit),
          view: (routes: PeerRoutes, paint: Paint) => peerRoutesView(routes, peer !== undefined, paint),
          ...remarks(none),
        })
      })
  }
}

function withOptions(command: Command): Command {
  return tableOptions(command).option('--limit <N>', 'at most so many routes', limit, DEFAULT_ROUTE_LIMIT)
}

/** The daemon knows how many are too many. */
function limit(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text)
  throw new UsageError(`--limit: '${text}' is not a number of routes; write 1 or more`)
}

interface Listing {
  readonly routes: readonly unknown[]
  readonly total: number
}

/** @param nothing what is said where there is no route */
function remarks(nothing: string) {
  return {
    none: ({ total }: Listing) => (total === 0 ? nothing : undefined),
    remark: ({ routes, total }: Listing) =>
      routes.length < total ? `${routes.length} of ${total} routes; --limit ${total} shows all` : undefined,
  }
}
