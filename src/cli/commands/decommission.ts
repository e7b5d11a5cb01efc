import type { DecommissionReport } from '../../control/api/service.js'
import type { Define } from '../cli.js'
import { type Output, outputOption, present } from '../options.js'
import { printable } from '../style.js'

export const define: Define = (command, cli) => {
  command
    .addOption(outputOption())
    .addHelpText('after', help)
    .action(async (options: Output) => {
      present(cli, options, await (await cli.daemon()).decommission(), decommissionView)
    })
}

function decommissionView({ text, forgotten, notTold }: DecommissionReport): string {
  const announcements = forgotten === 1 ? '1 announcement' : `${forgotten} announcements`
  const lost = forgotten === 0 ? '' : `${announcements} made at run time forgotten\n`
  const away = notTold.length === 0 ? '' : `not connected, so not told: ${notTold.join(', ')}\n`
  return `${printable(text)}\n${lost}${away}`
}

const help = `
Every session ends with Cease/Peer De-configured, as a Hard Reset (RFC 8538) where routers would keep the routes over a
restart: they drop them at once. What was announced at run time is forgotten. The node stays so over restarts, until
herald drain --undo. Routers have no time to move traffic: where it still flows, drain first.

Examples:
  herald drain && herald decommission    the node is to be taken apart
  herald decommission                    it must not be heard of any more, now
`
