import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { GracefulRestartCapability } from '../../../bgp/capability.js'
import { memoryWorld } from '../../support/memory-world.js'
import { scriptedPeer } from '../../support/scripted-peer.js'
import { stateDirectory, testDaemon } from '../../support/test-daemon.js'

const yaml = `
bgp: { asn: 65001, routerId: 10.0.0.11, peers: [{ name: tor-1, address: 10.0.0.1, asn: 65000 }] }
announcements: [{ name: pods, podCIDRs: [10.244.1.0/24] }]
`

function started(t: Test, { directory = stateDirectory(t), file = yaml } = {}) {
  const world = memoryWorld()
  const tor = scriptedPeer(world, '10.0.0.1', { capabilities: [restarts] })
  const start = () => testDaemon(world, '10.0.0.11', { yaml: file, directory })
  return { world, tor, directory, start, node: start() }
}

const restarts: GracefulRestartCapability = {
  kind: 'graceful-restart',
  restarted: false,
  notification: true,
  restartTimeSeconds: 120,
  families: [{ family: { afi: 1, safi: 1 }, forwardingPreserved: true }],
}

const contents = ['{"drained":true}', '', '{"drai', '\0']
t.ok(contents.length > 0)
for (const content of contents) {
  t.test(
    `a node is drained while the file is there, whatever is in it: ${JSON.stringify(content)}`,
    async (t) => {
      const directory = stateDirectory(t)
      mkdirSync(directory)
      const file = join(directory, 'drained.json')
      writeFileSync(file, content)
      const { node, start } = started(t, { directory })
      t.equal(node.service.status().service, 'drained')
      node.daemon.stop()
      const next = start()
      t.equal(next.service.status().service, 'drained', 'and after the next start too')
      next.service.drain({ undo: true })
      t.notOk(existsSync(file))
    },
  )
}

t.test('a drain whose file cannot be removed is undone all the same, and the answer says so', async (t) => {
  const { world, tor, directory, node } = started(t)
  await world.settle()
  node.service.drain({ waitSeconds: 0 })
  await world.pass(1)
  // Not even root removes a directory with rm -f.
  rmSync(join(directory, 'drained.json'))
  mkdirSync(join(directory, 'drained.json'))
  t.match(node.service.drain({ undo: true }), {
    service: 'in-service',
    text: /in service again; after a restart it is out of service again: cannot remove .*stateDirectory must be writable/,
  })
  await world.pass(2)
  t.same(tor.call.routes, ['10.244.1.0/24'])
})

t.test('a stop in the middle of a drain leaves no timer that keeps the process', async (t) => {
  const { world, node } = started(t)
  await world.settle()
  node.service.drain({ waitSeconds: 3600 })
  node.daemon.stop()
  await world.settle()
  t.equal(world.clock.pending, 0)
})

t.test('a stop while a peer restarts leaves no timer either', async (t) => {
  const file = yaml.replace('asn: 65000', 'asn: 65000, gracefulRestart: { enabled: true }')
  const { world, tor, node } = started(t, { file })
  await world.settle()
  tor.call.announce('198.51.100.0/24')
  await world.settle()
  tor.call.connection.destroy()
  await world.settle()
  t.equal((await node.service.routesReceived('tor-1', 10)).total, 1, 'its routes wait for it')
  node.daemon.stop()
  await world.settle()
  t.equal(world.clock.pending, 0)
})
