import t from 'tap'
import type { Aggregator, AsPathSegment, Attribute } from '../../../bgp/attribute.js'
import { mergeAs4 } from '../../../bgp/codec/as4.js'
import type { Ipv4 } from '../../../net/ip.js'

const sequence = (...ases: number[]): AsPathSegment => ({ kind: 'sequence', ases })
const set = (...ases: number[]): AsPathSegment => ({ kind: 'set', ases })
const confederation = (...ases: number[]): AsPathSegment => ({ kind: 'confed-sequence', ases })

const TRANS = 23456
const WIDE = 4200000000

/** AS_PATH as received, AS4_PATH as received, and what the path really is (RFC 6793 §4.2.3). */
const paths: readonly {
  name: string
  asPath: readonly AsPathSegment[]
  as4Path: readonly AsPathSegment[]
  path: readonly AsPathSegment[]
}[] = [
  {
    name: 'as long as each other',
    asPath: [sequence(TRANS, 65001)],
    as4Path: [sequence(WIDE, 65001)],
    path: [sequence(WIDE, 65001)],
  },
  {
    name: 'two-octet speakers prepended since',
    asPath: [sequence(65010, 65009, TRANS, 65001)],
    as4Path: [sequence(WIDE, 65001)],
    path: [sequence(65010, 65009, WIDE, 65001)],
  },
  {
    name: 'AS4_PATH is the longer one: ignored',
    asPath: [sequence(TRANS)],
    as4Path: [sequence(WIDE, 65001)],
    path: [sequence(TRANS)],
  },
  {
    name: 'a set counts as one AS',
    asPath: [sequence(65010), set(TRANS, 65001)],
    as4Path: [set(WIDE, 65001)],
    path: [sequence(65010), set(WIDE, 65001)],
  },
  {
    name: 'a set among those prepended',
    asPath: [sequence(65010), set(65008, 65009), sequence(TRANS)],
    as4Path: [sequence(WIDE)],
    path: [sequence(65010), set(65008, 65009), sequence(WIDE)],
  },
  {
    name: 'confederation segments count nothing, and stay in front',
    asPath: [confederation(65100, 65101), sequence(65010, TRANS)],
    as4Path: [sequence(WIDE)],
    path: [confederation(65100, 65101), sequence(65010, WIDE)],
  },
  {
    name: 'an empty AS4_PATH adds nothing',
    asPath: [sequence(65010)],
    as4Path: [],
    path: [sequence(65010)],
  },
]

t.ok(paths.length > 0, 'there are paths')
for (const { name, asPath, as4Path, path } of paths) {
  t.test(name, async (t) => {
    t.strictSame(
      mergeAs4([
        { kind: 'as4-path', segments: as4Path },
        { kind: 'as-path', segments: asPath },
      ]),
      [{ kind: 'as-path', segments: path }],
    )
  })
}

const address = '192.0.2.9' as Ipv4
const old = (as: number): Attribute => ({
  kind: 'aggregator',
  aggregator: { as, address } satisfies Aggregator,
})
const as4Aggregator: Attribute = { kind: 'as4-aggregator', aggregator: { as: WIDE, address } }
const asPath: Attribute = { kind: 'as-path', segments: [sequence(TRANS)] }
const as4Path: Attribute = { kind: 'as4-path', segments: [sequence(WIDE)] }

t.test('AS4_AGGREGATOR is the aggregator where AGGREGATOR says AS_TRANS', async (t) => {
  t.strictSame(mergeAs4([asPath, old(TRANS), as4Path, as4Aggregator]), [
    { kind: 'as-path', segments: [sequence(WIDE)] },
    old(WIDE),
  ])
})

t.test('both AS4_ attributes are stale where AGGREGATOR says another AS', async (t) => {
  t.strictSame(mergeAs4([asPath, old(65001), as4Path, as4Aggregator]), [asPath, old(65001)])
})

t.test('without AS4_ attributes nothing changes', async (t) => {
  const attributes = [asPath, old(TRANS)]
  t.equal(mergeAs4(attributes), attributes)
})

t.test('AS4_PATH without AS_PATH comes to nothing', async (t) => {
  t.strictSame(mergeAs4([as4Path, as4Aggregator]), [])
})
