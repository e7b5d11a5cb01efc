/** FRR: zebra and bgpd, `network` statements in bgpd's file; at run time `vtysh -f`. */
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Block, blocksIn, linesOf } from '../table.js'
import type { Speaker, Task } from './speaker.js'
import { versionOf, writePieces } from './tools.js'

export const frr: Speaker = {
  name: 'frr',
  title: 'FRR',
  version: () => versionOf(['/usr/lib/frr/bgpd', '--version'], /bgpd version (\S+)/),
  prepare: async (task) => {
    const { folder, table } = task
    await chmod(folder, 0o755)
    await writeFile(join(folder, 'zebra.conf'), 'hostname bench\n')
    await writePieces(join(folder, 'bgpd.conf'), configuration(task))
    await writeFile(join(folder, 'start.sh'), launch(folder))
    const vtysh = async (name: string, pieces: Iterable<string>) => {
      const file = join(folder, name)
      await writePieces(file, pieces)
      return async () => {
        await task.run(['vtysh', '--vty_socket', join(folder, 'run'), '-f', file], { timeoutSeconds: 300 })
      }
    }
    const { few } = table
    return {
      argv: ['sh', join(folder, 'start.sh')],
      ...(few !== undefined && {
        withdrawFew: await vtysh('withdraw-few', networks(task, [few], 'no ')),
        announceFew: await vtysh('announce-few', networks(task, [few], '')),
      }),
      ...(table.sets.length === 1 && {
        withdrawAll: await vtysh('withdraw-all', networks(task, blocksIn(table), 'no ')),
      }),
    }
  },
}

function launch(folder: string): string {
  const run = join(folder, 'run')
  return `
    install -d -o frr -g frr ${run}
    common="-A 127.0.0.1 -P 0 -z ${run}/zserv.api --vty_socket ${run}"
    /usr/lib/frr/zebra $common -f ${folder}/zebra.conf -i ${run}/zebra.pid --log file:${run}/zebra.log &
    until [ -S ${run}/zserv.api ]; do kill -0 $!; sleep 0.01; done
    exec /usr/lib/frr/bgpd $common -p 179 -f ${folder}/bgpd.conf -i ${run}/bgpd.pid --log file:${run}/bgpd.log`
}

function* configuration(task: Task): Generator<string, void, undefined> {
  const { table, asn, peers, holdTimeSeconds } = task
  for (const [set, communities] of table.sets.entries()) {
    if (communities.length > 0)
      yield `route-map set${set} permit 10\n set community ${communities.join(' ')}\nexit\n`
  }
  yield `router bgp ${asn}
 bgp router-id 10.99.0.1
 no bgp ebgp-requires-policy
 no bgp network import-check
 no bgp default ipv4-unicast
`
  for (const peer of peers) {
    yield ` neighbor ${peer.address} remote-as ${peer.asn}
 neighbor ${peer.address} passive
 neighbor ${peer.address} timers ${Math.floor(holdTimeSeconds / 3)} ${holdTimeSeconds}
`
  }
  yield ` address-family ipv${table.version} unicast\n`
  for (const { address } of peers) yield `  neighbor ${address} activate\n`
  for (const block of blocksIn(table)) yield* statements(task, block, '')
  yield ` exit-address-family\nexit\n`
}

/** The same as a file for vtysh, which begins outside of every node. */
function* networks(task: Task, blocks: readonly Block[], no: 'no ' | ''): Generator<string, void, undefined> {
  yield `router bgp ${task.asn}\naddress-family ipv${task.table.version} unicast\n`
  for (const block of blocks) yield* statements(task, block, no)
}

function statements({ table }: Task, block: Block, no: 'no ' | ''): Generator<string, void, undefined> {
  const map = no === '' && (table.sets[block.set]?.length ?? 0) > 0 ? ` route-map set${block.set}` : ''
  return linesOf(block, (network) => `  ${no}network ${network}${map}`)
}
