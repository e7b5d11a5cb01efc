import fc from 'fast-check'
import t from 'tap'
import { PrefixTable } from '../../../bgp/rib/prefix-table.js'
import { ipFromOctets } from '../../../net/ip.js'
import { networkOf, type Prefix } from '../../../net/prefix.js'
import { spanOf } from '../../../net/span.js'

const anyPrefix = (version: 4 | 6) =>
  fc
    .tuple(
      fc.uint8Array({
        minLength: version * version - (version === 6 ? 20 : 12),
        maxLength: version === 4 ? 4 : 16,
      }),
      fc.nat(version === 4 ? 32 : 128),
    )
    .map(([octets, length]) => networkOf(ipFromOctets(octets), length))

for (const version of [4, 6] as const) {
  t.test(`an IPv${version} table holds exactly the prefixes that are referenced`, async (t) => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), anyPrefix(version)), { maxLength: 300, minLength: 1 }),
        (steps) => {
          const table = new PrefixTable(version)
          const model = new Map<Prefix, number>()
          for (const [add, prefix] of steps) {
            const slot = table.slotOf(prefix)
            if (add) {
              table.retain(prefix)
              model.set(prefix, (model.get(prefix) ?? 0) + 1)
            } else if (slot !== undefined) {
              table.release(slot)
              const left = (model.get(prefix) ?? 0) - 1
              if (left === 0) model.delete(prefix)
              else model.set(prefix, left)
            }
          }
          if (table.size !== model.size) return false
          return [...model.keys()].every((prefix) => {
            const slot = table.slotOf(prefix)
            return slot !== undefined && table.prefixAt(slot) === prefix
          })
        },
      ),
    )
    t.pass('model and table agree')
  })
}

t.test('a slot is used again once its last reference is gone', async (t) => {
  const table = new PrefixTable(4)
  const slot = table.retain('192.0.2.1/32' as Prefix)
  table.addReference(slot)
  table.release(slot)
  t.equal(table.slotOf('192.0.2.1/32' as Prefix), slot)
  table.release(slot)
  t.equal(table.slotOf('192.0.2.1/32' as Prefix), undefined)
  t.equal(table.retain('192.0.2.2/32' as Prefix), slot)
  t.throws(() => table.release(99), RangeError)
})

const ranges = [
  { first: '192.0.2.254/32', count: 4, last: '192.0.3.1/32' },
  { first: '10.255.255.0/24', count: 2, last: '11.0.0.0/24' },
  { first: '0.0.0.0/1', count: 2, last: '128.0.0.0/1' },
  { first: '2001:db8::ffff:fffe/128', count: 3, last: '2001:db8::1:0:0/128' },
  { first: '2001:db8:0:ffff::/64', count: 2, last: '2001:db8:1::/64' },
  { first: '2001:db8:ffff::/48', count: 2, last: '2001:db9::/48' },
] as const

for (const { first, count, last } of ranges) {
  t.test(`${count} prefixes from ${first} on end with ${last}`, async (t) => {
    const table = new PrefixTable(first.includes(':') ? 6 : 4)
    const slots: number[] = []
    table.retainSpan(spanOf({ first: first as Prefix, count }), (slot) => slots.push(slot))
    t.equal(slots.length, count)
    t.equal(table.prefixAt(slots[0]!), first)
    t.equal(table.prefixAt(slots.at(-1)!), last)
    const found: number[] = []
    table.findSpan(spanOf({ first: first as Prefix, count }), (slot) => found.push(slot))
    t.same(found, slots)
  })
}

t.test('NLRI is the length and the octets that matter (RFC 4271 §4.3)', async (t) => {
  const wire: readonly [prefix: string, nlri: string][] = [
    ['0.0.0.0/0', '00'],
    ['10.0.0.0/8', '080a'],
    ['10.244.1.0/24', '180af401'],
    ['192.0.2.128/25', '19c0000280'],
    ['192.0.2.10/32', '20c000020a'],
    ['2001:db8::/32', '2020010db8'],
    ['fd00:10:244:1::/64', '40fd00001002440001'],
    ['2001:db8::10/128', '8020010db8000000000000000000000010'],
  ]
  for (const [prefix, nlri] of wire) {
    const table = new PrefixTable(prefix.includes(':') ? 6 : 4)
    const slot = table.retain(prefix as Prefix)
    const into = new Uint8Array(17)
    const end = table.writeNlri(slot, into, 0)
    t.equal(Buffer.from(into.subarray(0, end)).toString('hex'), nlri)
    t.equal(table.nlriLength(slot), end)
  }
})

t.test('a prefix that is ensured has one reference, however often', async (t) => {
  const table = new PrefixTable(4)
  const one = '192.0.2.0/24' as Prefix
  table.ensure(one)
  table.ensure(one)
  t.equal(table.size, 1)
  const slot = table.slotOf(one) ?? -1
  table.release(slot)
  t.equal(table.size, 0)
  t.throws(() => table.ensure('2001:db8::/32' as Prefix), /is not IPv4/)
})

t.test('a table that grows on the way, and shrinks, holds what it should', async (t) => {
  const [pieces, each] = [40, 5000]
  const table = new PrefixTable(4)
  const piece = (i: number) => spanOf({ first: `${10 + i}.0.0.0/32` as Prefix, count: each })
  const found = (i: number) => {
    let count = 0
    table.findSpan(piece(i), () => count++)
    return count
  }
  for (let i = 0; i < pieces; i++) {
    if (i % 3 === 0) table.reserve(2 * each)
    table.retainSpan(piece(i), () => undefined)
  }
  t.equal(table.size, pieces * each)
  for (let i = 0; i < pieces; i += 2) table.findSpan(piece(i), (slot) => table.release(slot))
  t.equal(table.size, (pieces / 2) * each)
  for (let i = 0; i < pieces; i++) t.equal(found(i), i % 2 === 0 ? 0 : each)
  t.ok(table.octets <= pieces * each * 24, 'some 20 octets for each that was there at most')
})
