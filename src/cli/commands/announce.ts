import type { Prefix } from '../../../net/prefix.js'
import type { AnnounceTerms } from '../../control/api/announce.js'
import type { Define } from '../cli.js'
import { communityText } from '../community-text.js'
import { FILE_OPTION, oneOf, progressOf, readLines } from '../lines-file.js'
import { collect, type Output, outputOption, present, u32, words } from '../options.js'
import { prefixes } from '../prefix-argument.js'
import { announceView, bulkView } from '../view/announce.js'

interface Options extends Output {
  readonly via?: readonly string[]
  readonly community?: readonly string[]
  readonly localPref?: number
  readonly med?: number
  readonly peer?: readonly string[]
  readonly ephemeral?: true
  readonly file?: string
}

export const define: Define = (command, cli) => {
  command
    .argument('[PREFIX...]', 'prefixes; an address stands for itself alone', prefixes)
    .option(...FILE_OPTION)
    .option('--via <HOW>', 'bgp, l2, or both with a comma', words)
    .option(
      '--community <C>',
      '65001:100, 65001:1:2, rt:65001:100, no-export …; may be given again',
      communities,
    )
    .option('--local-pref <N>', 'LOCAL_PREF, sent to iBGP peers only', u32('--local-pref'))
    .option('--med <N>', 'MULTI_EXIT_DISC', u32('--med'))
    .option('--peer <NAME>', 'to this peer alone; may be given again', collect)
    .option('--ephemeral', 'forget it when the daemon stops')
    .addOption(outputOption())
    .addHelpText('after', help)
    .action(async (wanted: readonly Prefix[] = [], options: Options) => {
      oneOf(wanted, options.file)
      const daemon = await cli.daemon()
      const terms: AnnounceTerms = {
        ...(options.via && { via: options.via }),
        ...(options.community && { communities: options.community }),
        ...(options.localPref !== undefined && { localPreference: options.localPref }),
        ...(options.med !== undefined && { med: options.med }),
        ...(options.peer && { peers: options.peer }),
        ...(options.ephemeral && { ephemeral: true }),
      }
      if (options.file !== undefined) {
        const report = await daemon.announceLines(terms, readLines(options.file), progressOf(cli))
        present(cli, options, report, (report) => bulkView(report, 'announced'))
        return
      }
      const report = await daemon.announce({ prefixes: wanted, ...terms })
      present(cli, options, report, (report) => announceView(report, 'announced'))
    })
}

function communities(text: string, before?: readonly string[]): readonly string[] {
  return collect(communityText(text), before)
}

const help = `
Announcements stay across reloads and restarts of the daemon, until \`herald withdraw\`.

Examples:
  herald announce 192.0.2.10
  herald announce 198.51.100.0/24 2001:db8::/48 --community no-export --med 10
  herald announce 192.0.2.10/32 --peer tor-1 --ephemeral
  herald announce -f prefixes.txt --community 65001:100
`
