/** What herald keeps of a peer that is gone: RFC 4724 §4.2, RFC 8538 §4, RFC 9494 §4.2, by the second. */
import t from 'tap'
import type { Capability, GracefulRestartCapability } from '../../../bgp/capability.js'
import { cease, hardReset } from '../../../bgp/cease.js'
import { NO_LLGR } from '../../../bgp/community.js'
import type { Notification } from '../../../bgp/message.js'
import { finish } from '../../../net/steps.js'
import { listingReceived } from '../../../src/daemon/routes-report.js'
import { ip, prefix } from '../../support/address.js'
import { memoryWorld } from '../../support/memory-world.js'
import { type ScriptedCall, scriptedPeer } from '../../support/scripted-peer.js'
import { startSpeaker } from '../../support/test-speaker.js'

const ipv4 = { afi: 1, safi: 1 }
const ipv6 = { afi: 2, safi: 1 }

/** What the peer offers: times in seconds, F of IPv4. IPv6 is never in it, unless named. */
interface Offer {
  readonly restart?: number
  readonly longLived?: number
  readonly f?: boolean
  readonly ipv6LongLived?: number
}

function capabilities({ restart, longLived, f = true, ipv6LongLived }: Offer): readonly Capability[] {
  const graceful: GracefulRestartCapability = {
    kind: 'graceful-restart',
    restarted: f,
    notification: true,
    restartTimeSeconds: restart ?? 0,
    families: restart === undefined ? [] : [{ family: ipv4, forwardingPreserved: f }],
  }
  const row = (family: typeof ipv4, staleTimeSeconds: number | undefined) =>
    staleTimeSeconds === undefined ? [] : [{ family, forwardingPreserved: f, staleTimeSeconds }]
  const rows = [...row(ipv4, longLived), ...row(ipv6, ipv6LongLived)]
  return [graceful, { kind: 'long-lived-graceful-restart', families: rows }]
}

const file = (longLivedStaleTime: string) => `
bgp:
  asn: 65001
  routerId: 10.0.0.11
  peers:
    - name: tor-1
      address: 10.0.0.1
      asn: 65000
      passive: true
      gracefulRestart: { enabled: true, longLivedStaleTime: ${longLivedStaleTime} }
announcements: []
`

async function helping(offer: Offer, longLivedStaleTime = '1h') {
  const world = memoryWorld()
  const node = startSpeaker(world, '10.0.0.11', file(longLivedStaleTime))
  let call: ScriptedCall | undefined
  /** The peer comes, offering this; another host's script, for what it offers is said once. */
  const connect = async (offered: Offer) => {
    const peer = scriptedPeer(world, '10.0.0.1', { listens: false, capabilities: capabilities(offered) })
    peer.dial('10.0.0.11')
    await world.settle()
    call = peer.call
    return peer.call
  }
  const first = await connect(offer)
  const lose = async () => {
    call?.connection.destroy()
    await world.settle()
  }
  /** 'PREFIX' of each that is there, with a word on what it waits for. */
  const shown = () =>
    finish(listingReceived(node.speaker.peers, 100)).routes.map(
      ({ prefix, because = 'fresh', communities }) => {
        const marked = communities.includes('llgr-stale') ? ' llgr-stale' : ''
        return `${prefix} ${because.split(':')[0]}${marked}`
      },
    )
  return { world, node, first, connect, lose, shown }
}

const perishable = (call: ScriptedCall, ...nlri: string[]) =>
  call.send({
    kind: 'update',
    withdrawn: [],
    attributes: [
      { kind: 'origin', origin: 'igp' },
      { kind: 'as-path', segments: [{ kind: 'sequence', ases: [65000] }] },
      { kind: 'next-hop', nextHop: '10.0.0.1' as never },
      { kind: 'communities', communities: [NO_LLGR] },
    ],
    nlri: nlri.map(prefix),
  })

const announceIpv6 = (call: ScriptedCall, nlri: string) =>
  call.send({
    kind: 'update',
    withdrawn: [],
    attributes: [
      { kind: 'origin', origin: 'igp' },
      { kind: 'as-path', segments: [{ kind: 'sequence', ases: [65000] }] },
      { kind: 'mp-reach', family: ipv6, nextHop: ip('fd00::1'), nlri: [prefix(nlri)] },
    ],
    nlri: [],
  })

const endOfRib = (call: ScriptedCall) =>
  call.send({ kind: 'update', withdrawn: [], attributes: [], nlri: [] })

// Seconds after the loss of the session until what was there is gone, and when it became long-lived.
const periods = [
  { name: 'graceful restart alone', offer: { restart: 60 }, staleFor: 60, longLivedFor: 0 },
  {
    name: 'both, one after the other',
    offer: { restart: 60, longLived: 600 },
    staleFor: 60,
    longLivedFor: 600,
  },
  { name: 'a restart time of 0', offer: { restart: 0, longLived: 600 }, staleFor: 0, longLivedFor: 600 },
  { name: 'RFC 9494 alone', offer: { longLived: 600 }, staleFor: 0, longLivedFor: 600 },
  {
    name: 'a stale time above our own',
    offer: { restart: 60, longLived: 9999 },
    staleFor: 60,
    longLivedFor: 3600,
  },
  { name: 'neither', offer: {}, staleFor: 0, longLivedFor: 0 },
  { name: 'two times of 0', offer: { restart: 0, longLived: 0 }, staleFor: 0, longLivedFor: 0 },
]
t.ok(periods.length > 0)
for (const { name, offer, staleFor, longLivedFor } of periods) {
  t.test(
    `${name}: stale for ${staleFor} s, then for long for ${longLivedFor} s (RFC 9494 §4.2)`,
    async (t) => {
      const { world, first, lose, shown, node } = await helping(offer)
      first.announce('198.51.100.0/24')
      await world.settle()
      await lose()
      if (staleFor > 0) {
        await world.pass(staleFor - 1)
        t.same(shown(), ['198.51.100.0/24 stale'])
        await world.pass(1)
      }
      if (longLivedFor > 0) {
        t.same(shown(), ['198.51.100.0/24 stale for long llgr-stale'])
        t.match(node.warnings().join(), /away for longer than its restart time; 1 ipv4\/unicast routes/)
        await world.pass(longLivedFor - 1)
        t.same(shown(), ['198.51.100.0/24 stale for long llgr-stale'])
        await world.pass(1)
      }
      t.same(shown(), [])
      t.equal(node.peer('tor-1').adjRibIn, undefined)
      await world.pass(600)
      t.equal(world.clock.pending, 1, 'but for the look at the host addresses no timer is left')
    },
  )
}

t.test('a family of one capability alone has its own periods', async (t) => {
  const { world, first, lose, shown } = await helping({ restart: 60, ipv6LongLived: 600 })
  first.announce('198.51.100.0/24')
  announceIpv6(first, '2001:db8::/32')
  await world.settle()
  await lose()
  t.same(shown(), ['198.51.100.0/24 stale', '2001:db8::/32 stale for long llgr-stale'])
  await world.pass(60)
  t.same(shown(), ['2001:db8::/32 stale for long llgr-stale'])
  await world.pass(540)
  t.same(shown(), [])
})

t.test('without a stale time of our own the restart time is the end', async (t) => {
  const { world, first, lose, shown } = await helping({ restart: 60, longLived: 600 }, '0s')
  first.announce('198.51.100.0/24')
  await world.settle()
  await lose()
  await world.pass(60)
  t.same(shown(), [])
})

t.test('a route with NO_LLGR goes with the restart time', async (t) => {
  const { world, first, lose, shown } = await helping({ restart: 60, longLived: 600 })
  first.announce('198.51.100.0/24')
  perishable(first, '203.0.113.0/24')
  await world.settle()
  await lose()
  await world.pass(59)
  t.same(shown(), ['198.51.100.0/24 stale', '203.0.113.0/24 stale'])
  await world.pass(1)
  t.same(shown(), ['198.51.100.0/24 stale for long llgr-stale'])
})

t.test('a peer that comes back refreshes what it announces; End-of-RIB ends the rest', async (t) => {
  const offer = { restart: 60, longLived: 600 }
  const { world, first, connect, lose, shown } = await helping(offer)
  first.announce('198.51.100.0/24', '203.0.113.0/24')
  await world.settle()
  await lose()
  await world.pass(100)
  const back = await connect(offer)
  t.equal(shown().length, 2, 'nothing is missing meanwhile')
  back.announce('198.51.100.0/24')
  await world.settle()
  t.same(shown(), ['198.51.100.0/24 fresh', '203.0.113.0/24 stale for long llgr-stale'])
  endOfRib(back)
  await world.settle()
  t.same(shown(), ['198.51.100.0/24 fresh'])
  await world.pass(1)
  await lose()
  await world.pass(59)
  t.same(shown(), ['198.51.100.0/24 stale'], 'and the next restart begins anew')
})

const unpreserved = [
  { name: 'F is not set', offer: { restart: 60, longLived: 600, f: false } },
  { name: 'the family is not in it', offer: { restart: 60 } },
]
t.ok(unpreserved.length > 0)
for (const { name, offer } of unpreserved) {
  t.test(`what is long-lived stale goes at once when the peer is back and ${name}`, async (t) => {
    const { world, first, connect, lose, shown } = await helping({ restart: 60, longLived: 600 })
    first.announce('198.51.100.0/24')
    await world.settle()
    await lose()
    await world.pass(100)
    await connect(offer)
    t.same(shown(), [])
  })
}

t.test('the long-lived timer goes on over sessions without End-of-RIB (RFC 9494 §4.2)', async (t) => {
  const offer = { restart: 60, longLived: 600 }
  const { world, first, connect, lose, shown } = await helping(offer)
  first.announce('198.51.100.0/24')
  await world.settle()
  await lose()
  await world.pass(60)
  for (let i = 0; i < 3; i++) {
    await world.pass(100)
    const back = await connect(offer)
    back.announce(`203.0.${i}.0/24`)
    await world.pass(1)
    await lose()
  }
  t.equal(shown().length, 4, 'consecutive restarts delete nothing')
  await world.pass(600 - 3 * 101)
  t.same(shown(), [])
})

t.test('a long-lived time that ends in a session takes what is not refreshed', async (t) => {
  const offer = { restart: 60, longLived: 600 }
  const { world, first, connect, lose, shown } = await helping(offer)
  first.announce('198.51.100.0/24', '203.0.113.0/24')
  await world.settle()
  await lose()
  await world.pass(650)
  const back = await connect(offer)
  back.announce('198.51.100.0/24')
  await world.pass(10)
  t.same(shown(), ['198.51.100.0/24 fresh'])
  await lose()
  t.same(shown(), [], 'and all of it, should the session end before its End-of-RIB')
})

const ends: readonly { name: string; notification: Notification; kept: boolean }[] = [
  { name: 'a Cease/Administrative Reset', notification: cease('administrative-reset'), kept: true },
  { name: 'a Hard Reset', notification: hardReset(cease('administrative-reset')), kept: false },
]
t.ok(ends.length > 0)
for (const { name, notification, kept } of ends) {
  t.test(`${name} with N agreed ${kept ? 'keeps' : 'ends'} long-lived routes too (RFC 8538)`, async (t) => {
    const { world, first, shown } = await helping({ restart: 60, longLived: 600 })
    first.announce('198.51.100.0/24')
    await world.settle()
    first.send(notification)
    await world.pass(100)
    t.same(shown(), kept ? ['198.51.100.0/24 stale for long llgr-stale'] : [])
  })
}

t.test('a peer that is taken out of the file leaves no timer', async (t) => {
  const { world, node, first, lose } = await helping({ restart: 60, longLived: 600 })
  first.announce('198.51.100.0/24')
  await world.settle()
  await lose()
  await world.pass(100)
  node.configure('bgp: { asn: 65001, routerId: 10.0.0.11, peers: [] }')
  t.equal(world.clock.pending, 1)
})
