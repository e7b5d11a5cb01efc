import fc from 'fast-check'
import t from 'tap'
import { addressOf, covers, lengthOf, networkOf, type Prefix } from '../../net/prefix.js'
import { PrefixCollector } from '../../net/prefix-collector.js'
import { expandRange, type PrefixRange } from '../../net/prefix-range.js'
import {
  closestCovering,
  firstWithin,
  has,
  isEmpty,
  minus,
  type PrefixSet,
  prefixSet,
  prefixSetOf,
  rangesOf,
  sizeOf,
  union,
} from '../../net/prefix-set.js'
import { type PrefixPlace, SetCursor } from '../../net/set-cursor.js'
import { MAX_SPAN, rangeOfSpan, spanOf, wordsOf } from '../../net/span.js'
import { ip, prefix, range } from '../support/address.js'

/** Close together, so that they meet; both versions, several lengths, and carries from word to word. */
const anyRange: fc.Arbitrary<PrefixRange> = fc
  .record({
    space: fc.constantFrom('4', '6-high', '6-low'),
    length: fc.constantFrom(28, 30, 32),
    at: fc.nat(200),
    count: fc.integer({ min: 1, max: 40 }),
  })
  .map(({ space, length, at, count }) => {
    if (space === '4') return { first: networkOf(ip(`10.0.0.${at}`), length), count }
    if (space === '6-high') return { first: networkOf(ip(`2001:${at.toString(16)}::`), length), count }
    const address = ip(`2001:db8::ffff:ff${(at + 16).toString(16).slice(0, 2)}`)
    return { first: networkOf(address, length + 96), count }
  })

const ranges = fc.array(anyRange, { maxLength: 8 })

const expanded = (all: Iterable<PrefixRange>) => [...all].flatMap((each) => [...expandRange(each)])
const setOf = (all: readonly PrefixRange[]) => new Set<Prefix>(expanded(all))
const prefixesOf = (set: PrefixSet) => expanded(rangesOf(set))

t.test('a set has exactly the prefixes that were put in, each once', async (t) => {
  fc.assert(
    fc.property(ranges, (all) => {
      const set = prefixSet(all)
      const wanted = setOf(all)
      const found = prefixesOf(set)
      return (
        sizeOf(set) === wanted.size &&
        found.length === wanted.size &&
        found.every((each) => wanted.has(each) && has(set, each))
      )
    }),
  )
  t.same(
    [
      ...rangesOf(
        prefixSet([range('192.0.2.20/32', 2), range('2001:db8::/128'), range('192.0.2.10/32', 10)]),
      ),
    ],
    [range('192.0.2.10/32', 12), range('2001:db8::/128')],
    'what touches is one, and all is ordered',
  )
  t.ok(isEmpty(prefixSet([])))
})

t.test('equal sets are equal values, whatever they were made of', async (t) => {
  fc.assert(
    fc.property(ranges, (all) => {
      const other = prefixSetOf(expanded(all).reverse())
      return JSON.stringify(prefixSet(all)) === JSON.stringify(other)
    }),
  )
  t.not(JSON.stringify(prefixSet([range('10.0.0.0/32')])), JSON.stringify(prefixSet([range('10.0.0.1/32')])))
})

t.test('union and difference agree with the expanded sets', async (t) => {
  fc.assert(
    fc.property(ranges, ranges, (a, b) => {
      const [left, right] = [setOf(a), setOf(b)]
      const less = prefixesOf(minus(prefixSet(a), prefixSet(b)))
      const both = prefixesOf(union([prefixSet(a), prefixSet(b)]))
      const wanted = [...left].filter((each) => !right.has(each))
      return (
        less.length === wanted.length &&
        wanted.every((each) => less.includes(each)) &&
        both.length === new Set([...left, ...right]).size
      )
    }),
  )
  const all = prefixSet([range('10.0.0.0/32', 4)])
  t.same(
    [...rangesOf(minus(all, prefixSet([range('10.0.0.1/32', 2)])))],
    [range('10.0.0.0/32'), range('10.0.0.3/32')],
  )
  t.equal(minus(all, all).lists.length, 0)
})

t.test('only this very prefix is in the set, not one that covers it', async (t) => {
  const set = prefixSet([range('192.0.2.0/32', 10), range('198.51.100.0/24', 2)])
  t.ok(has(set, prefix('192.0.2.9/32')))
  t.notOk(has(set, prefix('192.0.2.10/32')))
  t.notOk(has(set, prefix('192.0.2.0/28')))
  t.notOk(has(set, prefix('198.51.100.1/32')))
  t.notOk(has(set, prefix('::1/128')))
})

t.test('the nearest prefixes of a set, covering and within', async (t) => {
  fc.assert(
    fc.property(ranges, anyRange, fc.integer({ min: 0, max: 32 }), (all, { first }, shorter) => {
      const set = prefixSet(all)
      const asked = networkOf(addressOf(first), Math.max(1, lengthOf(first) - shorter))
      const every = prefixesOf(set)
      const covering = every
        .filter((each) => each !== asked && covers(each, asked))
        .sort((a, b) => lengthOf(b) - lengthOf(a))[0]
      const within = firstWithin(set, asked)
      const inside = every.some((each) => each !== asked && covers(asked, each))
      return (
        closestCovering(set, asked) === covering &&
        (within !== undefined) === inside &&
        (within === undefined || [...expandRange(within)].some((each) => covers(asked, each)))
      )
    }),
  )
  t.equal(closestCovering(prefixSet([range('10.0.0.0/8')]), prefix('10.1.0.0/16')), '10.0.0.0/8')
})

t.test('a cursor reads every prefix once and in order, wherever it pauses', async () => {
  fc.assert(
    fc.property(ranges, fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 6 }), (all, steps) => {
      const set = prefixSet(all)
      const cursor = new SetCursor(set)
      const read: PrefixRange[] = []
      for (const step of [...steps, undefined]) {
        const before = expanded(read).length
        const end: PrefixPlace | undefined = step === undefined ? undefined : cursor.placeAfter(step)
        cursor.readTo(end, ({ words, ...span }) => read.push(rangeOfSpan({ ...span, words: words.slice() })))
        if (end !== undefined && expanded(read).length - before !== step) return false
      }
      return cursor.done && JSON.stringify(expanded(read)) === JSON.stringify(prefixesOf(set))
    }),
  )
})

t.test('repetitions are told by their tags, the one that came first with each', async (t) => {
  const collector = new PrefixCollector()
  const add = (text: string, tag: number) => {
    const { version, length, words } = spanOf({ first: prefix(text), count: 1 })
    collector.add(version, length, words, 1, tag)
  }
  const lines = ['10.0.0.2/32', '10.0.0.1/32', '2001:db8::/64', '10.0.0.2/32', '10.0.0.0/24', '2001:db8::/64']
  lines.forEach((text, i) => {
    add(text, i + 1)
  })
  const told: [number, number][] = []
  const set = collector.build((tag, before) => told.push([tag, before]))
  t.same(told, [
    [4, 1],
    [6, 3],
  ])
  t.equal(sizeOf(set), 4)
})

t.test('a span never has more prefixes than its number holds', async (t) => {
  const collector = new PrefixCollector()
  collector.add(6, 128, wordsOf(ip('2001:db8::')), MAX_SPAN)
  collector.add(6, 128, wordsOf(ip('2001:db8::ffff:fff0')), 32)
  const set = collector.build()
  t.same(
    [...rangesOf(set)].map(({ count }) => count),
    [MAX_SPAN, 0x11],
  )
  t.equal(sizeOf(set), MAX_SPAN + 0x11)
})

t.test('a list of a million scattered prefixes costs eight octets each', async (t) => {
  const collector = new PrefixCollector()
  const words = new Uint32Array(1)
  for (let i = 0; i < 1_000_000; i++) {
    words[0] = i * 2 + 1
    collector.add(4, 32, words)
  }
  const set = collector.build()
  t.equal(sizeOf(set), 1_000_000)
  const octets = set.lists.reduce((sum, list) => sum + list.words.byteLength + list.counts.byteLength, 0)
  t.equal(octets, 8_000_000)
})
