import fc from 'fast-check'
import t from 'tap'
import type { ExportTarget } from '../../../bgp/rib/export.js'
import type { Prefix } from '../../../net/prefix.js'
import { spanOf } from '../../../net/span.js'
import { peerOf, setUp, target } from './outbox-peer.js'

t.test('a peer that moves to another group is sent the difference', async (t) => {
  const { locRib, groups, register } = setUp()
  locRib.insert(register({ name: 'pods' }), spanOf({ first: '10.244.0.0/24' as Prefix, count: 4 }))
  locRib.insert(register({ name: 'services' }), spanOf({ first: '192.0.2.0/32' as Prefix, count: 3 }))
  const peer = peerOf(groups)
  peer.pull()
  peer.log.length = 0
  peer.moveTo({ ...target, advertise: ['pods'] })
  peer.pull()
  t.same(peer.log, ['withdraw 3'])
  t.same(peer.known.size, 4)
  peer.moveTo(target)
  peer.pull()
  t.same(peer.log, ['withdraw 3', 'announce 3'])
})

t.test('on its way out of service a node lowers its routes, then withdraws them (RFC 8326)', async (t) => {
  const { locRib, groups, register } = setUp()
  locRib.insert(register(), spanOf({ first: '192.0.2.0/32' as Prefix, count: 5 }))
  const peer = peerOf(groups)
  peer.pull()
  peer.log.length = 0
  peer.moveTo({ ...target, service: 'graceful-shutdown' })
  peer.pull()
  peer.moveTo({ ...target, service: 'withdrawn' })
  peer.pull()
  peer.moveTo(target)
  peer.pull()
  t.same(peer.log, ['announce 5', 'withdraw 5', 'announce 5'])
})

t.test('a route that is from now on for one peer alone is not sent to it again', async (t) => {
  const { locRib, groups, register } = setUp()
  const span = spanOf({ first: '10.244.1.0/24' as Prefix, count: 1 })
  const everybody = register({ name: 'pods' })
  locRib.insert(everybody, span)
  const [one, other] = [peerOf(groups), peerOf(groups)]
  one.pull()
  other.pull()
  one.log.length = 0
  locRib.remove(everybody, span)
  locRib.insert(register({ name: 'pods', peers: ['tor-1'] }), span)
  one.moveTo({ ...target, peer: 'tor-1' })
  // The group that it leaves goes on meanwhile.
  other.pull()
  one.pull()
  t.same(one.log, [])
  t.equal(one.known.size, 1)
  t.equal(other.known.size, 0)
})

t.test('a refresh that a move interrupts begins anew in the other group and ends there', async (t) => {
  const { locRib, groups, register } = setUp(4)
  locRib.insert(register({ name: 'pods' }), spanOf({ first: '10.244.0.0/24' as Prefix, count: 8 }))
  locRib.insert(register({ name: 'services' }), spanOf({ first: '192.0.2.0/32' as Prefix, count: 8 }))
  const peer = peerOf(groups)
  peer.pull()
  peer.log.length = 0
  peer.outbox.refresh('ipv4/unicast')
  peer.pull(2)
  peer.moveTo({ ...target, advertise: ['pods'] })
  peer.pull()
  t.same(peer.log, [
    'refresh begin',
    'announce 4',
    'withdraw 4',
    'withdraw 4',
    'announce 4',
    'announce 4',
    'refresh end',
  ])
  t.same(peer.needless, [])
})

t.test('a peer that moves on before it has arrived goes one way after the other', async (t) => {
  const { locRib, groups, register } = setUp(4)
  locRib.insert(register({ name: 'pods' }), spanOf({ first: '10.244.0.0/24' as Prefix, count: 8 }))
  locRib.insert(register({ name: 'services' }), spanOf({ first: '192.0.2.0/32' as Prefix, count: 8 }))
  const pods = { ...target, advertise: ['pods'] }
  const services = { ...target, advertise: ['services'] }
  const moved = (pulledBetween: number) => {
    const peer = peerOf(groups, pods)
    peer.pull()
    peer.log.length = 0
    peer.moveTo(target)
    peer.pull(pulledBetween)
    peer.moveTo(services)
    peer.pull()
    t.same(
      [...peer.known.keys()].every((prefix) => prefix.startsWith('192.')),
      true,
    )
    t.equal(peer.known.size, 8)
    t.same(peer.needless, [])
    peer.close()
    return peer.log
  }
  t.same(moved(0), ['withdraw 4', 'withdraw 4', 'announce 4', 'announce 4'], 'nothing of it was sent yet')
  t.equal(groups.size, 0, 'no group is left behind')
  moved(7)
  t.equal(groups.size, 0)
})

t.test(
  'a prefix that the new group has only for a moment, while a peer is on its way, is not left behind',
  async (t) => {
    const pods = { ...target, advertise: ['pods'] }
    for (let between = 1; between <= 12; between++) {
      const { locRib, groups, register } = setUp(2)
      const [id, other] = [register({ name: 'pods' }), register({ name: 'other' })]
      const brief = spanOf({ first: '192.0.2.0/32' as Prefix, count: 1 })
      locRib.insert(id, spanOf({ first: '10.244.0.0/24' as Prefix, count: 8 }))
      locRib.insert(other, brief)
      const [peer, lagging, current] = [peerOf(groups), peerOf(groups, pods), peerOf(groups, pods)]
      peer.pull()
      lagging.pull()
      // So that nothing is encoded yet from where the news begins.
      locRib.insert(id, spanOf({ first: '10.245.0.0/24' as Prefix, count: 1 }))
      current.pull()
      peer.moveTo(pods)
      peer.pull(1)
      locRib.insert(id, brief)
      lagging.pull()
      peer.pull(between)
      locRib.remove(id, brief)
      lagging.pull()
      peer.pull()
      t.equal(peer.known.size, 9, `${between} parcels in between`)
    }
  },
)

t.test('no peer on its way to another group loses what both groups have', async (t) => {
  const names = ['pods', 'services', 'other'] as const
  const targets: readonly ExportTarget[] = [
    target,
    { ...target, advertise: ['pods'] },
    { ...target, advertise: ['pods', 'services'] },
    { ...target, service: 'graceful-shutdown' },
  ]
  const step = fc.oneof(
    fc.record({ do: fc.constant('pull' as const), peer: fc.nat(2), parcels: fc.nat(6) }),
    fc.record({ do: fc.constant('move' as const), peer: fc.nat(2), to: fc.nat(targets.length - 1) }),
    // Others come and go meanwhile; those of 'pods' stay.
    fc.record({ do: fc.constant('toggle' as const), who: fc.integer({ min: 1, max: 2 }), at: fc.nat(20) }),
  )
  let moves = 0
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.array(step, { maxLength: 80, size: 'large' }),
      (slice, steps) => {
        const { locRib, groups, register } = setUp(slice)
        const ids = names.map((name) => register({ name }))
        locRib.insert(ids[0]!, spanOf({ first: '10.0.0.0/32' as Prefix, count: 20 }))
        const present = new Set<string>()
        const peers = [0, 1, 2].map(() => ({ ...peerOf(groups), at: 0 }))
        const staying = (peer: (typeof peers)[number]) =>
          [...peer.known.keys()].filter((prefix) => prefix.startsWith('10.')).length
        for (const peer of peers) peer.pull()
        for (const action of steps) {
          if (action.do === 'toggle') {
            const first = `192.0.${action.who}.${action.at}/32` as Prefix
            const span = spanOf({ first, count: 1 })
            if (present.delete(first)) locRib.remove(ids[action.who]!, span)
            else {
              present.add(first)
              locRib.insert(ids[action.who]!, span)
            }
            continue
          }
          const peer = peers[action.peer]!
          if (action.do === 'pull') peer.pull(action.parcels)
          else {
            moves++
            peer.at = action.to
            peer.moveTo(targets[action.to]!)
          }
          if (peers.some((each) => staying(each) !== 20)) return false
        }
        for (const peer of peers) {
          peer.pull()
          const list = targets[peer.at]?.advertise ?? names
          const wanted = [...present].filter((prefix) => {
            return list.includes(prefix.startsWith('192.0.1.') ? 'services' : 'other')
          })
          if (
            peer.known.size !== 20 + wanted.length ||
            !wanted.every((each) => peer.known.has(each as Prefix))
          )
            return false
          peer.close()
        }
        return groups.size === 0 && locRib.ribOf('ipv4/unicast').table.size >= 20
      },
    ),
    { numRuns: 300 },
  )
  t.ok(moves > 1000, `${moves} moves`)
})
