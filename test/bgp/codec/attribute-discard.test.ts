/** RFC 7606 and the specifications that refer to it: what costs an attribute, and no route. */
import t from 'tap'
import { base, localPref, nlri, type Row, receive, twoOctetBase } from './rfc7606.js'
import { external, twoOctet, updateOf } from './wire.js'

const rows: readonly Row[] = [
  {
    name: 'ATOMIC_AGGREGATE with a value',
    attributes: `${base} 40 06 01 00`,
    because: 'wrong-length',
    type: 6,
  },
  {
    name: 'AGGREGATOR of 6 octets with four-octet ASes',
    attributes: `${base} c0 07 06 fde9 c0000209`,
    because: 'wrong-length',
    type: 7,
  },
  {
    name: 'AGGREGATOR of 8 octets with two-octet ASes',
    context: twoOctet,
    attributes: `${twoOctetBase} c0 07 08 0000fde9 c0000209`,
    because: 'wrong-length',
    type: 7,
  },
  { name: 'AGGREGATOR of nothing', attributes: `${base} c0 07 00`, because: 'wrong-length', type: 7 },
  {
    name: 'AGGREGATOR of AS 0 (RFC 7607)',
    attributes: `${base} c0 07 08 00000000 c0000209`,
    because: 'as-zero',
    type: 7,
  },
  {
    name: 'LOCAL_PREF from an external peer',
    attributes: `${base} ${localPref}`,
    because: 'from-external-peer',
    type: 5,
  },
  {
    name: 'LOCAL_PREF from an external peer, whatever it holds',
    attributes: `${base} c0 05 01 00`,
    because: 'from-external-peer',
    type: 5,
  },
  {
    name: 'ORIGINATOR_ID from an external peer',
    attributes: `${base} 80 09 04 c0000207`,
    because: 'from-external-peer',
    type: 9,
  },
  {
    name: 'CLUSTER_LIST from an external peer, whatever it holds',
    attributes: `${base} 80 0a 03 c00002`,
    because: 'from-external-peer',
    type: 10,
  },
  {
    name: 'AS4_PATH from a speaker of four-octet ASes (RFC 6793 §4.1)',
    attributes: `${base} c0 11 06 02 01 0000fde9`,
    because: 'from-four-octet-as-peer',
    type: 17,
  },
  {
    name: 'AS4_AGGREGATOR from a speaker of four-octet ASes',
    attributes: `${base} c0 12 08 0000fde9 c0000209`,
    because: 'from-four-octet-as-peer',
    type: 18,
  },
  {
    name: 'AS4_PATH with a bad segment (RFC 6793 §6)',
    context: twoOctet,
    attributes: `${twoOctetBase} c0 11 06 05 01 0000fde9`,
    because: 'bad-segment-type',
    type: 17,
  },
  {
    name: 'AS4_PATH with AS 0 (RFC 7607)',
    context: twoOctet,
    attributes: `${twoOctetBase} c0 11 06 02 01 00000000`,
    because: 'as-zero',
    type: 17,
  },
  {
    name: 'AS4_PATH of nothing',
    context: twoOctet,
    attributes: `${twoOctetBase} c0 11 00`,
    because: 'wrong-length',
    type: 17,
  },
  {
    name: 'AS4_PATH before AS_PATH, cut short',
    context: twoOctet,
    attributes: `c0 11 03 02 01 00 ${twoOctetBase}`,
    because: 'truncated',
    type: 17,
  },
  {
    name: 'AS4_AGGREGATOR of 6 octets',
    context: twoOctet,
    attributes: `${twoOctetBase} c0 12 06 fde9 c0000209`,
    because: 'wrong-length',
    type: 18,
  },
  {
    name: 'AIGP with the transitive bit (RFC 7311 §3.3)',
    attributes: `${base} c0 1a 0b 01 000b 0000000000000001`,
    because: 'wrong-flags',
    type: 26,
  },
  {
    name: 'AIGP whose TLV overruns',
    attributes: `${base} 80 1a 0b 01 000c 0000000000000001`,
    because: 'wrong-length',
    type: 26,
  },
  {
    name: 'AIGP whose TLV is shorter than its head',
    attributes: `${base} 80 1a 03 01 0002`,
    because: 'bad-tlv',
    type: 26,
  },
  {
    name: 'AIGP whose metric is too short',
    attributes: `${base} 80 1a 07 01 0007 00000001`,
    because: 'bad-tlv',
    type: 26,
  },
  { name: 'AIGP without a metric', attributes: `${base} 80 1a 04 02 0004 00`, because: 'bad-tlv', type: 26 },
  {
    name: 'PREFIX_SID whose TLV overruns (RFC 8669 §6)',
    attributes: `${base} c0 28 04 01 0007 00`,
    because: 'bad-tlv',
    type: 40,
  },
  { name: 'PREFIX_SID of nothing', attributes: `${base} c0 28 00`, because: 'wrong-length', type: 40 },
  {
    name: 'ORIGIN a second time, even malformed (RFC 7606 §3 g)',
    attributes: `${base} 40 01 01 09`,
    because: 'repeated',
    type: 1,
  },
  {
    name: 'an unknown attribute a second time',
    attributes: `${base} c0 63 01 00 c0 63 01 01`,
    because: 'repeated',
    type: 99,
  },
  {
    name: 'MP_REACH_NLRI of a family that is not negotiated',
    attributes: `${base} 80 0e 0a 0019 46 04 c0000201 00 ff`,
    because: 'family-not-negotiated',
    type: 14,
  },
  {
    name: 'MP_UNREACH_NLRI of a family that is not negotiated',
    attributes: `${base} 80 0f 04 0001 85 ff`,
    because: 'family-not-negotiated',
    type: 15,
  },
]

t.ok(rows.length > 0, 'there are rows')
for (const { name, context = external, attributes, because, type } of rows) {
  t.test(`${name}: ${because}`, async (t) => {
    const update = receive(updateOf({ attributes, nlri }), context)
    t.equal(update.outcome, 'attribute-discard')
    t.match(update.problems, [{ because, type, outcome: 'attribute-discard' }])
    t.equal(update.problems.length, 1)
    t.strictSame(update.nlri, ['10.244.1.0/24'], 'its routes stand')
  })
}

t.test('of several, the first one stands', async (t) => {
  const update = receive(
    updateOf({ attributes: `${base} 80 04 04 00000001 80 04 04 00000002`, nlri }),
    external,
  )
  t.strictSame(update.attributes.at(-1), { kind: 'multi-exit-disc', med: 1 })
})

t.test('confederation segments in AS4_PATH are dropped, the others stand (RFC 6793 §6)', async (t) => {
  const as4Path = 'c0 11 0c 03 01 0000fde9 02 01 fa56ea00'
  const update = receive(updateOf({ attributes: `${twoOctetBase} ${as4Path}`, nlri }), twoOctet)
  t.equal(update.outcome, 'accept')
  t.strictSame(update.attributes.at(-1), {
    kind: 'as4-path',
    segments: [{ kind: 'sequence', ases: [4200000000] }],
  })
})
