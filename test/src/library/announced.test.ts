import fc from 'fast-check'
import t from 'tap'
import type { Announcement } from '../../../config/settings.js'
import type { Prefix } from '../../../net/prefix.js'
import { expandRange } from '../../../net/prefix-range.js'
import { prefixSetOf, rangesOf } from '../../../net/prefix-set.js'
import { type Announced, announcing, withdrawing } from '../../../src/library/announced.js'

const prefixes = fc
  .uniqueArray(fc.nat(15), { minLength: 1, maxLength: 8 })
  .map((numbers) => numbers.map((n) => `10.0.${n}.0/24` as Prefix))

const command = fc.oneof(
  fc.record({ do: fc.constant('announce' as const), prefixes, med: fc.nat(2) }),
  fc.record({ do: fc.constant('withdraw' as const), prefixes }),
)

function announcement(of: readonly Prefix[], med: number): Announcement {
  const path = { origin: 'igp' as const, communities: [], asPathPrepend: 0, med }
  return { name: 'prefixes', kind: 'prefixes', prefixes: prefixSetOf(of), via: ['bgp'], path }
}

t.test(
  'after any announce and withdraw, each prefix is announced once, with the attributes it was given last',
  async () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
        const expected = new Map<Prefix, number>()
        let announced: Announced = []
        for (const each of commands) {
          if (each.do === 'announce') {
            announced = announcing(announced, announcement(each.prefixes, each.med))
            for (const prefix of each.prefixes) expected.set(prefix, each.med)
          } else {
            announced = withdrawing(announced, prefixSetOf(each.prefixes))
            for (const prefix of each.prefixes) expected.delete(prefix)
          }
        }
        const found = announced.flatMap(({ prefixes, path }) =>
          [...rangesOf(prefixes)].flatMap((range) =>
            [...expandRange(range)].map((prefix) => [prefix, path.med] as const),
          ),
        )
        return (
          announced.length <= 3 && JSON.stringify([...found].sort()) === JSON.stringify([...expected].sort())
        )
      }),
    )
  },
)
