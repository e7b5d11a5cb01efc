/** A peer that talks and reads nothing (RFC 9687): it is dropped in time, costs nothing, and nobody else notices. */
import t from 'tap'
import type { PeerDetail } from '../../src/control/api/peers.js'
import { startHerald } from '../support/herald.js'
import { processMemory } from '../support/process-memory.js'
import {
  createRack,
  nodeConfiguration,
  secondNodeAddress,
  secondTor,
  secondTorAddress,
  torAddress,
} from '../support/rack.js'
import { startRawPeer } from '../support/raw-peer.js'
import { routerKind } from '../support/routers/index.js'
import { sleep, waitFor } from '../support/wait.js'

const frr = routerKind('frr', 'package')

/** 65,536 addresses: far more than TCP takes for a peer that reads nothing. */
const table = '198.18.0.0/16'
const size = 65_536
const pods = '10.244.1.0/24'

t.test('a peer that talks and reads nothing is dropped by the SendHoldTimer alone', async (t) => {
  const rack = await createRack(t)
  const tor2 = await secondTor(rack)
  await rack.tor.run(['sysctl', '-qw', 'net.ipv4.tcp_rmem=4096 4096 4096'])
  const deaf = await startRawPeer(rack.tor, {
    address: torAddress,
    asn: 65000,
    holdTimeSeconds: 3,
    does: 'stop-reading',
  })
  const router = await frr.create(tor2, {
    asn: 65000,
    routerId: secondTorAddress,
    neighbors: [{ address: secondNodeAddress, asn: 65001, localAddress: secondTorAddress, passive: true }],
  })
  const configuration = (med: number) => {
    const { bgp, ...rest } = nodeConfiguration({ peer: { holdTime: '3s', sendHoldTime: '20s' } })
    const other = {
      name: 'tor-2',
      address: secondTorAddress,
      asn: 65000,
      holdTime: '9s',
      connectRetryTime: '1s',
    }
    const announcements = [
      { name: 'pods', podCIDRs: [pods] },
      { name: 'services', loadBalancerIPs: [table], med },
    ]
    return { ...rest, bgp: { ...bgp, peers: [...bgp.peers, other] }, announcements }
  }
  const herald = await startHerald(rack.node, configuration(0))
  const peer = (name: string) => herald.json<PeerDetail>('peers', name)
  const count = async () => (await router.routesFrom(secondNodeAddress, 'ipv4/unicast')).size
  await deaf.until('established')
  const began = performance.now()
  await waitFor('FRR to have the table', async () => (await count()) === size + 1, { timeoutSeconds: 300 })
  const before = processMemory(herald.pid())
  let polls = 0
  let gaps = 0

  // The whole table changes again and again, and every change is more that the deaf peer is owed.
  let med = 0
  while (!deaf.events().includes('closed')) {
    if (performance.now() - began > 300_000) throw new Error('the deaf peer is never dropped')
    await herald.configure(configuration(++med))
    await herald.cli('reload')
    const shown = await router.command(`show bgp ipv4 unicast ${pods}`)
    polls++
    if (!shown.includes(secondNodeAddress)) gaps++
    await sleep(200)
  }
  const seconds = (performance.now() - began) / 1000
  const after = processMemory(herald.pid())

  const dropped = await peer('tor-1')
  t.match(dropped.lastError, { origin: 'local', text: /Send Hold Timer Expired.*RFC 9687/ })
  t.ok(seconds > 15, `not before its time: after ${seconds.toFixed(0)} s`)
  t.ok(med > 3, `the table has changed ${med} times`)
  t.ok(polls > 3)
  t.equal(gaps, 0, 'the other router has had its route all the time')
  t.match(await peer('tor-2'), { sessionState: 'established', flaps: 0 })
  await waitFor('FRR to have the last state of everything', async () => {
    const routes = await router.routesFrom(secondNodeAddress, 'ipv4/unicast')
    return routes.size === size + 1 && routes.get('198.18.255.255/32')?.med === med
  })
  const growth = after.peakMiB - before.nowMiB
  t.ok(growth < 150, 'the memory is bounded')
  t.comment(
    `${med} changes of ${size} routes; resident ${before.nowMiB.toFixed(0)} MiB before, at most ${growth.toFixed(0)} more`,
  )
})
