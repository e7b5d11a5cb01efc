import t from 'tap'
import type { Attribute } from '../../../bgp/attribute.js'
import { codeOf, encodeAttributes } from '../../../bgp/codec/attributes/encode.js'
import { attributeName } from '../../../bgp/codec/attributes/table.js'
import type { CodecContext } from '../../../bgp/codec/context.js'
import { readNlri } from '../../../bgp/codec/nlri.js'
import { ByteReader } from '../../../net/bytes.js'
import type { Ipv4 } from '../../../net/ip.js'
import { hex } from '../../support/hex.js'
import { external, faultOf, toHex, twoOctet } from './wire.js'

const address = '192.0.2.9' as Ipv4
const path = (...ases: number[]): Attribute => ({ kind: 'as-path', segments: [{ kind: 'sequence', ases }] })
const unknown = (flags: number, length: number): Attribute => ({
  kind: 'unknown',
  type: 99,
  flags,
  value: new Uint8Array(length),
})

/** What goes out is not always what came in: these are the differences. */
const rows: readonly {
  name: string
  context?: CodecContext
  attributes: readonly Attribute[]
  block: string
}[] = [
  { name: 'nothing', attributes: [], block: '' },
  {
    name: 'one octet of length up to 255 octets',
    attributes: [unknown(0xc0, 255)],
    block: `c0 63 ff ${'00'.repeat(255)}`,
  },
  {
    name: 'two from 256 on, told by Extended Length',
    attributes: [unknown(0xc0, 256)],
    block: `d0 63 0100 ${'00'.repeat(256)}`,
  },
  { name: 'unused flag bits are zero', attributes: [unknown(0xff, 0)], block: 'e0 63 00' },
  {
    name: 'a path of 256 ASes in two segments',
    attributes: [path(...Array.from({ length: 256 }, () => 1))],
    block: `50 02 0404 02 ff ${'00000001'.repeat(255)} 02 01 00000001`,
  },
  {
    name: 'a segment without an AS is left out: it would be malformed (RFC 7606 §7.2)',
    attributes: [path()],
    block: '40 02 00',
  },
  {
    name: 'a wide AS towards a two-octet speaker: AS_TRANS, and AS4_PATH in its place',
    context: twoOctet,
    attributes: [path(65001, 4200000000), { kind: 'origin', origin: 'igp' }, unknown(0xc0, 0)],
    block: '40 01 01 00  40 02 06 02 02 fde9 5ba0  c0 11 0a 02 02 0000fde9 fa56ea00  c0 63 00',
  },
  {
    name: 'no AS4_PATH where two octets are enough (RFC 6793 §4.2.2)',
    context: twoOctet,
    attributes: [path(65001)],
    block: '40 02 04 02 01 fde9',
  },
  {
    name: 'confederation segments stay out of AS4_PATH (RFC 6793 §3)',
    context: twoOctet,
    attributes: [
      {
        kind: 'as-path',
        segments: [
          { kind: 'confed-sequence', ases: [65100] },
          { kind: 'sequence', ases: [4200000000] },
        ],
      },
    ],
    block: '40 02 08 03 01 fe4c 02 01 5ba0  c0 11 06 02 01 fa56ea00',
  },
  {
    name: 'so there is none for a wide AS in a confederation alone',
    context: twoOctet,
    attributes: [{ kind: 'as-path', segments: [{ kind: 'confed-set', ases: [4200000000] }] }],
    block: '40 02 04 04 01 5ba0',
  },
  {
    name: 'a wide aggregator towards a two-octet speaker',
    context: twoOctet,
    attributes: [{ kind: 'aggregator', aggregator: { as: 4200000000, address } }],
    block: 'c0 07 06 5ba0 c0000209  c0 12 08 fa56ea00 c0000209',
  },
  {
    name: 'a narrow one needs no AS4_AGGREGATOR',
    context: twoOctet,
    attributes: [{ kind: 'aggregator', aggregator: { as: 65001, address } }],
    block: 'c0 07 06 fde9 c0000209',
  },
  {
    name: 'no AS4_ attribute towards a four-octet speaker (RFC 6793 §4.1)',
    attributes: [
      path(4200000000),
      { kind: 'as4-path', segments: [] },
      { kind: 'as4-aggregator', aggregator: { as: 65001, address } },
    ],
    block: '40 02 06 02 01 fa56ea00',
  },
]

t.ok(rows.length > 0, 'there are rows')
for (const { name, context = external, attributes, block } of rows) {
  t.test(name, async (t) => {
    t.equal(toHex(encodeAttributes(attributes, context)), toHex(hex(block)))
  })
}

t.test('an attribute that no length can say is a mistake of ours', async (t) => {
  t.throws(() => encodeAttributes([unknown(0xc0, 65536)], external), RangeError)
})

t.test('attributes have codes and names', async (t) => {
  t.equal(codeOf(path(1)), 2)
  t.equal(codeOf(unknown(0xc0, 0)), 99)
  t.equal(attributeName(2), 'AS_PATH')
  t.equal(attributeName(40), 'PREFIX_SID')
  t.equal(attributeName(99), 'attribute 99')
})

t.test('a prefix where nothing is left is a fault, not a default route', async (t) => {
  t.match(
    faultOf(() => readNlri(new ByteReader(hex('')), 4)),
    { kind: 'invalid-network-field' },
  )
})
