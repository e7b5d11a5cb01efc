/** Two who claim one address: nodes that did not hear each other for a while, and stations that are none of ours. */
import t from 'tap'
import {
  becomesOwner,
  createOwnerLan,
  createTestLan,
  type LanNode,
  nodeFile,
  oneOwner,
  type Station,
  stands,
  type TestLan,
  vip,
  vip6,
} from '../support/lan.js'
import { framesOf, startLanCapture } from '../support/lan-capture.js'
import { startClaimer } from '../support/lan-claimer.js'
import { believes, resolve } from '../support/neighbours.js'
import { requires } from '../support/requires.js'
import { sleep, waitFor } from '../support/wait.js'

/** No frame goes from one isolated port of a bridge to another: nodes hear the client and not each other. */
async function isolate({ hub, nodes }: TestLan, isolated: 'on' | 'off'): Promise<void> {
  for (const { port } of nodes) await hub.run(['bridge', 'link', 'set', 'dev', port, 'isolated', isolated])
}

/** Takes an address as a host does that does not ask first. */
async function take({ namespace }: Station, address: string): Promise<void> {
  const length = address.includes(':') ? 64 : 24
  await namespace.run(['ip', 'address', 'add', `${address}/${length}`, 'dev', 'eth0'])
}

/** A vendor's: the first three octets are registered. */
const foreignMac = '00:1b:21:00:00:66'

interface Monitored {
  readonly kind: string
  readonly level?: string
  readonly text: string
}

function monitor({ herald }: LanNode): () => readonly Monitored[] {
  const running = herald.namespace.start([process.execPath, 'dist/src/main.js', 'monitor', '-o', 'json'], {
    HERALD_SOCKET: `${herald.folder}/herald.sock`,
  })
  return () =>
    running
      .stdout()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Monitored)
}

if (requires(t, 'root', 'tcpdump', 'tshark', 'arping')) {
  t.test('nodes that cannot hear each other both answer, and agree as soon as they can', async (t) => {
    const lan = await createTestLan(t, [
      nodeFile({ group: { priority: 150 } }),
      nodeFile({ group: { priority: 100 } }),
      nodeFile({ group: { priority: 50 } }),
    ])
    const { client, nodes } = lan
    await Promise.all(nodes.map(({ herald }) => herald.start()))
    await oneOwner(nodes)
    await isolate(lan, 'on')
    for (const node of nodes) await becomesOwner(node)
    for (const address of [vip, vip6]) await resolve(client, address)
    const capture = await startLanCapture(client.namespace)
    await isolate(lan, 'off')
    const healed = Date.now() / 1000
    const owner = await oneOwner(nodes)
    t.equal(owner.mac, nodes[0].mac, 'the one with the highest priority stays')
    t.equal((await oneOwner(nodes, vip6)).mac, owner.mac)
    for (const address of [vip, vip6]) {
      await believes(client, address, owner)
      t.equal(await resolve(client, address), owner.mac, `the client finds ${address} there`)
    }
    const frames = framesOf(await capture.stop(), 'vrrp')
    const last = frames.findLast(({ from, priority }) => from !== owner.mac && priority > 0)
    t.comment(`the others advertised for ${Math.round(((last?.at ?? healed) - healed) * 1000)} ms more`)
    for (const node of nodes) t.match(await node.row(), { conflicts: 0 }, 'nodes are no foreign stations')
  })

  t.test('equal priorities: the node of the greater address stays', async (t) => {
    const lan = await createTestLan(t, [nodeFile(), nodeFile()])
    const { nodes } = lan
    await Promise.all(nodes.map(({ herald }) => herald.start()))
    await oneOwner(nodes)
    await isolate(lan, 'on')
    for (const node of nodes) await becomesOwner(node)
    await isolate(lan, 'off')
    t.equal((await oneOwner(nodes)).mac, nodes[1].mac)
    await stands(nodes[0], 'backup')
  })

  for (const address of [vip, vip6]) {
    t.test(`a foreign host that takes ${address} is told of, and not fought`, async (t) => {
      const lan = await createOwnerLan(t, nodeFile({ l2: { failover: 'none' } }), ['foreign'])
      const {
        client,
        node,
        others: [host = client],
      } = lan
      await host.namespace.run(['ip', 'link', 'set', 'eth0', 'address', foreignMac])
      const foreign = { ...host, mac: foreignMac }
      const events = monitor(node)
      await resolve(client, address)
      const conflictsTold = () => events().filter(({ kind }) => kind === 'l2-conflict')
      // Quiet: what herald announces of its own is over.
      await sleep(6000)
      const capture = await startLanCapture(client.namespace)
      await take(foreign, address)
      const before = Date.now()
      const claimer = await startClaimer(foreign, address, 1000)
      const row = await waitFor('the conflict in the table', async () => {
        const now = await node.row(address)
        return now?.lastConflict === undefined ? undefined : now
      })
      t.comment(`in the table ${Date.now() - before} ms after the claim`)
      t.match(row, { state: 'owner', lastConflict: { mac: foreignMac, vendor: '00:1b:21' } })
      await waitFor('the event', () => conflictsTold().length > 0)
      t.match(conflictsTold()[0], { text: new RegExp(`${foreignMac}.*claims ${address}`) })
      t.match(await node.herald.cli('l2'), foreignMac)
      const logged = node.herald.logLines().find(({ msg }) => msg === 'l2-conflict')
      t.match(logged, { level: 'warn', mac: foreignMac, address })

      await sleep(22_000)
      await claimer.stop()
      const recording = await capture.stop()
      const claims = [
        ...framesOf(recording, 'request', 'reply').filter(({ senderIp }) => senderIp === address),
        ...framesOf(recording, 'advertisement').filter(
          ({ target, solicited }) => target === address && !solicited,
        ),
      ].filter(({ to }) => to === 'ff:ff:ff:ff:ff:ff' || to.startsWith('33:33:'))
      const foreigner = claims.filter(({ from }) => from === foreignMac)
      t.ok(foreigner.length >= 10, `${foreigner.length} claims`)
      const defences = claims.filter(({ from }) => from === node.mac)
      // Both forms of ARP belong to one announcement.
      const instants = defences.filter(({ at }, i) => at - (defences[i - 1]?.at ?? 0) > 0.1)
      t.ok(instants.length > 0, 'herald has announced it again')
      t.ok(instants.length <= 4, `${instants.length} times`)
      const gaps = instants.slice(1).map(({ at }, i) => at - (instants[i]?.at ?? 0))
      t.ok(
        gaps.every((gap) => gap > 9.5),
        `at distances of ${gaps.map((gap) => gap.toFixed(1)).join(', ')} s (RFC 5227 §2.4)`,
      )
      const told = conflictsTold().length
      t.ok(told <= 4, `told ${told} times of ${(await node.row(address))?.conflicts} conflicts`)
      t.match(await node.row(address), { state: 'owner' })
    })

    t.test(`${address}, which a foreign host has before the start, is claimed when it is gone`, async (t) => {
      const lan = await createTestLan(t, [nodeFile({ l2: { failover: 'none' } })], ['foreign'])
      const {
        client,
        nodes: [node],
        others: [foreign = client],
      } = lan
      await take(foreign, address)
      await node.herald.start()
      const free = address === vip ? vip6 : vip
      await becomesOwner(node, [free])
      await stands(node, 'contested', [address])
      t.match(await node.row(address), { lastConflict: { mac: foreign.mac }, because: /has it/ })
      t.equal(await resolve(client, address), foreign.mac, 'its owner is not disturbed')
      t.equal((await node.row(address))?.requestsAnswered, 0)
      const length = address === vip ? 24 : 64
      await foreign.namespace.run(['ip', 'address', 'del', `${address}/${length}`, 'dev', 'eth0'])
      await becomesOwner(node, [address])
      t.equal(await resolve(client, address), node.mac)
    })
  }

  t.test('a host that takes an address without a word is told of, once the owner has asked', async (t) => {
    const lan = await createTestLan(t, [nodeFile(), nodeFile()], ['foreign'])
    const {
      client,
      nodes,
      others: [foreign = client],
    } = lan
    await Promise.all(nodes.map(({ herald }) => herald.start()))
    const owner = await oneOwner(nodes)
    const ownerOfIpv6 = await oneOwner(nodes, vip6)
    // Neither a gratuitous frame nor duplicate address detection.
    for (const [node, address, length] of [
      [owner, vip, 24],
      [ownerOfIpv6, vip6, 64],
    ] as const) {
      const before = Date.now()
      await foreign.namespace.run([
        ...['ip', 'address', 'add', `${address}/${length}`, 'dev', 'eth0'],
        ...(address === vip6 ? ['nodad'] : []),
      ])
      const row = await waitFor('the conflict in the table', async () => {
        const now = await node.row(address)
        return now?.lastConflict === undefined ? undefined : now
      })
      t.match(row, { state: 'owner', lastConflict: { mac: foreign.mac } })
      t.comment(`${address}: told ${Date.now() - before} ms after it was taken`)
    }
    t.match(await owner.herald.attempt('doctor'), { stdout: foreign.mac })
    for (const node of nodes) {
      const asked = await node.herald.cli('l2', 'askers')
      t.notMatch(asked, owner.ipv4, 'that the owner asks makes it nobody to be told')
    }
  })

  t.test('what the owner could not claim is not claimed by the node that takes over either', async (t) => {
    const taken = '10.0.0.210'
    const announcements = [{ name: 'ingress', loadBalancerIPs: [vip, taken] }]
    const file = nodeFile({ announcements })
    const lan = await createTestLan(t, [file, file], ['foreign'])
    const {
      client,
      nodes: [first, second],
      others: [foreign = client],
    } = lan
    await take(foreign, taken)
    await first.herald.start()
    await stands(first, 'contested', [taken])
    await stands(first, 'owner', [vip])
    await second.herald.start()
    await stands(second, 'backup', [vip, taken])
    await waitFor('the owner to ask again', async () => (await second.row(taken))?.owner?.probes === true)
    t.match((await second.herald.attempt('explain', taken)).stdout, 'has not claimed it')
    await first.herald.kill()
    await stands(second, 'owner', [vip])
    await stands(second, 'contested', [taken])
    t.equal(await resolve(client, taken), foreign.mac)
    t.equal((await second.row(taken))?.requestsAnswered, 0)
  })
}
