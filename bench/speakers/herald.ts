/** herald, as the package installs it: ranges in its file; at run time its control socket, as the CLI and scripts speak it. */
import { writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { addressOf, lengthOf } from '../../net/prefix.js'
import { lastAddressOf, lastOf } from '../../net/prefix-range.js'
import { readVersion } from '../../src/version.js'
import { type Block, networksOf } from '../table.js'
import type { Speaker, Task } from './speaker.js'
import { untilItWorks } from './tools.js'

const main = fileURLToPath(new URL('../../src/herald.js', import.meta.url))

export const herald: Speaker = {
  name: 'herald',
  title: 'herald',
  version: async () => readVersion(),
  prepare: async (task) => {
    const { folder, table } = task
    const file = join(folder, 'herald.yaml')
    const socket = join(folder, 'herald.sock')
    const few = table.few === undefined ? [] : [...networksOf(table.few)]
    const base = { control: { socket, stateDirectory: join(folder, 'state') }, bgp: bgp(task) }
    const announcements = table.rest.map((block, i) => announcement(task, block, `rest-${i}`))
    await writeFile(file, stringify({ ...base, announcements }))
    const lines = few.join('\n')
    const terms = encodeURIComponent(JSON.stringify({ ephemeral: true }))
    const announceFew = () => post(socket, `/v1/announce/lines?terms=${terms}`, lines)
    return {
      argv: [process.execPath, main, 'run', '-c', file],
      ...(few.length > 0 && {
        load: () => untilItWorks(announceFew),
        announceFew,
        withdrawFew: () => post(socket, '/v1/withdraw/lines', lines),
      }),
      withdrawAll: async () => {
        await writeFile(file, stringify({ ...base, announcements: [] }))
        await post(socket, '/v1/reload', '{}')
      },
    }
  },
}

function bgp({ table, address, asn, peers, holdTimeSeconds }: Task): object {
  return {
    asn,
    routerId: '10.99.0.1',
    listen: [table.version === 4 ? `${address}:179` : `[${address}]:179`],
    peerDefaults: {
      passive: true,
      holdTime: `${holdTimeSeconds}s`,
      keepaliveTime: `${Math.floor(holdTimeSeconds / 3)}s`,
      families: [`ipv${table.version}/unicast`],
    },
    peers: peers.map((peer) => ({ address: peer.address, asn: peer.asn })),
  }
}

function announcement({ table }: Task, { range, set }: Block, name: string): object {
  const communities = table.sets[set] ?? []
  return {
    name,
    loadBalancerIPs: [`${addressOf(range.first)}-${lastAddressOf(lastOf(range))}`],
    aggregateLength: { [`ipv${table.version}`]: lengthOf(range.first) },
    ...(communities.length > 0 && { communities }),
  }
}

/** @param body JSON, or lines of prefixes */
function post(socketPath: string, path: string, body: string): Promise<void> {
  return new Promise((done, fail) => {
    const headers = { 'content-type': path.includes('/lines') ? 'text/plain' : 'application/json' }
    const call = request({ socketPath, path, method: 'POST', headers }, (response) => {
      let text = ''
      response.on('data', (data: Buffer) => {
        text += data.toString()
      })
      response.on('end', () => {
        if (response.statusCode === 200) done()
        else fail(new Error(`${path}: ${response.statusCode} ${text}`))
      })
    })
    call.on('error', fail)
    call.end(body)
  })
}
