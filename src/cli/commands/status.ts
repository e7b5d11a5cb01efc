import type { Define } from '../cli.js'
import { type Output, outputOption, present } from '../options.js'
import { statusView } from '../view/status.js'

export const define: Define = (command, cli) => {
  command.addOption(outputOption()).action(async (options: Output) => {
    const daemon = await cli.daemon()
    present(cli, options, await daemon.status(), statusView)
  })
}
