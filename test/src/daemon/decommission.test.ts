/** This node goes for good: what peers are told, and what is left. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { GracefulRestartCapability } from '../../../bgp/capability.js'
import { describeNotification } from '../../../bgp/notification.js'
import { ip } from '../../support/address.js'
import { memoryWorld } from '../../support/memory-world.js'
import { scriptedPeer } from '../../support/scripted-peer.js'
import { stateDirectory, testDaemon } from '../../support/test-daemon.js'

const yaml = `
bgp:
  asn: 65001
  routerId: 10.0.0.11
  peers: [{ name: tor-1, address: 10.0.0.1, asn: 65000, gracefulRestart: { enabled: true } }]
announcements: [{ name: pods, podCIDRs: [10.244.1.0/24] }]
drain: { wait: 30s }
`

const helper = (notification: boolean): GracefulRestartCapability => ({
  kind: 'graceful-restart',
  restarted: false,
  notification,
  restartTimeSeconds: 120,
  families: [],
})

async function running(t: Test, notification = true) {
  const world = memoryWorld()
  const directory = stateDirectory(t)
  const tor = scriptedPeer(world, '10.0.0.1', { capabilities: [helper(notification)] })
  const start = () => testDaemon(world, '10.0.0.11', { yaml, directory })
  const node = start()
  await node.service.announce({ prefixes: ['192.0.2.1/32'] })
  await world.settle()
  const marker = join(directory, 'restart.json')
  t.ok(existsSync(marker), 'peers would keep its routes over a restart')
  return { world, tor, directory, start, node, marker }
}

const words = [
  { notification: true, says: 'Cease/Hard Reset (6/9): Cease/Peer De-configured (6/3)' },
  { notification: false, says: 'Cease/Peer De-configured (6/3)' },
]
t.ok(words.length > 0)
for (const { notification, says } of words) {
  t.test(
    `a peer ${notification ? 'with' : 'without'} the N bit is told ${says}, and nothing before`,
    async (t) => {
      const { world, tor, directory, node, marker } = await running(t, notification)
      const before = tor.call.messages.length
      t.match(node.service.decommission(), { service: 'decommissioned', forgotten: 1, notTold: [] })
      await world.settle()
      t.same(
        tor.call.messages.slice(before).map(({ kind }) => kind),
        ['notification'],
      )
      t.same(tor.call.notifications.map(describeNotification), [says])
      t.notOk(existsSync(marker), 'the next start is no restart')
      t.equal(readFileSync(join(directory, 'run-time.log'), 'utf8'), '')
      t.match(node.service.peer('tor-1'), { heldDown: 'this node is decommissioned' })
    },
  )
}

t.test(
  'a decommissioned node stays so over restarts, and comes back without its run-time routes',
  async (t) => {
    const { world, tor, start, node } = await running(t)
    node.service.decommission()
    await world.settle()
    node.daemon.stop()
    await world.settle()
    const calls = tor.calls.length
    const next = start()
    await world.pass(60)
    t.equal(next.service.status().service, 'decommissioned')
    t.equal(tor.calls.length, calls, 'no session is opened')
    t.match(next.service.decommission(), { text: 'already decommissioned', forgotten: 0 })
    next.service.drain({ undo: true })
    await world.pass(2)
    t.same(tor.call.routes, ['10.244.1.0/24'])
    next.daemon.stop()
    await world.settle()
    t.equal(start().service.status().service, 'in-service')
  },
)

t.test('a peer that is away cannot be told, which is said', async (t) => {
  const { world, tor, node } = await running(t)
  world.network.unplug(ip('10.0.0.1'))
  tor.call.connection.destroy()
  await world.settle()
  t.match(node.service.decommission(), { notTold: ['tor-1'] })
  t.match(node.service.decommission(), { notTold: [] }, 'once')
})

t.test('a drain under way goes no further, and a drained node can go for good', async (t) => {
  const { world, tor, node } = await running(t)
  t.match(node.service.drain({}), { withdrawsAt: '2026-01-01T00:00:30.000Z' }, 'the wait is in the file')
  await world.pass(5)
  node.service.decommission()
  await world.pass(60)
  t.equal(node.service.status().service, 'decommissioned')
  t.match(tor.call.notifications, [{ code: 6, subcode: 9 }])
  node.service.drain({ undo: true })
  await world.pass(5)
  node.service.drain({ waitSeconds: 0 })
  await world.pass(2)
  t.match(node.service.decommission(), { service: 'decommissioned' })
  t.match(node.service.peer('tor-1'), { heldDown: 'this node is decommissioned' })
})
