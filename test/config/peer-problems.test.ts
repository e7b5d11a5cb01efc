import t from 'tap'
import { problemsOf, type Refusal } from '../support/config.js'

const keyFiles = {
  '/etc/herald/empty.key': '',
  '/etc/herald/nl.key': '\n',
  '/etc/herald/two.key': 'a\nb\n',
  '/etc/herald/long.key': 'x'.repeat(81),
  '/etc/herald/open.key': { text: 'k', mode: 0o644 },
}

const peer = (line: string) => `bgp:
  asn: 65001
  peers:
    - address: 10.0.0.1
      asn: 65000
      ${line}
`

const refused: readonly Refusal[] = [
  ['port: 0', '6:13: bgp.peers[0].port: 0 is not a whole number from 1 to 65535'],
  ['port: "179"', `6:13: bgp.peers[0].port: is the text '179'; write a whole number from 1 to 65535`],
  ['port: 65536', '6:13: bgp.peers[0].port: 65536 is not a whole number from 1 to 65535'],
  [
    'localAddress: 2001:db8::1',
    '6:21: bgp.peers[0].localAddress: 2001:db8::1 cannot reach 10.0.0.1; write an IPv4 address of this node',
  ],
  [
    'localAddress: 10.0.0.1/24',
    `6:21: bgp.peers[0].localAddress: '10.0.0.1/24' is a prefix; an address is wanted here, without '/'`,
  ],
  ['localAsn: 0', '6:17: bgp.peers[0].localAsn: 0 is not an AS number; it goes from 1 to 4294967295'],
  [
    'localAsn: 23456',
    '6:17: bgp.peers[0].localAsn: 23456 is AS_TRANS, a placeholder that no speaker may use (RFC 6793)',
  ],
  [
    'password: ""',
    '6:17: bgp.peers[0].password: is empty; write the key, or leave it out for a session without one',
  ],
  ['password: 12345', '6:17: bgp.peers[0].password: is not text; write it in quotes, 1 to 80 octets'],
  ['password: [hunter2]', '6:17: bgp.peers[0].password: is not text; write it in quotes, 1 to 80 octets'],
  [
    'passwordFile: none.key',
    '6:21: bgp.peers[0].passwordFile: /etc/herald/none.key cannot be read: there is no such file; without its key there is no session',
  ],
  [
    'passwordFile: empty.key',
    '6:21: bgp.peers[0].passwordFile: /etc/herald/empty.key is empty; write the key, or leave it out for a session without one',
  ],
  [
    'passwordFile: nl.key',
    '6:21: bgp.peers[0].passwordFile: /etc/herald/nl.key is empty; write the key, or leave it out for a session without one',
  ],
  [
    'passwordFile: two.key',
    '6:21: bgp.peers[0].passwordFile: /etc/herald/two.key has more than one line; a key is one line',
  ],
  [
    'passwordFile: long.key',
    '6:21: bgp.peers[0].passwordFile: /etc/herald/long.key has a key of 81 octets; TCP MD5 takes up to 80',
  ],
  [
    'passwordFile: open.key',
    '6:21: bgp.peers[0].passwordFile: /etc/herald/open.key is open to every user of this host; run chmod 640 /etc/herald/open.key',
  ],
  [
    `password: ${'x'.repeat(81)}`,
    '6:17: bgp.peers[0].password: has a key of 81 octets; TCP MD5 takes up to 80',
  ],
  ['ebgpMultihop: 0', '6:21: bgp.peers[0].ebgpMultihop: 0 is not a whole number from 1 to 255'],
  ['ebgpMultihop: 256', '6:21: bgp.peers[0].ebgpMultihop: 256 is not a whole number from 1 to 255'],
  [
    'ebgpMultihop: 2s',
    `6:21: bgp.peers[0].ebgpMultihop: is the text '2s'; write a whole number from 1 to 255`,
  ],
  ['ttlSecurity: 255', '6:20: bgp.peers[0].ttlSecurity: 255 is not a distance; it goes from 1 to 254 hops'],
  [
    'ttlSecurity: on',
    `6:20: bgp.peers[0].ttlSecurity: is the text 'on'; write true (the peer is on the wire), false, or its distance in hops`,
  ],
  ['ttlSecurity: 0', '6:20: bgp.peers[0].ttlSecurity: 0 is not a distance; it goes from 1 to 254 hops'],
  ['passive: yes', `6:16: bgp.peers[0].passive: is the text 'yes'; write true or false`],
  [
    'holdTime: 90',
    '6:17: bgp.peers[0].holdTime: is the number 90; write a duration with its unit, such as 90s',
  ],
  [
    'holdTime: 2s',
    `6:17: bgp.peers[0].holdTime: '2s' does not fit; it is 0s, or from 3s to 65535s (RFC 4271)`,
  ],
  ['holdTime: 2500ms', `6:17: bgp.peers[0].holdTime: '2500ms' is not a whole number of seconds; write 3s`],
  [
    'holdTime: 1d',
    `6:17: bgp.peers[0].holdTime: '1d' does not fit; it is 0s, or from 3s to 65535s (RFC 4271)`,
  ],
  [
    'holdTime: ninety',
    `6:17: bgp.peers[0].holdTime: 'ninety' is not a duration; write a number and its unit: 300ms, 90s, 2m, 1h30m`,
  ],
  [
    'holdTime: -5s',
    `6:17: bgp.peers[0].holdTime: '-5s' is not a duration; write a number and its unit: 300ms, 90s, 2m, 1h30m`,
  ],
  ['holdTime:', '6:16: bgp.peers[0].holdTime: is empty; write a duration with its unit, such as 90s'],
  [
    'keepaliveTime: 90s',
    '6:22: bgp.peers[0].keepaliveTime: 90s is not shorter than the hold time of 90s; write 30s, a third of it',
  ],
  [
    'keepaliveTime: 0s',
    '6:22: bgp.peers[0].keepaliveTime: is 0s, but the hold time is 90s; write 30s, or holdTime: 0s',
  ],
  [
    'sendHoldTime: 90s',
    '6:21: bgp.peers[0].sendHoldTime: 90s is not longer than the hold time of 90s; write 180s, twice that',
  ],
  [
    'connectRetryTime: 0s',
    `6:25: bgp.peers[0].connectRetryTime: '0s' does not fit; it goes from 1s to 65535s`,
  ],
  [
    'connectRetryTime: 300ms',
    `6:25: bgp.peers[0].connectRetryTime: '300ms' is not a whole number of seconds; write 1s`,
  ],
  [
    'families: []',
    '6:17: bgp.peers[0].families: is empty; write ipv4/unicast or ipv6/unicast, or leave it out for both',
  ],
  ['families: ipv4/unicast', '6:17: bgp.peers[0].families: is not a list; write [ipv4/unicast]'],
  [
    'families: [ipv4/unicast, ipv4/unicast]',
    '6:32: bgp.peers[0].families[1]: ipv4/unicast is given twice, first in line 6; remove one',
  ],
  ['families: [ipv4]', `6:18: bgp.peers[0].families[0]: 'ipv4' is not one of ipv4/unicast, ipv6/unicast`],
  [
    'families: [l2vpn/evpn]',
    `6:18: bgp.peers[0].families[0]: 'l2vpn/evpn' is not one of ipv4/unicast, ipv6/unicast`,
  ],
  [
    'gracefulRestart: true',
    '6:24: bgp.peers[0].gracefulRestart: is true; write a mapping of keys such as enabled, restartTime, longLivedStaleTime',
  ],
  [
    'gracefulRestart: { restartTime: 4096s }',
    `6:39: bgp.peers[0].gracefulRestart.restartTime: '4096s' does not fit; it goes from 0s to 4095s`,
  ],
  [
    'gracefulRestart: { enabled: true, restartTime: 0s }',
    '6:54: bgp.peers[0].gracefulRestart.restartTime: is 0s, which keeps no route; write a time, add longLivedStaleTime, or write enabled: false',
  ],
  [
    'gracefulRestart: { longLivedStaleTime: 200d }',
    `6:46: bgp.peers[0].gracefulRestart.longLivedStaleTime: '200d' does not fit; it goes from 0s to 16777215s`,
  ],
  [
    'gracefulRestart: { enable: true }',
    `6:26: bgp.peers[0].gracefulRestart.enable: unknown key; did you mean 'enabled'?`,
  ],
  [
    'nextHop: other',
    `6:16: bgp.peers[0].nextHop: is the text 'other'; write self, or { ipv4: ADDRESS, ipv6: ADDRESS }`,
  ],
  [
    'nextHop: { ipv4: 127.0.0.1 }',
    '6:24: bgp.peers[0].nextHop.ipv4: 127.0.0.1 is loopback; a next hop is a unicast address that the peer can reach',
  ],
  [
    'nextHop: { ipv4: "2001:db8::1" }',
    '6:24: bgp.peers[0].nextHop.ipv4: 2001:db8::1 is IPv6; it belongs under nextHop.ipv6',
  ],
  [
    'nextHop: { ipv6: 10.0.0.11 }',
    '6:24: bgp.peers[0].nextHop.ipv6: 10.0.0.11 is IPv4; it belongs under nextHop.ipv4',
  ],
  [
    'nextHop: { ipv6: "fe80::1" }',
    '6:24: bgp.peers[0].nextHop.ipv6: fe80::1 is link-local; a next hop is a unicast address that the peer can reach',
  ],
  [
    'nextHop: { ipv4: 224.0.0.1 }',
    '6:24: bgp.peers[0].nextHop.ipv4: 224.0.0.1 is multicast; a next hop is a unicast address that the peer can reach',
  ],
  [
    'nextHop: { ipv4: 0.0.0.0 }',
    '6:24: bgp.peers[0].nextHop.ipv4: 0.0.0.0 is unspecified; a next hop is a unicast address that the peer can reach',
  ],
  [
    'nextHop: { ipv6: "::ffff:10.0.0.1" }',
    `6:24: bgp.peers[0].nextHop.ipv6: '::ffff:10.0.0.1' is IPv4-mapped; write 10.0.0.1`,
  ],
  [
    'nextHop: { ipv4: 10.0.0.1 }',
    '6:24: bgp.peers[0].nextHop.ipv4: 10.0.0.1 is the peer itself, which would drop the route; write self',
  ],
  ['maxPrefixes: 0', '6:20: bgp.peers[0].maxPrefixes: 0 is not a whole number from 1 to 4294967295'],
  ['maxPrefixes: 1.5', '6:20: bgp.peers[0].maxPrefixes: 1.5 is not a whole number from 1 to 4294967295'],
  [
    'maxPrefixes: many',
    `6:20: bgp.peers[0].maxPrefixes: is the text 'many'; write a whole number from 1 to 4294967295`,
  ],
  ['advertise: pods', '6:18: bgp.peers[0].advertise: is not a list; write [pods]'],
  [
    'advertise: [runtime]',
    '6:19: bgp.peers[0].advertise[0]: no announcement is called runtime; did you mean run-time?',
  ],
  [
    'advertise: [pods]',
    '6:19: bgp.peers[0].advertise[0]: no announcement is called pods; there is none in this file',
  ],
  [
    'interface: "eth 0"',
    `6:18: bgp.peers[0].interface: 'eth 0' cannot be an interface; a name has 1 to 15 characters, no space and no '/'`,
  ],
  [
    'interface: a-very-long-interface',
    `6:18: bgp.peers[0].interface: 'a-very-long-interface' cannot be an interface; a name has 1 to 15 characters, no space and no '/'`,
  ],
  [
    'name: "tor 1"',
    `6:13: bgp.peers[0].name: 'tor 1' does not do as a name; write letters, digits and . _ - : %, up to 63`,
  ],
  [
    'name: ""',
    `6:13: bgp.peers[0].name: '' does not do as a name; write letters, digits and . _ - : %, up to 63`,
  ],
  ['hold-time: 9s', `6:7: bgp.peers[0].hold-time: unknown key; did you mean 'holdTime'?`],
  ['asnn: 1', `6:7: bgp.peers[0].asnn: unknown key; did you mean 'asn'?`],
  ['med: 10', '6:7: bgp.peers[0].med: does not belong here; it is a key of announcements[]'],
]

t.ok(refused.length > 0)
for (const [written, ...problems] of refused) {
  t.test(`'${written.slice(0, 60)}' in a peer is refused with its place and a remedy`, async (t) => {
    t.same(problemsOf(peer(written), keyFiles), problems)
  })
}
