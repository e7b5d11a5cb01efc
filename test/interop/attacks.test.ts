/** What a hostile or broken neighbour, or a leaking script, does to a running daemon: nothing that a peer would notice. */
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { PeerDetail } from '../../src/control/api/peers.js'
import { run } from '../support/command.js'
import { descriptorsOf } from '../support/heap-probe.js'
import { type Herald, startHerald } from '../support/herald.js'
import type { Owner } from '../support/netns.js'
import { createRack, nodeAddress, nodeConfiguration, torSettings } from '../support/rack.js'
import { routerKind } from '../support/routers/index.js'
import { sleep, waitFor } from '../support/wait.js'

const frr = routerKind('frr', 'package')

async function running(t: Owner) {
  const rack = await createRack(t)
  const router = await frr.create(rack.tor, torSettings({ holdTimeSeconds: 9, keepaliveSeconds: 3 }))
  const herald = await startHerald(rack.node, {
    ...nodeConfiguration({ peer: { holdTime: '9s' } }),
    announcements: [{ name: 'pods', podCIDRs: ['10.244.1.0/24'] }],
  })
  await router.established(nodeAddress)
  return { ...rack, herald }
}

function descriptors(herald: Herald): number {
  return descriptorsOf(herald.pid())
}

/** Connections to the control socket that send this and read nothing. */
function clients(herald: Herald, count: number, text: string): readonly Socket[] {
  return Array.from({ length: count }, () => {
    const socket = connect(join(herald.folder, 'herald.sock'))
    socket.on('error', () => undefined)
    socket.on('connect', () => socket.write(text))
    socket.pause()
    return socket
  })
}

async function unharmed(t: Test, herald: Herald): Promise<void> {
  t.match(await herald.json<PeerDetail>('peers', 'tor-1'), { sessionState: 'established', flaps: 0 })
}

t.test('without a single descriptor left herald lives on, sessions and all', async (t) => {
  const { herald } = await running(t)
  const limit = descriptors(herald) + 4
  await run(['prlimit', '--pid', `${herald.pid()}`, `--nofile=${limit}:${limit}`])
  const greedy = clients(herald, 50, '')
  // Longer than the hold time, and than the intervals at which the daemon looks at anything.
  await sleep(12_000)
  t.ok(herald.alive())
  for (const socket of greedy) socket.destroy()
  await waitFor('the API to answer again', async () => (await herald.attempt('status')).status === 0)
  await herald.cli('announce', '192.0.2.1/32')
  await unharmed(t, herald)
})

t.test(
  'half requests give their places back, and streams that nobody reads cost no more than theirs',
  async (t) => {
    const { herald } = await running(t)
    const before = descriptors(herald)
    const half = clients(
      herald,
      1000,
      'POST /v1/announce HTTP/1.1\r\nhost: herald\r\ncontent-length: 9\r\n\r\n{',
    )
    await waitFor('the places to be taken', async () => (await herald.attempt('status')).status !== 0)
    await waitFor('the API to answer again', async () => (await herald.attempt('status')).status === 0)
    for (const socket of half) socket.destroy()
    const streams = clients(herald, 200, 'GET /v1/events HTTP/1.1\r\nhost: herald\r\n\r\n')
    await waitFor('the API to answer beside the streams', async () => {
      await herald.cli('announce', '192.0.2.1/32', '--ephemeral')
      return true
    })
    for (const socket of streams) socket.destroy()
    await waitFor('the descriptors to be given back', () => descriptors(herald) <= before)
    await unharmed(t, herald)
  },
)

/** A hundred connections at a time, each opened anew as soon as it ends. */
const storm = (from: string, calls: number) => `
const { connect } = require('node:net')
let left = ${calls}
const call = () => {
  if (left-- <= 0) return
  const socket = connect({ port: 179, host: '${nodeAddress}', localAddress: '${from}' })
  socket.on('error', () => undefined)
  socket.on('close', call)
  socket.resume()
}
for (let i = 0; i < 100; i++) call()
`

t.test('ten thousand calls of a stranger are refused in passing', async (t) => {
  const { herald, tor } = await running(t)
  await tor.run(['ip', 'address', 'add', '10.0.0.2/24', 'dev', 'eth0'])
  const before = descriptors(herald)
  await tor.run([process.execPath, '--eval', storm('10.0.0.2', 10_000)])
  await waitFor('the descriptors to be given back', () => descriptors(herald) <= before)
  await unharmed(t, herald)
  const told = herald.logs().match(/10\.0\.0\.2/g) ?? []
  t.ok(told.length > 0 && told.length < 20, `the log says so ${told.length} times`)
})
