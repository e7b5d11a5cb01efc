import fc from 'fast-check'
import t from 'tap'
import { blocksOf, expandRange, type PrefixBlock, rangeOfCidr } from '../../net/prefix-range.js'
import { range } from '../support/address.js'

const rows: readonly (readonly [first: string, count: number, blocks: readonly string[]])[] = [
  ['192.0.2.10/32', 1, ['192.0.2.10/32 of 32']],
  ['192.0.2.20/32', 10, ['192.0.2.20/30 of 32', '192.0.2.24/30 of 32', '192.0.2.28/31 of 32']],
  ['10.244.0.0/24', 256, ['10.244.0.0/16 of 24']],
  ['10.244.1.0/24', 2, ['10.244.1.0/24 of 24', '10.244.2.0/24 of 24']],
  ['255.255.255.254/32', 2, ['255.255.255.254/31 of 32']],
  ['2001:db8::/128', 65536, ['2001:db8::/112 of 128']],
  ['2001:db8::ffff/128', 2, ['2001:db8::ffff/128 of 128', '2001:db8::1:0/128 of 128']],
]

const shown = ({ prefix, length }: PrefixBlock) => `${prefix} of ${length}`

for (const [first, count, blocks] of rows) {
  t.test(`${first} and ${count - 1} more are ${blocks.length} blocks`, async (t) => {
    t.same(blocksOf(range(first, count)).map(shown), blocks)
  })
}

t.test('blocks hold the prefixes of the range, in their order, and no others', async (t) => {
  fc.assert(
    fc.property(fc.nat(200), fc.integer({ min: 1, max: 100 }), (at, count) => {
      const whole = range(`10.0.0.${at}/32`, Math.min(count, 256 - at))
      const expanded = blocksOf(whole).flatMap(({ prefix, length }) => {
        const cidr = rangeOfCidr(prefix, length)
        return cidr.ok ? [...expandRange(cidr.value)] : []
      })
      t.same(expanded, [...expandRange(whole)])
    }),
    { numRuns: 50 },
  )
})

t.test('a range of four thousand million addresses is a few blocks', async (t) => {
  t.ok(blocksOf(range('0.0.0.1/32', 0xfffffffe)).length <= 64)
})
