/**
 * Long-lived graceful restart (RFC 9494), both roles. Away for longer than the restart time, what is announced stays
 * with the router as the least preferred, and is refreshed when herald is back; how losses are seen, graceful-restart
 * and test/support/route-watch.ts say.
 */
import { join } from 'node:path'
import t from 'tap'
import type { PeerRoute } from '../../src/control/api/routes.js'
import { controlClient } from '../../src/control/client.js'
import { startHerald } from '../support/herald.js'
import { createRack, nodeAddress, nodeConfiguration, torAddress, torSettings } from '../support/rack.js'
import { prefixesAt, refreshed, watch } from '../support/route-watch.js'
import { type Router, routerKind } from '../support/routers/index.js'
import { sleep, waitFor } from '../support/wait.js'

const pods = ['10.244.1.0/24', 'fd00:10:244:1::/64']
const service = '192.0.2.1/32'

const configuration = nodeConfiguration({
  peer: { gracefulRestart: { enabled: true, restartTime: '3s', longLivedStaleTime: '10m' } },
  announcements: [
    { name: 'pods', podCIDRs: pods },
    { name: 'service', loadBalancerIPs: ['192.0.2.1'], communities: ['no-llgr'] },
  ],
})

const helpers = [
  routerKind('frr', 'package'),
  routerKind('frr', 'container'),
  routerKind('bird', 'package'),
  routerKind('bird', 'container'),
]

/** Whether the router keeps these, and marks each. */
async function longLived(router: Router, prefixes: readonly string[]): Promise<boolean> {
  const routes = [
    ...(await router.routesFrom(nodeAddress, 'ipv4/unicast')).values(),
    ...(await router.routesFrom(nodeAddress, 'ipv6/unicast')).values(),
  ]
  const marked = routes.filter(({ communities }) => communities.includes('llgr-stale'))
  return (
    marked.length === routes.length && prefixes.every((each) => marked.some(({ prefix }) => prefix === each))
  )
}

for (const kind of helpers) {
  t.test(
    `${kind.name} keeps the routes of a killed herald for longer than its restart time, and loses none`,
    async (t) => {
      const { tor, node } = await createRack(t)
      const router = await kind.create(tor, { ...torSettings(), keepsLongLivedSeconds: 3600 })
      const herald = await startHerald(node, configuration)
      await waitFor('the routes', async () => (await prefixesAt(router)).length === 3)
      const watching = await watch(router, pods)
      await herald.kill()
      await waitFor('the restart time to be over', () => longLived(router, pods))
      t.same(await prefixesAt(router), pods, 'but for what carries no-llgr')
      await sleep(1000)
      await herald.start()
      await router.established(nodeAddress)
      await waitFor('the routes to be fresh', async () => {
        return (await refreshed(router)) && (await prefixesAt(router)).includes(service)
      })
      const { lost, text } = await watching.stop()
      t.same(lost, [], text)
      t.comment(text)
      const { capabilities } = await herald.json<{ capabilities: Record<string, readonly string[]> }>(
        ...['peers', 'tor-1'],
      )
      for (const side of ['offered', 'received']) {
        t.match(capabilities[side]?.join('\n'), /^long-lived graceful restart/m)
      }
      t.match(
        capabilities.offered?.join('\n'),
        /long-lived graceful restart ipv4\/unicast \(forwarding preserved\) 600 s/,
      )
    },
  )

  t.test(`${kind.name}: a Hard Reset ends routes that could have stayed for long at once`, async (t) => {
    const { tor, node } = await createRack(t)
    const router = await kind.create(tor, { ...torSettings(), keepsLongLivedSeconds: 3600 })
    // Longer than this test waits.
    const gracefulRestart = { enabled: true, restartTime: '10m', longLivedStaleTime: '10m' }
    const herald = await startHerald(node, {
      ...configuration,
      ...nodeConfiguration({ peer: { gracefulRestart } }),
    })
    await waitFor('the routes', async () => (await prefixesAt(router)).length === 3)
    await herald.cli('decommission')
    await waitFor('the routes to go', async () => (await prefixesAt(router)).length === 0)
    t.match((await router.neighbor(nodeAddress))?.lastError, /Hard Reset|de-configured/i)
  })

  t.test(
    `herald keeps the routes of a killed ${kind.name}, and refreshes them when it is back`,
    async (t) => {
      const { tor, node } = await createRack(t)
      const [stays, six, perishes] = ['198.51.100.0/24', '2001:db8:1::/48', '203.0.113.0/24'] as const
      const router = await kind.create(tor, {
        ...torSettings({ passive: false }),
        restarts: { restartSeconds: 3, longLivedSeconds: 600 },
        originate: [
          { prefix: stays },
          { prefix: six, nextHop: 'fd00::1' },
          { prefix: perishes, communities: ['no-llgr'] },
        ],
      })
      // FRR would send back what it gets.
      const herald = await startHerald(node, { ...configuration, announcements: [] })
      const daemon = controlClient(join(herald.folder, 'herald.sock'))
      const received = async () => (await daemon.routesReceived('tor-1')).routes
      const of = async (wanted: string) => (await received()).find(({ prefix }) => prefix === wanted)
      await waitFor('the routes', async () => (await received()).length === 3)

      const missed = new Set<string>()
      const polling = pollUntilStopped(async () => {
        const prefixes = (await received()).map(({ prefix }) => String(prefix))
        for (const prefix of [stays, six]) if (!prefixes.includes(prefix)) missed.add(prefix)
      })
      await router.kill()
      await waitFor('the routes to be stale', async () => /RFC 4724/.test((await of(stays))?.because ?? ''))
      t.ok(await of(perishes), 'the restart time is for all')
      const marked = await waitFor('the restart time to be over', async () => {
        const route = await of(stays)
        return route?.communities.includes('llgr-stale') && route
      })
      t.match(marked.because, /least preferred \(RFC 9494\)/)
      t.equal(await of(perishes), undefined, 'what carries no-llgr is gone')
      t.match(await herald.cli('routes', 'received'), /llgr-stale/)
      await router.start()
      await waitFor('the routes to be fresh', async () => {
        const routes = await received()
        return routes.length === 3 && routes.every(isFresh)
      })
      t.comment(`${await polling.stop()} polls`)
      t.same([...missed], [])
    },
  )
}

function isFresh({ because, communities }: PeerRoute): boolean {
  return because === undefined && !communities.includes('llgr-stale')
}

function pollUntilStopped(poll: () => Promise<void>) {
  let on = true
  let polls = 0
  const done = (async () => {
    for (; on; polls++) {
      await poll()
      await sleep(5)
    }
  })()
  return {
    stop: async () => {
      on = false
      await done
      return polls
    },
  }
}

t.test('GoBGP keeps the routes of a killed herald for longer than its restart time', async (t) => {
  const { tor, node } = await createRack(t)
  const router = await routerKind('gobgp', 'container').create(tor, {
    ...torSettings(),
    keepsLongLivedSeconds: 3600,
  })
  const herald = await startHerald(node, configuration)
  await waitFor('the routes', async () => (await prefixesAt(router)).length === 3)
  await herald.kill()
  await waitFor('the restart time to be over', () => longLived(router, pods))
  t.same(await prefixesAt(router), pods)
  await herald.start()
  await waitFor('the routes to be fresh', async () => {
    return (await refreshed(router)) && (await prefixesAt(router)).includes(service)
  })
})

t.test(`a herald keeps another's routes as long as both agree on, and no longer`, async (t) => {
  const { tor, node } = await createRack(t)
  const helper = await startHerald(tor, {
    bgp: {
      asn: 65000,
      routerId: torAddress,
      peers: [
        {
          name: 'node',
          address: nodeAddress,
          asn: 65001,
          passive: true,
          gracefulRestart: { longLivedStaleTime: '3s' },
        },
      ],
    },
    announcements: [],
  })
  const herald = await startHerald(node, configuration)
  const received = async () =>
    (await helper.json<{ routes: readonly PeerRoute[] }>('routes', 'received')).routes.map(
      ({ prefix, communities }) => `${prefix} ${communities.join(' ')}`.trim(),
    )
  await waitFor('the routes', async () => (await received()).length === 3)
  await herald.kill()
  await waitFor('the restart time to be over', async () => {
    return (await received()).join() === pods.map((prefix) => `${prefix} llgr-stale`).join()
  })
  await waitFor('the stale time to be over', async () => (await received()).length === 0)
  t.match(helper.logs(), /away for longer than its restart time/)
})
