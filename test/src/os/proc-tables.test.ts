/** What /proc/net tells, in captures of Linux on a little-endian machine. */

import { once } from 'node:events'
import { createServer } from 'node:net'
import t from 'tap'
import type { Ip } from '../../../net/ip.js'
import { parseArp } from '../../../src/os/neighbours.js'
import { parsePrivileges, readPrivileges } from '../../../src/os/privileges.js'
import { isOnLink, parseRoutes4, parseRoutes6, readRoutes, routeTo } from '../../../src/os/routing-table.js'
import { ownersOf } from '../../../src/os/socket-owner.js'
import { parseTcpTable, readTcpSockets } from '../../../src/os/tcp-table.js'

const routes4 = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	0100000A	0003	0	0	100	00000000	0	0	0
eth1	00000000	0101000A	0003	0	0	50	00000000	0	0	0
eth0	0000000A	00000000	0001	0	0	100	00FFFFFF	0	0	0
*	006433C6	00000000	0201	0	0	0	00FFFFFF	0	0	0
eth9	000200C0	00000000	0000	0	0	0	00FFFFFF	0	0	0
`

t.test('IPv4 routes: the longest match, then the lowest metric', async (t) => {
  const routes = parseRoutes4(routes4)
  t.equal(routes.length, 4, 'one that is down is none')
  const to = (ip: string) => routeTo(routes, ip as Ip)
  t.match(to('10.0.0.7'), { destination: '10.0.0.0/24', interface: 'eth0', rejects: false })
  t.ok(isOnLink(to('10.0.0.7')))
  t.match(to('203.0.113.1'), { gateway: '10.0.1.1', interface: 'eth1', metric: 50 })
  t.notOk(isOnLink(to('203.0.113.1')))
  t.match(to('198.51.100.1'), { rejects: true })
  t.notOk(isOnLink(to('198.51.100.1')))
})

const routes6 = `20010db8000000000000000000000000 20 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
`

t.test('IPv6 routes', async (t) => {
  const routes = parseRoutes6(routes6)
  t.ok(isOnLink(routeTo(routes, '2001:db8::1' as Ip)))
  t.match(routeTo(routes, '2001:db9::1' as Ip), { gateway: 'fe80::1', interface: 'eth0' })
})

t.test("this host's own routes can be read", async (t) => {
  for (const version of [4, 6] as const) {
    for (const route of readRoutes(version)) t.ok(route.interface.length > 0)
  }
  t.equal(routeTo([], '192.0.2.1' as Ip), undefined)
})

t.test('ARP entries: resolved or not', async (t) => {
  const arp = parseArp(`IP address       HW type     Flags       HW address            Mask     Device
10.0.0.1         0x1         0x2         02:fc:00:00:00:05     *        eth0
10.0.0.2         0x1         0x0         00:00:00:00:00:00     *        eth0
`)
  t.same(
    [...arp],
    [
      ['10.0.0.1', true],
      ['10.0.0.2', false],
    ],
  )
})

t.test('TCP sockets of both families, with their states', async (t) => {
  const header =
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
  t.same(
    parseTcpTable(`${header}
   0: 00000000:00B3 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1130 1 0000 100 0 0 10 0
   1: 0B00000A:00B3 0100000A:9C40 03 00000000:00000000 01:00000046 00000000     0        0 0 2 0000 20 4 0 12 -1
   2: B80D0120000000000000000001000000:00B3 0000000000000000FFFF00000100000A:9C41 01 0:0 02:0 00000003     0        0 7 2 0 20
`),
    [
      {
        local: { address: '0.0.0.0', port: 179 },
        remote: { address: '0.0.0.0', port: 0 },
        state: 'listening',
        inode: 1130,
        retransmits: 0,
      },
      {
        local: { address: '10.0.0.11', port: 179 },
        remote: { address: '10.0.0.1', port: 40000 },
        state: 'syn-received',
        inode: 0,
        retransmits: 0,
      },
      {
        local: { address: '2001:db8::1', port: 179 },
        remote: { address: '10.0.0.1', port: 40001 },
        state: 'established',
        inode: 7,
        retransmits: 3,
      },
    ],
  )
})

t.test('a socket leads to the process that holds it', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const socket = readTcpSockets().find(({ local, state }) => state === 'listening' && local.port === port)
  t.ok(socket !== undefined && socket.inode > 0)
  const inode = socket?.inode ?? 0
  const owner = (await ownersOf([inode, 0])).get(inode)
  t.equal(owner?.pid, process.pid)
  t.not(owner?.name, '')
  t.equal((await ownersOf([0])).size, 0, 'no inode, no owner')
})

t.test('privileges by name', async (t) => {
  t.same(
    [...(parsePrivileges('Name:\tnode\nCapEff:\t0000000000003400\n') ?? [])],
    ['CAP_NET_BIND_SERVICE', 'CAP_NET_ADMIN', 'CAP_NET_RAW'],
  )
  t.same([...(parsePrivileges('CapEff:\t0000000000000400\n') ?? [])], ['CAP_NET_BIND_SERVICE'])
  t.same([...(parsePrivileges('CapPrm:\t0000000000002000\nCapEff:\t0\n', 'CapPrm') ?? [])], ['CAP_NET_RAW'])
  t.equal(parsePrivileges('nothing of that kind'), undefined)
  t.ok(readPrivileges())
})
