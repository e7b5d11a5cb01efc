import type { Define } from '../cli.js'
import { type Output, outputOption, present } from '../options.js'
import { doctorView } from '../view/doctor.js'

export const define: Define = (command, cli) => {
  command
    .argument('[PEER]', 'this peer alone, and the node')
    .addOption(outputOption())
    .addHelpText('after', help)
    .action(async (peer: string | undefined, options: Output) => {
      const report = await (await cli.daemon()).doctor(peer)
      present(cli, options, report, doctorView)
      if (!report.healthy) cli.exitCode = 1
    })
}

const help = `
Exit code 1 when something is wrong. A peer that gets no answer is asked in other ways, which takes some seconds.

Examples:
  herald doctor
  herald doctor tor-1
  herald doctor -o json | jq '.peers[] | select(.healthy | not) | {peer, cause: .diagnoses[0].cause}'
`
