import t from 'tap'
import { type ExtendedCommunity, NO_LLGR } from '../../../bgp/community.js'
import type { Family } from '../../../bgp/family.js'
import { AdjRibIn } from '../../../bgp/rib/adj-rib-in.js'
import type { Prefix } from '../../../net/prefix.js'

const families: readonly Family[] = ['ipv4/unicast', 'ipv6/unicast']
const one = '10.0.0.0/24' as Prefix
const two = '10.0.1.0/24' as Prefix
const three = '10.0.2.0/24' as Prefix
const six = '2001:db8::/32' as Prefix
const restart = (rib: AdjRibIn) => {
  for (const family of families) rib.restarting(family)
}
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
    restart(rib)
    t.equal(rib.total, 3)
    t.equal(rib.staleness(one), 'stale')
    rib.announce([one], [])
    t.equal(rib.staleness(one), 'fresh')
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
  restart(rib)
  rib.announce([one], [])
  restart(rib)
  t.same(shown(rib), [one])
  t.equal(rib.total, 1)
})

t.test('a family that the new session does not have keeps nothing', async (t) => {
  const rib = new AdjRibIn(families)
  rib.announce([one, six], [])
  restart(rib)
  rib.serve(['ipv4/unicast'])
  t.same(shown(rib), [one])
  t.equal(rib.total, 1)
})

const noLlgr = [{ kind: 'communities' as const, communities: [NO_LLGR] }]

t.test('what is long-lived stale stays, but for routes with NO_LLGR (RFC 9494 §4.2)', async (t) => {
  const rib = new AdjRibIn(families)
  rib.announce([one, six], [])
  rib.announce([two, three], noLlgr)
  rib.announce([three], [])
  restart(rib)
  t.equal(rib.total, 4, 'while the peer restarts, all of it')
  rib.longLived('ipv4/unicast')
  t.same(shown(rib), [one, three, six], 'the community of the route as it was last')
  t.equal(rib.received('ipv4/unicast'), 2)
  t.equal(rib.staleness(one), 'long-lived-stale')
  t.equal(rib.staleness(six), 'stale', 'each family has its own time')
  rib.purge('ipv4/unicast')
  t.same(shown(rib), [six])
})

t.test('NO_LLGR counts also for routes that are only counted', async (t) => {
  const rib = new AdjRibIn(families)
  rib.announce([six], [])
  for (let i = 0; i < 12_000; i++) rib.announce([`10.${i >> 8}.${i & 255}.0/24` as Prefix], noLlgr)
  restart(rib)
  rib.longLived('ipv4/unicast')
  t.equal(rib.total, 1)
  t.same(shown(rib), [six])
})

t.test('what is long-lived stale is not deleted by another restart (RFC 9494 §4.2)', async (t) => {
  const rib = new AdjRibIn(families)
  rib.announce([one, two], [])
  restart(rib)
  rib.longLived('ipv4/unicast')
  rib.announce([two], noLlgr)
  rib.announce([three], [])
  t.equal(rib.staleness(two), 'fresh')
  restart(rib)
  t.same(shown(rib), [one, three], 'nor is what the peer announced before it went again')
  t.equal(rib.total, 2)
  t.equal(rib.staleness(three), 'long-lived-stale')
  rib.purge('ipv4/unicast')
  t.equal(rib.total, 0)
  rib.announce([one], [])
  restart(rib)
  t.equal(rib.staleness(one), 'stale', 'and the next restart begins anew')
})
