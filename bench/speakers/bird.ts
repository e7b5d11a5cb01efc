/** BIRD: `protocol static` with the routes in included files; at run time its control socket, as birdc speaks it. */
import { writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { type Block, linesOf } from '../table.js'
import type { Speaker, Task } from './speaker.js'
import { versionOf, writePieces } from './tools.js'

export const bird: Speaker = {
  name: 'bird',
  title: 'BIRD',
  version: () => versionOf(['/usr/sbin/bird', '--version'], /BIRD version (\S+)/),
  prepare: async (task) => {
    const { folder, table } = task
    const protocols = [
      ...(table.few === undefined ? [] : [await originate(task, 'few', table.few)]),
      ...(await Promise.all(table.rest.map((block, i) => originate(task, `rest${i}`, block)))),
    ]
    await writeFile(join(folder, 'bird.conf'), `${base(task)}${protocols.join('')}`)
    const control = join(folder, 'bird.ctl')
    return {
      argv: ['/usr/sbin/bird', '-f', '-c', join(folder, 'bird.conf'), '-s', control],
      withdrawFew: () => command(control, 'disable few'),
      announceFew: () => command(control, 'enable few'),
      withdrawAll: () => command(control, 'disable "rest*"'),
    }
  },
}

/** The scan wakes BIRD each second: without it the end of a table may lie in its queue for three. */
function base({ table, address, asn, peers, holdTimeSeconds }: Task): string {
  const channel = `ipv${table.version}`
  return `log stderr { fatal, error, bug };
router id 10.99.0.1;
protocol device { scan time 1; }
template bgp peer {
  local ${address} as ${asn};
  hold time ${holdTimeSeconds};
  passive on;
  connect delay time 1; error wait time 1, 2;
  ${channel} { import all; export where source = RTS_STATIC; };
}
${peers.map((peer, i) => `protocol bgp peer${i} from peer { neighbor ${peer.address} as ${peer.asn}; }`).join('\n')}
`
}

async function originate({ folder, table }: Task, name: string, block: Block): Promise<string> {
  const file = join(folder, `${name}.conf`)
  await writePieces(
    file,
    linesOf(block, (network) => `route ${network} blackhole;`),
  )
  const communities = (table.sets[block.set] ?? []).map(
    (community) => `bgp_community.add((${community.replace(':', ',')}));`,
  )
  const policy =
    communities.length === 0 ? 'import all' : `import filter { ${communities.join(' ')} accept; }`
  // An inclusion has its line to itself.
  return `protocol static ${name} {
  ipv${table.version} { ${policy}; };
  include "${file}";
}
`
}

/** Resolves with the answer, which ends with a line of four digits and a space. */
function command(path: string, text: string): Promise<void> {
  return new Promise((done, fail) => {
    let heard = ''
    const socket = createConnection(path, () => socket.write(`${text}\n`))
    socket.on('error', fail)
    socket.on('data', (data) => {
      heard += data.toString()
      const ends = heard.match(/^\d{4} /gm)?.length ?? 0
      // The greeting is the first.
      if (ends < 2) return
      socket.end()
      if (/^[89]\d{3} /m.test(heard)) fail(new Error(heard))
      else done()
    })
  })
}
