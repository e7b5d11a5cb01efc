/** Both sides open at once (RFC 4271 §6.8, RFC 6286 §2.3): one session is left, and it stays. */
import t from 'tap'
import type { PeerDetail } from '../../src/control/api/peers.js'
import { startCapture } from '../support/capture.js'
import { prepareHerald } from '../support/herald.js'
import { createRack, nodeAddress, nodeConfiguration, torSettings } from '../support/rack.js'
import { routerKind } from '../support/routers/index.js'
import { bgpConnections, silence } from '../support/silence.js'
import { waitFor } from '../support/wait.js'

const kinds = [routerKind('frr', 'package'), routerKind('bird', 'package')]
/** The router's own is 10.0.0.1. */
const identifiers = [
  { name: 'the higher identifier', routerId: '10.0.0.11' },
  { name: 'the lower identifier', routerId: '1.1.1.1' },
  { name: 'the same identifier, the higher AS', routerId: '10.0.0.1' },
]

for (const kind of kinds) {
  for (const { name, routerId } of identifiers) {
    t.test(`${kind.name}: herald has ${name}`, async (t) => {
      const { tor, node } = await createRack(t)
      const router = await kind.create(tor, torSettings({ passive: false, keepaliveSeconds: 1 }))
      const announcements = [{ prefixes: ['10.244.1.0/24'] }]
      const peer = { keepaliveTime: '1s' }
      const herald = await prepareHerald(node, nodeConfiguration({ peer, bgp: { routerId }, announcements }))
      for (const time of ['once', 'and again']) {
        const capture = await startCapture(node, 'eth0')
        const quiet = await silence(node, 'payload')
        await herald.start()
        await waitFor('two connections', async () => (await bgpConnections(node)) === 2)
        await quiet.lift()
        await router.established(nodeAddress)
        await waitFor('the route', async () =>
          (await router.routesFrom(nodeAddress, 'ipv4/unicast')).has('10.244.1.0/24'),
        )
        await waitFor('one connection to be left', async () => (await bgpConnections(node)) === 1)
        const keepalives = async () =>
          (await herald.json<{ messages: { received: { keepalive: number } } }>('peers', 'tor-1')).messages
            .received.keepalive
        const before = await keepalives()
        await waitFor('the session to go on', async () => (await keepalives()) > before)
        const peer = await herald.json<PeerDetail>('peers', 'tor-1')
        t.match(peer, { sessionState: 'established', flaps: 0 }, time, { history: peer.history })
        t.equal((await router.neighbor(nodeAddress))?.state, 'established')
        t.equal(await bgpConnections(node), 1)
        await herald.kill()
        const { messages, complaints } = await capture.stop()
        const opens = messages.filter(({ kind: message, from }) => message === 'open' && from === nodeAddress)
        const streams = new Set(opens.map(({ stream }) => stream)).size
        t.equal(streams, 2, 'both connections got as far as an OPEN')
        const ended = messages.filter(
          ({ kind: message, from }) => message === 'notification' && from === nodeAddress,
        )
        t.ok(ended.length <= 1, 'no connection but one is ended here')
        t.same(complaints, [])
      }
    })
  }
}
