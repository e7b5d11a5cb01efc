import t from 'tap'
import { memoryWorld } from '../../support/memory-world.js'
import { type Script, scriptedPeer } from '../../support/scripted-peer.js'
import { startSpeaker } from '../../support/test-speaker.js'

function file({ ranges = '', peers = '', rest = '' }): string {
  return `
bgp:
  asn: 65001
  routerId: 10.0.0.11
  peers: [${peers}]
  dynamicPeers: [${ranges}]
announcements: [{ name: pods, podCIDRs: [10.244.1.0/24] }]
${rest}`
}

const rack = '{ prefix: 10.0.9.0/24, asn: external, limit: 2 }'

function running(yaml: string) {
  const world = memoryWorld()
  const node = startSpeaker(world, '10.0.0.11', yaml)
  const call = async (address: string, script: Script = {}) => {
    const peer = scriptedPeer(world, address, { listens: false, ...script })
    peer.dial('10.0.0.11')
    await world.settle()
    return peer
  }
  const names = () => node.speaker.peers.map(({ settings }) => settings.name)
  return { world, node, call, names }
}

t.test('whoever calls from the range is a peer, named by its address', async (t) => {
  const { node, call, names } = running(file({ ranges: rack }))
  t.same(names(), [])
  const peer = await call('10.0.9.7')
  t.same(peer.call.routes, ['10.244.1.0/24'])
  t.same(names(), ['10.0.9.7'])
  const [view] = node.speaker.peers
  t.equal(view?.dynamic, true)
  t.equal(view?.settings.passive, true)
  t.equal(view?.session?.negotiated.peerAs, 65000)
})

t.test('it is never called, and forgotten with its last connection', async (t) => {
  const { world, call, names, node } = running(file({ ranges: rack }))
  const peer = await call('10.0.9.7')
  peer.call.connection.destroy()
  await world.settle()
  t.same(names(), [])
  t.equal(node.speaker.find('10.0.9.7'), undefined)
  await world.pass(120)
  t.equal(peer.calls.length, 1)
  const again = await call('10.0.9.7')
  t.same(again.call.routes, ['10.244.1.0/24'], 'and welcome again')
})

t.test('one that is no good leaves nothing behind either', async (t) => {
  const { call, names, world } = running(file({ ranges: '{ prefix: 10.0.9.0/24, asn: 64999 }' }))
  const peer = await call('10.0.9.7')
  await world.settle()
  t.match(peer.call.notifications, [{ code: 2, subcode: 2 }])
  t.same(names(), [])
})

t.test('over the limit of a range calls are refused, for that reason alone', async (t) => {
  const { world, node, call, names } = running(file({ ranges: rack }))
  const first = await call('10.0.9.1')
  await call('10.0.9.2')
  const third = await call('10.0.9.3')
  t.match(third.call.closed, { because: 'reset-by-peer' })
  t.same(names(), ['10.0.9.1', '10.0.9.2'])
  t.same(node.warnings(), [
    'refused a connection from 10.0.9.3: 10.0.9.0/24 has its limit of 2 dynamic peers',
  ])
  first.call.connection.destroy()
  await world.pass(20)
  await call('10.0.9.3')
  t.same(names(), ['10.0.9.2', '10.0.9.3'], 'until a place is free')
  await call('10.0.9.4')
  t.notMatch(node.warnings().at(-1), /more since/, 'every refusal is counted once')
})

t.test('the narrowest range counts', async (t) => {
  const { node, call } = running(
    file({ ranges: '{ prefix: 10.0.0.0/16, asn: 64999 }, { prefix: 10.0.9.0/24, asn: 65000 }' }),
  )
  await call('10.0.9.7')
  t.ok(node.speaker.find('10.0.9.7')?.session)
})

t.test('a listed peer counts before a range that has its address', async (t) => {
  const { node, call } = running(
    file({ ranges: rack, peers: '{ name: tor-1, address: 10.0.9.7, asn: 65000, passive: true }' }),
  )
  await call('10.0.9.7')
  t.equal(node.speaker.find('10.0.9.7')?.settings.name, 'tor-1')
  t.equal(node.speaker.peers.length, 1)
})

t.test('one that sent too many prefixes is remembered, refused, and free again by a reset', async (t) => {
  const { world, node, call, names } = running(
    file({ ranges: '{ prefix: 10.0.9.0/24, asn: external, limit: 2, maxPrefixes: 1 }' }),
  )
  const peer = await call('10.0.9.7')
  peer.call.announce('198.51.100.0/24', '203.0.113.0/24')
  await world.settle()
  t.match(peer.call.notifications, [{ code: 6, subcode: 1 }])
  t.match(node.speaker.find('10.0.9.7')?.heldDown, /more than 1 prefixes/)
  const again = await call('10.0.9.7')
  t.match(again.call.closed, { because: 'reset-by-peer' })
  t.same(names(), ['10.0.9.7'])
  node.peer('10.0.9.7').reset({ why: 'administrative-reset' })
  t.same(names(), [])
  t.same((await call('10.0.9.7')).call.routes, ['10.244.1.0/24'])
})

t.test('the key of a range is asked of everyone in it', async (t) => {
  const { node, call } = running(file({ ranges: '{ prefix: 10.0.9.0/24, asn: external, password: rack9 }' }))
  t.equal((await call('10.0.9.7')).calls.length, 0)
  t.equal((await call('10.0.9.8', { key: 'other' })).calls.length, 0)
  t.equal((await call('10.0.9.9', { key: 'rack9' })).calls.length, 1)
  t.ok(node.speaker.find('10.0.9.9')?.session)
})

const changes = [
  { name: 'a key that needs no session', from: 'limit: 2', to: 'limit: 1', kept: true },
  { name: 'a password', from: 'limit: 2', to: 'limit: 2, password: rack9', kept: true },
  { name: 'the families', from: 'limit: 2', to: 'limit: 2, families: [ipv4/unicast]', kept: false },
  { name: 'the range itself', from: '10.0.9.0/24', to: '10.0.8.0/24', kept: false },
]
t.ok(changes.length > 0)
for (const { name, from, to, kept } of changes) {
  t.test(
    `${name} of a range that changes ${kept ? 'leaves its sessions alone' : 'ends its sessions'}`,
    async (t) => {
      const { world, node, call, names } = running(file({ ranges: rack }))
      const peer = await call('10.0.9.7')
      node.configure(file({ ranges: rack.replace(from, to) }))
      await world.settle()
      t.equal(peer.call.closed === undefined, kept)
      t.same(names(), kept ? ['10.0.9.7'] : [])
      if (!kept) t.match(peer.call.notifications, [{ code: 6 }])
    },
  )
}

t.test('a password of a range that changes is set on its live sessions', async (t) => {
  const { node, call } = running(file({ ranges: rack }))
  const peer = await call('10.0.9.7')
  node.configure(file({ ranges: rack.replace('limit: 2', 'limit: 2, password: rack9') }))
  t.equal(peer.call.connection.peer?.keys.at(-1)?.reveal(), 'rack9')
})

t.test('a dynamic peer that is listed from now on is one peer, not two', async (t) => {
  const { world, node, call } = running(file({ ranges: rack }))
  const peer = await call('10.0.9.7')
  node.configure(
    file({ ranges: rack, peers: '{ name: tor-1, address: 10.0.9.7, asn: 65000, passive: true }' }),
  )
  await world.settle()
  t.ok(peer.call.closed)
  t.same(
    node.speaker.peers.map(({ settings }) => settings.name),
    ['tor-1'],
  )
  await call('10.0.9.7')
  t.ok(node.peer('tor-1').session)
})

t.test('while the node is shut down nobody from a range is let in', async (t) => {
  const { world, node, call, names } = running(file({ ranges: rack }))
  const before = await call('10.0.9.7')
  node.speaker.shutDown({ why: 'administrative-shutdown', communication: 'drained' })
  await world.settle()
  t.match(before.call.notifications, [{ code: 6, subcode: 2 }])
  const refused = await call('10.0.9.7')
  t.match(refused.call.closed, { because: 'reset-by-peer' })
  t.same(names(), [])
  t.match(node.warnings(), [/administrative shutdown: drained/])
  node.speaker.comeBack()
  t.same((await call('10.0.9.7')).call.routes, ['10.244.1.0/24'])
})
