import type { Define } from '../cli.js'
import { type Output, outputOption, present } from '../options.js'
import { healthView } from '../view/health.js'

export const define: Define = (command, cli) => {
  command
    .addOption(outputOption())
    .addHelpText('after', help)
    .action(async (options: Output) => {
      const checks = await (await cli.daemon()).health()
      if (checks.length === 0 && options.output === 'table')
        cli.terminal.remark('no announcement has a health check')
      else present(cli, options, checks, healthView)
    })
}

const help = `
Examples:
  herald health
  herald health -o json | jq -r '.[] | select(.announced | not) | .announcement'
`
