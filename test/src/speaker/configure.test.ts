import t from 'tap'
import type { PeerSettings } from '../../../bgp/peer-settings.js'
import { classify, resets } from '../../../config/diff.js'
import { peerEffects } from '../../../config/effect.js'
import { keyChanges } from '../../../config/key-change.js'
import type { PeerView } from '../../../src/speaker/peer-view.js'
import { settingsOf } from '../../support/config.js'
import { type MemoryWorld, memoryWorld } from '../../support/memory-world.js'
import { only } from '../../support/only.js'
import { scriptedPeer } from '../../support/scripted-peer.js'
import { startSpeaker } from '../../support/test-speaker.js'

const KEY = 'first'

/** A node with the peer that is edited, and one that is not. */
function configuration(peer: Readonly<Record<string, string>>, bgp = '', announcements = ''): string {
  const keys = {
    name: 'tor-1',
    address: '10.0.0.1',
    asn: '65000',
    password: KEY,
    holdTime: '90s',
    keepaliveTime: '30s',
    ...peer,
  }
  const mapping = Object.entries(keys).map(([key, value]) => `${key}: ${value}`)
  return `
bgp:
  asn: 65001
  routerId: 10.0.0.11
  ${bgp}
  peers:
    - { ${mapping.join(', ')} }
    - { name: other, address: 10.0.0.2, asn: 65002 }
announcements:
  - { name: pods, podCIDRs: [10.244.1.0/24] }
  - { name: lb, loadBalancerIPs: [192.0.2.10] }
  ${announcements}
`
}

async function running(before: string) {
  const world = memoryWorld()
  const tor = scriptedPeer(world, '10.0.0.1', { key: KEY })
  const other = scriptedPeer(world, '10.0.0.2', { asn: 65002 })
  const node = startSpeaker(world, '10.0.0.11', before)
  await world.settle()
  return { world, tor, other, node }
}

interface Edit {
  /** Peer keys as the file has them. */
  readonly to: Readonly<Record<string, string>>
  /** What shows at once that a change is in force that needs no new session. */
  readonly shows?: (all: Awaited<ReturnType<typeof running>>, peer: PeerView) => void
}

/** An edit of every key that a peer has: one more key does not compile without its row. */
const edits: { readonly [Key in keyof PeerSettings]-?: Edit } = {
  name: { to: { name: 'tor-one' }, shows: ({ node }) => t.ok(node.speaker.find('tor-one')?.session) },
  address: { to: { address: '10.0.0.3' } },
  interface: { to: { interface: 'eth1' } },
  remoteAs: { to: { asn: 'external' } },
  localAs: { to: { localAsn: '65009' } },
  port: { to: { port: '1179' } },
  localAddress: { to: { localAddress: '10.0.0.11' } },
  password: {
    to: { password: 'second' },
    shows: ({ tor }) => t.equal(tor.call.connection.peer?.keys.at(-1)?.reveal(), 'second'),
  },
  ttl: {
    to: { ebgpMultihop: '2' },
    shows: ({ tor }) => t.match(tor.call.connection.peer?.rules, [{ ttl: 2 }]),
  },
  ttlSecurityHops: {
    to: { ttlSecurity: '3' },
    shows: ({ tor }) => t.match(tor.call.connection.peer?.rules, [{ ttlSecurityHops: 3 }]),
  },
  passive: { to: { passive: 'true' } },
  holdTime: {
    to: { holdTime: '120s' },
    shows: (_, peer) => t.equal(peer.session?.negotiated.holdTime, 90, 'in the next session'),
  },
  keepaliveTimeSeconds: {
    to: { keepaliveTime: '10s' },
    shows: (_, peer) => t.equal(peer.session?.negotiated.keepaliveTimeSeconds, 30, 'in the next session'),
  },
  sendHoldTimeSeconds: { to: { sendHoldTime: '5m' } },
  connectRetryTimeSeconds: { to: { connectRetryTime: '1s' } },
  families: { to: { families: '[ipv4/unicast]' } },
  gracefulRestart: { to: { gracefulRestart: '{ enabled: true }' } },
  nextHop: {
    to: { nextHop: '{ ipv4: 10.0.0.99 }' },
    shows: ({ tor }) =>
      t.match(
        tor.call.updates
          .findLast(({ nlri }) => nlri.length > 0)
          ?.attributes.find(({ kind }) => kind === 'next-hop'),
        { nextHop: '10.0.0.99' },
      ),
  },
  maxPrefixes: { to: { maxPrefixes: '5' } },
  allowedPrefixes: {
    to: { allowedPrefixes: '[192.0.2.0/24]' },
    shows: ({ tor }) => t.same(tor.call.routes, ['192.0.2.10/32']),
  },
  maxAdvertisedPrefixes: { to: { maxAdvertisedPrefixes: '5' } },
  advertise: { to: { advertise: '[lb]' }, shows: ({ tor }) => t.same(tor.call.routes, ['192.0.2.10/32']) },
}

t.ok(Object.keys(edits).length > 0)
t.same(Object.keys(edits).sort(), Object.keys(peerEffects).sort(), 'every key has its row')
for (const [key, { to, shows }] of Object.entries(edits)) {
  const { effect } = peerEffects[key as keyof PeerSettings]
  const [before, after] = [configuration({}), configuration(to)]
  t.test(
    `${Object.entries(to)[0]?.join(': ')} (${effect}) does to sessions what the plan says`,
    async (t) => {
      const [was, now] = [settingsOf(before), settingsOf(after)]
      t.same(
        keyChanges(peerEffects, was.bgp!.peers[0]!, now.bgp!.peers[0]!).map((change) => change.key),
        [peerEffects[key as keyof PeerSettings].key],
        'the edit is of this key alone',
      )
      const plan = resets(classify(was, now), was)
      t.same(plan, effect === 'reset' ? ['tor-1'] : [])

      const all = await running(before)
      const { world, tor, other, node } = all
      const [standing] = tor.calls
      const untouched = other.call.octets.received
      t.ok(node.speaker.find('tor-1')?.session)
      node.configure(after)
      await world.settle()
      t.equal(standing?.closed === undefined, effect !== 'reset', 'the session')
      t.same(
        standing?.notifications.map(({ code, subcode }) => `${code}/${subcode}`),
        effect === 'reset' ? ['6/6'] : [],
      )
      const [peer] = node.speaker.peers
      if (effect !== 'reset') t.ok(peer?.session)
      t.same(only(peer?.settings, now.bgp!.peers[0]!), now.bgp!.peers[0])
      shows?.(all, peer!)
      t.equal(other.call.octets.received, untouched, 'the other peer has been sent nothing')
      t.equal(other.calls.length, 1)
      t.same(node.warnings(), [])
    },
  )
}

t.test('the same file again sends nothing and touches nothing', async (t) => {
  const { world, tor, other, node } = await running(configuration({}))
  const [before, events] = [tor.call.octets.received, node.events.length]
  node.configure(configuration({}))
  await world.settle()
  t.equal(tor.call.octets.received, before)
  t.same([tor.call.connection.peer?.keys, tor.call.connection.peer?.rules], [[], []])
  t.equal(node.events.length, events)
  t.equal(other.calls.length, 1)
})

const forAll = [
  { name: 'another AS number', from: 'asn: 65001', to: 'asn: 65011' },
  { name: 'another router ID', from: 'routerId: 10.0.0.11', to: 'routerId: 10.0.0.12' },
]
t.ok(forAll.length > 0)
for (const { name, from, to } of forAll) {
  t.test(`${name} of the node resets every session, as the plan says`, async (t) => {
    const before = configuration({})
    const after = before.replace(from, to)
    const was = settingsOf(before)
    t.same(resets(classify(was, settingsOf(after)), was), ['tor-1', 'other'])
    const { world, tor, other, node } = await running(before)
    const [first, second] = [tor.call, other.call]
    node.configure(after)
    await world.settle()
    t.match(
      [first, second].map(({ closed }) => closed !== undefined),
      [true, true],
    )
    await world.pass(2)
    t.ok(tor.call !== first && tor.call.closed === undefined)
    t.ok(other.call !== second && other.call.closed === undefined)
  })
}

t.test('a peer that is added is called, one that is removed is told so and forgotten', async (t) => {
  const { world, tor, other, node } = await running(configuration({}))
  const third = scriptedPeer(world, '10.0.0.3', { asn: 65003 })
  const without = configuration({}).replace(
    '    - { name: other, address: 10.0.0.2, asn: 65002 }',
    '    - { name: third, address: 10.0.0.3, asn: 65003 }',
  )
  const [before] = [tor.call.octets.received]
  node.configure(without)
  await world.settle()
  t.same(
    node.speaker.peers.map(({ settings }) => settings.name),
    ['tor-1', 'third'],
  )
  t.match(other.call.notifications, [{ code: 6, subcode: 3 }])
  t.ok(third.call.routes.length > 0)
  t.equal(tor.call.octets.received, before)
  await world.pass(60)
  t.equal(other.calls.length, 1, 'and not called again')
  other.dial('10.0.0.11')
  await world.settle()
  t.match(other.call.closed, { because: 'reset-by-peer' })
})

t.test(
  'a peer that is removed while graceful restart holds is told to forget us (Hard Reset, RFC 8538)',
  async (t) => {
    const world = memoryWorld()
    const peer = scriptedPeer(world, '10.0.0.1', {
      capabilities: [
        {
          kind: 'graceful-restart',
          restarted: false,
          notification: true,
          restartTimeSeconds: 120,
          families: [{ family: { afi: 1, safi: 1 }, forwardingPreserved: false }],
        },
      ],
    })
    const file = (peers: string) => `bgp: { asn: 65001, routerId: 10.0.0.11, peers: [${peers}] }`
    const node = startSpeaker(
      world,
      '10.0.0.11',
      file('{ address: 10.0.0.1, asn: 65000, gracefulRestart: { enabled: true } }'),
    )
    await world.settle()
    node.configure(file(''))
    await world.settle()
    t.match(peer.call.notifications, [{ code: 6, subcode: 9, data: Uint8Array.of(6, 3) }])
  },
)

t.test('peers are shown in the order of the file, and another order is no change', async (t) => {
  const { world, tor, node } = await running(configuration({}))
  const lines = configuration({}).split('\n')
  const at = lines.findIndex((line) => line.includes('name: other'))
  const swapped = lines
    .with(at, lines[at - 1]!)
    .with(at - 1, lines[at]!)
    .join('\n')
  const before = tor.call.octets.received
  node.configure(swapped)
  await world.settle()
  t.same(
    node.speaker.peers.map(({ settings }) => settings.name),
    ['other', 'tor-1'],
  )
  t.equal(tor.call.octets.received, before)
})

t.test('a peer renamed together with what is announced to it alone is sent nothing', async (t) => {
  const named = (name: string) =>
    configuration({ name }, '', `- { name: private, peers: [${name}], loadBalancerIPs: [192.0.2.99] }`)
  const { world, tor, other, node } = await running(named('tor-1'))
  t.ok(tor.call.routes.includes('192.0.2.99/32'))
  t.notOk(other.call.routes.includes('192.0.2.99/32'))
  const before = [tor.call.octets.received, other.call.octets.received]
  node.configure(named('tor-one'))
  await world.settle()
  t.same([tor.call.octets.received, other.call.octets.received], before)
})

t.test('an announcement renamed together with the list that names it sends nothing', async (t) => {
  const named = (name: string) =>
    configuration({ advertise: `[${name}]` }).replace('name: pods', `name: ${name}`)
  const { world, tor, node } = await running(named('pods'))
  const before = tor.call.octets.received
  node.configure(named('cidrs'))
  await world.settle()
  t.same(tor.call.routes, ['10.244.1.0/24'])
  t.equal(tor.call.octets.received, before)
})

/** A node whose only peer is not there yet, and that waits to be called. */
async function waiting(keys: string) {
  const world: MemoryWorld = memoryWorld()
  const file = (more: string) =>
    `bgp: { asn: 65001, routerId: 10.0.0.11, peers: [{ name: tor-1, address: 10.0.0.1, asn: 65000, ${more} }] }`
  const node = startSpeaker(world, '10.0.0.11', file(keys))
  await world.pass(100)
  return { world, node, file }
}

t.test('a passive peer that is to be called from now on is called', async (t) => {
  const { world, node, file } = await waiting('passive: true')
  const tor = scriptedPeer(world, '10.0.0.1')
  node.configure(file(''))
  await world.settle()
  t.ok(tor.call.routes)
  t.ok(node.peer('tor-1').session)
})

t.test('a peer without a session is tried anew at once with what is new', async (t) => {
  const { world, node, file } = await waiting('password: wrong, connectRetryTime: 120s')
  const tor = scriptedPeer(world, '10.0.0.1', { key: 'right' })
  node.configure(file('password: right, connectRetryTime: 120s'))
  await world.settle()
  t.ok(node.peer('tor-1').session)
  t.equal(tor.calls.length, 1)
})

t.test('a change that needs no session does not lift what holds a peer down', async (t) => {
  const { world, tor, node } = await running(configuration({ maxPrefixes: '1' }))
  tor.call.announce('198.51.100.0/24', '203.0.113.0/24')
  await world.settle()
  t.ok(node.peer('tor-1').heldDown)
  node.configure(configuration({ maxPrefixes: '1', connectRetryTime: '1s' }))
  await world.pass(60)
  t.ok(node.peer('tor-1').heldDown)
  t.equal(tor.calls.length, 1)
})

t.test('the listener takes new keys of peers, and stops asking for those that are gone', async (t) => {
  const world = memoryWorld()
  const file = (keys: string) =>
    `bgp: { asn: 65001, routerId: 10.0.0.11, peers: [{ address: 10.0.0.1, asn: 65000, passive: true, ${keys} }] }`
  const node = startSpeaker(world, '10.0.0.11', file('password: one'))
  const rounds = [
    { keys: 'password: one', key: 'one', other: 'two' },
    { keys: 'password: two', key: 'two', other: 'one' },
    { keys: '', key: undefined, other: 'two' },
    { keys: 'password: three', key: 'three', other: undefined },
  ]
  t.ok(rounds.length > 0)
  for (const { keys, key, other } of rounds) {
    node.configure(file(keys))
    for (const [tried, heard] of [
      [other, false],
      [key, true],
    ] as const) {
      const caller = scriptedPeer(world, '10.0.0.1', { listens: false, ...(tried && { key: tried }) })
      caller.dial('10.0.0.11')
      await world.settle()
      t.equal(caller.calls.length === 1, heard, `${keys || 'no password'}, tried with ${tried}`)
      if (heard) caller.call.connection.destroy()
      await world.settle()
    }
  }
  t.same(node.warnings(), [])
})
