import type { Prefix } from '../../../net/prefix.js'
import type { Define } from '../cli.js'
import { FILE_OPTION, oneOf, progressOf, readLines } from '../lines-file.js'
import { type Output, outputOption, present } from '../options.js'
import { prefixes } from '../prefix-argument.js'
import { announceView, bulkView } from '../view/announce.js'

export const define: Define = (command, cli) => {
  command
    .argument('[PREFIX...]', 'prefixes; an address stands for itself alone', prefixes)
    .option(...FILE_OPTION)
    .addOption(outputOption())
    .addHelpText('after', help)
    .action(async (unwanted: readonly Prefix[] = [], options: Output & { readonly file?: string }) => {
      oneOf(unwanted, options.file)
      if (options.file !== undefined) {
        const daemon = await cli.daemon()
        const report = await daemon.withdrawLines(readLines(options.file), progressOf(cli))
        present(cli, options, report, (report) => bulkView(report, 'withdrawn'))
        return
      }
      const report = await (await cli.daemon()).withdraw({ prefixes: unwanted })
      present(cli, options, report, (report) => announceView(report, 'withdrawn'))
      if (report.unchanged.some(({ inFile }) => inFile !== undefined)) cli.exitCode = 1
    })
}

const help = `
Exit code 1 when the file announces one of them: that is taken out there.

Example:
  herald withdraw 192.0.2.10/32
  herald withdraw -f prefixes.txt
`
