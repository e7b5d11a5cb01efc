import t from 'tap'
import { CALLS, CALLS_PER_SECOND } from '../../../src/speaker/call-rate.js'
import { memoryWorld } from '../../support/memory-world.js'
import { scriptedPeer } from '../../support/scripted-peer.js'
import { startSpeaker } from '../../support/test-speaker.js'

t.test(
  'a stranger is refused with RST; the log has one line in ten seconds for a reason, and how many there were',
  async (t) => {
    const world = memoryWorld()
    const node = startSpeaker(
      world,
      '10.0.0.11',
      'bgp: { asn: 65001, routerId: 10.0.0.11, peers: [{ address: 10.0.0.1, asn: 65000, passive: true }] }',
    )
    const stranger = scriptedPeer(world, '203.0.113.5', { listens: false })
    for (let second = 0; second < 12; second++) {
      stranger.dial('10.0.0.11')
      await world.pass(1)
    }
    t.equal(stranger.calls.length, 12)
    t.ok(stranger.calls.every(({ closed, messages }) => closed !== undefined && messages.length === 0))
    t.same(node.warnings(), [
      'refused a connection from 203.0.113.5: it is no configured peer',
      'refused a connection from 203.0.113.5: it is no configured peer (and 9 more since the last such line)',
    ])
    t.same(node.moves('10.0.0.1'), ['idle -> active'], 'and nobody else notices')
  },
)

t.test('those over the limit of a range are told of, however many others call', async (t) => {
  const world = memoryWorld()
  const node = startSpeaker(
    world,
    '10.0.0.11',
    'bgp: { asn: 65001, routerId: 10.0.0.11, dynamicPeers: [{ prefix: 10.0.2.0/24, asn: 65000, limit: 1 }] }',
  )
  for (const from of ['10.0.2.1', '203.0.113.5', '203.0.113.6', '10.0.2.2', '10.0.2.3']) {
    scriptedPeer(world, from, { listens: false }).dial('10.0.0.11')
    await world.settle()
  }
  t.same(node.warnings(), [
    'refused a connection from 203.0.113.5: it is no configured peer',
    'refused a connection from 10.0.2.2: 10.0.2.0/24 has its limit of 1 dynamic peers',
  ])
})

t.test(
  'a peer that calls again and again is taken as often as a router would, told once, and let in later',
  async (t) => {
    const world = memoryWorld()
    const node = startSpeaker(
      world,
      '10.0.0.11',
      'bgp: { asn: 65001, routerId: 10.0.0.11, peers: [{ address: 10.0.0.1, asn: 65000, passive: true }] }',
    )
    const caller = scriptedPeer(world, '10.0.0.1', { listens: false, polite: false })
    const other = scriptedPeer(world, '203.0.113.5', { listens: false })
    const storm = async (calls: number) => {
      for (let call = 0; call < calls; call++) {
        caller.dial('10.0.0.11')
        await world.settle()
        caller.call.connection.destroy()
        await world.settle()
      }
    }
    await storm(CALLS + 30)
    const answered = caller.calls.filter(({ messages }) => messages.length > 0)
    t.equal(answered.length, CALLS)
    t.same(node.warnings(), ['refused a connection from 10.0.0.1: it calls too often'])
    other.dial('10.0.0.11')
    await world.pass(11)
    await storm(CALLS_PER_SECOND)
    t.equal(caller.calls.filter(({ messages }) => messages.length > 0).length, CALLS + CALLS_PER_SECOND)
  },
)

const callers = [
  { name: 'another address of ours than the peer is to call', keys: 'localAddress: 10.0.0.12' },
  { name: 'another address', keys: '', from: '10.0.0.2' },
]
t.ok(callers.length > 0)
for (const { name, keys, from = '10.0.0.1' } of callers) {
  t.test(`a call with ${name} is a stranger's`, async (t) => {
    const world = memoryWorld()
    const node = startSpeaker(
      world,
      '10.0.0.11',
      `bgp: { asn: 65001, routerId: 10.0.0.11, peers: [{ address: 10.0.0.1, asn: 65000, passive: true, ${keys} }] }`,
    )
    const caller = scriptedPeer(world, from, { listens: false })
    caller.dial('10.0.0.11')
    await world.settle()
    t.match(caller.call.closed, { because: 'reset-by-peer' })
    t.equal(node.warnings().length, 1)
  })
}

t.test('of several peers on one address, a call goes to one that waits for it', async (t) => {
  const world = memoryWorld()
  const node = startSpeaker(
    world,
    '10.0.0.11',
    `
bgp:
  asn: 65001
  routerId: 10.0.0.11
  peers:
    - { name: first, address: 10.0.0.1, port: 1179, asn: 65000, passive: true }
    - { name: second, address: 10.0.0.1, port: 2179, asn: 65000, passive: true }
`,
  )
  const caller = scriptedPeer(world, '10.0.0.1', { listens: false })
  caller.dial('10.0.0.11')
  await world.settle()
  caller.dial('10.0.0.11')
  await world.settle()
  t.same(
    node.speaker.peers.map(({ record }) => record.state),
    ['established', 'established'],
  )
})

t.test('a peer is found by its name before anyone is by an address', async (t) => {
  const world = memoryWorld()
  const node = startSpeaker(
    world,
    '10.0.0.11',
    `
bgp:
  asn: 65001
  routerId: 10.0.0.11
  peers:
    - { name: tor-1, address: 10.0.0.2, asn: 65000 }
    - { name: 10.0.0.2, address: 10.0.0.3, asn: 65000 }
`,
  )
  t.equal(node.speaker.find('10.0.0.2')?.settings.address, '10.0.0.3')
  t.equal(node.speaker.find('10.0.0.3')?.settings.name, '10.0.0.2')
  t.equal(node.speaker.find('tor-1')?.settings.address, '10.0.0.2')
  t.equal(node.speaker.find('tor'), undefined)
})
