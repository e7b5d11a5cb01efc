/**
 * What large tables cost, in counts that are the same on every machine: messages, octets, writes, encodings, memory.
 * Seconds are measured elsewhere; what makes them grow is caught here.
 */
import t from 'tap'
import type { Asn } from '../../../bgp/asn.js'
import { SLICE } from '../../../bgp/rib/chunk.js'
import type { ExportTarget } from '../../../bgp/rib/export.js'
import { LocRib } from '../../../bgp/rib/loc-rib.js'
import { Outbox } from '../../../bgp/rib/outbox.js'
import type { Parcel } from '../../../bgp/rib/parcel.js'
import { UpdateGroups } from '../../../bgp/rib/update-group.js'
import { classifying } from '../../../config/diff.js'
import { formatProblem } from '../../../config/problem.js'
import type { Ipv4, Ipv6 } from '../../../net/ip.js'
import { noPrefixes, prefixSet } from '../../../net/prefix-set.js'
import type { Steps } from '../../../net/steps.js'
import { Amending } from '../../../src/announcements/amending.js'
import { AnnouncementBoard } from '../../../src/announcements/board.js'
import { range } from '../../support/address.js'
import { loading } from '../../support/config.js'

const target: ExportTarget = {
  external: true,
  localAs: 65001 as Asn,
  fourOctetAs: true,
  families: ['ipv4/unicast', 'ipv6/unicast'],
  extendedNextHop: [],
  maxMessageLength: 4096,
  service: 'in-service',
  nextHops: { ipv4: '10.0.0.11' as Ipv4, ipv6: '2001:db8::11' as Ipv6 },
}
const MILLION = 1_000_000

function table(sets: number, each: number) {
  const locRib = new LocRib(target.families)
  const groups = new UpdateGroups(locRib)
  const ids = Array.from({ length: sets }, (_, med) => {
    const path = { origin: 'igp' as const, communities: [], asPathPrepend: 0, med }
    return locRib.register({ name: 'many', source: 'file', path, precedence: med })
  })
  /** Answers in how many slices. @param first where the one set begins; of many, each has a /16 of its own */
  const declare = (change: 'added' | 'removed', count = each, first = '10.0.0.0/32') => {
    const amendments = ids.map((id, i) => {
      const prefixes = prefixSet([range(sets === 1 ? first : `10.${i}.0.0/32`, count)])
      return { id, removed: noPrefixes, added: noPrefixes, [change]: prefixes }
    })
    const amending = new Amending(amendments, locRib)
    let slices = 0
    for (; !amending.done; slices++) amending.proceed()
    return slices
  }
  const connect = () => {
    const outbox = new Outbox(groups, target, { ...target, enhancedRouteRefresh: true })
    return { outbox, parcels: pull(outbox) }
  }
  return { locRib, groups, declare, connect }
}

/** All that an outbox has: one parcel is one write to the socket. */
function pull(outbox: Outbox) {
  const parcels: { readonly bytes: Uint8Array; readonly updates: number }[] = []
  for (let parcel = outbox.pull(true); parcel !== undefined; parcel = outbox.pull(true)) parcels.push(parcel)
  return parcels
}

/** As `pull`, of many: one parcel of each at a time. */
function inTurn(outboxes: readonly Outbox[]) {
  const sent = outboxes.map((): Parcel[] => [])
  for (let more = true; more; ) {
    more = false
    outboxes.forEach((outbox, i) => {
      const parcel = outbox.pull(true)
      if (parcel === undefined) return
      sent[i]?.push(parcel)
      more = true
    })
  }
  return sent
}

function sum(parcels: readonly { readonly bytes: Uint8Array; readonly updates: number }[]) {
  return {
    writes: parcels.length,
    updates: parcels.reduce((all, { updates }) => all + updates, 0),
    octets: parcels.reduce((all, { bytes }) => all + bytes.length, 0),
  }
}

/** Two families' End-of-RIB: an empty UPDATE, and one with an empty MP_UNREACH_NLRI (RFC 4724 §2). */
const END_OF_RIB = { updates: 2, octets: 23 + 29 }

t.test('a million prefixes with one attribute set: messages, octets and writes', async (t) => {
  const { declare, connect } = table(1, MILLION)
  t.equal(declare('added'), 1 + Math.ceil(MILLION / 4096), 'slices, and one step for their room')
  const { writes, updates, octets } = sum(connect().parcels)
  // Per message: 23 octets around 27 of attributes (ORIGIN, AS_PATH, NEXT_HOP, MED), which leaves room for 809 of five.
  const messages = Math.ceil(MILLION / Math.floor((4096 - 23 - 27) / 5))
  t.equal(messages, 1237)
  t.equal(updates - END_OF_RIB.updates, messages)
  t.equal(octets - END_OF_RIB.octets, MILLION * 5 + messages * (23 + 27))
  t.ok(writes <= 34, `${writes} writes`)
})

t.test('a hundred peers are sent the same octets, which are encoded once', async (t) => {
  const { declare, groups, connect } = table(1, 200_000)
  declare('added')
  const first = connect()
  const others = Array.from({ length: 99 }, connect)
  t.equal(groups.size, 1)
  for (const { parcels } of others) {
    t.equal(sum(parcels).octets, sum(first.parcels).octets)
  }
  const encoded = new Set(others.flatMap(({ parcels }) => parcels.map(({ bytes }) => bytes.buffer)))
  const perPeer = others[0]?.parcels.length ?? 0
  // What the first one was sent alone is not kept; End-of-RIB is made for each.
  t.ok(encoded.size <= perPeer + 2 * 99, `${encoded.size} encodings for ${99 * perPeer} writes`)
  declare('removed', 1000)
  const changes = [first, ...others].map(({ outbox }) => pull(outbox))
  t.same(new Set(changes.map(({ length }) => length)), new Set([1]), 'one write each')
  t.equal(new Set(changes.flatMap((parcels) => parcels.map(({ bytes }) => bytes.buffer))).size, 1)
  t.same(sum(changes[0] ?? []), { writes: 1, updates: 2, octets: 5000 + 2 * 23 })
})

t.test('a thousand of a million withdrawn is a change of a thousand', async (t) => {
  const { declare, connect, locRib } = table(1, MILLION)
  declare('added')
  const { outbox } = connect()
  const { journal } = locRib.ribOf('ipv4/unicast')
  const before = journal.head
  t.equal(declare('removed', 1000, '10.5.0.0/32'), 1, 'one slice')
  t.equal(journal.head - before, 1000)
  t.same(sum(pull(outbox)), { writes: 1, updates: 2, octets: 5000 + 2 * 23 })
})

t.test('a hundred attribute sets: full messages for each', async (t) => {
  const [sets, each] = [100, 10_000]
  const { declare, connect } = table(sets, each)
  declare('added')
  const { updates } = sum(connect().parcels)
  const full = sets * Math.ceil(each / Math.floor((4096 - 23 - 27) / 5))
  t.equal(full, 1300)
  t.equal(updates - END_OF_RIB.updates, full)
})

t.test(
  'a peer that comes back is sent what is encoded already, and none of the others anything',
  async (t) => {
    const { declare, connect } = table(1, MILLION)
    declare('added')
    connect()
    const second = connect()
    const third = connect()
    const known = new Set(second.parcels.map(({ bytes }) => bytes))
    const anew = third.parcels.filter(({ bytes }) => !known.has(bytes)).length
    t.ok(anew <= 2, `${anew} of ${third.parcels.length} parcels were made for it, End-of-RIB among them`)
  },
)

t.test('a drain of a hundred peers is encoded once, in slices, with full messages', async (t) => {
  const { declare, connect, groups } = table(1, 200_000)
  declare('added')
  const peers = Array.from({ length: 100 }, connect)
  const slices = Math.ceil(200_000 / SLICE)
  const move = (changed: Partial<ExportTarget>) => {
    for (const { outbox } of peers) outbox.move({ ...target, ...changed })
    return inTurn(peers.map(({ outbox }) => outbox))
  }
  // 23 octets around what a message holds besides prefixes of five octets each.
  const full = (attributes: number) => Math.ceil(200_000 / Math.floor((4096 - 23 - attributes) / 5))
  for (const [name, changed, updates] of [
    ['lowered', { service: 'graceful-shutdown' }, full(27 + 7)],
    ['withdrawn', { service: 'withdrawn' }, full(0)],
    ['back in service', {}, full(27)],
    ['to a group of its own with the same routes', { peer: 'tor-1' }, 0],
  ] as const) {
    const sent = move(changed)
    const each = sent.map(sum)
    t.same(new Set(each.map((peer) => peer.updates)), new Set([updates]), `${name}: messages`)
    const encodings = new Set(sent.flat().map(({ bytes }) => bytes))
    // Its own slices, and that many more for what the table before had.
    t.ok(encodings.size <= 2 * slices + 2, `${name}: ${encodings.size} encodings for a hundred peers`)
    t.equal(groups.size, 1, `${name}: the group before is gone`)
  }
})

t.test(
  'a reload of a million scattered prefixes is read, compared and declared in many small steps',
  async (t) => {
    // Every second address: no two make one run.
    const lines = (odd: number) => {
      const one = (i: number) => {
        const at = 2 * i + odd
        return `10.${at >>> 16}.${(at >>> 8) & 255}.${at & 255}\n`
      }
      return Array.from({ length: MILLION }, (_, i) => one(i)).join('')
    }
    const yaml = 'bgp: { asn: 65001 }\nannouncements: [{ name: many, prefixesFile: many.txt }]'
    const counted = <Value>(steps: Steps<Value>): { readonly count: number; readonly value: Value } => {
      for (let count = 1; ; count++) {
        const step = steps.next()
        if (step.done === true) return { count, value: step.value }
      }
    }
    const read = (odd: number) => {
      const text = lines(odd)
      const { count, value } = counted(loading(yaml, { '/etc/herald/many.txt': text }))
      if (!value.ok) throw new Error(value.problems.map(formatProblem).join('\n'))
      // A step is 256 KiB, or some 32,768 prefixes.
      t.ok(count >= text.length / (1 << 18) + MILLION / 32_768, `read in ${count} steps`)
      return value.settings
    }
    const [before, after] = [read(0), read(1)]
    const compared = counted(classifying(before, after))
    t.match(compared.value, [{ of: 'announcement' }])
    t.ok(compared.count >= (4 * MILLION) / 32_768, `compared in ${compared.count} steps`)
    t.same(
      counted(classifying(after, after)),
      { count: 1, value: [] },
      'what is equal is not compared one by one',
    )

    let turns: (() => void)[] = []
    const board = new AnnouncementBoard(new LocRib(target.families), {
      changed: () => undefined,
      later: (work) => turns.push(work),
    })
    board.declare('file', before.announcements)
    board.settle()
    turns = []
    board.declare('file', after.announcements)
    let count = 1
    for (let turn = turns.pop(); turn !== undefined; turn = turns.pop()) {
      turn()
      count++
    }
    t.ok(board.settled)
    t.ok(count >= (2 * MILLION) / 4096, `declared in ${count} steps`)
  },
)

t.test('what the last peer of a group leaves is given back in many small steps', async (t) => {
  const { declare, locRib } = table(1, MILLION)
  declare('added')
  const retired: Steps<void>[] = []
  const groups = new UpdateGroups(locRib, { retire: (closing) => retired.push(closing) })
  const outbox = new Outbox(groups, target, { ...target, enhancedRouteRefresh: true })
  pull(outbox)
  const ribOut = outbox.position('ipv4/unicast')?.ribOut
  t.equal(ribOut?.journal.live, MILLION)
  outbox.close()
  t.equal(retired.length, 1)
  let steps = 1
  while (retired[0]?.next().done === false) steps++
  t.equal(steps, Math.ceil(MILLION / (1 << 14)))
  t.same([ribOut?.journal.live, ribOut?.journal.head], [0, 0])
})

t.test('a prefix costs some fifty octets, and a peer none', async (t) => {
  const { declare, connect, locRib } = table(1, MILLION)
  declare('added')
  const peers = Array.from({ length: 10 }, connect)
  const rib = locRib.ribOf('ipv4/unicast')
  const out = peers[0]?.outbox.position('ipv4/unicast')?.ribOut
  const octets = rib.table.octets + rib.journal.octets + (out?.journal.octets ?? 0)
  t.ok(octets / MILLION <= 52, `${octets / MILLION} octets a prefix`)
  t.ok(peers.every(({ outbox }) => outbox.position('ipv4/unicast')?.ribOut === out))
})
