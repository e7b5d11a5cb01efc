import t from 'tap'
import { mergeAs4 } from '../../../bgp/codec/as4.js'
import { asPath, localPref, mpReach, nextHop, nlri, origin, receive } from './rfc7606.js'
import { external, internal, twoOctet, updateOf } from './wire.js'

const optional = ['ORIGIN', 'AS_PATH', 'NEXT_HOP', 'LOCAL_PREF', 'MP_REACH_NLRI', 'NLRI'] as const
const octets: Readonly<Record<(typeof optional)[number], string>> = {
  ORIGIN: origin,
  AS_PATH: asPath,
  NEXT_HOP: nextHop,
  LOCAL_PREF: localPref,
  MP_REACH_NLRI: mpReach,
  NLRI: nlri,
}
const codes = { ORIGIN: 1, AS_PATH: 2, NEXT_HOP: 3, LOCAL_PREF: 5 } as const

const subsets = Array.from({ length: 2 ** optional.length }, (_, bits) =>
  optional.filter((_, i) => (bits & (1 << i)) !== 0),
)

t.equal(subsets.length, 64)
for (const subset of subsets) {
  for (const [session, context] of [
    ['external', external],
    ['internal', internal],
  ] as const) {
    t.test(`${session}: ${subset.join(', ') || 'nothing'}`, async (t) => {
      const attributes = subset.filter((name) => name !== 'NLRI').map((name) => octets[name])
      const update = receive(
        updateOf({ attributes: attributes.join(' '), nlri: subset.includes('NLRI') ? nlri : '' }),
        context,
      )
      const missing = update.problems.filter(({ because }) => because === 'missing').map(({ type }) => type)
      t.strictSame(missing, expectedMissing(subset, session === 'internal'))
      t.equal(update.outcome === 'treat-as-withdraw', missing.length > 0)
    })
  }
}

function expectedMissing(subset: readonly string[], isInternal: boolean): readonly number[] {
  const [ipv4, ipv6] = [subset.includes('NLRI'), subset.includes('MP_REACH_NLRI')]
  const required = [
    ...(ipv4 || ipv6 ? (['ORIGIN', 'AS_PATH'] as const) : []),
    ...(ipv4 ? (['NEXT_HOP'] as const) : []),
    ...(isInternal && (ipv4 || ipv6) ? (['LOCAL_PREF'] as const) : []),
  ]
  return required.filter((name) => !subset.includes(name)).map((name) => codes[name])
}

t.test('attributes in any order say the same', async (t) => {
  const attributes = [
    origin,
    '40 02 06 02 02 fde9 5ba0',
    nextHop,
    'c0 07 06 5ba0 c0000209',
    'c0 11 06 02 01 fa56ea00',
    'c0 12 08 fa56ea00 c0000209',
  ]
  const orders = permutations(attributes)
  t.equal(orders.length, 720)
  const sorted = (order: readonly string[]) => {
    const update = receive(updateOf({ attributes: order.join(' '), nlri }), twoOctet)
    const merged = mergeAs4(update.attributes).toSorted((a, b) => (a.kind < b.kind ? -1 : 1))
    return JSON.stringify({ outcome: update.outcome, nlri: update.nlri, merged })
  }
  const meanings = new Set(orders.map(sorted))
  t.equal(meanings.size, 1)
  t.match([...meanings][0], /"outcome":"accept".*4200000000/)
})

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, i) =>
    permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]),
  )
}
