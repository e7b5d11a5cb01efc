/** What a client on the LAN sees of a virtual IP: its kernel asks, verifies, probes, and learns where the address went. */
import t from 'tap'
import { becomesOwner, createOwnerLan, createTestLan, nodeFile, oneOwner, vip, vip6 } from '../support/lan.js'
import { framesOf, startLanCapture } from '../support/lan-capture.js'
import { believes, neighbourOf, probes, resolve, resolvesNot, talkTo } from '../support/neighbours.js'
import { requires } from '../support/requires.js'
import { waitFor } from '../support/wait.js'

const zeroMac = '00:00:00:00:00:00'
const broadcast = 'ff:ff:ff:ff:ff:ff'

const modes = [
  { failover: 'none' },
  { failover: 'vrrp' },
  { failover: 'vrrp', promiscuous: 'on', interfaces: ['/^eth/'] },
]

if (requires(t, 'root', 'tcpdump', 'tshark', 'arping', 'ndisc6')) {
  t.ok(modes.length > 0)
  for (const l2 of modes) {
    t.test(`a client's kernel resolves and verifies both addresses: ${JSON.stringify(l2)}`, async (t) => {
      const {
        client,
        nodes: [node],
      } = await createTestLan(t, [nodeFile({ l2 })])
      const capture = await startLanCapture(client.namespace)
      await node.herald.start()
      await becomesOwner(node)
      for (const address of [vip, vip6]) {
        t.equal(await resolve(client, address), node.mac, `${address} has the node's MAC address`)
        t.same(await probes(client, address), { mac: node.mac, state: 'REACHABLE' }, `${address}: unicast`)
        const row = await node.row(address)
        t.match(row, { state: 'owner', interface: 'eth0', mac: node.mac, lastAsker: { mac: client.mac } })
        t.ok((row?.requestsAnswered ?? 0) >= 2, `${row?.requestsAnswered} requests for ${address} answered`)
      }
      const askers = await node.herald.json('l2', 'askers', vip)
      t.match(askers, [{ address: vip, asker: client.ipv4, mac: client.mac, interface: 'eth0' }])

      const recording = await capture.stop()
      t.same(recording.complaints, [], 'tshark has nothing against any frame, nor its checksum')
      const solicited = framesOf(recording, 'advertisement').filter((frame) => frame.solicited)
      t.ok(solicited.length >= 2, 'solicited advertisements')
      for (const each of solicited)
        t.match(each, { from: node.mac, override: true, linkAddress: node.mac, hopLimit: 255 })
      const replies = framesOf(recording, 'reply').filter(({ to }) => to === client.mac)
      t.ok(replies.length >= 2, 'replies to the client')
      for (const each of replies) {
        const sender = { from: node.mac, senderMac: node.mac, senderIp: vip }
        t.match(each, { ...sender, targetMac: client.mac, targetIp: client.ipv4 })
      }
      const group = 'ff02::1:ff00:200'
      const reported = framesOf(recording, 'listener-report').flatMap(({ groups }) => groups)
      t.ok(reported.includes(group), `switches are told of ${group} by MLD`)
      const probe = { kind: 'request', senderIp: '0.0.0.0', targetIp: vip, targetMac: zeroMac, to: broadcast }
      const asked = framesOf(recording, 'request').filter(({ from }) => from === node.mac)
      t.match(
        asked.slice(0, 3),
        [probe, probe, probe],
        'three probes before the first claim (RFC 5227 §2.1.1)',
      )
      const detection = framesOf(recording, 'solicitation').filter(({ from }) => from === node.mac)
      t.match(detection, [{ source: '::', destination: group, target: vip6 }], 'and one for IPv6 (RFC 4862)')
    })
  }

  t.test('who wants one of the addresses finds that it is taken', async (t) => {
    const { client, node } = await createOwnerLan(t)
    const arping = ['arping', '-C', '1', '-c', '50', '-I', 'eth0']
    const probe = await client.namespace.attempt([...arping, '-0', vip])
    t.equal(probe.status, 0, `a probe from 0.0.0.0 is answered:\n${probe.stdout}${probe.stderr}`)
    t.match(probe.stdout, node.mac)
    const duplicates = await client.namespace.attempt(['arping', '-d', '-c', '5', '-I', 'eth0', vip])
    t.equal(duplicates.status, 0, `by one station:\n${duplicates.stdout}`)

    const printed = await client.namespace.attempt(['ndisc6', '-1', '-n', vip6, 'eth0'])
    t.match(printed.stdout.toLowerCase(), node.mac, 'ndisc6 is answered')
    await client.namespace.run(['sysctl', '-qw', 'net.ipv6.conf.eth0.accept_dad=1'])
    await client.namespace.run(['ip', 'address', 'add', `${vip6}/64`, 'dev', 'eth0'])
    await waitFor('duplicate address detection to fail', async () =>
      /dadfailed/.test(await client.namespace.run(['ip', '-6', 'address', 'show', 'dev', 'eth0'])),
    )
    await waitFor('the conflict to be told', async () => ((await node.row(vip6))?.conflicts ?? 0) > 0)
    t.match(await node.row(vip6), { state: 'owner', lastConflict: { mac: client.mac } })
  })

  t.test('nothing is answered for other addresses, nor by a node that stands by', async (t) => {
    const { client, nodes } = await createTestLan(t, [
      nodeFile({ group: { priority: 150 } }),
      nodeFile({ group: { priority: 50 } }),
    ])
    await Promise.all(nodes.map(({ herald }) => herald.start()))
    const owner = await oneOwner(nodes)
    const [one, other] = nodes
    // Who claims first stays, whatever its priority.
    const [backup, priority] = owner === one ? [other, 150] : [one, 50]
    t.equal((await oneOwner(nodes, vip6)).mac, owner.mac, 'both addresses have one owner')
    t.match(await backup.row(), { state: 'backup', owner: { address: owner.ipv4, priority } })
    for (const address of ['10.0.0.201', 'fd00::201']) {
      await resolvesNot(client, address)
      t.pass(`${address} is nobody's`)
    }
    for (const address of [vip, vip6]) {
      t.equal(await resolve(client, address), owner.mac)
      // The kernel asks the backup alone, by unicast.
      const to = ['lladdr', backup.mac, 'dev', 'eth0', 'nud', 'probe']
      await client.namespace.run(['ip', 'neigh', 'replace', address, ...to])
      await waitFor(`the backup to be silent about ${address}`, async () => {
        const known = await neighbourOf(client, address)
        if (known?.state === 'FAILED' || known?.mac === owner.mac || known === undefined) return true
        throw new Error(JSON.stringify(known))
      })
      t.equal((await backup.row(address))?.requestsAnswered, 0)
    }
  })

  t.test('a client whose entry names the old owner is told of the new one', async (t) => {
    const lan = await createTestLan(t, [nodeFile(), nodeFile()])
    const { client, nodes } = lan
    await Promise.all(nodes.map(({ herald }) => herald.start()))
    const old = await oneOwner(nodes)
    for (const address of [vip, vip6]) {
      t.equal(await resolve(client, address), (await oneOwner(nodes, address)).mac)
      await talkTo(client, address)
    }
    const capture = await startLanCapture(client.namespace)
    await old.herald.kill()
    const owner = await oneOwner(nodes)
    await oneOwner(nodes, vip6)
    for (const address of [vip, vip6]) await believes(client, address, owner)
    t.pass('without having asked')
    await waitFor('the announcements', async () => (await owner.row())?.lastFailover !== undefined)
    for (const address of [vip, vip6]) t.match(await probes(client, address), { state: 'REACHABLE' })

    const recording = await capture.stop()
    t.same(recording.complaints, [])
    const about = framesOf(recording, 'request', 'reply').filter(
      ({ from, to, senderIp, targetIp }) => from === owner.mac && to === broadcast && senderIp === targetIp,
    )
    const request = { kind: 'request', targetMac: zeroMac }
    const reply = { kind: 'reply', targetMac: owner.mac }
    for (const form of [request, reply]) {
      const expected = { ...form, senderMac: owner.mac, senderIp: vip, targetIp: vip }
      const found = about.filter(({ kind }) => kind === form.kind)
      t.ok(found.length > 0, `a gratuitous ${form.kind}`)
      for (const frame of found) t.match(frame, expected)
    }
    const unsolicited = framesOf(recording, 'advertisement').filter(
      ({ from, destination }) => from === owner.mac && destination === 'ff02::1',
    )
    t.ok(unsolicited.length > 0, 'an unsolicited advertisement')
    const flags = { router: false, solicited: false, override: true, hopLimit: 255 }
    for (const frame of unsolicited) t.match(frame, { ...flags, target: vip6, linkAddress: owner.mac })
    const advertised = framesOf(recording, 'vrrp').filter(({ from }) => from === owner.mac)
    const vrrp = { version: 3, virtualRouterId: 51, priority: 100 }
    for (const [destination, address] of [
      ['224.0.0.18', vip],
      ['ff02::12', vip6],
    ]) {
      const [frame] = advertised.filter((each) => each.destination === destination)
      t.match(frame, vrrp)
      t.ok(frame?.addresses.includes(address ?? ''), `${address} is advertised to ${destination}`)
    }
  })
}
