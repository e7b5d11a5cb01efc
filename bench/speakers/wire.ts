/** No speaker at all: the receiver's own program replays UPDATEs that it packed once. The limit of the machine. */
import { join } from 'node:path'
import { tableCommands } from '../receiver.js'
import { sizeOf } from '../table.js'
import { openPipe } from './pipe.js'
import type { Speaker } from './speaker.js'

export const wire: Speaker = {
  name: 'wire',
  title: 'wire',
  version: async () => 'UPDATEs packed in advance',
  prepare: async ({ folder, table, address, asn, holdTimeSeconds, receiver }) => {
    const path = join(folder, 'commands')
    const pipe = await openPipe(path)
    const tell = async (...lines: readonly string[]) => {
      await pipe.write(lines.map((line) => `${line}\n`).join(''))
    }
    await tell(
      `local ${asn} ${holdTimeSeconds} ${table.version} 0`,
      ...tableCommands(table, { asn, nextHop: address }),
      `replay ${asn} ${address}`,
      'pack',
      `listen ${address} 179`,
    )
    const few = table.few?.range.count ?? 0
    return {
      argv: ['sh', '-c', `exec ${receiver} <${path}`],
      withdrawFew: () => tell(`send withdraw 0 ${few}`),
      announceFew: () => tell(`send announce 0 ${few}`),
      withdrawAll: () => tell(`send withdraw 0 ${sizeOf(table)}`),
      end: () => void pipe.close(),
    }
  },
}
