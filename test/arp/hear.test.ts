import t from 'tap'
import { type Heard, hear } from '../../arp/hear.js'
import type { Link, Role } from '../../arp/link.js'
import type { Ip } from '../../net/ip.js'
import type { Mac } from '../../net/mac.js'
import { hex } from '../support/hex.js'

const link: Link = {
  mac: '02:00:00:00:00:01' as Mac,
  router: false,
  roles: new Map<Ip, Role>([
    ['192.0.2.10' as Ip, 'owner'],
    ['192.0.2.11' as Ip, 'backup'],
    ['2001:db8::10' as Ip, 'owner'],
  ]),
}
const asker = { ip: '192.0.2.1', mac: '02:00:00:00:00:0a' }
const a = '02000000000a'
const arp = (operation: string, rest: string) =>
  hex(`ffffffffffff ${a} 0806 0001 0800 06 04 000${operation} ${rest}`)

const cases: { name: string; frame: Uint8Array; heard: Partial<Heard> | object }[] = [
  {
    name: 'a request for our address: an answer, an asker, a claim of an address that is not ours to mind',
    frame: arp('1', `${a} c0000201 000000000000 c000020a`),
    heard: {
      verdict: {
        is: 'reply',
        target: '192.0.2.10',
        frame: hex(`${a} 020000000001 0806 0001 0800 06 04 0002 020000000001 c000020a ${a} c0000201`),
      },
      ask: { target: '192.0.2.10', asker },
    },
  },
  {
    name: 'a request for an address we stand by for: an asker all the same, to be told on takeover',
    frame: arp('1', `${a} c0000201 000000000000 c000020b`),
    heard: {
      verdict: { is: 'ignored', because: 'another-node-leads' },
      ask: { target: '192.0.2.11', asker },
    },
  },
  {
    name: 'a probe for our address: an answer, no asker, a conflict sign',
    frame: arp('1', `${a} 00000000 000000000000 c000020a`),
    heard: {
      verdict: {
        is: 'reply',
        target: '192.0.2.10',
        frame: hex(`${a} 020000000001 0806 0001 0800 06 04 0002 020000000001 c000020a ${a} 00000000`),
      },
      assertion: { is: 'probe', ip: '192.0.2.10', mac: '02:00:00:00:00:0a' },
    },
  },
  {
    name: 'a gratuitous reply for our address: a claim',
    frame: arp('2', `${a} c000020a ${a} c000020a`),
    heard: {
      verdict: { is: 'ignored', because: 'not-a-request' },
      assertion: { is: 'claim', ip: '192.0.2.10', mac: '02:00:00:00:00:0a' },
    },
  },
  {
    name: 'a request sent from our address for another: a claim',
    frame: arp('1', `${a} c000020a 000000000000 c0000263`),
    heard: {
      verdict: { is: 'ignored', because: 'not-announced' },
      assertion: { is: 'claim', ip: '192.0.2.10', mac: '02:00:00:00:00:0a' },
    },
  },
  {
    name: 'a reply from nobody claims nothing',
    frame: arp('2', `${a} 00000000 ${a} c000020a`),
    heard: { verdict: { is: 'ignored', because: 'not-a-request' } },
  },
  {
    name: 'our own announcement, looped back',
    frame: hex(`ffffffffffff 020000000001 0806 0001 0800 06 04 0001
      020000000001 c000020a 000000000000 c000020a`),
    heard: { verdict: { is: 'ignored', because: 'own-frame' } },
  },
  {
    name: "another's advertisement of our IPv6 address: a claim",
    frame: hex(`333300000001 ${a} 86dd 60000000 0020 3a ff
      20010db8000000000000000000000010 ff020000000000000000000000000001
      88 00 f903 20000000 20010db8000000000000000000000010 02 01 ${a}`),
    heard: {
      verdict: { is: 'ignored', because: 'not-a-solicitation' },
      assertion: { is: 'claim', ip: '2001:db8::10', mac: '02:00:00:00:00:0a' },
    },
  },
  {
    name: 'a solicitation for our IPv6 address',
    frame: hex(`3333ff000010 ${a} 86dd 60000000 0020 3a ff
      20010db8000000000000000000000001 ff0200000000000000000001ff000010
      87 00 1c02 00000000 20010db8000000000000000000000010 01 01 ${a}`),
    heard: {
      verdict: {
        is: 'reply',
        target: '2001:db8::10',
        frame: hex(`${a} 020000000001 86dd 60000000 0020 3a ff
          20010db8000000000000000000000010 20010db8000000000000000000000001
          88 00 8a56 60000000 20010db8000000000000000000000010 02 01 020000000001`),
      },
      ask: { target: '2001:db8::10', asker: { ip: '2001:db8::1', mac: '02:00:00:00:00:0a' } },
    },
  },
  {
    name: "another's duplicate address detection of our IPv6 address: a defence and a conflict sign",
    frame: hex(`3333ff000010 ${a} 86dd 60000000 0018 3a ff
      00000000000000000000000000000000 ff0200000000000000000001ff000010
      87 00 4ccf 00000000 20010db8000000000000000000000010`),
    heard: {
      verdict: {
        is: 'reply',
        target: '2001:db8::10',
        frame: hex(`333300000001 020000000001 86dd 60000000 0020 3a ff
          20010db8000000000000000000000010 ff020000000000000000000000000001
          88 00 f90c 20000000 20010db8000000000000000000000010 02 01 020000000001`),
      },
      assertion: { is: 'probe', ip: '2001:db8::10', mac: '02:00:00:00:00:0a' },
    },
  },
  { name: 'nothing', frame: hex(''), heard: { verdict: { is: 'ignored', because: 'neither-arp-nor-ipv6' } } },
  {
    name: 'an IPv4 packet',
    frame: hex(`ffffffffffff ${a} 0800 45`),
    heard: { verdict: { is: 'ignored', because: 'neither-arp-nor-ipv6' } },
  },
  {
    name: 'half an ARP packet',
    frame: arp('1', '').subarray(0, 20),
    heard: { verdict: { is: 'ignored', because: 'short-frame' } },
  },
]

t.ok(cases.length > 0, 'there are frames')
for (const { name, frame, heard } of cases) {
  t.test(name, async (t) => {
    t.strictSame(hear(frame, link), { ask: undefined, assertion: undefined, ...heard })
  })
}

/** Questions and the answers of a Linux 6.18 kernel, captured by tcpdump between two network namespaces. */
const answered = [
  {
    name: 'an ARP request',
    frame: 'ffffffffffff 02000000000a 0806 0001080006040001 02000000000a c0000201 000000000000 c0000202',
    reply: '02000000000a 02000000000b 0806 0001080006040002 02000000000b c0000202 02000000000a c0000201',
  },
  {
    name: 'an ARP probe (arping -0)',
    frame: 'ffffffffffff 02000000000a 0806 0001080006040001 02000000000a 00000000 000000000000 c0000202',
    reply: '02000000000a 02000000000b 0806 0001080006040002 02000000000b c0000202 02000000000a 00000000',
  },
  {
    name: 'a multicast solicitation',
    frame: `3333ff000002 02000000000a 86dd 60000000 0020 3a ff
      20010db8000000000000000000000001 ff0200000000000000000001ff000002
      87 00 1c1e 00000000 20010db8000000000000000000000002 01 01 02000000000a`,
    reply: `02000000000a 02000000000b 86dd 60000000 0020 3a ff
      20010db8000000000000000000000002 20010db8000000000000000000000001
      88 00 8a68 60000000 20010db8000000000000000000000002 02 01 02000000000b`,
  },
  {
    name: "another's duplicate address detection",
    frame: `3333ff000002 02000000000a 86dd 60000000 0020 3a ff
      00000000000000000000000000000000 ff0200000000000000000001ff000002
      87 00 a18d 00000000 20010db8000000000000000000000002 0e 01 1f96d87ca541`,
    reply: `333300000001 02000000000b 86dd 60000000 0020 3a ff
      20010db8000000000000000000000002 ff020000000000000000000000000001
      88 00 f91e 20000000 20010db8000000000000000000000002 02 01 02000000000b`,
  },
] as const

t.ok(answered.length > 0, 'there are questions')
for (const { name, frame, reply } of answered) {
  t.test(`${name} is answered octet by octet as by the kernel`, async (t) => {
    const roles = new Map<Ip, Role>([
      ['192.0.2.2' as Ip, 'owner'],
      ['2001:db8::2' as Ip, 'owner'],
    ])
    const { verdict } = hear(hex(frame), { mac: '02:00:00:00:00:0b' as Mac, router: false, roles })
    t.match(verdict, { is: 'reply', frame: hex(reply) })
  })
}
