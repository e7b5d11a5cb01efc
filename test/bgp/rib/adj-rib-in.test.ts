import t from 'tap'
import type { ExtendedCommunity } from '../../../bgp/community.js'
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
  'routes with huge attributes are counted, and shown as far as memory is set aside for them',
  async (t) => {
    const rib = new AdjRibIn(families)
    // Some 500 KiB each, as an extended message full of them makes it.
    const communities = Array.from({ length: 8000 }, (_, i) => `0002${i.toString(16).padStart(12, '0')}`)
    const attributes = () => [
      { kind: 'extended-communities' as const, communities: communities as ExtendedCommunity[] },
    ]
    const prefixes = Array.from({ length: 1000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24` as Prefix)
    for (const prefix of prefixes) rib.announce([prefix], attributes())
    t.equal(rib.total, 1000)
    const before = shown(rib)
    t.ok(before.length > 100 && before.length < 150)
    rib.withdraw(before.slice(0, 50) as Prefix[])
    rib.announce(before.slice(0, 10) as Prefix[], [])
    t.equal(shown(rib).length, before.length - 40, 'what is withdrawn makes room')
    rib.announce(prefixes, [])
    t.equal(shown(rib).length, 1000, 'and so does what is replaced by less')
    rib.announce(prefixes, attributes())
    t.ok(shown(rib).length < 150)
    t.equal(rib.total, 1000)
  },
)

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
