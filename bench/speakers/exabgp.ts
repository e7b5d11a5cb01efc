/** ExaBGP: static routes that it splits itself; at run time its process API, in lines of many prefixes each. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { blocksOf } from '../../net/prefix-range.js'
import { type Block, blocksIn, networksOf, type Table } from '../table.js'
import { openPipe } from './pipe.js'
import type { Speaker, Task } from './speaker.js'
import { versionOf } from './tools.js'

/** Prefixes in one line: what an UPDATE of 4096 octets holds. */
const AT_ONCE = 800

export const exabgp: Speaker = {
  name: 'exabgp',
  title: 'ExaBGP',
  version: () => versionOf(['exabgp', '--version'], /ExaBGP : (\S+)/),
  prepare: async (task) => {
    const { folder, table } = task
    const pipe = await openPipe(join(folder, 'commands'))
    await writeFile(join(folder, 'exabgp.conf'), configuration(task))
    const tell = (lines: Iterable<string>) => async () => {
      for (const line of lines) await pipe.write(line)
    }
    const { few } = table
    return {
      argv: ['exabgp', join(folder, 'exabgp.conf')],
      env: {
        exabgp_daemon_user: 'root',
        exabgp_tcp_bind: task.address,
        exabgp_tcp_port: '179',
        exabgp_tcp_delay: '0',
        exabgp_api_ack: 'false',
        exabgp_api_cli: 'false',
        exabgp_log_level: 'CRIT',
        exabgp_log_destination: 'stderr',
      },
      ...(few !== undefined && {
        withdrawFew: tell([...bulk(task, few, 'withdraw')]),
        announceFew: tell([...bulk(task, few, 'announce')]),
      }),
      withdrawAll: tell(all(task, 'withdraw')),
      end: () => void pipe.close(),
    }
  },
}

function configuration({ folder, table, address, asn, peers, holdTimeSeconds }: Task): string {
  const routes = blocksIn(table)
    .flatMap((block) => routesOf(block, table))
    .join('\n')
  const neighbors = peers.map(
    (peer) => `neighbor ${peer.address} {
  router-id 10.99.0.1; local-address ${address}; local-as ${asn}; peer-as ${peer.asn};
  hold-time ${holdTimeSeconds}; passive true; group-updates true;
  family { ipv${table.version} unicast; }
  api { processes [ commands ]; }
  static {
${routes}
  }
}`,
  )
  return `process commands { run /bin/cat ${folder}/commands; encoder text; }
${neighbors.join('\n')}
`
}

function routesOf({ range, set }: Block, { sets }: Table): readonly string[] {
  const communities = sets[set] ?? []
  const attributes = communities.length === 0 ? '' : ` community [ ${communities.join(' ')} ]`
  return blocksOf(range).map(
    ({ prefix, length }) => `    route ${prefix} next-hop self${attributes} split /${length};`,
  )
}

function* all(task: Task, word: 'announce' | 'withdraw'): Generator<string, void, undefined> {
  for (const block of blocksIn(task.table)) yield* bulk(task, block, word)
}

function* bulk(
  { table, address }: Task,
  block: Block,
  word: 'announce' | 'withdraw',
): Generator<string, void, undefined> {
  const communities = table.sets[block.set] ?? []
  const with_ = communities.length === 0 ? '' : ` community [ ${communities.join(' ')} ]`
  let networks: string[] = []
  for (const network of networksOf(block)) {
    networks.push(network)
    if (networks.length < AT_ONCE) continue
    yield `${word} attributes next-hop ${address}${with_} nlri ${networks.join(' ')}\n`
    networks = []
  }
  if (networks.length > 0) yield `${word} attributes next-hop ${address}${with_} nlri ${networks.join(' ')}\n`
}
