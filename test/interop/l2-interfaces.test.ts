/** On which interface an address is answered for: named or by its subnet, with and without an address, stacked. */
import t from 'tap'
import { becomesOwner, createTestLan, nodeFile, type Station, vip, vip6 } from '../support/lan.js'
import { probes, resolve } from '../support/neighbours.js'
import { requires } from '../support/requires.js'

interface Layout {
  readonly name: string
  readonly l2: Readonly<Record<string, unknown>>
  /** Commands at the node. */
  readonly commands: (node: Station) => readonly string[]
  /** Commands at the client. */
  readonly atClient?: readonly string[]
  readonly answersOn: string
  /** Of the interface that answers; default the station's. */
  readonly mac?: string
}

const ownMac = '02:00:00:00:00:aa'

const layouts: readonly Layout[] = [
  {
    name: 'an interface without an address, which is named',
    l2: { interfaces: ['eth0'] },
    commands: () => ['ip address flush dev eth0 scope global'],
    answersOn: 'eth0',
  },
  {
    name: 'an interface without an address, alone',
    l2: { interfaces: ['/^eth/'], failover: 'none' },
    commands: () => ['ip address flush dev eth0'],
    answersOn: 'eth0',
  },
  {
    name: 'a bridge whose port is not chosen, though its name fits',
    l2: { interfaces: ['/^(eth|lan)/'] },
    commands: ({ ipv4, ipv6, mac }) => [
      'ip address flush dev eth0 scope global',
      `ip link add lan0 address ${mac} type bridge forward_delay 0 mcast_snooping 0`,
      'ip link set eth0 master lan0',
      'ip link set lan0 up',
      `ip address add ${ipv4}/24 dev lan0`,
      `ip address add ${ipv6}/64 dev lan0 nodad`,
    ],
    answersOn: 'lan0',
  },
  {
    name: 'a bridge, by its subnet',
    l2: {},
    commands: ({ ipv4, ipv6, mac }) => [
      `ip link add lan0 address ${mac} type bridge forward_delay 0 mcast_snooping 0`,
      'ip link set eth0 master lan0',
      'ip link set lan0 up',
      `ip address add ${ipv4}/24 dev lan0`,
      `ip address add ${ipv6}/64 dev lan0 nodad`,
    ],
    answersOn: 'lan0',
  },
  {
    name: 'a macvlan, not the interface below it, which has a subnet of its own',
    l2: {},
    commands: ({ ipv4, ipv6 }) => [
      'ip address flush dev eth0 scope global',
      'ip address add 192.0.2.9/24 dev eth0',
      `ip link add link eth0 name mv0 address ${ownMac} type macvlan mode bridge`,
      'ip link set mv0 up',
      `ip address add ${ipv4}/24 dev mv0`,
      `ip address add ${ipv6}/64 dev mv0 nodad`,
    ],
    answersOn: 'mv0',
    mac: ownMac,
  },
  {
    name: 'a VLAN',
    l2: { interfaces: ['eth0.20'] },
    commands: ({ ipv4 }) => [
      'ip address flush dev eth0 scope global',
      'ip link add link eth0 name eth0.20 type vlan id 20',
      'ip link set eth0.20 up',
      `ip address add ${ipv4}/24 dev eth0.20`,
    ],
    atClient: [
      'ip address flush dev eth0 scope global',
      'ip link set eth0 down',
      'ip link set eth0 name port',
      'ip link add link port name eth0 type vlan id 20',
      'ip link set port up',
      'ip link set eth0 up',
      'ip address add 10.0.0.1/24 dev eth0',
      'ip address add fd00::1/64 dev eth0 nodad',
    ],
    answersOn: 'eth0.20',
  },
  {
    name: 'a bond, not its members',
    l2: { interfaces: ['/^(eth|bond)/'] },
    commands: ({ ipv4, ipv6 }) => [
      'ip link add bond0 type bond mode active-backup',
      'ip link set eth0 down',
      'ip link set eth0 master bond0',
      'ip link set bond0 up',
      `ip address add ${ipv4}/24 dev bond0`,
      `ip address add ${ipv6}/64 dev bond0 nodad`,
    ],
    answersOn: 'bond0',
  },
]

if (requires(t, 'root')) {
  t.ok(layouts.length > 0)
  for (const { name, l2, commands, atClient = [], answersOn, mac } of layouts) {
    t.test(name, async (t) => {
      const {
        client,
        nodes: [node],
      } = await createTestLan(t, [nodeFile({ l2 })])
      const lacks = await configure(node, commands(node))
      if (lacks !== undefined) return t.comment(`NOT RUN: this kernel has no such interface: ${lacks}`)
      await configure(client, atClient)
      await node.herald.start()
      await becomesOwner(node)
      for (const address of [vip, vip6]) {
        t.match(await node.row(address), { interface: answersOn, state: 'owner' })
        t.equal(await resolve(client, address), mac ?? node.mac, `${address} on ${answersOn}`)
        t.match(await probes(client, address), { state: 'REACHABLE' }, 'asked by unicast')
      }
    })
  }
}

/** What the kernel has not, in its words: the kind of an interface is a module that it may lack. */
async function configure({ namespace }: Station, commands: readonly string[]): Promise<string | undefined> {
  for (const command of commands) {
    const { status, stderr } = await namespace.attempt(command.split(' '))
    if (/unknown device type|not supported/i.test(stderr)) return stderr.trim()
    if (status !== 0) throw new Error(`${command}: ${stderr}`)
  }
  return undefined
}
