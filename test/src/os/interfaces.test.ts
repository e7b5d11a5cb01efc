import { networkInterfaces } from 'node:os'
import t from 'tap'
import type { Ip } from '../../../net/ip.js'
import {
  defaultRouterId,
  globalIpv4On,
  globalIpv6On,
  type HostAddress,
  hostAddressReader,
  interfaceOf,
  linkLocalOn,
  readHostAddresses,
} from '../../../src/os/interfaces.js'
import { parseDefaultRouteInterface } from '../../../src/os/proc-net.js'

function on(interfaceName: string, cidr: string, transient = false): HostAddress {
  const [address, length] = cidr.split('/')
  return { interface: interfaceName, address: address as Ip, length: Number(length), transient }
}

const node = [
  on('lo', '127.0.0.1/8'),
  on('lo', '10.255.0.1/32'),
  on('docker0', '172.17.0.1/16'),
  on('eth1', '10.1.0.5/24'),
  on('eth0', '10.0.0.11/24'),
  on('eth0', '10.0.0.100/32'),
  on('eth0', '2001:db8::ff/128'),
  on('eth0', '2001:db8::12/64'),
  on('eth0', '2001:db8::11/64'),
  on('eth0', '2001:db8::1/64', true),
  on('eth0', 'fe80::11/64'),
  on('eth1', 'fe80::15/64'),
  on('kube-ipvs0', '10.96.0.1/32'),
]

const routerIds: readonly {
  name: string
  of: readonly HostAddress[]
  route?: string
  is: string | undefined
}[] = [
  {
    name: 'the primary address of the interface with the default route',
    of: node,
    route: 'eth0',
    is: '10.0.0.11',
  },
  { name: 'without a default route, the first interface by name', of: node, is: '10.0.0.11' },
  { name: 'whatever the order of interfaces', of: [...node].reverse(), route: 'eth1', is: '10.1.0.5' },
  { name: 'a bridge of Docker, if there is nothing better', of: node.slice(0, 3), is: '172.17.0.1' },
  { name: 'a global address on the loopback interface as the last', of: node.slice(0, 2), is: '10.255.0.1' },
  { name: 'never 127.0.0.1', of: node.slice(0, 1), is: undefined },
  { name: 'never link-local', of: [on('eth0', '169.254.0.1/16')], is: undefined },
  { name: 'never IPv6', of: [on('eth0', '2001:db8::1/64')], is: undefined },
]

t.ok(routerIds.length > 0)
for (const { name, of, route, is } of routerIds) {
  t.test(`default router id: ${name}`, async (t) => {
    t.equal(defaultRouterId(of, route), is)
  })
}

t.test('the next hop of the other family is on the interface of the session', async (t) => {
  t.equal(interfaceOf(node, '10.0.0.11' as Ip), 'eth0')
  t.equal(globalIpv6On(node, 'eth0'), '2001:db8::11', 'the lowest of the subnet, not transient, not a /128')
  t.equal(globalIpv4On(node, 'eth0'), '10.0.0.11', 'the primary')
  t.equal(linkLocalOn(node, 'eth0'), 'fe80::11')
})

t.test('an interface without a usable address has none', async (t) => {
  t.equal(globalIpv6On(node, 'eth1'), undefined, 'link-local is no next hop for everybody')
  t.equal(globalIpv4On(node, 'nowhere'), undefined)
  t.equal(linkLocalOn(node, 'lo'), undefined)
  t.equal(interfaceOf(node, '192.0.2.1' as Ip), undefined)
})

t.test('a /128 is better than no next hop', async (t) => {
  t.equal(globalIpv6On([on('eth0', '2001:db8::ff/128')], 'eth0'), '2001:db8::ff')
})

t.test('the default route is the one with the lowest metric', async (t) => {
  const route = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
wlan0	00000000	010200C0	0003	0	0	600	00000000	0	0	0
eth0	00000000	010200C0	0003	0	0	100	00000000	0	0	0
eth0	000200C0	00000000	0001	0	0	100	00FFFFFF	0	0	0
tun0	00000000	00000000	0001	0	0	50	00000080	0	0	0
`
  t.equal(parseDefaultRouteInterface(route), 'eth0')
  t.equal(parseDefaultRouteInterface(''), undefined)
})

t.test("this host's addresses are all read", async (t) => {
  const those = Object.values(networkInterfaces()).flatMap(
    (some) => some?.map(({ address }) => address) ?? [],
  )
  t.ok(those.length > 0)
  const addresses = readHostAddresses()
  // Node.js tells of none where there is no carrier.
  t.same(
    those.filter((text) => !addresses.some(({ address }) => address === text)),
    [],
  )
  t.match(
    addresses.find(({ address }) => address === '127.0.0.1'),
    { interface: 'lo', length: 8, transient: false },
  )
})

t.test('addresses that cannot be read for once are as they were', async (t) => {
  let fails = true
  const read = hostAddressReader(() => {
    if (fails) throw new Error('EMFILE')
    return node
  })
  t.throws(read, /EMFILE/, 'there is nothing to go by yet')
  fails = false
  t.equal(read(), node)
  fails = true
  t.equal(read(), node)
})
