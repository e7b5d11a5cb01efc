/** A peer that sends a full table as fast as TCP takes it: the session, its KEEPALIVEs, and what it costs. */
import t from 'tap'
import type { PeerDetail } from '../../src/control/api/peers.js'
import { startHerald } from '../support/herald.js'
import { watchKeepalives } from '../support/keepalive-watch.js'
import { processMemory } from '../support/process-memory.js'
import { createRack, nodeAddress, nodeConfiguration, torAddress } from '../support/rack.js'
import { startRawPeer } from '../support/raw-peer.js'
import { sleep, waitFor } from '../support/wait.js'

const routes = 1_000_000
/** A third of the hold time, and at least a second: without jitter (RFC 4271 §4.4, §10). */
const keepaliveSeconds = 1

const shapes = [
  { perUpdate: 4, name: 'attributes of their own for every four, as in the routing table of the Internet' },
  { perUpdate: 800, name: 'full UPDATEs' },
]

t.ok(shapes.length > 0, 'there are tables to send')
for (const { perUpdate, name } of shapes) {
  t.test(`a million routes at once with a hold time of 3 seconds: ${name}`, async (t) => {
    const { tor, node } = await createRack(t)
    const peer = await startRawPeer(tor, {
      address: torAddress,
      asn: 65000,
      holdTimeSeconds: 3,
      does: 'blast',
      afterSeconds: 4,
      routes,
      perUpdate,
    })
    const keepalives = await watchKeepalives(node, 'eth0', nodeAddress)
    const herald = await startHerald(node, nodeConfiguration({ peer: { holdTime: '3s' } }))
    await peer.until('blasting')
    const before = processMemory(herald.pid())
    const began = performance.now()
    const detail = () => herald.json<PeerDetail>('peers', 'tor-1')
    const { state, flaps } = await waitFor(
      'every route to be counted',
      async () => {
        const { sessionState, families, flaps } = await detail()
        const { received } = families.find(({ family }) => family === 'ipv4/unicast') ?? { received: 0 }
        return received === routes && { state: sessionState, flaps }
      },
      { timeoutSeconds: 300 },
    )
    const seconds = (performance.now() - began) / 1000
    await sleep(3000)
    const after = processMemory(herald.pid())
    const gaps = await keepalives.stop()

    t.equal(state, 'established')
    t.equal(flaps, 0)
    t.same(peer.events(), ['listening', 'connected', 'established', 'blasting', 'blasted'], 'one session')
    t.ok(after.peakMiB - before.nowMiB < 100, 'it has cost little')
    t.ok(gaps.length > 5, 'there were KEEPALIVEs')
    const late = Math.max(...gaps) - keepaliveSeconds
    t.ok(late < 2, 'none was so late that a peer would have minded')
    t.comment(
      `${seconds.toFixed(1)} s; a KEEPALIVE was late by ${Math.round(late * 1000)} ms at most; `,
      `resident ${before.nowMiB.toFixed(0)} MiB before, ${after.peakMiB.toFixed(0)} at most, ${after.nowMiB.toFixed(0)} after`,
    )
  })
}
