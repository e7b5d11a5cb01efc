/** OpenBGPD: `bgpctl network bulk add`, which takes the prefixes out of a file; its own file takes minutes. */
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Block, blocksIn, linesOf } from '../table.js'
import type { Speaker, Task } from './speaker.js'
import { untilItWorks, versionOf, writePieces } from './tools.js'

export const openbgpd: Speaker = {
  name: 'openbgpd',
  title: 'OpenBGPD',
  version: () => versionOf(['/usr/sbin/bgpd', '-V'], /OpenBGPD (\S+)/),
  prepare: async (task) => {
    const { folder, table } = task
    await chmod(folder, 0o755)
    await writeFile(join(folder, 'bgpd.conf'), configuration(task))
    const bgpctl = `/usr/sbin/bgpctl -s ${folder}/bgpd.sock`
    const bulk = async (name: string, block: Block) => {
      const file = join(folder, name)
      await writePieces(
        file,
        linesOf(block, (network) => network),
      )
      const communities = (table.sets[block.set] ?? []).map((community) => `community ${community}`).join(' ')
      return {
        add: () => task.run(['sh', '-c', `${bgpctl} network bulk ${communities} add <${file}`]),
        remove: () => task.run(['sh', '-c', `${bgpctl} network bulk delete <${file}`]),
      }
    }
    const blocks = await Promise.all(blocksIn(table).map((block, i) => bulk(`networks${i}`, block)))
    const [first] = table.few === undefined ? [] : blocks
    return {
      argv: ['sh', '-c', `install -d -m 755 /run/openbgpd; exec /usr/sbin/bgpd -d -f ${folder}/bgpd.conf`],
      load: async () => {
        await untilItWorks(() => task.run(['sh', '-c', `${bgpctl} show summary`]))
        for (const { add } of blocks) await add()
      },
      ...(first !== undefined && {
        withdrawFew: async () => void (await first.remove()),
        announceFew: async () => void (await first.add()),
      }),
      withdrawAll: async () => void (await task.run(['sh', '-c', `${bgpctl} network flush`])),
    }
  },
}

function configuration({ folder, table, address, asn, peers, holdTimeSeconds }: Task): string {
  return `AS ${asn}
router-id 10.99.0.1
socket "${folder}/bgpd.sock"
fib-update no
nexthop qualify via default
listen on ${address} port 179
${peers
  .map(
    (peer) => `neighbor ${peer.address} {
  remote-as ${peer.asn}
  local-address ${address}
  holdtime ${holdTimeSeconds}
  passive
  announce IPv4 ${table.version === 4 ? 'unicast' : 'none'}
  announce IPv6 ${table.version === 6 ? 'unicast' : 'none'}
}`,
  )
  .join('\n')}
allow from any
allow to any
`
}
