/** GoBGP: `gobgp mrt inject` of a dump in MRT format; no command of it takes a thousand routes back at once. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mrtDump } from '../mrt.js'
import { sizeOf } from '../table.js'
import { openPipe } from './pipe.js'
import type { Speaker, Task } from './speaker.js'
import { untilItWorks, versionOf, writePieces } from './tools.js'

export const gobgp: Speaker = {
  name: 'gobgp',
  title: 'GoBGP',
  version: () => versionOf(['gobgpd', '--version'], /gobgpd version (\S+)/),
  prepare: async (task) => {
    const { folder, table, address } = task
    const [dump, path] = [join(folder, 'table.mrt'), join(folder, 'inject')]
    const pipe = await openPipe(path)
    await writePieces(dump, mrtDump(table, address))
    // JSON is a YAML that needs no quoting rules.
    await writeFile(join(folder, 'gobgpd.yaml'), JSON.stringify(configuration(task)))
    return {
      argv: [
        'gobgpd',
        '-t',
        'yaml',
        '-f',
        join(folder, 'gobgpd.yaml'),
        '--api-hosts',
        '127.0.0.1:50051',
        '--pprof-disable',
        '-l',
        'error',
      ],
      load: async () => {
        await untilItWorks(() => task.run(['gobgp', 'global']))
        // The client ends with its input, and what it has not sent by then is lost: the pipe stays open.
        const injecting = task.run(['gobgp', 'mrt', 'inject', 'global', path], { timeoutSeconds: 300 })
        injecting.catch(() => {})
        await Promise.race([
          injecting,
          task.run(['sh', '-c', `exec cat ${dump} >${path}`], { timeoutSeconds: 300 }),
        ])
        await untilItWorks(async () => {
          const summary = await task.run(['gobgp', 'global', 'rib', 'summary', '-a', `ipv${table.version}`])
          if (!summary.includes(`Path: ${sizeOf(table)}\n`)) throw new Error(summary)
        })
      },
      // A route that comes while a session is up goes out in an UPDATE of its own.
      peersAfterLoad: true,
      end: () => void pipe.close(),
      withdrawAll: async () => {
        await task.run(['gobgp', 'global', 'rib', 'del', 'all', '-a', `ipv${table.version}`])
      },
    }
  },
}

function configuration({ table, address, asn, peers, holdTimeSeconds }: Task): object {
  const family = { config: { 'afi-safi-name': `ipv${table.version}-unicast` } }
  return {
    global: { config: { as: asn, 'router-id': '10.99.0.1', port: 179, 'local-address-list': [address] } },
    neighbors: peers.map((peer) => ({
      config: { 'neighbor-address': peer.address, 'peer-as': peer.asn },
      transport: { config: { 'passive-mode': true, 'local-address': address } },
      timers: {
        config: {
          'hold-time': holdTimeSeconds,
          'keepalive-interval': Math.floor(holdTimeSeconds / 3),
          'connect-retry': 1,
          'idle-hold-time-after-reset': 1,
        },
      },
      'afi-safis': [family],
    })),
  }
}
