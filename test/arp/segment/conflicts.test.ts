/** Stations that claim an address of ours: foreign ones, and nodes that were not heard to advertise yet. */
import t from 'tap'
import type { Mac } from '../../../net/mac.js'
import { alone, claim, group, pair, SegmentLan, settings, vip } from './lan.js'

const stranger = '02:00:00:00:00:66' as Mac

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
    lan.frames.filter(({ at, from, frame }) => at >= since && from === mac && frame[13] === 0x06).length
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
    lan.frames.slice(since + 1).some(({ frame }) => frame[13] === 0x06),
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
