import t from 'tap'
import type { Attribute } from '../../../bgp/attribute.js'
import type { CodecContext } from '../../../bgp/codec/context.js'
import { decodeMessage, encodeMessage } from '../../../bgp/codec/message.js'
import type { ReceivedUpdate } from '../../../bgp/codec/update.js'
import type { ExtendedCommunity, LargeCommunity, StandardCommunity } from '../../../bgp/community.js'
import type { Update } from '../../../bgp/message.js'
import type { Ipv4, Ipv6 } from '../../../net/ip.js'
import type { Prefix } from '../../../net/prefix.js'
import { hex } from '../../support/hex.js'
import { extended, external, internal, marker, twoOctet, updateOf } from './wire.js'

const ipv4 = { afi: 1, safi: 1 }
const ipv6 = { afi: 2, safi: 1 }
const origin: Attribute = { kind: 'origin', origin: 'igp' }
const emptyPath: Attribute = { kind: 'as-path', segments: [] }
const nextHop: Attribute = { kind: 'next-hop', nextHop: '192.0.2.1' as Ipv4 }

function pathOf(...ases: number[]): Attribute {
  return { kind: 'as-path', segments: [{ kind: 'sequence', ases }] }
}

function update(fields: Partial<Update>): Update {
  return { kind: 'update', withdrawn: [], attributes: [], nlri: [], ...fields }
}

interface Row {
  readonly name: string
  readonly context?: CodecContext
  readonly bytes: Uint8Array
  readonly update: Update
}

/** Canonical UPDATEs: each decodes to the value, and the value encodes to it. */
const rows: readonly Row[] = [
  {
    name: 'End-of-RIB for IPv4 unicast (RFC 4724 §2)',
    bytes: hex(`${marker} 0017 02 0000 0000`),
    update: update({}),
  },
  {
    name: 'withdrawals of every length up to an octet boundary (RFC 4271 §4.3)',
    bytes: updateOf({ withdrawn: '00 01 80 08 0a 09 0a80 18 0a0001 19 0a000180 20 c000020a' }),
    update: update({
      withdrawn: [
        '0.0.0.0/0',
        '128.0.0.0/1',
        '10.0.0.0/8',
        '10.128.0.0/9',
        '10.0.1.0/24',
        '10.0.1.128/25',
        '192.0.2.10/32',
      ] as Prefix[],
    }),
  },
  {
    name: 'an external route',
    bytes: updateOf({
      attributes: '40 01 01 00  40 02 06 02 01 fa56ea00  40 03 04 c0000201',
      nlri: '18 0af401',
    }),
    update: update({
      attributes: [origin, pathOf(4200000000), nextHop],
      nlri: ['10.244.1.0/24' as Prefix],
    }),
  },
  {
    name: 'an internal route: empty AS_PATH, LOCAL_PREF, and what a route reflector adds (RFC 4456 §8)',
    context: internal,
    bytes: updateOf({
      attributes: `40 01 01 02  40 02 00  40 03 04 c0000201  80 04 04 00000032  40 05 04 00000064
        80 09 04 c0000207  80 0a 08 c0000208 c0000209`,
      nlri: '20 c000020a',
    }),
    update: update({
      attributes: [
        { kind: 'origin', origin: 'incomplete' },
        emptyPath,
        nextHop,
        { kind: 'multi-exit-disc', med: 50 },
        { kind: 'local-pref', localPref: 100 },
        { kind: 'originator-id', originator: '192.0.2.7' as Ipv4 },
        { kind: 'cluster-list', clusters: ['192.0.2.8', '192.0.2.9'] as Ipv4[] },
      ],
      nlri: ['192.0.2.10/32' as Prefix],
    }),
  },
  {
    name: 'everything optional that herald knows',
    bytes: updateOf({
      attributes: `40 01 01 01  40 02 0a 01 02 0000fde9 ffffffff  40 03 04 c0000201  40 06 00
        c0 07 08 0000fde9 c0000209  c0 08 08 fde80064 ffffff01  c0 10 08 0002fde800000064
        80 1a 0b 01 000b 000000000000004d  c0 20 0c 0000fde8 00000001 00000002  c0 23 04 0000fde9`,
      nlri: '18 0af401',
    }),
    update: update({
      attributes: [
        { kind: 'origin', origin: 'egp' },
        { kind: 'as-path', segments: [{ kind: 'set', ases: [65001, 4294967295] }] },
        nextHop,
        { kind: 'atomic-aggregate' },
        { kind: 'aggregator', aggregator: { as: 65001, address: '192.0.2.9' as Ipv4 } },
        { kind: 'communities', communities: [0xfde80064, 0xffffff01] as StandardCommunity[] },
        { kind: 'extended-communities', communities: ['0002fde800000064' as ExtendedCommunity] },
        { kind: 'aigp', metric: 77n },
        { kind: 'large-communities', communities: ['65000:1:2' as LargeCommunity] },
        { kind: 'only-to-customer', as: 65001 },
      ],
      nlri: ['10.244.1.0/24' as Prefix],
    }),
  },
  {
    name: 'IPv6 with a global next hop, MP_REACH_NLRI first (RFC 7606 §5.1)',
    bytes: updateOf({
      attributes: `80 0e 1e 0002 01 10 20010db8000000000000000000000001 00 40 fd00001002440001
        40 01 01 00  40 02 06 02 01 0000fde9`,
    }),
    update: update({
      attributes: [
        {
          kind: 'mp-reach',
          family: ipv6,
          nextHop: '2001:db8::1' as Ipv6,
          nlri: ['fd00:10:244:1::/64' as Prefix],
        },
        origin,
        pathOf(65001),
      ],
    }),
  },
  {
    name: 'IPv6 with a global and a link-local next hop (RFC 2545 §3)',
    bytes: updateOf({
      attributes: `80 0e 26 0002 01 20 20010db8000000000000000000000001 fe800000000000000000000000000001
        00 00  40 01 01 00  40 02 06 02 01 0000fde9`,
    }),
    update: update({
      attributes: [
        {
          kind: 'mp-reach',
          family: ipv6,
          nextHop: '2001:db8::1' as Ipv6,
          linkLocalNextHop: 'fe80::1' as Ipv6,
          nlri: ['::/0' as Prefix],
        },
        origin,
        pathOf(65001),
      ],
    }),
  },
  {
    name: 'IPv4 routes over an IPv6 next hop (RFC 8950 §3)',
    context: extended,
    bytes: updateOf({
      attributes: `80 0e 19 0001 01 10 20010db8000000000000000000000001 00 18 0af401
        40 01 01 00  40 02 06 02 01 0000fde9`,
    }),
    update: update({
      attributes: [
        {
          kind: 'mp-reach',
          family: ipv4,
          nextHop: '2001:db8::1' as Ipv6,
          nlri: ['10.244.1.0/24' as Prefix],
        },
        origin,
        pathOf(65001),
      ],
    }),
  },
  {
    name: 'IPv6 withdrawals alone (RFC 4760 §4)',
    bytes: updateOf({ attributes: '80 0f 10 0002 01 30 20010db80005 21 20010db880' }),
    update: update({
      attributes: [
        {
          kind: 'mp-unreach',
          family: ipv6,
          withdrawn: ['2001:db8:5::/48', '2001:db8:8000::/33'] as Prefix[],
        },
      ],
    }),
  },
  {
    name: 'an attribute that herald does not know, with Partial set',
    bytes: updateOf({
      attributes: '40 01 01 00  40 02 06 02 01 0000fde9  40 03 04 c0000201  e0 63 02 1234',
      nlri: '18 0af401',
    }),
    update: update({
      attributes: [
        origin,
        pathOf(65001),
        nextHop,
        { kind: 'unknown', type: 99, flags: 0xe0, value: hex('1234') },
      ],
      nlri: ['10.244.1.0/24' as Prefix],
    }),
  },
  {
    name: 'AS_TRANS and AS4_PATH between two-octet speakers (RFC 6793 §4.2.2)',
    context: twoOctet,
    bytes: updateOf({
      attributes: `40 01 01 00  40 02 06 02 02 fde9 5ba0  40 03 04 c0000201  c0 07 06 5ba0 c0000209
        c0 11 0a 02 02 0000fde9 fa56ea00  c0 12 08 fa56ea00 c0000209`,
      nlri: '18 0af401',
    }),
    update: update({
      attributes: [
        origin,
        pathOf(65001, 23456),
        nextHop,
        { kind: 'aggregator', aggregator: { as: 23456, address: '192.0.2.9' as Ipv4 } },
        { kind: 'as4-path', segments: [{ kind: 'sequence', ases: [65001, 4200000000] }] },
        { kind: 'as4-aggregator', aggregator: { as: 4200000000, address: '192.0.2.9' as Ipv4 } },
      ],
      nlri: ['10.244.1.0/24' as Prefix],
    }),
  },
]

t.ok(rows.length > 0, 'there are UPDATEs')
for (const { name, context = external, bytes, update } of rows) {
  t.test(name, async (t) => {
    t.strictSame(decodeMessage(bytes, context), accepted(update))
    t.strictSame(encodeMessage(update, context), bytes)
  })
}

/** What other speakers sent: not in the form that herald writes, but with the same meaning. */
const captured: readonly { name: string; bytes: string; update: Update }[] = [
  {
    name: 'BIRD 2.0.12: extended communities before large ones',
    bytes: `${marker} 005c 02 0000 003c 40 01 01 00 40 02 06 02 01 fa56ea00 40 03 04 c0000201
      80 04 04 00000032 c0 08 04 fde80064 c0 10 08 0002fde800000064
      c0 20 0c 0000fde80000000100000002 18 0af401 20 c000020a`,
    update: update({
      attributes: [
        origin,
        pathOf(4200000000),
        nextHop,
        { kind: 'multi-exit-disc', med: 50 },
        { kind: 'communities', communities: [0xfde80064 as StandardCommunity] },
        { kind: 'extended-communities', communities: ['0002fde800000064' as ExtendedCommunity] },
        { kind: 'large-communities', communities: ['65000:1:2' as LargeCommunity] },
      ],
      nlri: ['10.244.1.0/24', '192.0.2.10/32'] as Prefix[],
    }),
  },
  {
    name: 'FRR 8.4.4: Extended Length on an AS_PATH of six octets, and on MP_REACH_NLRI',
    bytes: `${marker} 0068 02 0000 0051
      90 0e 001e 0002 01 10 00000000000000000000ffff7f000001 00 40 fd00001002440001
      40 01 01 00 50 02 0006 02 01 fa56ea01 80 04 04 00000032 c0 08 08 fde80064ffffff01
      c0 20 0c 0000fde80000000100000002`,
    update: update({
      attributes: [
        {
          kind: 'mp-reach',
          family: ipv6,
          nextHop: '::ffff:7f00:1' as Ipv6,
          nlri: ['fd00:10:244:1::/64' as Prefix],
        },
        origin,
        pathOf(4200000001),
        { kind: 'multi-exit-disc', med: 50 },
        { kind: 'communities', communities: [0xfde80064, 0xffffff01] as StandardCommunity[] },
        { kind: 'large-communities', communities: ['65000:1:2' as LargeCommunity] },
      ],
    }),
  },
  {
    name: 'GoBGP 3.10: MP_REACH_NLRI last',
    bytes: `${marker} 0043 02 0000 002c 40 01 01 02 40 02 06 02 01 0000fdf2
      80 0e 1c 0002 01 10 20010db8000000000000000000000001 00 30 20010db80005`,
    update: update({
      attributes: [
        { kind: 'origin', origin: 'incomplete' },
        pathOf(65010),
        {
          kind: 'mp-reach',
          family: ipv6,
          nextHop: '2001:db8::1' as Ipv6,
          nlri: ['2001:db8:5::/48' as Prefix],
        },
      ],
    }),
  },
]

t.ok(captured.length > 0, 'there are captures')
for (const { name, bytes, update } of captured) {
  t.test(name, async (t) => {
    t.strictSame(decodeMessage(hex(bytes), external), accepted(update))
    const again = decodeMessage(encodeMessage(update, external), external)
    t.match(again, { outcome: 'accept', nlri: update.nlri })
  })
}

const tolerated: readonly { name: string; bytes: Uint8Array; update: Update }[] = [
  {
    name: 'bits beyond a prefix length carry no meaning (RFC 4271 §4.3)',
    bytes: updateOf({ withdrawn: '09 0aff 17 0a00ff' }),
    update: update({ withdrawn: ['10.128.0.0/9', '10.0.254.0/23'] as Prefix[] }),
  },
  {
    name: 'nor do the unused flag bits (RFC 4271 §4.3)',
    bytes: updateOf({
      attributes: '4f 01 01 00  40 02 06 02 01 0000fde9  40 03 04 c0000201',
      nlri: '18 0af401',
    }),
    update: update({
      attributes: [origin, pathOf(65001), nextHop],
      nlri: ['10.244.1.0/24' as Prefix],
    }),
  },
  {
    name: 'the octet behind the next hop is ignored (RFC 4760 §3)',
    bytes: updateOf({
      attributes: `40 01 01 00  40 02 06 02 01 0000fde9
        80 0e 16 0002 01 10 20010db8000000000000000000000001 ff 00`,
    }),
    update: update({
      attributes: [
        origin,
        pathOf(65001),
        { kind: 'mp-reach', family: ipv6, nextHop: '2001:db8::1' as Ipv6, nlri: ['::/0' as Prefix] },
      ],
    }),
  },
  {
    name: 'a NEXT_HOP of zeros beside MP_REACH_NLRI alone is ignored (RFC 4760 §3)',
    bytes: updateOf({
      attributes: `40 01 01 00  40 02 06 02 01 0000fde9  40 03 04 00000000
        80 0e 16 0002 01 10 20010db8000000000000000000000001 00 00`,
    }),
    update: update({
      attributes: [
        origin,
        pathOf(65001),
        { kind: 'next-hop', nextHop: '0.0.0.0' as Ipv4 },
        { kind: 'mp-reach', family: ipv6, nextHop: '2001:db8::1' as Ipv6, nlri: ['::/0' as Prefix] },
      ],
    }),
  },
]

t.ok(tolerated.length > 0, 'there are oddities')
for (const { name, bytes, update } of tolerated) {
  t.test(name, async (t) => {
    t.strictSame(decodeMessage(bytes, external), accepted(update))
  })
}

t.test('a million routes of full UPDATEs decode to what was sent', async (t) => {
  const nlri = Array.from({ length: 800 }, (_, i) => `10.${i >>> 8}.${i & 255}.0/24` as Prefix)
  const bytes = encodeMessage(update({ attributes: [origin, pathOf(65001), nextHop], nlri }), external)
  let routes = 0
  for (let i = 0; i < 1250; i++) {
    const message = decodeMessage(bytes, external)
    if (message.kind === 'update') routes += message.nlri.length
  }
  t.equal(routes, 1_000_000)
  t.match(decodeMessage(bytes, external), { nlri })
})

t.test('an AS_PATH of 16000 ASes in an extended message comes back (RFC 8654)', async (t) => {
  const ases = Array.from({ length: 16000 }, (_, i) => i + 1)
  const sent = update({ attributes: [origin, pathOf(...ases), nextHop], nlri: ['10.0.0.0/8' as Prefix] })
  const message = decodeMessage(encodeMessage(sent, extended), extended)
  const path =
    message.kind === 'update' ? message.attributes.find(({ kind }) => kind === 'as-path') : undefined
  t.strictSame(path?.kind === 'as-path' && path.segments.flatMap((segment) => segment.ases), ases)
  t.equal(path?.kind === 'as-path' && path.segments.length, 63, 'segments of at most 255')
})

function accepted(message: Update): ReceivedUpdate {
  return { ...message, outcome: 'accept', problems: [] }
}
