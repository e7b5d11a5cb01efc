import type { ResetReport } from '../../control/api/service.js'
import type { Define } from '../cli.js'
import { type Output, outputOption, present } from '../options.js'
import { printable } from '../style.js'

interface Options extends Output {
  readonly soft?: true
}

export const define: Define = (command, cli) => {
  command
    .argument('<PEER>', 'name of the peer')
    .option('--soft', 'keep the session, and send all routes again')
    .addOption(outputOption())
    .addHelpText('after', help)
    .action(async (peer: string, { soft, ...options }: Options) => {
      const report = await (await cli.daemon()).reset(peer, { ...(soft && { soft }) })
      present(cli, options, report, resetView)
    })
}

function resetView({ peer, text }: ResetReport): string {
  return `${printable(`${peer}: ${text}`)}\n`
}

const help = `
Without --soft the session ends with the NOTIFICATION Cease/Administrative Reset, and comes back by itself.

Examples:
  herald reset tor-1
  herald reset tor-1 --soft
`
