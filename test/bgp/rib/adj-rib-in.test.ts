import t from 'tap'
import type { Family } from '../../../bgp/family.js'
import { AdjRibIn } from '../../../bgp/rib/adj-rib-in.js'
import type { Prefix } from '../../../net/prefix.js'

const families: readonly Family[] = ['ipv4/unicast', 'ipv6/unicast']
const [one, two, six] = ['10.0.0.0/24', '10.0.1.0/24', '2001:db8::/32'] as Prefix[] as [
  Prefix,
  Prefix,
  Prefix,
]
const shown = (rib: AdjRibIn) => [...rib.shown()].map(({ prefix }) => prefix).sort()

t.test('every prefix counts once, however often it is announced', async (t) => {
  const rib = new AdjRibIn(families)
  rib.announce([one, one, two, six], [])
  rib.announce([one], [])
  t.equal(rib.received('ipv4/unicast'), 2)
  t.equal(rib.received('ipv6/unicast'), 1)
  rib.withdraw([one, one, '10.9.9.0/24' as Prefix])
  t.equal(rib.total, 2)
})

t.test('more than 10,000 routes are counted, the first are shown', async (t) => {
  const rib = new AdjRibIn(families)
  for (let i = 0; i < 12_000; i++) rib.announce([`10.${i >> 8}.${i & 255}.0/24` as Prefix], [])
  t.equal(rib.total, 12_000)
  t.equal(shown(rib).length, 10_000)
})

t.test(
  'routes of a restarting peer stay, and go at End-of-RIB unless announced again (RFC 4724 §4.2)',
  async (t) => {
    const rib = new AdjRibIn(families)
    rib.announce([one, two, six], [])
    rib.restarting(families)
    t.equal(rib.total, 3)
    t.ok(rib.isStale(one))
    rib.announce([one], [])
    t.notOk(rib.isStale(one))
    t.equal(rib.total, 3, 'announced again is not counted twice')
    rib.purge('ipv4/unicast')
    t.same(shown(rib), [one, six])
    t.equal(rib.received('ipv4/unicast'), 1)
    t.equal(rib.received('ipv6/unicast'), 1, 'the other family waits for its own End-of-RIB')
  },
)

t.test('what was stale already goes at the next restart', async (t) => {
  const rib = new AdjRibIn(families)
  rib.announce([one, two], [])
  rib.restarting(families)
  rib.announce([one], [])
  rib.restarting(families)
  t.same(shown(rib), [one])
})

t.test('a family that the new session does not have keeps nothing', async (t) => {
  const rib = new AdjRibIn(families)
  rib.announce([one, six], [])
  rib.restarting(['ipv4/unicast'])
  t.same(shown(rib), [one])
})
