/** Draining: GRACEFUL_SHUTDOWN, then withdrawal, then Cease, in this order (RFC 8326, RFC 9003). */
import t from 'tap'
import { startCapture } from '../support/capture.js'
import { startHerald } from '../support/herald.js'
import { createLab } from '../support/netns.js'
import { routerKind } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

t.test(
  'FRR sees GRACEFUL_SHUTDOWN, then the routes go, then the session ends; undo brings all back',
  async (t) => {
    const lab = await createLab(t)
    const [tor, node] = [await lab.namespace('tor'), await lab.namespace('node')]
    await lab.cable(
      { in: tor, name: 'eth0', addresses: ['10.0.0.1/24', 'fd00::1/64'] },
      { in: node, name: 'eth0', addresses: ['10.0.0.11/24', 'fd00::11/64'] },
    )
    const frr = await routerKind('frr', 'container').create(tor, {
      asn: 65000,
      routerId: '10.0.0.1',
      neighbors: [{ address: '10.0.0.11', asn: 65001, localAddress: '10.0.0.1', passive: true }],
    })
    const capture = await startCapture(node, 'eth0')
    const herald = await startHerald(node, {
      bgp: {
        asn: 65001,
        routerId: '10.0.0.11',
        peers: [{ name: 'tor-1', address: '10.0.0.1', asn: 65000, gracefulRestart: { enabled: true } }],
      },
      announcements: [
        { name: 'pods', podCIDRs: ['10.244.1.0/24', 'fd00:10:244:1::/64'], communities: ['65001:100'] },
      ],
    })
    const route = async () => (await frr.routesFrom('10.0.0.11', 'ipv4/unicast')).get('10.244.1.0/24')
    await waitFor('the route', async () => (await route()) !== undefined)

    const drained = herald.cli('drain', '--wait', '2s')
    await waitFor(
      'GRACEFUL_SHUTDOWN',
      async () => (await route())?.communities.includes('graceful-shutdown') ?? false,
    )
    t.ok((await route())?.communities.includes('65001:100'), 'its own communities stay')
    t.match(await drained, /drained/)
    // FRR has been told when the command returns, and works through it by itself.
    let stale = false
    await waitFor('nothing to be left', async () => {
      const left = await route()
      stale ||= left?.stale === true
      return left === undefined
    })
    t.notOk(stale, 'nothing is left, stale neither')
    t.match(await herald.cli('status'), /drained/)
    await waitFor('FRR to know why', async () =>
      /drained by its operator|Shutdown|Hard Reset/i.test((await frr.neighbor('10.0.0.11'))?.lastError ?? ''),
    )

    await herald.stop()
    await herald.start()
    t.match(await herald.cli('status'), /drained/, 'a restart does not bring the node back')
    t.match(await herald.cli('drain', '--undo'), /in service/)
    await waitFor('the route to come back', async () => {
      const back = await route()
      return back !== undefined && !back.communities.includes('graceful-shutdown')
    })

    const { messages, complaints } = await capture.stop()
    t.same(complaints, [])
    const kinds = messages.filter(({ from }) => from === '10.0.0.11').map(({ kind }) => kind)
    const cease = kinds.indexOf('notification')
    t.ok(
      cease > 0 && kinds.slice(0, cease).filter((kind) => kind === 'update').length >= 6,
      'withdrawn before the Cease',
    )
  },
)
