import fc from 'fast-check'
import t from 'tap'
import type { Prefix } from '../../net/prefix.js'
import { difference, expandRange, type PrefixRange } from '../../net/prefix-range.js'

const range = fc
  .tuple(fc.nat(60), fc.integer({ min: 1, max: 20 }), fc.constantFrom(24, 32))
  .map(([at, count, length]): PrefixRange => {
    const first = (length === 32 ? `10.0.0.${at}/32` : `10.0.${at}.0/24`) as Prefix
    return { first, count }
  })

const expand = (ranges: readonly PrefixRange[]) => new Set(ranges.flatMap((each) => [...expandRange(each)]))

t.test('the difference of ranges is the difference of their prefixes', async (t) => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 8 }), fc.array(range, { maxLength: 8 }), (ranges, without) => {
      const holes = expand(without)
      const expected = [...expand(ranges)].filter((prefix) => !holes.has(prefix)).sort()
      return JSON.stringify([...expand(difference(ranges, without))].sort()) === JSON.stringify(expected)
    }),
  )
  t.same(
    difference(
      [{ first: '10.0.0.0/32' as Prefix, count: 4 }],
      [{ first: '10.0.0.1/32' as Prefix, count: 2 }],
    ),
    [
      { first: '10.0.0.0/32', count: 1 },
      { first: '10.0.0.3/32', count: 1 },
    ],
  )
})
