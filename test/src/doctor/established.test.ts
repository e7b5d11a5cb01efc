import {
  ended,
  established,
  lasting,
  lost,
  notification,
  type Row,
  received,
  received3,
  testEach,
} from './peers.js'

const ups: readonly Row[] = [
  {
    name: 'the peer sends nothing, and may accept nothing',
    peer: established(),
    expected: [['possible', 'nothing-accepted']],
    text: /was sent 1 prefix and sends none itself; .*RFC 8212.*next hop \(10\.0\.0\.11, 2001:db8::11\)/,
    here: /herald explain PREFIX tor-1/,
  },
  {
    name: 'nothing is announced',
    peer: established({ wanted: false }),
    expected: [['possible', 'nothing-announced']],
    text: /nothing is announced to tor-1/,
  },
  {
    name: 'a family is missing',
    peer: established({ negotiated: { families: ['ipv4/unicast'] }, view: { adjRibIn: received3 } }),
    expected: [['certain', 'family-missing']],
    text: /does not speak ipv6\/unicast/,
    there: /activate ipv6\/unicast/,
  },
  {
    name: 'there is no next hop',
    peer: established({
      wanted: 'fd00:10:244:1::/64',
      target: { nextHops: { ipv4: '10.0.0.11' as never } },
      view: { adjRibIn: received3 },
    }),
    expected: [
      ['certain', 'next-hop-missing'],
      ['possible', 'nothing-announced'],
    ],
    text: /no IPv6 prefix goes to tor-1/,
    here: /nextHop\.ipv6/,
  },
  {
    name: 'there is no next hop of IPv6, and no IPv6 prefix that would need one',
    peer: established({
      target: { nextHops: { ipv4: '10.0.0.11' as never } },
      view: { adjRibIn: received3 },
    }),
    expected: [],
    text: /^$/,
  },
  {
    name: 'there is no next hop of IPv4, on an IPv6 session',
    peer: established({
      target: { nextHops: { ipv6: '2001:db8::11' as never } },
      view: { adjRibIn: received3 },
    }),
    expected: [
      ['certain', 'next-hop-missing'],
      ['possible', 'nothing-announced'],
    ],
    text: /no IPv4 prefix goes to tor-1/,
    there: /extended-nexthop/,
  },
  {
    name: 'fewer capabilities',
    peer: established({ view: { reduced: 'multiprotocol alone is offered', adjRibIn: received3 } }),
    expected: [['certain', 'capabilities-reduced']],
    text: /multiprotocol alone/,
  },
  {
    name: 'the session comes and goes',
    peer: established({
      view: {
        adjRibIn: received3,
        record: ended([
          [{ ...received, from: 'Established' }, notification(4, 0)],
          [{ ...lost, from: 'Established' }],
        ]).record,
      },
    }),
    expected: [['likely', 'flapping']],
    text: /2 sessions with tor-1 ended in 10 minutes, the last: the peer closed/,
  },
  {
    name: 'it has just begun, and the peer acknowledges nothing',
    peer: established({ view: { adjRibIn: received3 } }),
    network: { unacknowledged: true },
    expected: [['likely', 'ttl-security-there']],
    text: /acknowledges nothing that follows/,
  },
  {
    name: 'it has lasted, and there is some loss on the way',
    peer: lasting(established({ view: { adjRibIn: received3 } })),
    network: { unacknowledged: true },
    expected: [],
    text: /^$/,
  },
  {
    name: 'an internal peer that sends nothing is nothing special',
    peer: established({ negotiated: { external: false } }),
    expected: [],
    text: /^$/,
  },
]

testEach(ups)
