import fc from 'fast-check'
import t from 'tap'
import { families } from '../../../bgp/family.js'
import { LocRib } from '../../../bgp/rib/loc-rib.js'
import { comparePrefixes, type Prefix } from '../../../net/prefix.js'
import { spanOf } from '../../../net/span.js'
import { finish, type Steps } from '../../../net/steps.js'
import { inOrder } from '../../../src/daemon/route-order.js'
import { listingAdvertised, listingAvailable } from '../../../src/daemon/routes-report.js'
import { range } from '../../support/address.js'
import { drain, peerView, sessionView } from '../../support/peer-view.js'

const MANY = 100_000
function counted<Value>(steps: Steps<Value>) {
  for (let count = 1; ; count++) {
    const step = steps.next()
    if (step.done === true) return { count, value: step.value }
  }
}

function table() {
  const locRib = new LocRib(families)
  const path = { origin: 'igp' as const, communities: [], asPathPrepend: 0 }
  const id = locRib.register({ name: 'many', source: 'file', path, precedence: 0 })
  locRib.insert(id, spanOf(range('10.0.0.0/32', MANY)))
  return { locRib, id }
}

t.test('routes are in the order of ranks, versions, addresses and lengths', async () => {
  const prefix = fc.constantFrom(
    ...['10.0.0.0/8', '10.0.0.0/16', '9.0.0.1/32', '192.0.2.0/24', '0.0.0.0/0', '255.255.255.255/32'],
    ...['::/0', '2001:db8::/32', '2001:db8::/48', '2001:db8::1/128', 'ffff::/16'],
  )
  const routes = fc.array(fc.record({ prefix: prefix as fc.Arbitrary<Prefix>, rank: fc.nat(3) }))
  fc.assert(
    fc.property(routes, (some) => {
      const expected = some.toSorted((a, b) => a.rank - b.rank || comparePrefixes(a.prefix, b.prefix))
      const ordered = finish(inOrder(some, ({ rank }) => rank))
      return ordered.every((route, i) => route === expected[i]) && ordered.length === some.length
    }),
  )
})

t.test('very many routes are listed in many small steps', async (t) => {
  const { locRib } = table()
  const { count, value } = counted(listingAvailable(locRib, MANY))
  t.ok(count >= MANY / 1024 + (2 * MANY) / 4096, `${count} steps`)
  t.equal(value.total, MANY)
  t.equal(value.routes.length, MANY)
  t.match([value.routes[0], value.routes.at(-1)], [{ prefix: '10.0.0.0/32' }, { prefix: '10.1.134.159/32' }])
  t.equal(finish(listingAvailable(locRib, 5)).routes.length, 5)
})

t.test('what changes while routes are listed does no harm', async (t) => {
  const { locRib, id } = table()
  const listing = listingAvailable(locRib, MANY)
  for (let i = 0; i < 10; i++) listing.next()
  // All but a few of the entries are superseded, so that the journal is compacted.
  for (let i = 0; i < 2; i++) {
    locRib.remove(id, spanOf(range('10.0.0.0/32', MANY - 10)))
    locRib.insert(id, spanOf(range('10.0.0.0/32', MANY - 10)))
  }
  const { routes, total } = finish(listing)
  t.equal(total, MANY)
  t.ok(routes.length >= MANY - 10 * 1024 && routes.length <= MANY + 10 * 1024, `${routes.length} routes`)
})

t.test('what peers were sent is listed in steps, and as far as it goes when a session ends', async (t) => {
  const { locRib } = table()
  const session = sessionView(locRib)
  drain(session)
  const peers = [peerView({ session })]
  const { count, value } = counted(listingAdvertised(locRib, peers, 2048))
  // The rest is only counted.
  t.ok(count >= 2 + (MANY - 2048) / (1 << 15), `${count} steps`)
  t.same([value.routes.length, value.total], [2048, MANY])
  const listing = listingAdvertised(locRib, peers, MANY)
  listing.next()
  session.outbox.close()
  t.equal(finish(listing).routes.length, 1024)
})
