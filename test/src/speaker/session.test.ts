import t from 'tap'
import { endOfRibOf } from '../../../bgp/codec/end-of-rib.js'
import { memoryWorld } from '../../support/memory-world.js'
import { scriptedPeer } from '../../support/scripted-peer.js'
import { startSpeaker } from '../../support/test-speaker.js'

const worker = `
bgp:
  asn: 65001
  routerId: 10.0.0.11
  peers: [{ name: tor-1, address: 10.0.0.1, asn: 65000 }]
announcements:
  - { name: pods, podCIDRs: [10.244.1.0/24, "fd00:10:244:1::/64"] }
`
/** The router's side of it; it waits to be called. */
const tor = `
bgp:
  asn: 65000
  routerId: 10.0.0.1
  peers: [{ name: worker-1, address: 10.0.0.11, asn: 65001, passive: true }]
announcements:
  - { name: default, prefixes: [198.51.100.0/24] }
`

t.test('two speakers agree, and each has the routes of the other', async (t) => {
  const world = memoryWorld()
  const router = startSpeaker(world, '10.0.0.1', tor)
  const node = startSpeaker(world, '10.0.0.11', worker)
  await world.settle()
  t.equal(node.peer('tor-1').record.state, 'established')
  t.equal(router.peer('worker-1').record.state, 'established')
  const received = [...(router.peer('worker-1').session?.adjRibIn.shown() ?? [])]
  t.same(received.map(({ prefix }) => prefix).sort(), ['10.244.1.0/24', 'fd00:10:244:1::/64'])
  t.equal(node.peer('tor-1').session?.adjRibIn.received('ipv4/unicast'), 1)
  t.equal(node.peer('tor-1').session?.outbox.advertised('ipv6/unicast'), 1)
})

t.test('states pass in the order of RFC 4271, on both sides', async (t) => {
  const world = memoryWorld()
  const router = startSpeaker(world, '10.0.0.1', tor)
  const node = startSpeaker(world, '10.0.0.11', worker)
  await world.settle()
  const connected = ['open_sent -> open_confirm', 'open_confirm -> established']
  t.same(node.moves('tor-1'), ['idle -> connect', 'connect -> open_sent', ...connected])
  t.same(router.moves('worker-1'), ['idle -> active', 'active -> open_sent', ...connected])
  t.same(
    node.peer('tor-1').record.history.map(({ because }) => because),
    [
      'started',
      'the peer accepted our connection',
      "the peer's OPEN is acceptable",
      'the peer accepted our OPEN',
    ],
  )
})

t.test('after the routes of every family comes its End-of-RIB, once', async (t) => {
  const world = memoryWorld()
  const peer = scriptedPeer(world, '10.0.0.1')
  startSpeaker(world, '10.0.0.11', worker)
  await world.settle()
  t.same(peer.call.routes, ['10.244.1.0/24', 'fd00:10:244:1::/64'])
  t.same(
    peer.call.updates.map((update) => endOfRibOf(update)),
    [undefined, 'ipv4/unicast', undefined, 'ipv6/unicast'],
  )
})

t.test('End-of-RIB waits until every source has declared its set; the routes do not', async (t) => {
  const world = memoryWorld()
  const peer = scriptedPeer(world, '10.0.0.1')
  let complete = false
  const node = startSpeaker(world, '10.0.0.11', worker, { complete: () => complete })
  await world.settle()
  t.equal(peer.call.routes.length, 2)
  t.notOk(peer.call.updates.some(endOfRibOf))
  complete = true
  node.speaker.announced(new Set())
  await world.settle()
  t.same(
    peer.call.updates.flatMap((update) => endOfRibOf(update) ?? []),
    ['ipv4/unicast', 'ipv6/unicast'],
  )
})

t.test('what both sides counted is what went over the wire, both ways', async (t) => {
  const world = memoryWorld()
  const router = startSpeaker(world, '10.0.0.1', tor)
  const node = startSpeaker(world, '10.0.0.11', worker)
  await world.pass(300)
  const [here, there] = [node.peer('tor-1').record, router.peer('worker-1').record]
  t.same(here.sent, there.received)
  t.same(here.received, there.sent)
  t.match(here.sent, { open: 1, update: 4, notification: 0, routeRefresh: 0 })
  t.ok(here.sent.keepalive >= 10)
})

t.test('octets are counted as a peer counts them that only sees octets', async (t) => {
  const world = memoryWorld()
  const peer = scriptedPeer(world, '10.0.0.1', { capabilities: [{ kind: 'route-refresh' }] })
  const node = startSpeaker(world, '10.0.0.11', worker)
  await world.settle()
  peer.call.announce('198.51.100.0/24')
  peer.call.send({ kind: 'route-refresh', family: { afi: 1, safi: 1 }, subtype: 'request' })
  await world.pass(100)
  const { sent, received } = node.peer('tor-1').record
  t.equal(sent.octets, peer.call.octets.received)
  t.equal(received.octets, peer.call.octets.sent)
  t.match(received, { open: 1, update: 1, routeRefresh: 1 })
  t.equal(sent.update, peer.call.updates.length)
})

t.test('uptime counts whole seconds of the session, and is zero without one', async (t) => {
  const world = memoryWorld()
  const peer = scriptedPeer(world, '10.0.0.1')
  const node = startSpeaker(world, '10.0.0.11', worker)
  const { record } = node.peer('tor-1')
  t.equal(record.uptimeSeconds, 0)
  await world.settle()
  await world.pass(61.9)
  t.equal(record.uptimeSeconds, 61)
  peer.call.connection.destroy()
  await world.settle()
  t.equal(record.uptimeSeconds, 0)
  t.equal(record.flaps, 1)
})

t.test('KEEPALIVEs go out at a third of the hold time, and keep the session', async (t) => {
  const world = memoryWorld()
  const peer = scriptedPeer(world, '10.0.0.1')
  const node = startSpeaker(world, '10.0.0.11', worker)
  await world.settle()
  const before = peer.call.kinds.filter((kind) => kind === 'keepalive').length
  // Twenty milliseconds more each: every deadline has its last call.
  await world.pass(10 * 30.02)
  t.equal(peer.call.kinds.filter((kind) => kind === 'keepalive').length - before, 10)
  t.equal(node.peer('tor-1').record.state, 'established')
})

t.test('a peer that falls silent is given the hold time, then Hold Timer Expired', async (t) => {
  const world = memoryWorld()
  const peer = scriptedPeer(world, '10.0.0.1', { polite: false })
  const node = startSpeaker(world, '10.0.0.11', worker)
  await world.settle()
  peer.call.open()
  peer.call.send({ kind: 'keepalive' })
  await world.settle()
  const { record } = node.peer('tor-1')
  await world.pass(89)
  t.equal(record.state, 'established')
  await world.pass(1.1)
  t.match(peer.call.notifications, [{ code: 4, subcode: 0 }])
  t.match(record.lastError, { origin: 'sent', code: 4, subcode: 0, text: /Hold Timer Expired/ })
  t.equal(record.state, 'idle')
})

t.test('a message that waits in the socket while our own event loop is late counts as on time', async (t) => {
  const world = memoryWorld()
  const peer = scriptedPeer(world, '10.0.0.1', { polite: false })
  const node = startSpeaker(world, '10.0.0.11', worker)
  await world.settle()
  peer.call.open()
  peer.call.send({ kind: 'keepalive' })
  await world.settle()
  // The loop stands still for longer than the hold time: what has arrived is read after the timers have fired.
  peer.call.send({ kind: 'keepalive' })
  world.clock.advance(90_000)
  await world.settle()
  await world.pass(1)
  t.equal(node.peer('tor-1').record.state, 'established')
  t.same(peer.call.notifications, [])
})

t.test('a hold time of zero means silence is fine, and no KEEPALIVE is sent', async (t) => {
  const world = memoryWorld()
  const peer = scriptedPeer(world, '10.0.0.1', { polite: false, holdTimeSeconds: 0 })
  const node = startSpeaker(world, '10.0.0.11', worker)
  await world.settle()
  peer.call.open()
  peer.call.send({ kind: 'keepalive' })
  await world.pass(3600)
  t.equal(node.peer('tor-1').record.state, 'established')
  t.equal(peer.call.kinds.filter((kind) => kind === 'keepalive').length, 1)
})

t.test('the last ten state changes are remembered, newest last', async (t) => {
  const world = memoryWorld()
  const peer = scriptedPeer(world, '10.0.0.1')
  const node = startSpeaker(world, '10.0.0.11', worker)
  for (let i = 0; i < 4; i++) {
    await world.pass(10)
    peer.call.connection.destroy()
  }
  await world.settle()
  const { history } = node.peer('tor-1').record
  t.equal(history.length, 10)
  t.match(history.at(-1), { from: 'established', to: 'idle', at: '2026-01-01T00:00:40.000Z' })
  t.same(
    history.slice(1).map(({ from }) => from),
    history.slice(0, -1).map(({ to }) => to),
  )
})

t.test('a NOTIFICATION of the peer is recorded in words, with its code and who sent it', async (t) => {
  const world = memoryWorld()
  const peer = scriptedPeer(world, '10.0.0.1')
  const node = startSpeaker(world, '10.0.0.11', worker)
  await world.settle()
  const data = Uint8Array.from([5, ...Buffer.from('lunch')])
  peer.call.send({ kind: 'notification', code: 6, subcode: 2, data })
  await world.settle()
  const { record } = node.peer('tor-1')
  t.match(record.lastError, {
    origin: 'received',
    code: 6,
    subcode: 2,
    text: /Cease\/Administrative Shutdown.*lunch/,
    at: '2026-01-01T00:00:00.000Z',
  })
  t.equal(record.received.notification, 1)
  t.match(
    node.events.filter(({ kind }) => kind === 'notification'),
    [{ peer: 'tor-1', direction: 'received', code: 6, subcode: 2 }],
  )
  t.match(peer.call.closed, { because: 'closed-by-peer' }, 'and is answered by closing')
})

t.test('a NOTIFICATION of ours is recorded as sent', async (t) => {
  const world = memoryWorld()
  const peer = scriptedPeer(world, '10.0.0.1', { asn: 64999 })
  const node = startSpeaker(world, '10.0.0.11', worker)
  await world.settle()
  const { record } = node.peer('tor-1')
  t.match(record.lastError, { origin: 'sent', code: 2, subcode: 2, text: /64999.*65000/ })
  t.match(peer.call.notifications, [{ code: 2, subcode: 2 }])
  t.equal(record.sent.notification, 1)
})

t.test('a lost connection is recorded as what this side saw', async (t) => {
  const world = memoryWorld()
  const peer = scriptedPeer(world, '10.0.0.1')
  const node = startSpeaker(world, '10.0.0.11', worker)
  await world.settle()
  world.network.pairs.at(-1)?.reset()
  await world.settle()
  const { lastError } = node.peer('tor-1').record
  t.match(lastError, { origin: 'local', text: /reset/ })
  t.equal(lastError?.code, undefined)
  t.equal(peer.calls.length, 1)
})

t.test('what a connection that lost still brings is not taken for the session that stands', async (t) => {
  const world = memoryWorld()
  const peer = scriptedPeer(world, '10.0.0.1')
  const node = startSpeaker(world, '10.0.0.11', worker)
  await world.settle()
  const [standing] = peer.calls
  peer.dial('10.0.0.11')
  await world.settle()
  peer.call.announce('198.51.100.0/24')
  await world.settle()
  t.equal(node.peer('tor-1').session?.adjRibIn.total, 0)
  t.equal(node.peer('tor-1').record.state, 'established')
  t.equal(standing?.closed, undefined)
})
