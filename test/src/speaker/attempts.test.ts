import t from 'tap'
import type { Open } from '../../../bgp/message.js'
import { ip } from '../../support/address.js'
import { memoryWorld } from '../../support/memory-world.js'
import { type ScriptedPeer, scriptedPeer } from '../../support/scripted-peer.js'
import { startSpeaker } from '../../support/test-speaker.js'

const worker = (keys = '') => `
bgp:
  asn: 65001
  routerId: 10.0.0.11
  peers: [{ name: tor-1, address: 10.0.0.1, asn: 65000, connectRetryTime: 5s, ${keys} }]
`

t.test('a peer that is not there is tried again after every ConnectRetryTime', async (t) => {
  const world = memoryWorld()
  const node = startSpeaker(world, '10.0.0.11', worker())
  await world.pass(26)
  const { record, dialFailures } = node.peer('tor-1')
  t.equal(dialFailures.count, 6)
  t.match(dialFailures.last, { because: 'refused' })
  t.match(record.lastError, { origin: 'local', text: /refused/ })
  t.equal(record.state, 'active')
})

t.test('a peer whose address swallows everything counts as failed at each ConnectRetryTime', async (t) => {
  const world = memoryWorld()
  world.network.unplug(ip('10.0.0.1'))
  const node = startSpeaker(world, '10.0.0.11', worker())
  await world.pass(16)
  const { record, dialFailures } = node.peer('tor-1')
  t.equal(dialFailures.count, 3)
  t.match(dialFailures.last, { because: 'timed-out', text: /no answer from 10\.0\.0\.1:179 within 5 s/ })
  t.match(record.lastError, { text: /no answer/ })
})

t.test(
  'a peer that comes back is up within one ConnectRetryTime, and its failures are forgotten',
  async (t) => {
    const world = memoryWorld()
    const node = startSpeaker(world, '10.0.0.11', worker())
    await world.pass(12)
    scriptedPeer(world, '10.0.0.1')
    await world.pass(5)
    t.equal(node.peer('tor-1').record.state, 'established')
    t.equal(node.peer('tor-1').dialFailures.count, 0)
  },
)

t.test('jitter shortens the wait to three quarters at the most', async (t) => {
  const world = memoryWorld({ random: 0 })
  const node = startSpeaker(world, '10.0.0.11', worker())
  await world.pass(3.7)
  t.equal(node.peer('tor-1').dialFailures.count, 1)
  await world.pass(0.1)
  t.equal(node.peer('tor-1').dialFailures.count, 2)
})

t.test('a peer that errs again and again is left alone longer each time, up to a minute', async (t) => {
  const world = memoryWorld()
  const peer = scriptedPeer(world, '10.0.0.1', { asn: 64999 })
  startSpeaker(world, '10.0.0.11', worker())
  const at: number[] = []
  for (let second = 0; second < 300; second += 0.5) {
    const before = peer.calls.length
    await world.pass(0.5)
    if (peer.calls.length > before) at.push(second + 0.5)
  }
  const waits = at.slice(1).map((time, i) => time - at[i]!)
  t.same(waits.slice(1, 8), [2, 4, 8, 16, 32, 60, 60])
})

t.test('a peer that calls is let in at once, whatever our own back-off', async (t) => {
  const world = memoryWorld()
  const script = { asn: 64999 as number }
  const peer = scriptedPeer(world, '10.0.0.1', script)
  const node = startSpeaker(world, '10.0.0.11', worker())
  await world.pass(40)
  t.equal(node.peer('tor-1').record.state, 'idle')
  script.asn = 65000
  peer.dial('10.0.0.11')
  await world.settle()
  t.equal(node.peer('tor-1').record.state, 'established')
})

t.test('a passive peer is never dialled, and taken when it calls', async (t) => {
  const world = memoryWorld()
  const peer = scriptedPeer(world, '10.0.0.1')
  const node = startSpeaker(world, '10.0.0.11', worker('passive: true'))
  await world.pass(60)
  t.equal(peer.calls.length, 0)
  t.equal(node.peer('tor-1').record.state, 'active')
  peer.dial('10.0.0.11')
  await world.settle()
  t.equal(node.peer('tor-1').record.state, 'established')
})

t.test('an operator’s reset says so to the peer, and the session is back within seconds', async (t) => {
  const world = memoryWorld()
  const peer = scriptedPeer(world, '10.0.0.1')
  const node = startSpeaker(world, '10.0.0.11', worker())
  await world.settle()
  const [first] = peer.calls
  node.peer('tor-1').reset({ why: 'administrative-reset', communication: 'because' })
  await world.settle()
  t.match(first?.notifications, [{ code: 6, subcode: 4 }])
  t.ok(first?.closed)
  await world.pass(2)
  t.equal(node.peer('tor-1').record.state, 'established')
  t.equal(peer.calls.length, 2)
})

t.test('keys that differ, or that only one side has, get no answer and no session', async (t) => {
  const sides = [
    { ours: 'one', theirs: 'other' },
    { ours: 'one', theirs: undefined },
    { ours: undefined, theirs: 'other' },
  ]
  t.ok(sides.length > 0)
  for (const { ours, theirs } of sides) {
    const world = memoryWorld()
    scriptedPeer(world, '10.0.0.1', theirs === undefined ? {} : { key: theirs })
    const node = startSpeaker(world, '10.0.0.11', worker(ours === undefined ? '' : `password: ${ours}`))
    await world.pass(11)
    t.notOk(node.peer('tor-1').session, `${ours} here, ${theirs} there`)
    t.match(node.peer('tor-1').dialFailures.last, { because: 'timed-out', text: /MD5 key/ })
  }
  const world = memoryWorld()
  scriptedPeer(world, '10.0.0.1', { key: 'one' })
  const node = startSpeaker(world, '10.0.0.11', worker('password: one'))
  await world.settle()
  t.ok(node.peer('tor-1').session, 'the same on both sides')
})

/** Rejects every OPEN that has a capability which it does not know, as old routers do. */
async function rejecting(known: readonly string[]) {
  const world = memoryWorld()
  const peer: ScriptedPeer = scriptedPeer(world, '10.0.0.1', { polite: false })
  const node = startSpeaker(world, '10.0.0.11', worker())
  const offers: (readonly string[])[] = []
  for (let second = 0; second < 60 && node.peer('tor-1').session === undefined; second++) {
    await world.pass(1)
    const call = peer.calls.at(-1)
    const [offer] = call?.messages ?? []
    if (call === undefined || call.closed || offer?.kind !== 'open' || call.messages.length > 1) continue
    const kinds = offer.capabilities.map(({ kind }) => kind)
    offers.push(kinds)
    call.open()
    if (kinds.every((kind) => known.includes(kind))) call.send({ kind: 'keepalive' })
    else call.send({ kind: 'notification', code: 2, subcode: 4, data: new Uint8Array(0) })
  }
  return { node, offers }
}

t.test('a peer that rejects what it does not know is offered less, until it takes it', async (t) => {
  const { node, offers } = await rejecting(['multiprotocol', 'four-octet-as'])
  t.ok(node.peer('tor-1').session)
  t.ok(offers.length > 1)
  t.ok(offers[0]?.includes('graceful-restart'))
  t.same(new Set(offers.at(-1)), new Set(['multiprotocol', 'four-octet-as']))
  t.match(node.peer('tor-1').reduced, /./)
  t.ok(node.warnings().length > 0, 'and said so each time')
})

t.test('a peer that knows everything is offered everything', async (t) => {
  const world = memoryWorld()
  const peer = scriptedPeer(world, '10.0.0.1')
  const node = startSpeaker(world, '10.0.0.11', worker())
  await world.settle()
  const [offer] = peer.call.messages as [Open]
  t.same(
    offer.capabilities.map(({ kind }) => kind),
    node.peer('tor-1').offer.capabilities.map(({ kind }) => kind),
  )
  t.equal(node.peer('tor-1').reduced, undefined)
  t.same(node.warnings(), [])
})

// RFC 4271 §6.8: the connection that the higher identifier opened stays.
const identifiers = [
  { here: '10.0.0.11', there: '10.0.0.1', stays: 'ours' },
  { here: '10.0.0.1', there: '10.0.0.11', stays: 'theirs' },
]
t.ok(identifiers.length > 0)
for (const { here, there, stays } of identifiers) {
  t.test(
    `two speakers that call each other at once keep one session, ${stays} (${here}, ${there})`,
    async (t) => {
      const world = memoryWorld()
      const configuration = (asn: number, routerId: string, address: string, remote: number) =>
        `bgp: { asn: ${asn}, routerId: ${routerId}, peers: [{ name: it, address: ${address}, asn: ${remote} }] }`
      const node = startSpeaker(world, '10.0.0.11', configuration(65001, here, '10.0.0.1', 65000))
      const router = startSpeaker(world, '10.0.0.1', configuration(65000, there, '10.0.0.11', 65001))
      // Neither listened when the other called first: both call again at the same moment.
      await world.pass(20)
      const sessions = [node, router].map(({ speaker }) => speaker.find('it')?.session)
      t.ok(sessions[0])
      t.ok(sessions[1])
      t.same(sessions[0]?.local, sessions[1]?.remote, 'it is the same connection')
      t.equal(sessions[0]?.remote.port === 179 ? 'ours' : 'theirs', stays)
      const settled = node.events.length
      await world.pass(120)
      t.equal(node.events.length, settled, 'and there it rests')
      t.equal(node.peer('it').connections, 1)
    },
  )
}

t.test('a collision is no error of anyone’s: it is not told as one', async (t) => {
  const world = memoryWorld()
  const peer = scriptedPeer(world, '10.0.0.1', { polite: false })
  const node = startSpeaker(world, '10.0.0.11', worker())
  await world.settle()
  const [called] = peer.calls
  peer.dial('10.0.0.11')
  await world.settle()
  called?.open()
  called?.send({ kind: 'keepalive' })
  await world.settle()
  t.equal(node.peer('tor-1').record.state, 'established')
  t.match(peer.call.notifications, [{ code: 6, subcode: 7 }])
  t.equal(node.peer('tor-1').record.lastError, undefined)
})
