/**
 * Restart is not drain is not removal (RFC 4724): what routers keep while herald is away and comes back. A route counts
 * as lost when one poll of the router's table, every few milliseconds, misses it, or when the router's kernel stops
 * forwarding it at all: netlink tells each change, so no gap is too short (test/support/route-watch.ts).
 */
import t from 'tap'
import { type Herald, startHerald } from '../support/herald.js'
import { createLab } from '../support/netns.js'
import { prefixesAt, refreshed, watch } from '../support/route-watch.js'
import { type RouterKind, routerKind } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

const helpers: readonly RouterKind[] = [
  routerKind('frr', 'package'),
  routerKind('frr', 'container'),
  routerKind('bird', 'package'),
  routerKind('bird', 'container'),
]

/** The restart time is longer than any wait of these tests: what goes does not go because it is over. */
const configuration = (prefixes: readonly string[], enabled = true) => ({
  node: 'worker-1',
  bgp: {
    asn: 65001,
    routerId: '10.0.0.11',
    peers: [{ address: '10.0.0.1', asn: 65000, gracefulRestart: { enabled, restartTime: '10m' } }],
  },
  announcements: [{ name: 'pods', podCIDRs: prefixes }],
})

const both = ['10.244.1.0/24', '10.244.2.0/24', 'fd00:10:244:1::/64']

async function setUp(t: Parameters<typeof createLab>[0], kind: RouterKind, enabled = true) {
  const lab = await createLab(t)
  const [tor, node] = [await lab.namespace('tor'), await lab.namespace('node')]
  await lab.cable(
    { in: tor, name: 'eth0', addresses: ['10.0.0.1/24', 'fd00::1/64'] },
    { in: node, name: 'eth0', addresses: ['10.0.0.11/24', 'fd00::11/64'] },
  )
  const router = await kind.create(tor, {
    asn: 65000,
    routerId: '10.0.0.1',
    neighbors: [{ address: '10.0.0.11', asn: 65001, localAddress: '10.0.0.1', passive: true }],
  })
  const herald = await startHerald(node, configuration(both, enabled))
  await waitFor('the routes', async () => (await prefixesAt(router)).length === 3)
  return { router, herald }
}

const endings: readonly (readonly [string, (herald: Herald) => Promise<unknown>])[] = [
  ['stopped by SIGTERM', (herald) => herald.stop()],
  ['killed', (herald) => herald.kill()],
]

for (const kind of helpers) {
  for (const [how, end] of endings) {
    t.test(`${kind.name}: no route is lost while herald is ${how} and started again`, async (t) => {
      const { router, herald } = await setUp(t, kind)
      const watching = await watch(router, both)
      await end(herald)
      await waitFor('the routes to be stale', async () => !(await refreshed(router)))
      await herald.start()
      await router.established('10.0.0.11')
      await waitFor('the routes to be fresh', () => refreshed(router))
      const { lost, text } = await watching.stop()
      t.same(lost, [], text)
      t.comment(text)
    })
  }

  t.test(
    `${kind.name}: an upgrade to other announcements: what stays is never lost, what is removed goes at End-of-RIB`,
    async (t) => {
      const { router, herald } = await setUp(t, kind)
      const [kept, gone, six] = [both[0]!, both[1]!, both[2]!]
      const watching = await watch(router, [kept, six])
      await herald.stop()
      await herald.configure(configuration([kept, six, '10.244.3.0/24', 'fd00:10:244:3::/64']))
      t.ok((await prefixesAt(router)).includes(gone), 'the router cannot know yet')
      await herald.start()
      await waitFor('the new prefixes to come and the removed one to go', async () => {
        const now = await prefixesAt(router)
        return now.length === 4 && !now.includes(gone)
      })
      await waitFor('the routes to be fresh', () => refreshed(router))
      const { lost, text } = await watching.stop()
      t.same(lost, [], text)
      t.comment(text)
    },
  )

  t.test(`${kind.name}: without graceful restart the routes go with the session`, async (t) => {
    const { router, herald } = await setUp(t, kind, false)
    await herald.stop()
    await waitFor('the routes to go', async () => (await prefixesAt(router)).length === 0)
    t.match((await router.neighbor('10.0.0.11'))?.lastError, /shutdown/i, 'told, not timed out')
  })

  t.test(`${kind.name}: a peer removed from the file leaves nothing stale`, async (t) => {
    const { router, herald } = await setUp(t, kind)
    const file = configuration(both)
    await herald.configure({ ...file, bgp: { ...file.bgp, peers: [] } })
    await herald.cli('reload')
    await waitFor('the routes to go', async () => (await prefixesAt(router)).length === 0)
    t.match((await router.neighbor('10.0.0.11'))?.lastError, /de-configured|Hard Reset/i)
  })
}

t.test('herald helps a restarting peer: what it had sent stays until its End-of-RIB', async (t) => {
  const lab = await createLab(t)
  const [tor, node] = [await lab.namespace('tor'), await lab.namespace('node')]
  await lab.cable(
    { in: tor, name: 'eth0', addresses: ['10.0.0.1/24', 'fd00::1/64'] },
    { in: node, name: 'eth0', addresses: ['10.0.0.11/24', 'fd00::11/64'] },
  )
  const helper = await startHerald(tor, {
    bgp: { asn: 65000, routerId: '10.0.0.1', peers: [{ address: '10.0.0.11', asn: 65001, passive: true }] },
    announcements: [],
  })
  const restarting = await startHerald(node, configuration(both))
  const received = async () =>
    (await helper.json<{ routes: readonly { prefix: string; because?: string }[] }>('routes', 'received'))
      .routes
  await waitFor('the routes', async () => (await received()).length === 3)
  await restarting.kill()
  await waitFor('the session to end', async () => {
    const [peer] = await helper.json<readonly { sessionState: string }[]>('peers')
    return peer?.sessionState !== 'established'
  })
  t.equal((await received()).length, 3, 'nothing is forgotten while the peer is away')
  await restarting.configure(configuration(both.slice(1)))
  await restarting.start()
  await waitFor('End-of-RIB', async () => (await received()).length === 2)
  t.ok(
    (await received()).every(({ because }) => because === undefined),
    'what came again is fresh',
  )
})
