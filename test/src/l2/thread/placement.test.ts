import t from 'tap'
import { type InterfacePattern, parseInterfacePattern } from '../../../../config/interface-pattern.js'
import type { Ip } from '../../../../net/ip.js'
import type { Mac } from '../../../../net/mac.js'
import { placementOf } from '../../../../src/l2/thread/placement.js'
import type { KernelLink } from '../../../../src/os/link-table.js'

const vip = '192.0.2.10' as Ip

function link(name: string, subnets: readonly string[], changed: Partial<KernelLink> = {}): KernelLink {
  return {
    ...{ index: 1, name, mac: '02:00:00:00:00:01' as Mac, ethernet: true, loopback: false, noArp: false },
    ...{ up: true, running: true, wireless: false, router: false },
    addresses: subnets.map((subnet) => {
      const [ip, length] = subnet.split('/')
      return {
        ip: ip as Ip,
        length: Number(length),
        tentative: false,
        secondary: false,
        temporary: false,
        deprecated: false,
      }
    }),
    ...changed,
  }
}

const patterns = (...texts: string[]): InterfacePattern[] =>
  texts.map((text) => {
    const pattern = parseInterfacePattern(text)
    if (!pattern.ok) throw new Error(pattern.because)
    return pattern.value
  })

const here = ['192.0.2.1/24']
const there = ['198.51.100.1/24']

const cases: {
  readonly name: string
  readonly links: readonly KernelLink[]
  readonly patterns?: readonly InterfacePattern[]
  readonly before?: string
  readonly on: string | undefined
}[] = [
  { name: 'the subnet decides', links: [link('eth0', there), link('eth1', here)], on: 'eth1' },
  { name: 'of two on one LAN the first', links: [link('eth0', here), link('eth1', here)], on: 'eth0' },
  {
    name: 'of two on one LAN the one where it is',
    links: [link('eth0', here), link('eth1', here)],
    before: 'eth1',
    on: 'eth1',
  },
  {
    name: 'of two on one LAN the one that is up',
    links: [link('eth0', here, { up: false }), link('eth1', here)],
    before: 'eth0',
    on: 'eth1',
  },
  {
    name: 'of two on one LAN the one with a carrier',
    links: [link('eth0', here, { running: false }), link('eth1', here)],
    on: 'eth1',
  },
  { name: 'one that is down is better than none', links: [link('eth0', here, { up: false })], on: 'eth0' },
  { name: 'an address alone is no subnet', links: [link('eth0', ['192.0.2.10/32'])], on: undefined },
  { name: 'what lost its subnet with its link stays where it was', links: [], before: 'eth0', on: 'eth0' },
  { name: 'it moves where its subnet moved', links: [link('eth1', here)], before: 'eth0', on: 'eth1' },
  {
    name: 'a member of a bond or bridge leaves it to its master',
    links: [link('eth0', here, { master: 7 }), link('bond0', here)],
    on: 'bond0',
  },
  { name: 'a tunnel has no ARP', links: [link('wg0', here, { ethernet: false })], on: undefined },
  {
    name: 'nor has an interface that was told so',
    links: [link('eth0', here, { noArp: true })],
    on: undefined,
  },
  { name: 'nor the loopback', links: [link('lo', here, { loopback: true })], on: undefined },
  {
    name: 'an interface that is named needs no address',
    links: [link('eth0', []), link('eth1', [])],
    patterns: patterns('eth1'),
    on: 'eth1',
  },
  {
    name: 'of those that are named, the one with the subnet',
    links: [link('eth0', []), link('eth1', here)],
    patterns: patterns('/^eth/'),
    on: 'eth1',
  },
  {
    name: 'of those that are named, the first in the file',
    links: [link('eth0', []), link('eth1', [])],
    patterns: patterns('eth1', 'eth0'),
    on: 'eth1',
  },
  {
    name: 'one that is not named has no part in it',
    links: [link('eth0', here)],
    patterns: patterns('eth9', '/^bond/'),
    on: undefined,
  },
]

t.ok(cases.length > 0)
for (const { name, links, patterns, before, on } of cases) {
  t.test(name, async (t) => {
    const placement = placementOf(vip, patterns, links, before)
    if (on !== undefined) t.same(placement, { is: 'on', interface: on })
    else t.match(placement, { is: 'nowhere', because: /^no interface / })
  })
}
