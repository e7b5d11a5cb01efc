import t from 'tap'
import { type Ip, octetsOf } from '../../../net/ip.js'
import { LinkTable } from '../../../src/os/link-table.js'
import { netlinkMessages, RTM } from '../../../src/os/netlink.js'
import { ip } from '../../support/address.js'
import {
  type AddressParts,
  addressMessage,
  forwardingMessage,
  type LinkParts,
  linkMessage,
} from '../../support/netlink-message.js'

const eth0: LinkParts = { index: 2, name: 'eth0', mac: '02:00:00:00:00:0a' }

/** A table that knows eth0, and what it says to further messages. */
function setUp(...before: readonly Uint8Array[]) {
  const table = new LinkTable()
  const take = (octets: Uint8Array) => {
    const [read] = netlinkMessages(octets)
    if (read?.is !== 'message') throw new Error('no message')
    return table.take(read.message)
  }
  for (const octets of [linkMessage(eth0), ...before]) take(octets)
  return {
    table,
    link: (change: Partial<LinkParts>, type?: number) => take(linkMessage({ ...eth0, ...change }, type)),
    address: (text: string, change: Partial<AddressParts> = {}, type?: number) =>
      take(addressMessage({ index: 2, octets: octetsOf(ip(text)), length: 24, ...change }, type)),
    forwarding: (index: number, on: boolean, family?: number) => take(forwardingMessage(index, on, family)),
    eth0: () => table.links.get(2),
  }
}

const addressesOf = ({ table }: { table: LinkTable }) => table.links.get(2)?.addresses.map(({ ip }) => ip)

t.test('a new link, as it is', async (t) => {
  t.same(setUp().eth0(), {
    ...{ index: 2, name: 'eth0', mac: '02:00:00:00:00:0a', ethernet: true, loopback: false, noArp: false },
    ...{ up: true, running: true, wireless: false, router: false, addresses: [] },
  })
})

const changes: readonly { name: string; change: Partial<LinkParts>; shows: object }[] = [
  { name: 'down', change: { flags: 0x1002 }, shows: { up: false, running: false } },
  { name: 'up, without a carrier', change: { flags: 0x1003 }, shows: { up: true, running: false } },
  { name: 'without ARP', change: { flags: 0x100c3 }, shows: { noArp: true } },
  { name: 'another MAC address', change: { mac: '02:00:00:00:00:0b' }, shows: { mac: '02:00:00:00:00:0b' } },
  { name: 'a member of a bridge', change: { master: 7 }, shows: { master: 7 } },
  { name: 'another name', change: { name: 'lan0' }, shows: { name: 'lan0' } },
  {
    name: 'the loopback',
    change: { hardware: 772, flags: 0x10049 },
    shows: { loopback: true, ethernet: false },
  },
  { name: 'no Ethernet', change: { hardware: 65534 }, shows: { ethernet: false } },
  { name: 'Ethernet without an address', change: { mac: '' }, shows: { ethernet: false } },
  {
    name: 'Wi-Fi',
    change: { more: [[11, Uint8Array.of(1, 2, 3, 4)]] },
    shows: { wireless: true, name: 'eth0' },
  },
]

t.ok(changes.length > 0)
for (const { name, change, shows } of changes) {
  t.test(`a change: ${name}; told again it is none`, async (t) => {
    const { link, eth0 } = setUp()
    t.equal(link(change), 2)
    t.match(eth0(), shows)
    t.equal(link(change), undefined)
  })
}

t.test('no MAC address where it is no Ethernet, no master once it has left', async (t) => {
  const { link, eth0 } = setUp()
  link({ hardware: 772, master: 7 })
  t.notOk('mac' in (eth0() ?? {}))
  link({})
  t.notOk('master' in (eth0() ?? {}))
})

t.test('that its name stays wireless when other things change', async (t) => {
  const { link, eth0 } = setUp()
  link({ more: [[11, Uint8Array.of(1)]] })
  link({ flags: 0x1003 })
  t.match(eth0(), { wireless: true, running: false })
})

t.test('what a bridge tells of its port is not the link: that it has left is no deletion', async (t) => {
  const { link, table } = setUp()
  t.equal(link({ family: 7, master: 9 }), undefined)
  t.equal(link({ family: 7 }, RTM.DELLINK), undefined)
  t.ok(table.links.has(2))
})

t.test('a link that is gone takes all with it', async (t) => {
  const { link, address, forwarding, table, eth0 } = setUp()
  address('192.168.1.5')
  forwarding(2, true)
  t.equal(link({}, RTM.DELLINK), 2)
  t.equal(table.links.size, 0)
  t.equal(link({}, RTM.DELLINK), undefined)
  t.equal(link({}), 2)
  t.match(eth0(), { router: false, addresses: [] })
})

t.test('addresses in the order of the kernel; one told again is a change only when it is one', async (t) => {
  const lan = setUp()
  t.equal(lan.address('192.168.1.5'), 2)
  t.equal(lan.address('192.168.1.6', { flags: 0x01 }), 2)
  t.equal(lan.address('192.168.1.5'), undefined)
  t.equal(lan.address('2001:db8::5', { length: 64, flags: 0x40 }), 2)
  t.same(lan.eth0()?.addresses, [
    {
      ip: '192.168.1.5',
      length: 24,
      tentative: false,
      secondary: false,
      temporary: false,
      deprecated: false,
    },
    { ip: '192.168.1.6', length: 24, tentative: false, secondary: true, temporary: false, deprecated: false },
    { ip: '2001:db8::5', length: 64, tentative: true, secondary: false, temporary: false, deprecated: false },
  ])
  t.equal(lan.address('2001:db8::5', { length: 64 }), 2)
  t.equal(lan.eth0()?.addresses[2]?.tentative, false)
  t.equal(lan.address('2001:db8::5', { length: 64, flags: 0x08 }), 2)
  t.equal(lan.eth0()?.addresses[2]?.tentative, true)
  t.equal(lan.address('192.168.1.5', {}, RTM.DELADDR), 2)
  t.equal(lan.address('192.168.1.5', {}, RTM.DELADDR), undefined)
  t.same(addressesOf(lan), ['192.168.1.6', '2001:db8::5'] as Ip[])
})

const flags: readonly { name: string; of: string; flags: number; is: object }[] = [
  { name: 'permanent', of: '2001:db8::5', flags: 0x80, is: {} },
  { name: 'a privacy address', of: '2001:db8::5', flags: 0x01, is: { temporary: true } },
  { name: 'deprecated', of: '2001:db8::5', flags: 0xa0, is: { deprecated: true } },
  { name: 'not yet known to be unique', of: '2001:db8::5', flags: 0xc0, is: { tentative: true } },
  { name: 'known not to be unique', of: '2001:db8::5', flags: 0x88, is: { tentative: true } },
  { name: 'the second IPv4 address of a subnet', of: '192.168.1.6', flags: 0x81, is: { secondary: true } },
  { name: 'deprecated IPv4, which is none', of: '192.168.1.5', flags: 0xa0, is: {} },
]

t.ok(flags.length > 0)
for (const { name, of, flags: value, is } of flags) {
  t.test(`an address and its flags: ${name}`, async (t) => {
    const lan = setUp()
    lan.address(of, { length: 24, flags: value })
    t.match(lan.eth0()?.addresses[0], {
      tentative: false,
      secondary: false,
      temporary: false,
      deprecated: false,
      ...is,
    })
  })
}

t.test('thousands of addresses on one link cost as many steps, and keep their order', async (t) => {
  const lan = setUp()
  const texts = Array.from({ length: 20_000 }, (_, i) => `10.96.${i >> 8}.${i & 255}`)
  for (const text of texts) lan.address(text, { length: 32 })
  t.same(addressesOf(lan), texts)
})

t.test('links keep their order when one of them changes', async (t) => {
  const lan = setUp()
  const other = { index: 3, name: 'eth1', mac: '02:00:00:00:00:0b' }
  lan.link(other)
  lan.address('192.168.1.5')
  t.same([...lan.table.links.keys()], [2, 3])
  lan.forwarding(2, true)
  t.same([...lan.table.links.keys()], [2, 3])
  t.same(lan.table.links.get(3)?.addresses, [])
})

t.test('one address with two lengths is two', async (t) => {
  const lan = setUp()
  lan.address('192.168.1.5', { length: 24 })
  lan.address('192.168.1.5', { length: 32 })
  t.same(
    lan.eth0()?.addresses.map(({ length }) => length),
    [24, 32],
  )
  lan.address('192.168.1.5', { length: 24 }, RTM.DELADDR)
  t.same(
    lan.eth0()?.addresses.map(({ length }) => length),
    [32],
  )
})

t.test('of a link with two ends, our own address', async (t) => {
  const lan = setUp()
  lan.address('10.0.0.1', { length: 32, peer: octetsOf(ip('10.0.0.2')) })
  t.same(addressesOf(lan), ['10.0.0.1'] as Ip[])
})

t.test('what is told of a link before the link itself is there with it', async (t) => {
  const lan = setUp()
  t.equal(lan.address('192.168.1.9', { index: 3 }), undefined)
  t.equal(lan.forwarding(3, true), undefined)
  t.equal(lan.link({ index: 3, name: 'eth1' }), 3)
  t.match(lan.table.links.get(3), { router: true, addresses: [{ ip: '192.168.1.9' }] })
})

t.test('a router is who forwards IPv6 there; IPv4, all links and new links are other matters', async (t) => {
  const lan = setUp()
  for (const index of [0xffffffff, 0xfffffffe]) t.equal(lan.forwarding(index, true), undefined)
  t.equal(lan.forwarding(2, true, 2), undefined)
  t.equal(lan.forwarding(2, true), 2)
  t.equal(lan.eth0()?.router, true)
  t.equal(lan.forwarding(2, false), 2)
  t.equal(lan.eth0()?.router, false)
})

t.test('cleared, it knows nothing', async (t) => {
  const lan = setUp()
  lan.address('192.168.1.5')
  lan.table.clear()
  t.equal(lan.table.links.size, 0)
  t.equal(lan.link({}), 2)
  t.same(addressesOf(lan), [])
})
