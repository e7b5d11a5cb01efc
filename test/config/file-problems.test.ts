import t from 'tap'
import { problemsOf, type Refusal } from '../support/config.js'

const refused: readonly Refusal[] = [
  [
    'bgp: { asn: 1, peers: [{ address: 10.0.0.1, asn: externl }] }',
    `1:50: bgp.peers[0].asn: 'externl' is not an AS number; did you mean external?`,
  ],
  [
    'bgp: { asn: 1, peers: [{ address: 10.0.0.1, asn: somebody }] }',
    `1:50: bgp.peers[0].asn: 'somebody' is not an AS number; write a number, external or internal`,
  ],
  ['bgp: {}', '1:1: bgp.asn: is missing; write the AS number of this node, such as 65001'],
  ['bgp: []', '1:6: bgp: is a list; write a mapping of keys such as asn, routerId, listen'],
  ['bgp: { asn: 0 }', '1:13: bgp.asn: 0 is not an AS number; it goes from 1 to 4294967295'],
  ['bgp: { asn: 4294967296 }', '1:13: bgp.asn: 4294967296 is not an AS number; it goes from 1 to 4294967295'],
  ['bgp: { asn: 1.10 }', '1:13: bgp.asn: 1.1 is a decimal number to YAML; quote asdot, like "1.10"'],
  ['bgp: { asn: "1.70000" }', `1:13: bgp.asn: '1.70000' is not asdot; each half goes to 65535`],
  ['bgp: { asn: AS65001 }', `1:13: bgp.asn: 'AS65001' is not an AS number; write it like 65001, or "1.10"`],
  ['bgp: { asn: 1, routerId: 0.0.0.0 }', '1:26: bgp.routerId: 0.0.0.0 identifies nobody (RFC 6286)'],
  [
    'bgp: { asn: 1, routerId: 1 }',
    '1:26: bgp.routerId: is the number 1; write four octets, such as 10.0.0.11',
  ],
  [
    'bgp: { asn: 1, routerId: "2001:db8::1" }',
    `1:26: bgp.routerId: '2001:db8::1' is not four octets; write one like 10.0.0.11`,
  ],
  [
    'bgp: { asn: 1, listen: 179 }',
    '1:24: bgp.listen: is the number 179; write a list, in [ ] or a line each after -',
  ],
  [
    'bgp: { asn: 1, peers: tor-1 }',
    "1:23: bgp.peers: is the text 'tor-1'; write a list, in [ ] or a line each after -",
  ],
  [
    'bgp: { asn: 1, listen: [179] }',
    '1:25: bgp.listen[0]: is the number 179; write ADDRESS:PORT, such as "0.0.0.0:179" or "[::]:179"',
  ],
  [
    'bgp: { asn: 1, listen: ["0.0.0.0"] }',
    `1:25: bgp.listen[0]: '0.0.0.0' is not ADDRESS:PORT; write it like "0.0.0.0:179" or "[::]:179"`,
  ],
  [
    'bgp: { asn: 1, listen: [":::179"] }',
    `1:25: bgp.listen[0]: ':::179' is not ADDRESS:PORT; write it like "0.0.0.0:179" or "[::]:179"`,
  ],
  [
    'bgp: { asn: 1, listen: ["0.0.0.0:0"] }',
    `1:25: bgp.listen[0]: '0.0.0.0:0' has the port 0; it goes from 1 to 65535`,
  ],
  [
    'bgp: { asn: 1, listen: ["224.0.0.1:179"] }',
    '1:25: bgp.listen[0]: 224.0.0.1 is multicast; listen on an address of this node, or on all: 0.0.0.0, [::]',
  ],
  [
    'bgp: { asn: 1, listen: ["[fe80::1]:179"] }',
    '1:25: bgp.listen[0]: fe80::1 exists on every link; listen on [::], and name the interface at the peer',
  ],
  [
    'bgp: { asn: 1, listen: ["0.0.0.0:179", "0.0.0.0:179"] }',
    '1:40: bgp.listen[1]: 0.0.0.0:179 is given twice, first in line 1; remove one',
  ],
  [
    'bgp: { asn: 1, peers: [{}] }',
    `1:24: bgp.peers[0].asn: is missing; write the peer's AS number, external or internal`,
    '1:24: bgp.peers[0].address: is missing; write the address of the router, such as 10.0.0.1, or the interface of an unnumbered one',
  ],
  [
    'bgp: { asn: 1, peers: [10.0.0.1] }',
    `1:24: bgp.peers[0]: is the text '10.0.0.1'; write a mapping of keys such as name, address, asn`,
  ],
  [
    'bgp: { asn: 1, peers: [{ address: 10.0.0.1 }] }',
    `1:24: bgp.peers[0].asn: is missing; write the peer's AS number, external or internal`,
  ],
  [
    'bgp: { asn: 1, peers: [{ address: router, asn: 2 }] }',
    `1:35: bgp.peers[0].address: 'router' is not an IPv4 or IPv6 address`,
  ],
  [
    'bgp: { asn: 1, peers: [{ address: 0.0.0.0, asn: 2 }] }',
    '1:35: bgp.peers[0].address: 0.0.0.0 is unspecified; a peer has a unicast address',
  ],
  [
    'bgp: { asn: 1, peers: [{ address: 224.0.0.5, asn: 2 }] }',
    '1:35: bgp.peers[0].address: 224.0.0.5 is multicast; a peer has a unicast address',
  ],
  [
    'bgp: { asn: 1, peers: [{ address: "fe80::1", asn: 2 }] }',
    '1:35: bgp.peers[0].address: fe80::1 is link-local and exists on every link; name the interface too',
  ],
  [
    'bgp: { asn: 1, peers: [{ address: "fe80::1%eth0", asn: 2 }] }',
    `1:35: bgp.peers[0].address: 'fe80::1%eth0' carries a zone; name the interface in its own key`,
  ],
  [
    'bgp: { asn: 1, peers: [{ address: 10.0.0.1, asn: 1, ebgpMultihop: 2 }] }',
    '1:67: bgp.peers[0].ebgpMultihop: is for external peers, and this one is internal, without a limit; remove it',
  ],
  [
    'bgp: { asn: 1, peers: [{ address: 10.0.0.1, asn: 2, ebgpMultihop: 2, ttlSecurity: true }] }',
    '1:67: bgp.peers[0].ebgpMultihop: excludes ttlSecurity; keep ttlSecurity: 2 to allow that many hops and check them',
  ],
  [
    'bgp: { asn: 1, peers: [{ address: 10.0.0.1, asn: 2, password: x, passwordFile: y }] }',
    '1:63: bgp.peers[0].password: stands beside passwordFile; keep one of them',
    '1:80: bgp.peers[0].passwordFile: /etc/herald/y cannot be read: there is no such file; without its key there is no session',
  ],
  [
    'bgp: { asn: 1, peers: [{ address: 10.0.0.1, asn: 2, holdTime: 0s, keepaliveTime: 3s }] }',
    '1:82: bgp.peers[0].keepaliveTime: is not used with holdTime 0s, which means no KEEPALIVEs at all; remove it',
  ],
  [
    'bgp: { asn: 1, peers: [{ address: 10.0.0.1, asn: 2, holdTime: 0s, sendHoldTime: 9m }] }',
    '1:81: bgp.peers[0].sendHoldTime: is not used with holdTime 0s, which means no KEEPALIVEs at all; remove it',
  ],
  [
    'bgp: { asn: 1, peers: [{ address: 10.0.0.1, asn: 2 }, { address: 10.0.0.1, asn: 2 }] }',
    '1:66: bgp.peers[1].address: 10.0.0.1:179 is given twice, first in line 1; remove one',
  ],
  [
    'bgp: { asn: 1, peers: [{ address: 10.0.0.1, asn: 2 }, { address: 10.0.0.1, asn: 2, port: 1179 }] }',
    '1:55: bgp.peers[1].name: the peer in line 1 is called 10.0.0.1 too; give each a name of its own',
  ],
  [
    'bgp: { asn: 1, peers: [{ name: a, address: 10.0.0.1, asn: 2 }, { name: a, address: 10.0.0.2, asn: 2 }] }',
    '1:72: bgp.peers[1].name: the peer in line 1 is called a too; give each a name of its own',
  ],
  [
    'bgp: { asn: 1, listen: ["0.0.0.0:179"], peers: [{ address: 127.0.0.1, asn: 2 }] }',
    '1:60: bgp.peers[0].address: 127.0.0.1:179 is herald itself, which listens on 0.0.0.0:179; name the router',
  ],
  [
    'bgp: { asn: 1, dynamicPeers: [{ asn: 1 }] }',
    '1:31: bgp.dynamicPeers[0].prefix: is missing; write the range that peers connect from, such as 10.0.9.0/24',
  ],
  [
    'bgp: { asn: 1, dynamicPeers: [{ prefix: 10.0.0.0/24 }] }',
    `1:31: bgp.dynamicPeers[0].asn: is missing; write the peer's AS number, external or internal`,
  ],
  [
    'bgp: { asn: 1, dynamicPeers: [{ prefix: 10.0.0.1/24, asn: 1 }] }',
    `1:41: bgp.dynamicPeers[0].prefix: '10.0.0.1/24' has host bits set; write 10.0.0.0/24, or 10.0.0.1/32 for that one address`,
  ],
  [
    'bgp: { asn: 1, dynamicPeers: [{ prefix: 10.0.0.0/24, asn: 1, limit: 0 }] }',
    '1:69: bgp.dynamicPeers[0].limit: 0 is not a whole number from 1 to 65535',
  ],
  [
    'bgp: { asn: 1, dynamicPeers: [{ prefix: 10.0.0.0/24, asn: 1, passive: true }] }',
    '1:62: bgp.dynamicPeers[0].passive: does not belong here; it is a key of bgp.peerDefaults and bgp.peers[]',
  ],
  [
    'bgp: { asn: 1, dynamicPeers: [{ prefix: 10.0.0.0/24, asn: 1 }, { prefix: 10.0.0.0/24, asn: 2 }] }',
    '1:74: bgp.dynamicPeers[1].prefix: 10.0.0.0/24 is given twice, first in line 1; remove one',
  ],
  [
    'bgp: { asn: 1, dynamicPeers: [{ prefix: 0.0.0.0/0, asn: 1 }] }',
    '1:41: bgp.dynamicPeers[0].prefix: 0.0.0.0/0 lets the whole world in; name a smaller range, or a passwordFile',
  ],
  [
    'bgp: { asn: 1, peers: [{ name: a, address: 10.0.1.1, asn: 2 }], dynamicPeers: [{ name: a, prefix: 10.0.0.0/24, asn: 1 }] }',
    '1:88: bgp.dynamicPeers[0].name: what is in line 1 is called a too; give each a name of its own',
  ],
  [
    'bgp: { asn: 1, dynamicPeers: [{ name: a, prefix: 10.0.0.0/24, asn: 1 }] }\nannouncements: [{ prefixes: [192.0.2.0/24], peers: [a] }]',
    '2:53: announcements[0].peers[0]: a is a range, whose peers have no names in this file; write `advertise` there to choose what they hear',
  ],
  [
    'bgp: { asn: 1, peerDefaults: { address: 10.0.0.1 } }',
    '1:32: bgp.peerDefaults.address: does not belong here; it is a key of bgp.peers[]',
  ],
  [
    `bgp: { asn: 1, peers: [{ address: 10.0.0.1, asn: 2, advertise: [x] }] }
announcements: [{ name: y, prefixes: [], peers: [10.0.0.1] }, { name: x, prefixes: [] }]`,
    '2:50: announcements[0].peers[0]: 10.0.0.1 never hears of it, its advertise leaves y out; add it there',
  ],
  [
    `bgp: { asn: 1 }
announcements: [{ name: y, prefixes: [] }, { name: y, prefixes: [] }]`,
    '2:52: announcements[1].name: the announcement in line 2 is called y too; give each a name of its own',
  ],
  [
    `bgp: { asn: 1 }
l2: { interfaces: [eth0], junk: 1 }
http:`,
    '2:27: l2.junk: unknown key; known here are interfaces, failover, groups, promiscuous',
    '3:6: http: is empty; write a mapping of keys such as listen',
  ],
  [
    `bgp: { asn: 1 }
control: { socket: "" }`,
    '2:20: control.socket: is not a path; write one, absolute or relative to this file',
  ],
  [
    `bgp: { asn: 1 }\ncontrol: { socket: /${'x'.repeat(107)} }`,
    `2:20: control.socket: /${'x'.repeat(107)} has 108 octets, and the kernel takes 107; choose a shorter path`,
  ],
  [
    `bgp: { asn: 1 }
log: { level: INFO }`,
    `2:15: log.level: 'INFO' is not one of trace, debug, info, warn, error, fatal, silent; did you mean info?`,
  ],
  [
    `bgp: { asn: 1 }
node: 5`,
    '2:7: node: is the number 5; write a name',
  ],
  [
    'announcements: []',
    '1:1: bgp: is missing; write bgp: with asn: and peers: below it, or l2: {} for a LAN without a router',
  ],
  [
    'bgp: { asn: 1, peerDefaults: { asn: 2, localAddress: 10.0.0.9 }, peers: [{ address: "2001:db8::1" }] }',
    '1:54: bgp.peerDefaults.localAddress: 10.0.0.9 cannot reach 2001:db8::1; write an IPv6 address of this node',
  ],
]

t.ok(refused.length > 0)
for (const [written, ...problems] of refused) {
  t.test(`'${written.slice(0, 60)}' is refused with its place and a remedy`, async (t) => {
    t.same(problemsOf(written), problems)
  })
}
