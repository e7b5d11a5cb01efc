/** A thousand strangers at port 179, and ten thousand questions at the API: no session notices, and herald says so. */
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import t from 'tap'
import type { PeerDetail } from '../../src/control/api/peers.js'
import { descriptorsOf } from '../support/heap-probe.js'
import { startHerald } from '../support/herald.js'
import { processMemory } from '../support/process-memory.js'
import { createRack, nodeAddress, nodeConfiguration, torSettings } from '../support/rack.js'
import { routerKind } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

const halfOpen = '10.0.0.3'
const nobody = '10.0.0.4'
const ranged = '10.0.2.0/24'
const limit = 50
/** Of each kind of stranger. */
const calls = { halfOpen: 400, nobody: 300, ranged: 300 }
const requests = 10_000

/** Connections that say nothing, held for as long as the process lives. Prints how many herald has ended. */
const callers = `
const { connect } = require('node:net')
let ended = 0
const call = (localAddress) => {
  const socket = connect({ port: 179, host: '${nodeAddress}', localAddress })
  socket.on('error', () => undefined)
  socket.on('close', () => console.log('ended', ++ended))
  socket.resume()
}
for (let i = 0; i < ${calls.halfOpen}; i++) call('${halfOpen}')
for (let i = 0; i < ${calls.nobody}; i++) call('${nobody}')
for (let i = 0; i < ${calls.ranged}; i++) call('10.0.2.' + (1 + i % 250))
`

t.test('neither strangers nor questions touch a session, and what was refused is told', async (t) => {
  const { tor, node } = await createRack(t)
  const router = await routerKind('frr', 'package').create(
    tor,
    torSettings({ holdTimeSeconds: 9, keepaliveSeconds: 3 }),
  )
  const herald = await startHerald(node, {
    ...nodeConfiguration({
      peer: { holdTime: '9s' },
      bgp: { dynamicPeers: [{ prefix: ranged, asn: 65002, limit }] },
    }),
    announcements: [{ name: 'pods', podCIDRs: ['10.244.1.0/24'] }],
  })
  await router.established(nodeAddress)
  const before = await router.neighbor(nodeAddress)
  const quiet = descriptorsOf(herald.pid())
  const resident = processMemory(herald.pid()).nowMiB

  for (const address of [`${halfOpen}/24`, `${nobody}/24`]) {
    await tor.run(['ip', 'address', 'add', address, 'dev', 'eth0'])
  }
  await tor.run(['ip', 'route', 'add', 'local', ranged, 'dev', 'lo'])
  await node.run(['ip', 'route', 'add', ranged, 'via', '10.0.0.1'])
  // Their handshake never ends: what answers them is dropped on arrival.
  await tor.run(['nft', 'add', 'table', 'inet', 'strangers'])
  await tor.run([
    'nft',
    'add',
    'chain',
    'inet',
    'strangers',
    'input',
    '{ type filter hook input priority 0; }',
  ])
  await tor.run(['nft', 'add', 'rule', 'inet', 'strangers', 'input', 'ip', 'daddr', halfOpen, 'drop'])

  const strangers = tor.start([process.execPath, '--eval', callers])
  const statuses = await ask(join(herald.folder, 'herald.sock'), requests)
  t.equal(statuses.get(200), requests / 2, 'every question that makes sense is answered')
  t.equal(statuses.get(404), requests / 2, 'and every other one refused')
  await waitFor('the strangers to be sent away', () => {
    return strangers.stdout().split('\n').length > calls.nobody + calls.ranged - limit
  })
  t.match(herald.logs(), /refused a connection from 10\.0\.0\.4: it is no configured peer/)
  await waitFor('the limit to be told of', () =>
    /10\.0\.2\.0\/24 has its limit of 50 dynamic peers/.test(herald.logs()),
  )
  const { bgp } = await herald.json<{ bgp: { dynamicPeers: number } }>('status')
  t.ok(bgp.dynamicPeers <= limit, `${bgp.dynamicPeers} of the range are in`)
  const growth = processMemory(herald.pid()).nowMiB - resident
  t.ok(growth < 100, `resident memory grew by ${growth.toFixed(0)} MiB`)
  await strangers.stop()
  await waitFor('the descriptors to be given back', () => descriptorsOf(herald.pid()) <= quiet)

  const after = await router.neighbor(nodeAddress)
  t.equal(after?.state, 'established')
  t.ok((after?.uptimeSeconds ?? 0) >= (before?.uptimeSeconds ?? 0), 'it is the same session')
  t.equal(after?.received?.open, before?.received?.open, 'FRR has seen no other OPEN')
  t.equal(after?.received?.notification, before?.received?.notification, 'and no NOTIFICATION')
  t.match(await herald.json<PeerDetail>('peers', 'tor-1'), { sessionState: 'established', flaps: 0 })
  const told = herald.logLines().filter(({ msg }) => msg === 'warning').length
  t.ok(told < 200, `the log has ${told} warnings`)
})

/** Half of them make sense. How many answers there were, by status. */
async function ask(socketPath: string, count: number): Promise<ReadonlyMap<number, number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 20 })
  const statuses = new Map<number, number>()
  const paths = ['/v1/status', '/v1/nothing', '/v1/peers', '/v1/peers/nobody']
  const one = (path: string) =>
    new Promise<void>((resolve, reject) => {
      get({ socketPath, path, agent, headers: { host: 'herald' } }, (response) => {
        const { statusCode = 0 } = response
        statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
        response.resume().on('end', resolve)
      }).on('error', reject)
    })
  let asked = 0
  const asker = async () => {
    while (asked < count) await one(paths[asked++ % paths.length] ?? '')
  }
  await Promise.all(Array.from({ length: 20 }, asker))
  agent.destroy()
  return statuses
}
