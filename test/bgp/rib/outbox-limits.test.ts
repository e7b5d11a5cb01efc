import t from 'tap'
import type { ExportTarget } from '../../../bgp/rib/export.js'
import type { Prefix } from '../../../net/prefix.js'
import { spanOf } from '../../../net/span.js'
import { peerOf, setUp, target } from './outbox-peer.js'

t.test('nothing leaves but allowed prefixes and what they cover', async (t) => {
  const { locRib, groups, register } = setUp()
  const id = register()
  for (const first of [
    '10.244.0.0/16',
    '10.244.1.0/24',
    '10.0.0.0/8',
    '10.245.0.0/16',
    '2001:db8::/48',
    'fd00::/48',
  ])
    locRib.insert(id, spanOf({ first: first as Prefix, count: 1 }))
  const peer = peerOf(groups, { ...target, allowedPrefixes: ['10.244.0.0/16', '2001:db8::/32'] as Prefix[] })
  peer.pull()
  t.same([...peer.known.keys()].sort(), ['10.244.0.0/16', '10.244.1.0/24', '2001:db8::/48'])
  const { ribOut } = peer.outbox.position('ipv4/unicast') ?? {}
  t.equal(ribOut?.refusalOf('10.0.0.0/8' as Prefix), 'outside-the-allowed-prefixes')
  t.equal(ribOut?.refusalOf('10.244.1.0/24' as Prefix), undefined)
  peer.moveTo(target)
  peer.pull()
  t.equal(peer.known.size, 6)
})

t.test('over the maximum of a family nothing more goes, until there is room', async (t) => {
  const { locRib, groups, register } = setUp()
  const id = register()
  const five = spanOf({ first: '10.244.1.0/24' as Prefix, count: 5 })
  locRib.insert(id, five)
  locRib.insert(id, spanOf({ first: '2001:db8::/48' as Prefix, count: 2 }))
  const peer = peerOf(groups, { ...target, maxAdvertisedPrefixes: 3 })
  peer.pull()
  const ipv4 = () => [...peer.known.keys()].filter((prefix) => !prefix.includes(':'))
  t.same(ipv4(), ['10.244.1.0/24', '10.244.2.0/24', '10.244.3.0/24'], 'the first ones')
  t.equal(peer.known.size, 5, 'of each family')
  t.equal(peer.outbox.leftOut, 2)
  t.equal(
    peer.outbox.position('ipv4/unicast')?.ribOut.refusalOf('10.244.5.0/24' as Prefix),
    'over-the-maximum',
  )

  locRib.remove(id, spanOf({ first: '10.244.2.0/24' as Prefix, count: 1 }))
  peer.pull()
  t.same(ipv4(), ['10.244.1.0/24', '10.244.3.0/24', '10.244.4.0/24'], 'the next in line takes the place')
  locRib.remove(id, spanOf({ first: '10.244.5.0/24' as Prefix, count: 1 }))
  peer.pull()
  t.equal(peer.outbox.leftOut, 0)
  t.equal(ipv4().length, 3)
  t.same(peer.needless, [], 'what was left out is not withdrawn')
})

t.test('a maximum holds on to no prefix that is gone', async (t) => {
  const left = (bounds: Partial<ExportTarget>) => {
    const { locRib, groups, register } = setUp()
    const id = register()
    const peer = peerOf(groups, { ...target, ...bounds })
    const five = spanOf({ first: '10.244.1.0/24' as Prefix, count: 5 })
    for (let i = 0; i < 3; i++) {
      locRib.insert(id, five)
      peer.pull()
      locRib.remove(id, five)
      peer.pull()
    }
    peer.close()
    return locRib.ribOf('ipv4/unicast').table.size
  }
  t.equal(left({ maxAdvertisedPrefixes: 3 }), left({}))
})
