/** RFC 7606 and the specifications that refer to it: what costs the routes of an UPDATE, and no session. */
import t from 'tap'
import { describeProblem } from '../../../bgp/codec/attributes/problem.js'
import {
  asPath,
  base,
  global,
  localPref,
  mpReach,
  nextHop,
  nlri,
  origin,
  type Row,
  receive,
} from './rfc7606.js'
import { external, internal, updateOf } from './wire.js'

const rows: readonly Row[] = [
  {
    name: 'ORIGIN of nothing',
    attributes: `40 01 00 ${asPath} ${nextHop}`,
    because: 'wrong-length',
    type: 1,
  },
  {
    name: 'ORIGIN of two octets',
    attributes: `40 01 02 0000 ${asPath} ${nextHop}`,
    because: 'wrong-length',
    type: 1,
  },
  { name: 'ORIGIN 3', attributes: `40 01 01 03 ${asPath} ${nextHop}`, because: 'bad-origin', type: 1 },
  {
    name: 'ORIGIN marked optional (RFC 7606 §3 c)',
    attributes: `c0 01 01 00 ${asPath} ${nextHop}`,
    because: 'wrong-flags',
    type: 1,
  },
  {
    name: 'ORIGIN not marked transitive',
    attributes: `00 01 01 00 ${asPath} ${nextHop}`,
    because: 'wrong-flags',
    type: 1,
  },
  {
    name: 'AS_PATH with segment type 0',
    attributes: `${origin} 40 02 06 00 01 0000fde9 ${nextHop}`,
    because: 'bad-segment-type',
    type: 2,
  },
  {
    name: 'AS_PATH with segment type 5',
    attributes: `${origin} 40 02 06 05 01 0000fde9 ${nextHop}`,
    because: 'bad-segment-type',
    type: 2,
  },
  {
    name: 'AS_PATH with an empty segment',
    attributes: `${origin} 40 02 02 02 00 ${nextHop}`,
    because: 'empty-segment',
    type: 2,
  },
  {
    name: 'AS_PATH whose segment overruns',
    attributes: `${origin} 40 02 06 02 02 0000fde9 ${nextHop}`,
    because: 'truncated',
    type: 2,
  },
  {
    name: 'AS_PATH with one octet too many',
    attributes: `${origin} 40 02 07 02 01 0000fde9 02 ${nextHop}`,
    because: 'truncated',
    type: 2,
  },
  {
    name: 'AS_PATH of two-octet ASes where four were agreed',
    attributes: `${origin} 40 02 04 02 01 fde9 ${nextHop}`,
    because: 'truncated',
    type: 2,
  },
  {
    name: 'AS_PATH with AS 0 (RFC 7607)',
    attributes: `${origin} 40 02 06 02 01 00000000 ${nextHop}`,
    because: 'as-zero',
    type: 2,
  },
  {
    name: 'AS_PATH with a confederation from an external peer (RFC 5065 §5)',
    attributes: `${origin} 40 02 06 03 01 0000fde9 ${nextHop}`,
    because: 'confederation-segment',
    type: 2,
  },
  {
    name: 'NEXT_HOP of three octets',
    attributes: `${origin} ${asPath} 40 03 03 c00002`,
    because: 'wrong-length',
    type: 3,
  },
  {
    name: 'NEXT_HOP of five octets',
    attributes: `${origin} ${asPath} 40 03 05 c000020100`,
    because: 'wrong-length',
    type: 3,
  },
  {
    name: 'NEXT_HOP 0.0.0.0',
    attributes: `${origin} ${asPath} 40 03 04 00000000`,
    because: 'martian-next-hop',
    type: 3,
  },
  {
    name: 'NEXT_HOP 127.0.0.1',
    attributes: `${origin} ${asPath} 40 03 04 7f000001`,
    because: 'martian-next-hop',
    type: 3,
  },
  {
    name: 'NEXT_HOP 224.0.0.1',
    attributes: `${origin} ${asPath} 40 03 04 e0000001`,
    because: 'martian-next-hop',
    type: 3,
  },
  {
    name: 'NEXT_HOP 255.255.255.255',
    attributes: `${origin} ${asPath} 40 03 04 ffffffff`,
    because: 'martian-next-hop',
    type: 3,
  },
  {
    name: 'MULTI_EXIT_DISC of three octets',
    attributes: `${base} 80 04 03 000000`,
    because: 'wrong-length',
    type: 4,
  },
  {
    name: 'MULTI_EXIT_DISC marked transitive',
    attributes: `${base} c0 04 04 00000000`,
    because: 'wrong-flags',
    type: 4,
  },
  {
    name: 'LOCAL_PREF of three octets from an internal peer',
    context: internal,
    attributes: `${base} 40 05 03 000064`,
    because: 'wrong-length',
    type: 5,
  },
  {
    name: 'ATOMIC_AGGREGATE marked optional',
    attributes: `${base} c0 06 00`,
    because: 'wrong-flags',
    type: 6,
  },
  {
    name: 'ATOMIC_AGGREGATE with wrong flags and a value: the stronger action',
    attributes: `${base} c0 06 01 00`,
    because: 'wrong-flags',
    type: 6,
  },
  {
    name: 'AGGREGATOR not marked transitive',
    attributes: `${base} 80 07 08 0000fde9 c0000209`,
    because: 'wrong-flags',
    type: 7,
  },
  { name: 'COMMUNITIES of nothing', attributes: `${base} c0 08 00`, because: 'wrong-length', type: 8 },
  {
    name: 'COMMUNITIES of six octets',
    attributes: `${base} c0 08 06 fde80064ffff`,
    because: 'wrong-length',
    type: 8,
  },
  {
    name: 'ORIGINATOR_ID of five octets from an internal peer',
    context: internal,
    attributes: `${base} ${localPref} 80 09 05 c000020700`,
    because: 'wrong-length',
    type: 9,
  },
  {
    name: 'CLUSTER_LIST of nothing from an internal peer',
    context: internal,
    attributes: `${base} ${localPref} 80 0a 00`,
    because: 'wrong-length',
    type: 10,
  },
  {
    name: 'CLUSTER_LIST of five octets from an internal peer',
    context: internal,
    attributes: `${base} ${localPref} 80 0a 05 c000020700`,
    because: 'wrong-length',
    type: 10,
  },
  {
    name: 'MP_REACH_NLRI marked transitive',
    attributes: `c0 0e 1a 0002 01 10 ${global} 00 20 20010db8 ${base}`,
    because: 'wrong-flags',
    type: 14,
  },
  {
    name: 'MP_REACH_NLRI with next hop ::',
    attributes: `80 0e 1a 0002 01 10 ${'00'.repeat(16)} 00 20 20010db8 ${base}`,
    because: 'martian-next-hop',
    type: 14,
  },
  {
    name: 'MP_REACH_NLRI with next hop ff02::1',
    attributes: `80 0e 1a 0002 01 10 ff02${'00'.repeat(13)}01 00 20 20010db8 ${base}`,
    because: 'martian-next-hop',
    type: 14,
  },
  {
    name: 'MP_UNREACH_NLRI not marked optional',
    attributes: `40 0f 08 0002 01 20 20010db8 ${base}`,
    because: 'wrong-flags',
    type: 15,
  },
  {
    name: 'EXTENDED COMMUNITIES of twelve octets',
    attributes: `${base} c0 10 0c 0002fde80000006400000000`,
    because: 'wrong-length',
    type: 16,
  },
  {
    name: 'TUNNEL_ENCAPSULATION whose TLV overruns (RFC 9012 §13)',
    attributes: `${base} c0 17 05 0008 0002 00`,
    because: 'bad-tlv',
    type: 23,
  },
  {
    name: 'IPV6 EXTENDED COMMUNITIES of 19 octets',
    attributes: `${base} c0 19 13 ${'00'.repeat(19)}`,
    because: 'wrong-length',
    type: 25,
  },
  {
    name: 'LARGE_COMMUNITY of eight octets',
    attributes: `${base} c0 20 08 0000fde800000001`,
    because: 'wrong-length',
    type: 32,
  },
  { name: 'LARGE_COMMUNITY of nothing', attributes: `${base} c0 20 00`, because: 'wrong-length', type: 32 },
  {
    name: 'ONLY_TO_CUSTOMER of two octets (RFC 9234 §5)',
    attributes: `${base} c0 23 02 fde9`,
    because: 'wrong-length',
    type: 35,
  },
  {
    name: 'PREFIX_SID with wrong flags',
    attributes: `${base} 80 28 03 01 0000`,
    because: 'wrong-flags',
    type: 40,
  },
  { name: 'no ORIGIN', attributes: `${asPath} ${nextHop}`, because: 'missing', type: 1 },
  { name: 'no AS_PATH', attributes: `${origin} ${nextHop}`, because: 'missing', type: 2 },
  { name: 'no NEXT_HOP', attributes: `${origin} ${asPath}`, because: 'missing', type: 3 },
  {
    name: 'no LOCAL_PREF from an internal peer',
    context: internal,
    attributes: base,
    because: 'missing',
    type: 5,
  },
  {
    name: 'a last attribute that overruns (RFC 7606 §4)',
    attributes: `${base} c0 08 05 fde80064`,
    because: 'overrun',
    type: 8,
  },
  {
    name: 'an extended length that overruns',
    attributes: `${base} d0 08 0005 fde80064`,
    because: 'overrun',
    type: 8,
  },
  { name: 'two octets left for an attribute', attributes: `${base} c0 08`, because: 'overrun', type: 8 },
  { name: 'one octet left for an attribute', attributes: `${base} c0`, because: 'overrun', type: 0 },
  {
    name: 'three octets left for one with Extended Length',
    attributes: `${base} d0 08 00`,
    because: 'overrun',
    type: 8,
  },
]

t.ok(rows.length > 0, 'there are rows')
for (const { name, context = external, attributes, because, type } of rows) {
  t.test(`${name}: ${because}`, async (t) => {
    const update = receive(updateOf({ withdrawn: '08 0a', attributes, nlri }), context)
    t.equal(update.outcome, 'treat-as-withdraw')
    t.match(update.problems, [{ because, type, outcome: 'treat-as-withdraw' }])
    t.equal(update.problems.length, 1)
    t.strictSame(update.nlri, [], 'nothing is announced')
    t.strictSame(update.withdrawn, ['10.0.0.0/8', '10.244.1.0/24'], 'everything is withdrawn')
    t.ok(update.attributes.every(({ kind }) => kind === 'mp-unreach'))
  })
}

t.test('NEXT_HOP is missing for the NLRI field though MP_REACH_NLRI has one', async (t) => {
  const update = receive(updateOf({ attributes: `${mpReach} ${origin} ${asPath}`, nlri }), external)
  t.strictSame(update.problems, [{ because: 'missing', outcome: 'treat-as-withdraw', type: 3 }])
})

t.test('it covers the routes of MP_REACH_NLRI, and keeps those of MP_UNREACH_NLRI', async (t) => {
  const attributes = `${mpReach} 80 0f 08 0002 01 20 20010db9 40 01 01 09 ${asPath}`
  const update = receive(updateOf({ attributes }), external)
  t.equal(update.outcome, 'treat-as-withdraw')
  t.strictSame(update.attributes, [
    { kind: 'mp-unreach', family: { afi: 2, safi: 1 }, withdrawn: ['2001:db8::/32'] },
    { kind: 'mp-unreach', family: { afi: 2, safi: 1 }, withdrawn: ['2001:db9::/32'] },
  ])
})

t.test('an error beside routes of a family that is not negotiated costs no session', async (t) => {
  const update = receive(updateOf({ attributes: '80 0e 0a 0019 46 04 c0000201 00 ff 40 01 01 09' }), external)
  t.equal(update.outcome, 'treat-as-withdraw')
})

t.test('MP_UNREACH_NLRI alone with wrong flags still withdraws', async (t) => {
  const update = receive(updateOf({ attributes: 'c0 0f 08 0002 01 20 20010db8' }), external)
  t.match(update, { outcome: 'treat-as-withdraw', attributes: [{ withdrawn: ['2001:db8::/32'] }] })
})

t.test('an internal peer may send confederation segments', async (t) => {
  const attributes = `${origin} 40 02 06 03 01 0000fde9 ${nextHop} ${localPref}`
  t.equal(receive(updateOf({ attributes, nlri }), internal).outcome, 'accept')
})

t.test('a problem holds the attribute as it came, in octets of its own', async (t) => {
  const bytes = updateOf({ attributes: `${base} d0 08 0003 fde800`, nlri })
  const { problems } = receive(bytes, external)
  bytes.fill(0)
  t.strictSame(problems, [
    {
      because: 'wrong-length',
      outcome: 'treat-as-withdraw',
      type: 8,
      flags: 0xd0,
      attribute: Uint8Array.of(0xd0, 8, 0, 3, 0xfd, 0xe8, 0),
    },
  ])
  t.strictSame(problems.map(describeProblem), ['COMMUNITIES: wrong-length, treat-as-withdraw'])
})

t.test('the next UPDATE is read as ever', async (t) => {
  receive(updateOf({ attributes: `${base} c0 08 00`, nlri }), external)
  t.equal(receive(updateOf({ attributes: base, nlri }), external).outcome, 'accept')
})
