/** An owner that is gone without a word: one of the others takes over, and the client's kernel is told. */
import { access, rm } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import {
  createTestLan,
  type LanNode,
  nodeFile,
  oneOwner,
  plug,
  stands,
  type TestLan,
  vip,
  vip6,
} from '../support/lan.js'
import { startAsker } from '../support/lan-asker.js'
import { believes, resolve } from '../support/neighbours.js'
import { requires } from '../support/requires.js'

interface Failure {
  readonly name: string
  readonly happens: (lan: TestLan, owner: LanNode) => Promise<unknown>
  readonly ends: (lan: TestLan, owner: LanNode) => Promise<unknown>
}

const failures: readonly Failure[] = [
  {
    name: 'kill -9',
    happens: (_, { herald }) => herald.kill(),
    ends: (_, { herald }) => herald.start(),
  },
  {
    name: 'a cable that is cut',
    happens: (lan, owner) => plug(lan, owner, 'out'),
    ends: (lan, owner) => plug(lan, owner, 'in'),
  },
  {
    name: 'an interface that is set down',
    happens: (_, { namespace }) => namespace.run(['ip', 'link', 'set', 'eth0', 'down']),
    ends: (_, { namespace }) => namespace.run(['ip', 'link', 'set', 'eth0', 'up']),
  },
]

/** A loaded machine must keep it, or owners change by themselves. */
const advertisementInterval = '300ms'
/** Three intervals and the skew are 1.2 s; tenfold, because machines differ. */
const mostMs = 12_000

const [first, second, third] = [150, 100, 50].map((priority) =>
  nodeFile({ group: { priority, advertisementInterval } }),
)
const clusters = [
  ['two', [first, second]],
  ['three', [first, second, third]],
] as const

if (requires(t, 'root')) {
  t.ok(failures.length > 0 && clusters.length > 0)
  for (const [count, files] of clusters) {
    t.test(`${count} nodes, an advertisement every ${advertisementInterval}`, async (t) => {
      const lan = await createTestLan(
        t,
        files.map((file) => file ?? {}),
      )
      const { client, nodes } = lan
      await Promise.all(nodes.map(({ herald }) => herald.start()))
      for (const { name, happens, ends } of failures) {
        const owner = await oneOwner(nodes)
        await oneOwner(nodes, vip6)
        for (const address of [vip, vip6]) await resolve(client, address)
        const asker = await startAsker(client, vip)
        await happens(lan, owner)
        const rest = nodes.filter((node) => node !== owner)
        const successor = await oneOwner(rest)
        t.equal((await oneOwner(rest, vip6)).mac, successor.mac, `${name}: both addresses move together`)
        for (const address of [vip, vip6]) await believes(client, address, successor)
        const { outageMs, answeredTwice, macs } = await asker.stop()
        t.same(macs, [owner.mac, successor.mac], 'no other node has answered in between')
        t.equal(answeredTwice, 0, 'no question was answered twice')
        t.ok(outageMs < mostMs, `${name}: an outage of ${Math.round(outageMs)} ms`)
        t.comment(`${name}, ${count} nodes: an outage of ${Math.round(outageMs)} ms`)
        const { lastFailover } = (await successor.row()) ?? {}
        t.ok(lastFailover !== undefined, `herald says ${lastFailover?.milliseconds} ms`)

        await ends(lan, owner)
        await stands(owner, 'backup')
        t.equal((await oneOwner(nodes)).mac, successor.mac, 'it comes back and takes nothing')
        t.match(await owner.row(), { owner: { address: successor.ipv4 } })
      }
      for (const node of nodes) t.match(await node.row(), { conflicts: 0 })
    })
  }

  t.test('a node that preempts takes the addresses back, at once or after its delay', async (t) => {
    for (const preemptDelay of ['0s', '2s']) {
      const lan = await createTestLan(t, [
        nodeFile({ group: { priority: 150, preempt: true, preemptDelay } }),
        nodeFile({ group: { priority: 100 } }),
      ])
      const [first, second] = lan.nodes
      await second.herald.start()
      await stands(second, 'owner')
      await first.herald.start()
      await stands(first, 'owner')
      await stands(second, 'backup')
      t.match(await second.row(), { owner: { address: first.ipv4, priority: 150 } })
      await first.herald.kill()
      await stands(second, 'owner')
      await resolve(lan.client, vip)
      await first.herald.start()
      await stands(first, 'owner')
      await believes(lan.client, vip, first)
      t.pass(`after ${preemptDelay}`)
    }
  })

  t.test('groups spread the load, and one node has all of it alone', async (t) => {
    const other = '10.0.0.210'
    const file = (web: number, dns: number) => ({
      l2: {
        groups: [
          { name: 'web', virtualRouterId: 51, priority: web, preempt: true },
          { name: 'dns', virtualRouterId: 52, priority: dns, preempt: true },
        ],
      },
      announcements: [
        { name: 'ingress', loadBalancerIPs: [vip, vip6], group: 'web' },
        { name: 'resolver', loadBalancerIPs: [other], group: 'dns' },
      ],
    })
    const { client, nodes } = await createTestLan(t, [file(150, 100), file(100, 150)])
    const [web, dns] = nodes
    await Promise.all(nodes.map(({ herald }) => herald.start()))
    await stands(web, 'owner', [vip, vip6])
    await stands(dns, 'owner', [other])
    await stands(web, 'backup', [other])
    await stands(dns, 'backup', [vip, vip6])
    t.equal(await resolve(client, vip), web.mac)
    t.equal(await resolve(client, other), dns.mac)
    await web.herald.kill()
    await stands(dns, 'owner', [vip, vip6, other])
    for (const address of [vip, other]) await believes(client, address, dns)
    await web.herald.start()
    await stands(web, 'owner', [vip, vip6])
    await stands(dns, 'owner', [other])
    await believes(client, vip, web)
    t.equal(await resolve(client, other), dns.mac)
  })

  t.test('a failing health check gives the addresses to a node whose check passes', async (t) => {
    const lan = await createTestLan(t, [nodeFile({ group: { priority: 150 } }), nodeFile()])
    const { client, nodes } = lan
    for (const { herald } of nodes) {
      const check = { exec: ['test', '-e', join(herald.folder, 'well')], interval: '1s', fall: 1, rise: 1 }
      const announcements = [{ name: 'ingress', loadBalancerIPs: [vip, vip6], healthCheck: check }]
      await herald.write('well', '')
      await herald.configure(nodeFile({ announcements }))
    }
    await Promise.all(nodes.map(({ herald }) => herald.start()))
    const well = await oneOwner(nodes)
    const [one, two] = nodes
    const next = well === one ? two : one
    await resolve(client, vip)
    const file = join(well.herald.folder, 'well')
    const asker = await startAsker(client, vip)
    await rm(file)
    await stands(next, 'owner')
    await stands(well, 'held-back')
    await believes(client, vip, next)
    const answers = await asker.stop()
    t.equal(answers.unanswered, 0, 'without a gap')
    t.equal(answers.answeredTwice, 0)
    t.same(answers.macs, [well.mac, next.mac])
    t.match(await well.row(), { because: /./ })

    // Nobody is fit now: nobody answers.
    await rm(join(next.herald.folder, 'well'))
    await stands(next, 'held-back')
    await well.herald.write('well', '')
    t.ok((await access(file)) === undefined)
    await stands(well, 'owner')
    await believes(client, vip, well)
  })
}
