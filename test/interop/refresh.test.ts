/** Routes sent again: asked for by the router, or by the operator (RFC 2918, RFC 7313). */
import t from 'tap'
import { startCapture } from '../support/capture.js'
import { startHerald } from '../support/herald.js'
import { createLab } from '../support/netns.js'
import { routerKind } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

const NODE = '10.0.0.11'

t.test('a router that asks, and an operator who resets, get every route again', async (t) => {
  const lab = await createLab(t)
  const [tor, node] = [await lab.namespace('tor'), await lab.namespace('node')]
  await lab.cable(
    { in: tor, name: 'eth0', addresses: ['10.0.0.1/24', 'fd00::1/64'] },
    { in: node, name: 'eth0', addresses: [`${NODE}/24`, 'fd00::11/64'] },
  )
  const capture = await startCapture(node, 'eth0')
  const bird = await routerKind('bird', 'package').create(tor, {
    asn: 65000,
    routerId: '10.0.0.1',
    neighbors: [{ address: NODE, asn: 65001, localAddress: '10.0.0.1', passive: true }],
    originate: [{ prefix: '203.0.113.0/24', med: 3, communities: ['65000:1'] }],
  })
  const herald = await startHerald(node, {
    bgp: { asn: 65001, routerId: NODE, peers: [{ name: 'tor-1', address: '10.0.0.1', asn: 65000 }] },
    announcements: [{ name: 'pods', podCIDRs: ['10.244.1.0/24', '10.244.2.0/24', 'fd00:10:244:1::/64'] }],
  })
  await waitFor('the routes', async () => (await bird.routesFrom(NODE, 'ipv4/unicast')).size === 2)
  interface Shown {
    readonly routes: readonly {
      prefix: string
      med?: number
      communities: readonly string[]
      because?: string
    }[]
  }
  const received = async () => (await herald.json<Shown>('routes', 'received', 'tor-1')).routes
  const routersOwn = async () => (await received()).find(({ prefix }) => prefix === '203.0.113.0/24')
  await waitFor('the route of the router', async () => (await routersOwn()) !== undefined)
  const messages = async () =>
    (
      await herald.json<{ messages: Record<'sent' | 'received', { update: number; routeRefresh: number }> }>(
        'peers',
        'tor-1',
      )
    ).messages
  const sent = async () => (await messages()).sent.update
  const before = await sent()
  await bird.command('reload', 'in', 'all')
  await waitFor('ROUTE-REFRESH', async () => (await messages()).received.routeRefresh > 0)
  await waitFor('the UPDATEs that answer', async () => (await sent()) >= before + 2)
  const asked = await sent()
  await herald.cli('reset', 'tor-1', '--soft')
  await waitFor('an UPDATE for each family', async () => (await sent()) >= asked + 2)
  t.equal((await bird.routesFrom(NODE, 'ipv4/unicast')).size, 2)

  const prefixes = ({ routes }: Shown) => routes.map(({ prefix }) => prefix)
  t.same(prefixes(await herald.json<Shown>('routes', 'advertised', 'tor-1')), [
    '10.244.1.0/24',
    '10.244.2.0/24',
    'fd00:10:244:1::/64',
  ])
  t.same(
    prefixes(await herald.json<Shown>('routes', 'available')),
    prefixes(await herald.json<Shown>('routes', 'advertised', 'tor-1')),
  )
  t.match(await routersOwn(), { med: 3, communities: ['65000:1'], because: undefined })

  const { flaps } = await herald.json<{ flaps: number }>('peers', 'tor-1')
  t.equal(flaps, 0, 'no session was lost so far')
  await herald.cli('reset', 'tor-1')
  await waitFor('the session to be new', async () => {
    const peer = await herald.json<{ flaps: number; sessionState: string }>('peers', 'tor-1')
    return peer.flaps === 1 && peer.sessionState === 'established'
  })
  await waitFor('the routes', async () => (await bird.routesFrom(NODE, 'ipv4/unicast')).size === 2)
  const { complaints } = await capture.stop()
  t.same(complaints, [])
})
