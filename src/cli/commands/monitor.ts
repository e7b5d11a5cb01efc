import type { Define } from '../cli.js'
import { type Output, outputOption } from '../options.js'
import { eventView } from '../view/event.js'

export const define: Define = (command, cli) => {
  command
    .addOption(outputOption())
    .addHelpText('after', help)
    .action(async ({ output }: Output) => {
      const { terminal } = cli
      for await (const event of (await cli.daemon()).events()) {
        terminal.write(output === 'json' ? `${JSON.stringify(event)}\n` : eventView(event, terminal.paint))
      }
    })
}

const help = `
Ends with Ctrl-C, or when the daemon stops. With -o json each line is an object.

Examples:
  herald monitor
  herald monitor -o json | jq -r 'select(.kind == "notification") | .text'
`
