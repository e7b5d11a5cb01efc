/** Addresses that go from a living owner to the next: one answer to each question, in whichever moment it comes. */
import t from 'tap'
import type { AdvertisementInterval } from '../../../arp/vrrp/message.js'
import type { Ip } from '../../../net/ip.js'
import type { Mac } from '../../../net/mac.js'
import { both, group, long, pair, question, SegmentLan, settings, vip, vip6 } from './lan.js'

t.test('what is handed over is left at once, and the next owner says from whom it has it', async (t) => {
  const lan = pair()
  lan.node(0).segment.configure(settings([]))
  t.notOk(lan.node(0).segment.isSettled)
  lan.clock.advance(100)
  t.ok(lan.node(0).segment.isSettled)
  t.equal(lan.neighbours.get(vip), lan.node(1).link.mac)
  t.match(lan.changes(1).at(-1), /hands it over$/)
})

const leavings = {
  'is handed over': (lan: SegmentLan) => lan.node(0).segment.configure(settings([])),
  'is left by a node that is not fit': (lan: SegmentLan) =>
    lan.node(0).segment.configure(settings([group({ addresses: [vip, vip6], fit: false })])),
  'is taken by a node of higher priority': (lan: SegmentLan) =>
    lan
      .node(1)
      .segment.configure(settings([group({ addresses: [vip, vip6], priority: 200, preempt: true })])),
}

for (const [leaves, leave] of Object.entries(leavings)) {
  t.test(`what ${leaves} is answered by one node, whichever moment it is asked in`, async (t) => {
    // An owner whose thread is held up still reads in order.
    for (const slow of [0, 1, 20]) {
      for (const address of [vip, vip6]) {
        const lan = pair()
        leave(lan)
        lan.node(0).slow = slow
        const { nobody, several, by } = lan.interrogate(address, { forMs: 400, everyMs: 0.02 })
        const at = `${address}, the owner ${slow} ms late`
        t.same(nobody, [], `${at}: no question is left alone`)
        t.same(several, [], `${at}: none has two answers`)
        t.same(
          by,
          [0, 1].map((i) => lan.node(i).link.mac),
          at,
        )
        t.equal(lan.neighbours.get(address), lan.node(1).link.mac)
      }
    }
  })
}

t.test(
  'of many addresses, each question of a hand-over is answered at once, whoever else is to be told',
  async (t) => {
    const addresses = Array.from({ length: 100 }, (_, i) => `192.0.2.${i + 110}` as Ip)
    const many = settings([group({ addresses })])
    const lan = pair(many, many)
    for (const address of addresses) {
      for (let i = 0; i < 64; i++) {
        const sender = `198.51.100.${i + 1}` as Ip
        lan.fromClient(question(address, `02:00:00:00:01:${i.toString(16).padStart(2, '0')}` as Mac, sender))
      }
    }
    lan.clock.advance(1)
    lan.node(0).segment.configure(settings([]))
    while (lan.state(1, addresses[99]) !== 'owner') lan.clock.advance(0.1)
    const before = lan.told.length
    for (const address of addresses) lan.fromClient(question(address))
    lan.clock.advance(6)
    t.equal(lan.told.length - before, 100)
  },
)

t.test('an owner with a longer interval that is preempted is alive, and both never answer', async (t) => {
  const slow = settings([group({ advertisementInterval: 100 as AdvertisementInterval })])
  const lan = pair(slow, slow)
  lan.node(1).segment.configure(settings([group({ priority: 200, preempt: true })]))
  const { nobody, several } = lan.interrogate(vip, { forMs: 5000, everyMs: 0.5 })
  t.same([nobody, several], [[], []])
  t.match(lan.changes(1).at(-1), /192\.0\.2\.101 has priority 100, this node 200/)
  t.equal(lan.node(1).segment.report()[0]?.lastFailover, undefined)
})

t.test('a hand-over that nobody takes ends by itself', async (t) => {
  const lan = new SegmentLan()
  lan.add()
  lan.start(0, both())
  lan.clock.advance(long)
  t.equal(lan.ask(), 1)
  lan.node(0).segment.configure(settings([]))
  lan.clock.advance(1000)
  t.ok(lan.node(0).segment.isSettled)
  t.equal(lan.ask(), 0)
})
