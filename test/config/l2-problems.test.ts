import t from 'tap'
import { MAX_L2_ADDRESSES } from '../../config/l2-shares.js'
import { problemsOf, type Refusal } from '../support/config.js'

const section: readonly Refusal[] = [
  ['[]', '1:5: l2: is a list; write a mapping of keys such as interfaces, failover, groups'],
  ['{ interfaces: eth0 }', '1:19: l2.interfaces: is not a list; write [eth0]'],
  [
    '{ interfaces: [] }',
    '1:19: l2.interfaces: is empty, so nothing would be answered; name one, or leave it out for the one that fits',
  ],
  [
    '{ interfaces: [eth0, eth0] }',
    '1:26: l2.interfaces[1]: eth0 is given twice, first in line 1; remove one',
  ],
  [
    '{ interfaces: ["eth 0"] }',
    "1:20: l2.interfaces[0]: 'eth 0' cannot be an interface; a name has 1 to 15 characters, no space and no '/', a regular expression stands between two: /^eth/",
  ],
  [
    '{ interfaces: [/eth] }',
    "1:20: l2.interfaces[0]: '/eth' is not a regular expression; write it between two slashes, such as /^eth/",
  ],
  [
    '{ interfaces: ["/eth(/"] }',
    "1:20: l2.interfaces[0]: '/eth(/' is not a regular expression: /eth(/: Unterminated group",
  ],
  ['{ failover: vrp }', "1:17: l2.failover: 'vrp' is not one of vrrp, none; did you mean vrrp?"],
  ['{ promiscuous: true }', '1:20: l2.promiscuous: is true; write auto, on, off'],
  ['{ groups: [] }', '1:15: l2.groups: is empty; leave it out for one group'],
  [
    '{ groups: [{}, {}] }',
    '1:20: l2.groups[1].name: the group in line 1 is called default too; give each its own name',
    '1:20: l2.groups[1].virtualRouterId: 51 is that of the group in line 1 too; every virtual router of a LAN has its own',
  ],
  [
    '{ groups: [{ name: a, virtualRouterId: 7 }, { name: b, virtualRouterId: 7 }] }',
    '1:77: l2.groups[1].virtualRouterId: 7 is that of the group in line 1 too; every virtual router of a LAN has its own',
  ],
  [
    '{ groups: [{ virtualRouterId: 256 }] }',
    '1:35: l2.groups[0].virtualRouterId: 256 is not a whole number from 1 to 255',
  ],
  ['{ groups: [{ vrid: 5 }] }', "1:18: l2.groups[0].vrid: unknown key; did you mean 'virtualRouterId'?"],
  ['{ groups: [{ priority: 255 }] }', '1:28: l2.groups[0].priority: 255 is not a whole number from 1 to 254'],
  [
    '{ groups: [{ advertisementInterval: 15ms }] }',
    "1:41: l2.groups[0].advertisementInterval: '15ms' does not fit; VRRP counts in steps of 10ms, from 10ms to 40.95s",
  ],
  [
    '{ groups: [{ advertisementInterval: 41s }] }',
    "1:41: l2.groups[0].advertisementInterval: '41s' does not fit; VRRP counts in steps of 10ms, from 10ms to 40.95s",
  ],
  [
    '{ groups: [{ preemptDelay: 5s }] }',
    '1:18: l2.groups[0].preemptDelay: is for preempt: true; write that too, or remove it',
  ],
  [
    '{ groups: [{ unicastPeers: [224.0.0.18] }] }',
    '1:33: l2.groups[0].unicastPeers[0]: 224.0.0.18 is multicast; write the address of another node',
  ],
  [
    '{ groups: [{ unicastPeers: [] }] }',
    '1:32: l2.groups[0].unicastPeers: is empty, so nobody would be told; leave it out for multicast',
  ],
  [
    '{ groups: [{ checksum: keepalived }] }',
    "1:28: l2.groups[0].checksum: 'keepalived' is not one of without-pseudo-header, with-pseudo-header",
  ],
]

t.ok(section.length > 0)
for (const [written, ...problems] of section) {
  t.test(`l2: ${written} is refused with its place and a remedy`, async (t) => {
    t.same(problemsOf(`l2: ${written}`), problems)
  })
}

const announcement: readonly Refusal[] = [
  [
    '{ podCIDRs: [10.244.1.0/24] }',
    '3:7: announcements[0].podCIDRs: needs bgp, which this file does not have: nobody on a LAN asks for the addresses of pods by ARP, they are routed to their node',
  ],
  [
    '{ prefixesFile: /lists/full.txt }',
    '3:7: announcements[0].prefixesFile: needs bgp, which this file does not have: a file of prefixes is for routers; list the addresses of the LAN as loadBalancerIPs',
  ],
  [
    '{ podCIDRs: [10.244.1.0/24], via: [l2] }',
    '3:40: announcements[0].via[0]: l2 does not carry it: nobody on a LAN asks for the addresses of pods by ARP, they are routed to their node',
  ],
  [
    '{ prefixes: [192.0.2.1/32, 198.51.100.0/24], via: [l2] }',
    '3:56: announcements[0].via[0]: l2 does not carry it: ARP and NDP answer for single addresses, and 198.51.100.0/24 is many; list them as loadBalancerIPs',
  ],
  [
    '{ loadBalancerIPs: [192.0.2.1], via: [bgp] }',
    '3:43: announcements[0].via[0]: bgp is not configured here; write bgp: with asn: and peers: below it',
  ],
  [
    '{ loadBalancerIPs: [192.0.2.1], via: [] }',
    '3:42: announcements[0].via: is empty; write [l2], or leave it out',
  ],
  [
    '{ loadBalancerIPs: [192.0.2.1], group: voise }',
    '3:44: announcements[0].group: no group of l2 is called voise; did you mean voice?',
  ],
  [
    '{ loadBalancerIPs: [192.0.2.0/28, 10.0.0.0/20] }',
    `3:5: announcements[0]: makes it 4112 addresses via l2, and herald answers for up to ${MAX_L2_ADDRESSES}: each is announced every minute, which floods a LAN; write via: [bgp] where a router can take them, or fewer addresses`,
  ],
  [
    '{ loadBalancerIPs: [10.0.0.0/24] }',
    '3:5: announcements[0]: makes it 256 IPv4 addresses in group default, and an advertisement carries 255; spread them over the groups, each with its announcement',
  ],
  [
    '{ loadBalancerIPs: ["fd00::/120"] }',
    '3:5: announcements[0]: makes it 256 IPv6 addresses in group default, and an advertisement carries 89; spread them over the groups, each with its announcement',
  ],
]

t.ok(announcement.length > 0)
for (const [written, ...problems] of announcement) {
  t.test(`${written} with l2 alone is refused with its place and a remedy`, async (t) => {
    const yaml = `l2: { groups: [{}, { name: voice, virtualRouterId: 52 }] }
announcements:
  - ${written}`
    t.same(problemsOf(yaml, { '/lists/full.txt': '192.0.2.0/24\n' }), problems)
  })
}

t.test('an address is in one group', async (t) => {
  const yaml = (group: string) => `l2: { groups: [{ name: a }, { name: b, virtualRouterId: 52 }] }
announcements:
  - { name: first, loadBalancerIPs: [192.0.2.1] }
  - { name: one, loadBalancerIPs: [192.0.2.8/29] }
  - { name: two, loadBalancerIPs: [192.0.2.9], group: ${group} }`
  t.same(problemsOf(yaml('a')), [])
  t.same(problemsOf(yaml('b')), [
    '5:5: announcements[2]: 192.0.2.9 is in group a by the announcement in line 4, and an address moves with one group; write group: a',
  ])
})

t.test('as many addresses as a group carries, and without VRRP as herald answers for', async (t) => {
  const file = (failover: string, span: string) =>
    `l2: { failover: ${failover} }\nannouncements: [{ loadBalancerIPs: ["${span}"] }]`
  t.same(problemsOf(file('vrrp', '10.0.0.0-10.0.0.254')), [])
  t.same(problemsOf(file('vrrp', 'fd00::1-fd00::59')), [])
  t.same(problemsOf(file('none', '10.0.0.0/20')), [])
  t.match(problemsOf(file('vrrp', '10.0.0.0/24')), [/make another group/])
})

t.test('a wrong l2 section does not make its announcements wrong', async (t) => {
  t.same(
    problemsOf(`l2: { groups: [{ name: "a b" }] }
announcements: [{ loadBalancerIPs: [192.0.2.1], via: [l2], group: voice }]`),
    ["1:24: l2.groups[0].name: 'a b' does not do as a name; write letters, digits and . _ - : %, up to 63"],
  )
})
