/** Stations that claim an address of ours: foreign ones, and nodes that were not heard to advertise yet. */
import t from 'tap'
import { decodeArp } from '../../../arp/arp/codec.js'
import { isGratuitous } from '../../../arp/arp/message.js'
import { hear } from '../../../arp/hear.js'
import type { Link } from '../../../arp/link.js'
import type { Ip } from '../../../net/ip.js'
import type { Mac } from '../../../net/mac.js'
import { alone, both, claim, group, pair, SegmentLan, settings, vip, vip6 } from './lan.js'

const stranger = '02:00:00:00:00:66' as Mac

/** A station that stands by for both addresses. */
const observer: Link = {
  mac: '02:00:00:00:00:77' as Mac,
  router: false,
  roles: new Map([vip, vip6].map((ip) => [ip, 'backup'])),
}

function isAnnouncement(frame: Uint8Array): boolean {
  const decoded = decodeArp(frame)
  return decoded.ok && isGratuitous(decoded.value)
}

t.test('an address that somebody has is not claimed', async (t) => {
  const lan = new SegmentLan()
  lan.add()
  lan.start(0, alone())
  lan.clock.advance(1000)
  lan.fromClient(claim(stranger))
  lan.clock.advance(1)
  t.equal(lan.state(0), 'contested')
  t.equal(lan.ask(), 0)
  lan.clock.advance(5000)
  t.equal(lan.state(0), 'contested')
  const conflicts = lan.node(0).events.filter(({ kind }) => kind === 'conflict')
  t.match(conflicts, [{ address: vip, mac: stranger, conflicts: 1, defended: false }])
  lan.clock.advance(20_000)
  t.equal(lan.state(0), 'owner', 'until that station is gone')
})

t.test('a foreign claim is told and answered by one announcement in ten seconds', async (t) => {
  const lan = pair()
  const { mac } = lan.node(0).link
  lan.clock.advance(60_000)
  const since = lan.clock.now()
  const announced = () =>
    lan.frames.filter(({ at, from, frame }) => at >= since && from === mac && isAnnouncement(frame)).length
  for (let i = 0; i < 50; i++) {
    lan.fromClient(claim(stranger))
    lan.clock.advance(100)
  }
  t.equal(announced(), 2, 'both forms, once')
  lan.clock.advance(180)
  const [report] = lan.node(0).segment.report()
  t.match(report, { conflicts: 50, lastConflict: { mac: stranger } })
  const told = lan.node(0).events.filter(({ kind }) => kind === 'conflict')
  t.match(told, [{ mac: stranger, defended: true }])
  t.ok(lan.node(1).events.every((event) => event.kind !== 'conflict' || !event.defended))
})

t.test('a node whose announcement comes before its advertisement is no foreign station', async (t) => {
  const lan = new SegmentLan()
  for (const i of [lan.add(), lan.add()]) {
    lan.node(i).connected = i === 0
    lan.start(i, settings([group()]))
  }
  lan.clock.advance(60_000)
  t.same([lan.state(0), lan.state(1)], ['owner', 'owner'])
  const [since, { mac }] = [lan.frames.length, lan.node(1).link]
  lan.fromClient(claim(mac))
  lan.clock.advance(1)
  t.ok(
    lan.frames.slice(since + 1).some(({ frame }) => isAnnouncement(frame)),
    'announced against at once',
  )
  lan.node(1).connected = true
  lan.clock.advance(5000)
  t.same([lan.state(0), lan.state(1)], ['backup', 'owner'])
  for (const { segment, events } of lan.nodes) {
    t.match(segment.report(), [{ conflicts: 0 }])
    t.same(
      events.filter(({ kind }) => kind === 'conflict'),
      [],
    )
  }
})

t.test('a node that starts hears what the owner announces before it advertises', async (t) => {
  const lan = pair()
  lan.clock.advance(60_000)
  lan.start(lan.add(), settings([group()]))
  lan.fromClient(claim(lan.node(0).link.mac))
  lan.clock.advance(5000)
  t.match(lan.node(2).segment.report(), [{ state: 'backup', conflicts: 0 }])
  t.same(
    lan.node(2).events.filter(({ kind }) => kind === 'conflict'),
    [],
  )
})

t.test('made-up stations in great number are judged at once', async (t) => {
  const lan = pair()
  lan.clock.advance(60_000)
  for (let i = 0; i < 100; i++) lan.fromClient(claim(`b8:27:eb:00:01:${(i + 16).toString(16)}` as Mac))
  lan.clock.advance(1)
  t.match(lan.node(0).segment.report(), [{ conflicts: 36 }])
  lan.clock.advance(180)
  t.match(lan.node(0).segment.report(), [{ conflicts: 100 }])
})

t.test('a station that takes an address without a word is told of within a second', async (t) => {
  for (const address of [vip, vip6]) {
    for (const wanted of [both(), alone()]) {
      const lan = pair(wanted)
      lan.clock.advance(60_000)
      lan.holders.set(address, stranger)
      lan.clock.advance(1_000)
      const row = lan
        .node(0)
        .segment.report()
        .find((each) => each.address === address)
      t.match(row, { state: 'owner', lastConflict: { mac: stranger } }, `${address}, ${wanted.failover}`)
      t.ok((row?.conflicts ?? 0) > 0)
    }
  }
})

t.test('whoever has an address is asked every 0.8 s, each in turn', async (t) => {
  const lan = pair()
  lan.clock.advance(60_000)
  const since = lan.frames.length
  lan.clock.advance(8_000)
  const asked = lan.frames.slice(since).flatMap(({ frame }) => {
    const { verdict, ask } = hear(frame, observer)
    return verdict.is === 'ignored' && ask !== undefined ? [ask.target] : []
  })
  t.equal(asked.length, 20)
  t.ok(asked.every((ip, i) => ip !== asked[i + 1]))
  t.same(lan.node(1).segment.askers.all(), [], 'which makes the owner nobody to be told when they move')
})

t.test('what the owner has not claimed is asked for by the next one, and claimed by neither', async (t) => {
  const wanted = both()
  const lan = new SegmentLan()
  lan.holders.set(vip, stranger)
  for (const i of [lan.add(), lan.add()]) {
    lan.start(i, wanted)
    lan.clock.advance(10_000)
  }
  t.same([lan.state(0), lan.state(1)], ['contested', 'backup'])
  t.match(lan.node(1).segment.report(), [{ owner: { probes: true } }, { owner: { probes: false } }])
  lan.crash(0)
  lan.clock.advance(400)
  t.equal(lan.state(1), 'probing')
  t.equal(lan.state(1, vip6), 'owner', 'and what it had claimed is taken over at once')
  lan.clock.advance(10_000)
  t.equal(lan.state(1), 'contested')
})

t.test('what the owner so far did not have is asked for before it is claimed', async (t) => {
  const more = '192.0.2.11' as Ip
  const eager = { priority: 200, preempt: true, addresses: [vip, more] }
  const lan = pair(settings([group()]), settings([group({ addresses: [vip, more] })]))
  lan.node(1).segment.configure(settings([group(eager)]))
  lan.clock.advance(500)
  t.same([lan.state(1), lan.state(1, more)], ['owner', 'probing'])
  lan.clock.advance(10_000)
  t.equal(lan.state(1, more), 'owner')
})
