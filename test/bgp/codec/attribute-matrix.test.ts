/** Each attribute type with each combination of flags and lengths has the outcome of RFC 7606, and no other end. */
import t from 'tap'
import { decodeMessage } from '../../../bgp/codec/message.js'
import { asPath, base, nextHop, nlri, origin } from './rfc7606.js'
import { external, faultOf, toHex, updateOf } from './wire.js'

type Outcome = 'accept' | 'attribute-discard' | 'treat-as-withdraw' | 'session-reset'

const OPTIONAL_AND_TRANSITIVE = 0xc0
const EXTENDED_LENGTH = 0x10
const allFlags = [0xc0, 0xe0, 0xd0, 0xf0, 0x80, 0x40, 0x00]

/** No octet of the long ones makes sense as a segment type, an AFI or a TLV. */
const values = [
  [],
  [0x00],
  [0xc0, 0x00, 0x02, 0x01],
  Array.from({ length: 255 }, (_, i) => 0xaa + ((i * 37) % 64)),
  Array.from({ length: 4000 }, (_, i) => 0xaa + ((i * 11) % 64)),
] as const

/** What this test knows of the attributes: flags, which of the lengths above make a value, and what if not. */
const known: ReadonlyMap<number, { flags: number; lengths: readonly number[]; malformed: Outcome }> = new Map(
  [
    [1, { flags: 0x40, lengths: [1], malformed: 'treat-as-withdraw' }],
    [2, { flags: 0x40, lengths: [0], malformed: 'treat-as-withdraw' }],
    [3, { flags: 0x40, lengths: [4], malformed: 'treat-as-withdraw' }],
    [4, { flags: 0x80, lengths: [4], malformed: 'treat-as-withdraw' }],
    [6, { flags: 0x40, lengths: [0], malformed: 'attribute-discard' }],
    [7, { flags: 0xc0, lengths: [], malformed: 'attribute-discard' }],
    [8, { flags: 0xc0, lengths: [4, 4000], malformed: 'treat-as-withdraw' }],
    [16, { flags: 0xc0, lengths: [4000], malformed: 'treat-as-withdraw' }],
    [23, { flags: 0xc0, lengths: [], malformed: 'treat-as-withdraw' }],
    [25, { flags: 0xc0, lengths: [4000], malformed: 'treat-as-withdraw' }],
    [32, { flags: 0xc0, lengths: [], malformed: 'treat-as-withdraw' }],
    [35, { flags: 0xc0, lengths: [4], malformed: 'treat-as-withdraw' }],
    [40, { flags: 0xc0, lengths: [], malformed: 'attribute-discard' }],
  ],
)

/** Not wanted from an external peer, or from one of four-octet AS numbers. */
const unwelcome = [5, 9, 10, 17, 18]

t.test('types 0–255 by seven combinations of flags by five lengths', async (t) => {
  const wrong: string[] = []
  const seen = new Map<Outcome, number>()
  for (let type = 0; type <= 255; type++) {
    for (const flags of allFlags) {
      for (const value of values) {
        const expected = expectedOf(type, flags, value.length)
        const actual = outcomeOf(updateWith(type, flags, value))
        seen.set(actual, (seen.get(actual) ?? 0) + 1)
        if (actual !== expected) {
          wrong.push(
            `type ${type}, flags ${toHex([flags])}, ${value.length} octets: ${actual}, not ${expected}`,
          )
        }
      }
    }
  }
  t.strictSame(wrong, [])
  t.equal(
    [...seen.values()].reduce((sum, count) => sum + count, 0),
    256 * 7 * 5,
  )
  t.equal(seen.size, 4, 'every outcome occurs')
})

function expectedOf(type: number, flags: number, length: number): Outcome {
  if (unwelcome.includes(type)) return 'attribute-discard'
  // AIGP is discarded for wrong flags too; none of the values is one.
  if (type === 26) return 'attribute-discard'
  if (type === 14 || type === 15) {
    if (length < 3) return 'session-reset'
    return (flags & OPTIONAL_AND_TRANSITIVE) === 0x80 ? 'attribute-discard' : 'treat-as-withdraw'
  }
  const row = known.get(type)
  if (row === undefined) return (flags & 0x80) === 0 ? 'session-reset' : 'accept'
  if ((flags & OPTIONAL_AND_TRANSITIVE) !== row.flags) return 'treat-as-withdraw'
  return row.lengths.includes(length) ? 'accept' : row.malformed
}

/** An UPDATE that is well-formed but for the one attribute, which takes the place of its like. */
function updateWith(type: number, flags: number, value: readonly number[]): Uint8Array {
  const others = { 1: `${asPath} ${nextHop}`, 2: `${origin} ${nextHop}`, 3: `${origin} ${asPath}` }
  const rest = type === 1 || type === 2 || type === 3 ? others[type] : base
  const extended = (flags & EXTENDED_LENGTH) !== 0 || value.length > 255
  const { length } = value
  const head = extended ? [flags | EXTENDED_LENGTH, type, length >>> 8, length & 255] : [flags, type, length]
  return updateOf({ attributes: `${toHex([...head, ...value])} ${rest}`, nlri })
}

function outcomeOf(bytes: Uint8Array): Outcome {
  let outcome: Outcome = 'session-reset'
  faultOf(() => {
    const message = decodeMessage(bytes, external)
    if (message.kind === 'update') outcome = message.outcome
  })
  return outcome
}
