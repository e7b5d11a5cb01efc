import t from 'tap'
import type { Attribute } from '../../../bgp/attribute.js'
import { encodeMessage } from '../../../bgp/codec/message.js'
import { finish } from '../../../net/steps.js'
import { listingReceived } from '../../../src/daemon/routes-report.js'
import { ip, prefix } from '../../support/address.js'
import { hex } from '../../support/hex.js'
import { type MemoryWorld, memoryWorld } from '../../support/memory-world.js'
import { type Script, scriptedPeer } from '../../support/scripted-peer.js'
import { startSpeaker } from '../../support/test-speaker.js'

const worker = (keys = '', peers = '') => `
bgp:
  asn: 65001
  routerId: 10.0.0.11
  peers: [{ name: tor-1, address: 10.0.0.1, asn: 65000, ${keys} }${peers}]
announcements: [{ name: pods, podCIDRs: [10.244.1.0/24] }]
`

async function established(keys = '', script: Script = {}) {
  const world = memoryWorld()
  const peer = scriptedPeer(world, '10.0.0.1', script)
  const node = startSpeaker(world, '10.0.0.11', worker(keys))
  await world.settle()
  const tor = node.peer('tor-1')
  return { world, peer, node, tor }
}

t.test('prefixes are counted once, however often they are announced, until they are withdrawn', async (t) => {
  const { world, peer, tor } = await established()
  peer.call.announce('198.51.100.0/24', '203.0.113.0/24')
  peer.call.announce('198.51.100.0/24')
  await world.settle()
  t.equal(tor.session?.adjRibIn.total, 2)
  peer.call.withdraw('198.51.100.0/24', '192.0.2.0/24')
  await world.settle()
  t.equal(tor.session?.adjRibIn.total, 1)
})

t.test('what the peer sent is shown with its attributes, and why it would not be used', async (t) => {
  const { world, peer, node, tor } = await established()
  peer.call.announce('198.51.100.0/24')
  peer.call.send({
    kind: 'update',
    withdrawn: [],
    attributes: [
      { kind: 'origin', origin: 'egp' },
      { kind: 'as-path', segments: [{ kind: 'sequence', ases: [65000, 65001] }] },
      { kind: 'next-hop', nextHop: '10.0.0.1' as never },
    ],
    nlri: [prefix('203.0.113.0/24')],
  })
  await world.settle()
  const { routes, total } = finish(listingReceived(node.speaker.peers, 10))
  t.equal(total, 2)
  t.match(routes, [
    { peer: 'tor-1', prefix: '198.51.100.0/24', nextHop: '10.0.0.1', origin: 'igp', asPath: [65000] },
    { prefix: '203.0.113.0/24', origin: 'egp', because: 'our own AS is in its AS_PATH' },
  ])
  t.equal(finish(listingReceived(node.speaker.peers, 1)).routes.length, 1)
  t.equal(finish(listingReceived(node.speaker.peers, 1)).total, 2)
  t.ok(tor.session)
})

t.test(
  'an UPDATE of both families gives the routes of each their own next hop, and keeps no NLRI',
  async (t) => {
    const { world, peer, node, tor } = await established()
    const attributes: readonly Attribute[] = [
      { kind: 'origin', origin: 'igp' },
      { kind: 'as-path', segments: [{ kind: 'sequence', ases: [65000] }] },
      { kind: 'next-hop', nextHop: '10.0.0.1' as never },
      {
        kind: 'mp-reach',
        family: { afi: 2, safi: 1 },
        nextHop: ip('fd00::1'),
        nlri: [prefix('2001:db8:1::/48')],
      },
      { kind: 'mp-unreach', family: { afi: 2, safi: 1 }, withdrawn: [prefix('2001:db8:2::/48')] },
    ]
    peer.call.send({ kind: 'update', withdrawn: [], attributes, nlri: [prefix('198.51.100.0/24')] })
    await world.settle()
    t.match(finish(listingReceived(node.speaker.peers, 10)).routes, [
      { prefix: '198.51.100.0/24', nextHop: '10.0.0.1' },
      { prefix: '2001:db8:1::/48', nextHop: 'fd00::1' },
    ])
    for (const route of tor.session?.adjRibIn.shown() ?? []) {
      const kinds = route.attributes.map(({ kind }) => kind)
      t.notOk(kinds.includes('mp-unreach'), 'withdrawals are no attribute of a route')
      t.equal(kinds.filter((kind) => kind === 'next-hop' || kind === 'mp-reach').length, 1)
      t.ok(route.attributes.every((each) => each.kind !== 'mp-reach' || each.nlri.length === 0))
    }
  },
)

// RFC 7606: the route is given up, the session stays.
const malformed = [
  {
    name: 'an ORIGIN of two octets',
    attributes: '40010200 00  // ORIGIN, length 2',
    text: /ORIGIN/,
  },
  {
    name: 'an ORIGIN that does not exist',
    attributes: '40010107     // ORIGIN 7',
    text: /ORIGIN/,
  },
]
t.ok(malformed.length > 0)
for (const { name, attributes, text } of malformed) {
  t.test(`${name} costs the route, is counted and logged in hex, and the session stays`, async (t) => {
    const { world, peer, node, tor } = await established()
    peer.call.announce('198.51.100.0/24')
    const update = updateOf(`${attributes}
      4002060201 0000fde8  // AS_PATH 65000
      400304 0a000001      // NEXT_HOP 10.0.0.1`)
    peer.call.sendOctets(update)
    await world.settle()
    t.equal(tor.record.state, 'established')
    t.equal(tor.session?.adjRibIn.total, 0, 'the prefix it replaces is withdrawn')
    t.equal(tor.record.malformed.count, 1)
    t.match(tor.record.malformed.last, text)
    t.match(
      node.events.filter(({ kind }) => kind === 'malformed-update'),
      [{ peer: 'tor-1', text, update: Buffer.from(update).toString('hex') }],
    )
    peer.call.announce('198.51.100.0/24')
    await world.settle()
    t.equal(tor.session?.adjRibIn.total, 1, 'and the next clean one counts')
  })
}

/** An UPDATE for 198.51.100.0/24. */
function updateOf(attributes: string): Uint8Array {
  const path = hex(attributes)
  const nlri = hex('18 c63364')
  const length = 23 + path.length + nlri.length
  return Uint8Array.from([
    ...hex('ffffffffffffffffffffffffffffffff'),
    ...[length >> 8, length & 0xff, 2, 0, 0, path.length >> 8, path.length & 0xff],
    ...[...path, ...nlri],
  ])
}

t.test('what cannot be read at all ends the session with its NOTIFICATION', async (t) => {
  const { world, peer, tor } = await established()
  const keepalive = encodeMessage({ kind: 'keepalive' }, context)
  peer.call.sendOctets(keepalive.with(0, 0))
  await world.settle()
  t.match(peer.call.notifications, [{ code: 1, subcode: 1 }])
  t.match(tor.record.lastError, { origin: 'sent', code: 1, subcode: 1 })
})

const context = {
  external: true,
  families: [],
  fourOctetAs: true,
  extendedNextHop: [],
  enhancedRouteRefresh: false,
  maxMessageLength: 4096,
}

t.test('more prefixes than maxPrefixes: Cease/1, and down until a reset', async (t) => {
  const { world, peer, node, tor } = await established('maxPrefixes: 2')
  peer.call.announce('198.51.100.0/24', '203.0.113.0/24')
  await world.settle()
  t.equal(tor.record.state, 'established', 'as many as allowed are fine')
  peer.call.announce('192.0.2.0/24')
  await world.settle()
  // RFC 4486 §4: AFI, SAFI and the limit.
  t.match(peer.call.notifications, [{ code: 6, subcode: 1, data: hex('0001 01 00000002') }])
  t.match(tor.record.lastError, { origin: 'sent', code: 6, subcode: 1 })
  t.match(tor.heldDown, /more than 2 prefixes; it stays down until `herald reset tor-1`/)
  t.ok(peer.call.closed)

  peer.dial('10.0.0.11')
  await world.pass(600)
  t.equal(tor.record.state, 'idle')
  t.match(node.warnings().join('\n'), /refused a connection from 10\.0\.0\.1: .*held down/)

  tor.reset({ why: 'administrative-reset' })
  await world.pass(2)
  t.equal(tor.record.state, 'established')
  t.equal(tor.heldDown, undefined)
})

t.test('prefixes of all families count towards maxPrefixes', async (t) => {
  const { world, peer, tor } = await established('maxPrefixes: 1')
  peer.call.announce('198.51.100.0/24')
  peer.call.send({
    kind: 'update',
    withdrawn: [],
    attributes: [
      { kind: 'origin', origin: 'igp' },
      { kind: 'as-path', segments: [{ kind: 'sequence', ases: [65000] }] },
      {
        kind: 'mp-reach',
        family: { afi: 2, safi: 1 },
        nextHop: ip('fd00::1'),
        nlri: [prefix('2001:db8::/48')],
      },
    ],
    nlri: [],
  })
  await world.settle()
  t.ok(tor.heldDown)
})

t.test('a limit that is lowered below what is there already is enforced', async (t) => {
  const { world, peer, node, tor } = await established()
  peer.call.announce('198.51.100.0/24', '203.0.113.0/24')
  await world.settle()
  node.configure(worker('maxPrefixes: 1'))
  await world.settle()
  t.ok(tor.heldDown)
  t.match(peer.call.notifications, [{ code: 6, subcode: 1 }])
})

const refreshed = [
  { name: 'without Enhanced Route Refresh', capabilities: [], brackets: [] },
  {
    name: 'with Enhanced Route Refresh, between BoRR and EoRR (RFC 7313)',
    capabilities: [{ kind: 'enhanced-route-refresh' as const }],
    brackets: ['begin', 'end'],
  },
]
t.ok(refreshed.length > 0)
for (const { name, capabilities, brackets } of refreshed) {
  t.test(`a ROUTE-REFRESH is answered with all routes of the family, ${name}`, async (t) => {
    const { world, peer, tor } = await established('', {
      capabilities: [{ kind: 'route-refresh' }, ...capabilities],
    })
    const before = peer.call.messages.length
    peer.call.send({ kind: 'route-refresh', family: { afi: 1, safi: 1 }, subtype: 'request' })
    await world.settle()
    const answer = peer.call.messages.slice(before)
    t.same(
      answer.flatMap((message) => (message.kind === 'update' ? message.nlri : [])),
      ['10.244.1.0/24'],
    )
    t.same(
      answer.flatMap((message) => (message.kind === 'route-refresh' ? [message.subtype] : [])),
      brackets,
    )
    t.equal(tor.record.sent.routeRefresh, brackets.length)
    t.equal(tor.record.received.routeRefresh, 1)
    t.equal(tor.record.sent.octets, peer.call.octets.received)
  })
}

t.test('a ROUTE-REFRESH for a family that is not agreed on is not answered', async (t) => {
  const { world, peer, tor } = await established('', {
    families: ['ipv4/unicast'],
    capabilities: [{ kind: 'route-refresh' }],
  })
  const before = peer.call.messages.length
  peer.call.send({ kind: 'route-refresh', family: { afi: 2, safi: 1 }, subtype: 'request' })
  peer.call.send({ kind: 'route-refresh', family: { afi: 25, safi: 70 }, subtype: 'request' })
  await world.settle()
  t.equal(peer.call.messages.length, before)
  t.equal(tor.record.state, 'established')
})

/** A node with a peer that reads and one that does not. */
async function slowReader(world: MemoryWorld) {
  const slow = scriptedPeer(world, '10.0.0.1')
  const quick = scriptedPeer(world, '10.0.0.2', { asn: 65002 })
  const yaml = (addresses: string, med: number) => `
bgp:
  asn: 65001
  routerId: 10.0.0.11
  peers: [{ name: tor-1, address: 10.0.0.1, asn: 65000 }, { name: tor-2, address: 10.0.0.2, asn: 65002 }]
announcements: [{ name: many, med: ${med}, loadBalancerIPs: [${addresses}] }]
`
  const node = startSpeaker(world, '10.0.0.11', yaml('', 0))
  await world.settle()
  return { slow, quick, node, yaml }
}

t.test('a peer that does not read costs a bounded backlog, and the others nothing', async (t) => {
  const world = memoryWorld()
  const { slow, quick, node, yaml } = await slowReader(world)
  const pipe = world.network.pairs.find(({ listener }) => listener.local.address === '10.0.0.1')
  slow.call.connection.blockReader()
  const backlog: number[] = []
  for (let round = 1; round <= 40; round++) {
    // Every prefix changes every time.
    node.configure(yaml('172.16.0.0-172.16.15.255', round))
    await world.settle()
    backlog.push(pipe?.dialler.unsent ?? 0)
  }
  t.equal(quick.call.routes.length, 4096, 'the other peer has all of it')
  t.ok(backlog.at(-1)! > 0)
  t.ok(backlog.at(-1)! < 300_000, `bounded: ${backlog.at(-1)} octets`)
  t.equal(backlog.at(-1), backlog[20], 'and it does not grow with changes')

  node.configure(yaml('172.16.0.0-172.16.0.9', 99))
  await world.settle()
  slow.call.connection.unblockReader()
  await world.settle()
  t.same(slow.call.routes, quick.call.routes, 'when it reads again, it has the state as it stands')
  const last = slow.call.updates.findLast(({ nlri }) => nlri.length > 0)
  t.match(
    last?.attributes.find(({ kind }) => kind === 'multi-exit-disc'),
    { med: 99 },
  )
  t.equal(node.peer('tor-1').session?.settled, true)
})
