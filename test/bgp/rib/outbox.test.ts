import fc from 'fast-check'
import t from 'tap'
import type { Asn } from '../../../bgp/asn.js'
import { endOfRibOf } from '../../../bgp/codec/end-of-rib.js'
import { Framer } from '../../../bgp/codec/framer.js'
import { decodeMessage } from '../../../bgp/codec/message.js'
import type { Family } from '../../../bgp/family.js'
import type { Path } from '../../../bgp/path.js'
import type { ExportTarget } from '../../../bgp/rib/export.js'
import { LocRib } from '../../../bgp/rib/loc-rib.js'
import { Outbox } from '../../../bgp/rib/outbox.js'
import { UpdateGroups } from '../../../bgp/rib/update-group.js'
import type { Ipv4, Ipv6 } from '../../../net/ip.js'
import type { Prefix } from '../../../net/prefix.js'
import { spanOf } from '../../../net/span.js'

const families: readonly Family[] = ['ipv4/unicast', 'ipv6/unicast']

const target: ExportTarget = {
  external: true,
  localAs: 65001 as Asn,
  fourOctetAs: true,
  families,
  extendedNextHop: [],
  maxMessageLength: 4096,
  service: 'in-service',
  nextHops: { ipv4: '10.0.0.11' as Ipv4, ipv6: '2001:db8::11' as Ipv6 },
}

const path = (med?: number): Path => ({
  origin: 'igp',
  communities: [],
  asPathPrepend: 0,
  ...(med !== undefined && { med }),
})

/** A peer that believes what it is sent: prefix to MED, and what came in which order. */
function peerOf(groups: UpdateGroups, to: ExportTarget = target) {
  const context = { ...to, enhancedRouteRefresh: true }
  const outbox = new Outbox(groups, to, context)
  const known = new Map<Prefix, number>()
  const needless: Prefix[] = []
  const log: string[] = []
  const read = (bytes: Uint8Array) => {
    const framer = new Framer()
    framer.push(bytes)
    for (let message = framer.next(); message; message = framer.next()) {
      const decoded = decodeMessage(message, context)
      if (decoded.kind === 'route-refresh') log.push(`refresh ${decoded.subtype}`)
      if (decoded.kind !== 'update') continue
      if (endOfRibOf(decoded)) log.push(`end-of-rib ${endOfRibOf(decoded)}`)
      const withdrawn = [
        ...decoded.withdrawn,
        ...decoded.attributes.flatMap((a) => (a.kind === 'mp-unreach' ? a.withdrawn : [])),
      ]
      const announced = [
        ...decoded.nlri,
        ...decoded.attributes.flatMap((a) => (a.kind === 'mp-reach' ? a.nlri : [])),
      ]
      const med = decoded.attributes.flatMap((a) => (a.kind === 'multi-exit-disc' ? [a.med] : []))[0] ?? -1
      for (const prefix of withdrawn) if (!known.delete(prefix)) needless.push(prefix)
      for (const prefix of announced) known.set(prefix, med)
      if (withdrawn.length > 0) log.push(`withdraw ${withdrawn.length}`)
      if (announced.length > 0) log.push(`announce ${announced.length}`)
    }
  }
  return {
    outbox,
    known,
    needless,
    log,
    /** Pulls this many parcels, or all there are. */
    pull(parcels = Number.POSITIVE_INFINITY) {
      let octets = 0
      for (let i = 0; i < parcels; i++) {
        const parcel = outbox.pull(true)
        if (parcel === undefined) break
        octets += parcel.bytes.length
        read(parcel.bytes)
      }
      return octets
    },
    moveTo(next: ExportTarget) {
      outbox.move(next)
    },
    close() {
      outbox.close()
    },
  }
}

/** @param slice changes worked through at a time; what is large comes in several. */
function setUp(slice?: number) {
  const locRib = new LocRib(families)
  const groups = new UpdateGroups(locRib, slice === undefined ? {} : { slice })
  let precedence = 0
  const register = (terms: { med?: number; peers?: readonly string[]; name?: string } = {}) =>
    locRib.register({
      name: terms.name ?? 'pods',
      source: 'file',
      path: path(terms.med),
      precedence: precedence++,
      ...(terms.peers && { peers: terms.peers }),
    })
  return { locRib, groups, register }
}

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
