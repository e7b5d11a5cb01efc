import t from 'tap'
import { problemsOf, type Refusal } from '../support/config.js'

const announcement = (line: string) => `bgp: { asn: 65001 }
announcements:
  - ${line}
`

const refused: readonly Refusal[] = [
  ['podCIDRs: 10.244.1.0/24', '3:15: announcements[0].podCIDRs: is not a list; write [10.244.1.0/24]'],
  [
    'podCIDRs: [10.244.1.7/24]',
    `3:16: announcements[0].podCIDRs[0]: '10.244.1.7/24' has host bits set; write 10.244.1.0/24, or 10.244.1.7/32 for that one address`,
  ],
  [
    'podCIDRs: [10.244.1.7]',
    `3:16: announcements[0].podCIDRs[0]: '10.244.1.7' is not a prefix; write ADDRESS/LENGTH`,
  ],
  [
    'podCIDRs: [0.0.0.0/0]',
    '3:16: announcements[0].podCIDRs[0]: 0.0.0.0/0 is a default route; herald never announces one, name the prefixes that are yours',
  ],
  [
    'podCIDRs: ["::/0"]',
    '3:16: announcements[0].podCIDRs[0]: ::/0 is a default route; herald never announces one, name the prefixes that are yours',
  ],
  [
    'prefixes: [224.0.0.0/4]',
    '3:16: announcements[0].prefixes[0]: 224.0.0.0/4 is or holds multicast space, which routers do not forward; announce unicast addresses',
  ],
  [
    'prefixes: [127.0.0.0/8]',
    '3:16: announcements[0].prefixes[0]: 127.0.0.0/8 is or holds loopback space, which routers do not forward; announce unicast addresses',
  ],
  [
    'prefixes: [169.254.0.0/16]',
    '3:16: announcements[0].prefixes[0]: 169.254.0.0/16 is or holds link-local space, which routers do not forward; announce unicast addresses',
  ],
  [
    'prefixes: ["fe80::/64"]',
    '3:16: announcements[0].prefixes[0]: fe80::/64 is or holds link-local space, which routers do not forward; announce unicast addresses',
  ],
  [
    'prefixes: ["ff00::/8"]',
    '3:16: announcements[0].prefixes[0]: ff00::/8 is or holds multicast space, which routers do not forward; announce unicast addresses',
  ],
  [
    'prefixes: ["::1/128"]',
    '3:16: announcements[0].prefixes[0]: ::1/128 is or holds loopback space, which routers do not forward; announce unicast addresses',
  ],
  [
    'prefixes: [240.0.0.0/4]',
    '3:16: announcements[0].prefixes[0]: 240.0.0.0/4 is or holds reserved space, which routers do not forward; announce unicast addresses',
  ],
  [
    'prefixes: [128.0.0.0/1]',
    '3:16: announcements[0].prefixes[0]: 128.0.0.0/1 is or holds reserved space, which routers do not forward; announce unicast addresses',
  ],
  [
    'prefixes: [10.0.0.0/33]',
    `3:16: announcements[0].prefixes[0]: '10.0.0.0/33' has the length '33'; it goes from 0 to 32`,
  ],
  [
    'prefixes: [10]',
    '3:16: announcements[0].prefixes[0]: is the number 10; write a prefix, such as 10.244.1.0/24',
  ],
  [
    'prefixes: [198.51.100.0/24, 198.51.100.0/24]',
    '3:33: announcements[0].prefixes[1]: 198.51.100.0/24 is given twice, first in line 3; remove one',
  ],
  [
    'loadBalancerIPs: [192.0.2.256]',
    `3:23: announcements[0].loadBalancerIPs[0]: '192.0.2.256' is not an IPv4 or IPv6 address`,
  ],
  [
    'loadBalancerIPs: [192.0.2.20-192.0.2.10]',
    '3:23: announcements[0].loadBalancerIPs[0]: 192.0.2.10 comes before 192.0.2.20; write 192.0.2.10-192.0.2.20',
  ],
  [
    'loadBalancerIPs: [192.0.2.20-29]',
    `3:23: announcements[0].loadBalancerIPs[0]: '192.0.2.20-29' is cut short; write both ends in full: 192.0.2.20-192.0.2.29`,
  ],
  [
    'loadBalancerIPs: ["192.0.2.1-2001:db8::1"]',
    '3:23: announcements[0].loadBalancerIPs[0]: 192.0.2.1 and 2001:db8::1 are of two IP versions; a range has one',
  ],
  [
    'loadBalancerIPs: [192.0.2.0/24, 192.0.2.7]',
    '3:37: announcements[0].loadBalancerIPs[1]: 192.0.2.7 is in the entry of line 3 already; an address stands once',
  ],
  [
    'loadBalancerIPs: [192.0.2.7, 192.0.2.0/24]',
    '3:34: announcements[0].loadBalancerIPs[1]: 192.0.2.7 is in the entry of line 3 already; an address stands once',
  ],
  [
    'loadBalancerIPs: ["2001:db8::/64"]',
    '3:23: announcements[0].loadBalancerIPs[0]: these are 18446744073709551616 prefixes of length 128, too many; announce it under prefixes, or set aggregateLength',
  ],
  [
    'loadBalancerIPs: [10.0.0.0/8]',
    '3:5: announcements[0]: 16777216 prefixes here make it 16777216 in all, and herald announces up to 4194304; announce the prefix that covers them under prefixes, or set aggregateLength',
  ],
  [
    'loadBalancerIPs: [224.0.0.1]',
    '3:23: announcements[0].loadBalancerIPs[0]: 224.0.0.1 is or holds multicast space, which routers do not forward; announce unicast addresses',
  ],
  [
    'loadBalancerIPs: [192.0.2.1-192.0.2.2-192.0.2.3]',
    `3:23: announcements[0].loadBalancerIPs[0]: '192.0.2.1-192.0.2.2-192.0.2.3' is not a range; write FIRST-LAST`,
  ],
  [
    'loadBalancerIPs: ["fe80::1%eth0"]',
    `3:23: announcements[0].loadBalancerIPs[0]: 'fe80::1%eth0' carries a zone; name the interface in its own key`,
  ],
  [
    'name: x',
    '3:5: announcements[0]: announces nothing; write one of podCIDRs, loadBalancerIPs, prefixes, prefixesFile',
  ],
  [
    '{ podCIDRs: [], prefixes: [] }',
    '3:21: announcements[0].prefixes: stands beside podCIDRs; give each an announcement of its own',
  ],
  [
    '{ podCIDRs: [], aggregateLength: { ipv4: 24 } }',
    '3:21: announcements[0].aggregateLength: is for loadBalancerIPs, and this announces podCIDRs; remove it, or write the shorter prefix itself',
  ],
  [
    '{ loadBalancerIPs: [], aggregateLength: { ipv4: 7 } }',
    '3:53: announcements[0].aggregateLength.ipv4: 7 is not a whole number from 8 to 32',
  ],
  [
    '{ loadBalancerIPs: [], aggregateLength: 24 }',
    '3:45: announcements[0].aggregateLength: is the number 24; write a mapping of keys such as ipv4, ipv6',
  ],
  [
    '{ prefixes: [], via: [l2] }',
    '3:27: announcements[0].via[0]: l2 is not configured here; write l2: {} at the top level',
  ],
  ['{ prefixes: [], via: l2 }', '3:26: announcements[0].via: is not a list; write [l2]'],
  ['{ prefixes: [], via: [] }', '3:26: announcements[0].via: is empty; write [bgp], or leave it out'],
  [
    '{ prefixes: [], via: [bgp, bgp] }',
    '3:32: announcements[0].via[1]: bgp is given twice, first in line 3; remove one',
  ],
  ['{ prefixes: [], via: [ospf] }', `3:27: announcements[0].via[0]: 'ospf' is not one of bgp, l2`],
  [
    '{ prefixes: [], group: default }',
    '3:21: announcements[0].group: is for l2, and this does not go that way; add l2 to via, or remove it',
  ],
  [
    '{ prefixes: [], communities: ["65001:70000"] }',
    `3:35: announcements[0].communities[0]: '65001:70000' is not a community; write 65001:100, 65001:1:2 (large), rt:65001:100 or a name: graceful-shutdown, accept-own, route-filter-translated-v4, route-filter-v4, route-filter-translated-v6, route-filter-v6, llgr-stale, no-llgr, accept-own-nexthop, standby-pe, blackhole, no-export, no-advertise, no-export-subconfed, no-peer`,
  ],
  [
    '{ prefixes: [], communities: [no-exprot] }',
    `3:35: announcements[0].communities[0]: 'no-exprot' is not a community; did you mean no-export?`,
  ],
  [
    '{ prefixes: [], localPreference: -1 }',
    '3:38: announcements[0].localPreference: -1 is not a whole number from 0 to 4294967295',
  ],
  [
    '{ prefixes: [], med: 4294967296 }',
    '3:26: announcements[0].med: 4294967296 is not a whole number from 0 to 4294967295',
  ],
  [
    '{ prefixes: [], asPathPrepend: 101 }',
    '3:36: announcements[0].asPathPrepend: 101 is not a whole number from 0 to 100',
  ],
  [
    '{ prefixes: [], peers: [] }',
    '3:28: announcements[0].peers: is empty, so nobody would hear of it; leave it out for all',
  ],
  [
    '{ prefixes: [], peers: [tor-1] }',
    '3:29: announcements[0].peers[0]: no peer is called tor-1; there is none in this file',
  ],
  [
    '{ name: run-time, prefixes: [] }',
    '3:13: announcements[0].name: run-time is what `advertise` calls the announcements made at run time; give it another name',
  ],
  [
    '{ cidrs: [10.0.0.0/8] }',
    '3:5: announcements[0]: announces nothing; write one of podCIDRs, loadBalancerIPs, prefixes, prefixesFile',
    '3:7: announcements[0].cidrs: unknown key; known here are name, podCIDRs, loadBalancerIPs, prefixes, prefixesFile, via, communities, localPreference, med, asPathPrepend, aggregateLength, peers, group, healthCheck',
  ],
]

t.ok(refused.length > 0)
for (const [written, ...problems] of refused) {
  t.test(`'${written.slice(0, 60)}' in an announcement is refused with its place and a remedy`, async (t) => {
    t.same(problemsOf(announcement(written)), problems)
  })
}
