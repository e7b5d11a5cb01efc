import fc from 'fast-check'
import t from 'tap'
import { Outbox } from '../../../bgp/rib/outbox.js'
import type { Prefix } from '../../../net/prefix.js'
import { spanOf } from '../../../net/span.js'
import { families, peerOf, setUp, target } from './outbox-peer.js'

t.test(
  'a session begins with everything and End-of-RIB for each family, whether or not it has routes',
  async (t) => {
    const { locRib, groups, register } = setUp()
    locRib.insert(register(), spanOf({ first: '10.244.1.0/24' as Prefix, count: 3 }))
    const peer = peerOf(groups)
    peer.pull()
    t.same(peer.log, ['announce 3', 'end-of-rib ipv4/unicast', 'end-of-rib ipv6/unicast'])
    t.equal(peer.outbox.advertised('ipv4/unicast'), 3)
    t.equal(peer.pull(), 0, 'nothing is left')
  },
)

t.test('no End-of-RIB goes out before every source has declared its set', async (t) => {
  const { groups } = setUp()
  const peer = peerOf(groups)
  t.equal(peer.outbox.pull(false), undefined)
  t.not(peer.outbox.pull(true), undefined)
})

t.test('declaring the same again sends nothing', async (t) => {
  const { locRib, groups, register } = setUp()
  const range = { first: '192.0.2.0/32' as Prefix, count: 10 }
  const first = register({ med: 5 })
  locRib.insert(first, spanOf(range))
  const peer = peerOf(groups)
  peer.pull()
  locRib.remove(first, spanOf(range))
  locRib.insert(register({ med: 5 }), spanOf(range))
  t.equal(peer.pull(), 0)
})

t.test('a changed attribute replaces the route without a withdrawal', async (t) => {
  const { locRib, groups, register } = setUp()
  const range = { first: '192.0.2.0/32' as Prefix, count: 10 }
  const first = register({ med: 5 })
  locRib.insert(first, spanOf(range))
  const peer = peerOf(groups)
  peer.pull()
  peer.log.length = 0
  locRib.remove(first, spanOf(range))
  locRib.insert(register({ med: 6 }), spanOf(range))
  peer.pull()
  t.same(peer.log, ['announce 10'])
  t.same([...new Set(peer.known.values())], [6])
})

t.test('a peer that an announcement does not name gets the next one that wants the prefix', async (t) => {
  const { locRib, groups, register } = setUp()
  const range = { first: '192.0.2.0/32' as Prefix, count: 1 }
  const special = register({ med: 1, peers: ['tor-1'] })
  const general = register({ med: 2 })
  locRib.insert(special, spanOf(range))
  locRib.insert(general, spanOf(range))
  const named = peerOf(groups, { ...target, peer: 'tor-1' })
  const other = peerOf(groups)
  named.pull()
  other.pull()
  t.same([...named.known], [['192.0.2.0/32', 1]])
  t.same([...other.known], [['192.0.2.0/32', 2]])
  locRib.remove(general, spanOf(range))
  named.pull()
  other.pull()
  t.same([...named.known], [['192.0.2.0/32', 1]])
  t.same([...other.known], [])
})

t.test('what a peer is not entitled to is never withdrawn from it either', async (t) => {
  const { locRib, groups, register } = setUp()
  const range = { first: '192.0.2.0/32' as Prefix, count: 1 }
  const special = register({ peers: ['tor-1'] })
  locRib.insert(special, spanOf(range))
  const other = peerOf(groups)
  other.pull()
  locRib.remove(special, spanOf(range))
  t.equal(other.pull(), 0)
})

t.test('a route refresh is answered by every route, between BoRR and EoRR', async (t) => {
  const { locRib, groups, register } = setUp()
  locRib.insert(register(), spanOf({ first: '192.0.2.0/32' as Prefix, count: 5 }))
  const peer = peerOf(groups)
  peer.pull()
  peer.log.length = 0
  peer.outbox.refresh('ipv4/unicast')
  peer.pull()
  t.same(peer.log, ['refresh begin', 'announce 5', 'refresh end'])
})

t.test('a million prefixes of one attribute set fill every message', async (t) => {
  const { locRib, groups, register } = setUp()
  locRib.insert(register(), spanOf({ first: '10.0.0.0/32' as Prefix, count: 1_000_000 }))
  const outbox = new Outbox(groups, target, { ...target, enhancedRouteRefresh: true })
  let messages = 0
  for (let parcel = outbox.pull(true); parcel; parcel = outbox.pull(true)) messages += parcel.updates
  const perMessage = Math.floor((4096 - 23 - 20) / 5)
  t.ok(messages <= 1.03 * (1_000_000 / perMessage), `${messages} messages`)
})

t.test('whatever happens, a peer that has pulled everything knows exactly what is wanted', async (t) => {
  const med = fc.constantFrom(undefined, 1, 2)
  const slices = fc.constantFrom(1, 3, 8, undefined)
  const range = fc
    .tuple(fc.nat(30), fc.integer({ min: 1, max: 8 }), fc.boolean())
    .map(([at, count, six]) => ({
      first: (six ? `2001:db8::${at}/128` : `192.0.2.${at}/32`) as Prefix,
      count,
    }))
    // Hex digits: the IPv6 addresses must stay canonical.
    .filter(({ first }) => !/::0\//.test(first))
  const step = fc.oneof(
    fc.record({ do: fc.constant('insert' as const), who: fc.nat(3), range }),
    fc.record({ do: fc.constant('remove' as const), who: fc.nat(3), range }),
    fc.record({ do: fc.constant('pull' as const), peer: fc.nat(2), parcels: fc.nat(3) }),
    fc.record({ do: fc.constant('refresh' as const), peer: fc.nat(2) }),
    fc.record({ do: fc.constant('move' as const), peer: fc.nat(2), all: fc.boolean() }),
  )
  fc.assert(
    fc.property(
      slices,
      fc.tuple(med, med, med, med),
      fc.array(step, { maxLength: 60, size: 'large' }),
      (slice, meds, steps) => {
        const { locRib, groups, register } = setUp(slice)
        const ids = meds.map((value, i) =>
          register({ name: i === 0 ? 'pods' : 'other', ...(value !== undefined && { med: value }) }),
        )
        const wanted = ids.map(() => new Set<string>())
        const peers = [0, 1, 2].map(() => ({ ...peerOf(groups), all: true }))
        const each = (r: { first: Prefix; count: number }) => {
          const table = locRib.ribOf(r.first.includes(':') ? 'ipv6/unicast' : 'ipv4/unicast').table
          const prefixes: Prefix[] = []
          table.retainSpan(spanOf(r), (slot) => {
            prefixes.push(table.prefixAt(slot))
            table.release(slot)
          })
          return prefixes
        }
        for (const action of steps) {
          if (action.do === 'insert') {
            locRib.insert(ids[action.who]!, spanOf(action.range))
            for (const prefix of each(action.range)) wanted[action.who]?.add(prefix)
          } else if (action.do === 'remove') {
            locRib.remove(ids[action.who]!, spanOf(action.range))
            for (const prefix of each(action.range)) wanted[action.who]?.delete(prefix)
          } else if (action.do === 'pull') peers[action.peer]?.pull(action.parcels)
          else if (action.do === 'refresh') peers[action.peer]?.outbox.refresh('ipv4/unicast')
          else {
            const peer = peers[action.peer]!
            peer.all = action.all
            peer.moveTo(action.all ? target : { ...target, advertise: ['pods'] })
          }
        }
        return peers.every((peer) => {
          peer.pull()
          const expected = new Map<string, number>()
          for (const who of peer.all ? [3, 2, 1, 0] : [0]) {
            for (const prefix of wanted[who]!) expected.set(prefix, meds[who] ?? -1)
          }
          const counted = families.reduce((sum, family) => sum + peer.outbox.advertised(family), 0)
          return (
            counted === expected.size &&
            JSON.stringify([...peer.known].sort()) === JSON.stringify([...expected].sort())
          )
        })
      },
    ),
    { numRuns: 300 },
  )
  t.pass('held for 300 histories')
})
