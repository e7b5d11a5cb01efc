import fc from 'fast-check'
import t from 'tap'
import { Coverage } from '../../net/coverage.js'
import { ipv4FromU32 } from '../../net/ip.js'
import { addressOf, covers, lengthOf, networkOf, type Prefix, versionOf } from '../../net/prefix.js'
import { wordsOf } from '../../net/span.js'

const prefix = fc
  // Few networks, so that they often meet.
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 32 }))
  .map(([bits, length]) => networkOf(ipv4FromU32(((bits << 24) | (bits << 4)) >>> 0), length))

const isCovered = (coverage: Coverage, one: Prefix) =>
  coverage.covers(versionOf(one), lengthOf(one), wordsOf(addressOf(one)))

t.test('covers what any of its prefixes covers', async () => {
  fc.assert(
    fc.property(fc.array(prefix, { maxLength: 5 }), prefix, (areas, one) => {
      return isCovered(new Coverage(areas), one) === areas.some((area) => covers(area, one))
    }),
  )
})

const rows = [
  { area: '2001:db8::/32', one: '2001:db8:1::/48', covered: true },
  { area: '2001:db8::/32', one: '2001:db9::/48', covered: false },
  { area: '2001:db8::/32', one: '2001:db8::/31', covered: false },
  { area: '2001:db8:0:1::/64', one: '2001:db8:0:1::5/128', covered: true },
  { area: '2001:db8:0:1::/63', one: '2001:db8:0:2::/64', covered: false },
  { area: '::/0', one: '2001:db8::/48', covered: true },
  { area: '0.0.0.0/0', one: '2001:db8::/48', covered: false },
] as const
t.ok(rows.length > 0)
for (const { area, one, covered } of rows) {
  t.test(`${area} ${covered ? 'covers' : 'does not cover'} ${one}`, async (t) => {
    t.equal(isCovered(new Coverage([area as Prefix]), one as Prefix), covered)
  })
}
