/** Links that come and go: what was answered for is answered for again, without anybody's help. */
import t from 'tap'
import {
  becomesOwner,
  createOwnerLan,
  createTestLan,
  type LanNode,
  nodeFile,
  plug,
  recable,
  stands,
  type TestLan,
  vip,
  vip6,
} from '../support/lan.js'
import { firstAnswerAfter, startAsker } from '../support/lan-asker.js'
import { believes, probes, resolve } from '../support/neighbours.js'
import { requires } from '../support/requires.js'

interface Trouble {
  readonly name: string
  readonly begins: (lan: TestLan, node: LanNode) => Promise<unknown>
  readonly ends: (lan: TestLan, node: LanNode) => Promise<unknown>
  readonly because: RegExp
}

const ip = (...words: string[]) => ['ip', ...words]

const troubles: readonly Trouble[] = [
  {
    name: 'an interface that is set down and up',
    begins: (_, { namespace }) => namespace.run(ip('link', 'set', 'eth0', 'down')),
    ends: (_, { namespace }) => namespace.run(ip('link', 'set', 'eth0', 'up')),
    because: /eth0 is down/,
  },
  {
    name: 'a carrier that is lost and found',
    begins: (lan, node) => plug(lan, node, 'out'),
    ends: (lan, node) => plug(lan, node, 'in'),
    because: /eth0 has no carrier/,
  },
  {
    name: 'an interface that is deleted and made anew',
    begins: (_, { namespace }) => namespace.run(ip('link', 'delete', 'eth0')),
    ends: (lan, node) => recable(lan, node),
    because: /eth0 is not there/,
  },
  {
    name: 'an interface that becomes a port of a bridge, and leaves it',
    begins: async (_, { namespace }) => {
      await namespace.run(ip('link', 'add', 'br9', 'type', 'bridge'))
      await namespace.run(ip('link', 'set', 'eth0', 'master', 'br9'))
    },
    ends: (_, { namespace }) => namespace.run(ip('link', 'delete', 'br9')),
    because: /eth0 is a member of a bridge/,
  },
]

const modes = [{ failover: 'none' }, { failover: 'vrrp', groups: [{ advertisementInterval: '10ms' }] }]

if (requires(t, 'root')) {
  t.ok(troubles.length > 0 && modes.length > 0)
  for (const l2 of modes) {
    t.test(`links, with failover ${l2.failover}`, async (t) => {
      const lan = await createOwnerLan(t, nodeFile({ l2 }))
      const { client, node } = lan
      for (const { name, begins, ends, because } of troubles) {
        for (const address of [vip, vip6]) await resolve(client, address)
        await begins(lan, node)
        await stands(node, 'nowhere')
        t.match(await node.row(), { because }, name)
        const asker = await startAsker(client, vip)
        const before = performance.timeOrigin + performance.now()
        await ends(lan, node)
        await becomesOwner(node)
        for (const address of [vip, vip6]) {
          t.equal(await resolve(client, address), node.mac, `${address} is answered for again`)
          t.match(await probes(client, address), { state: 'REACHABLE' })
        }
        const ms = Math.round(firstAnswerAfter(await asker.stop(), before))
        t.comment(`${name}, failover ${l2.failover}: answered ${ms} ms after it`)
      }

      for (const address of [vip, vip6]) await resolve(client, address)
      const mac = '02:00:00:00:00:ee'
      await node.namespace.run(ip('link', 'set', 'eth0', 'address', mac))
      for (const address of [vip, vip6]) await believes(client, address, { ...node, mac })
      t.pass('another MAC address is told to those who know the address')
      for (const address of [vip, vip6]) t.equal(await resolve(client, address), mac)
      t.match(await node.row(), { mac, state: 'owner', conflicts: 0 })

      for (const change of ['del', 'add']) {
        for (const address of [`${node.ipv4}/24`, `${node.ipv6}/64`]) {
          await node.namespace.run(ip('address', change, address, 'dev', 'eth0'))
        }
        for (const address of [vip, vip6]) t.equal(await resolve(client, address), mac)
        await becomesOwner(node)
        t.pass(`the host's own addresses: ${change}`)
      }
    })
  }

  t.test('an interface that is there later than herald, and addresses later still', async (t) => {
    for (const [l2, because] of [
      [{ interfaces: ['eth0'] }, /no interface is one of/],
      [{}, /no interface has a subnet/],
    ] as const) {
      const lan = await createTestLan(t, [nodeFile({ l2 })])
      const [node] = lan.nodes
      await node.namespace.run(ip('link', 'delete', 'eth0'))
      await node.herald.start()
      await stands(node, 'nowhere')
      t.match(await node.row(), { because })
      await recable(lan, node)
      await becomesOwner(node)
      for (const address of [vip, vip6]) t.equal(await resolve(lan.client, address), node.mac)
    }
  })

  t.test('two nodes of which one loses its carrier for a moment keep one owner', async (t) => {
    const lan = await createTestLan(t, [nodeFile(), nodeFile()])
    const { nodes } = lan
    const [first, second] = nodes
    await first.herald.start()
    await becomesOwner(first)
    await second.herald.start()
    await stands(second, 'backup')
    for (let i = 0; i < 5; i++) {
      await plug(lan, first, 'out')
      await plug(lan, first, 'in')
    }
    const states = async () => Promise.all(nodes.map(async (node) => (await node.row())?.state))
    await stands(first, 'owner').catch(() => stands(second, 'owner'))
    t.same((await states()).toSorted(), ['backup', 'owner'])
  })
}
