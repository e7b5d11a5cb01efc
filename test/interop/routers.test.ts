/**
 * The routers among themselves, herald nowhere: what a herald test reads through these drivers is right, so a herald
 * test that fails is herald's fault.
 */
import t from 'tap'
import { createLab, type Lab } from '../support/netns.js'
import {
  everyRouter,
  type Route,
  type Router,
  type RouterKind,
  routerKind,
} from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

/** The other side of every session. */
const reference = routerKind('bird', 'package')

const ours = {
  prefix: '192.0.2.10/32',
  med: 10,
  communities: ['65001:100', 'no-export'],
  largeCommunities: ['65001:1:2'],
}
const ours6 = { prefix: 'fd00:10:244:1::/64', nextHop: 'fd00::2' }
const theirs = { prefix: '203.0.113.0/24', med: 7, communities: ['65000:9'], largeCommunities: ['65000:3:4'] }
const theirs6 = { prefix: 'fd00:beef::/64', nextHop: 'fd00::1' }

t.ok(everyRouter.length >= 8, 'there are routers to test')

for (const kind of everyRouter) {
  t.test(`${kind.name}: establishes with ${reference.name} and exchanges routes`, async (t) => {
    const { router, peer } = await pair(await createLab(t), kind)
    const { uptimeSeconds, received } = await router.established('10.0.0.2')
    const seen = await peer.established('10.0.0.1')
    t.ok(uptimeSeconds < 60 && seen.uptimeSeconds < 60, 'uptimes begin with the session')
    if (kind.vendor !== 'bird') t.ok((received?.open ?? 0) >= 1, 'messages are counted')

    const route = await learned(router, '10.0.0.2', ours.prefix)
    t.match(route, {
      nextHops: ['10.0.0.2'],
      asPath: [65001],
      origin: 'igp',
      med: 10,
      largeCommunities: ['65001:1:2'],
      stale: false,
    })
    t.same([...route.communities].sort(), ['65001:100', 'no-export'])
    const route6 = await learned(router, '10.0.0.2', ours6.prefix)
    t.equal(route6.nextHops[0], 'fd00::2')

    const answer = await learned(peer, '10.0.0.1', theirs.prefix)
    t.match(answer, { nextHops: ['10.0.0.1'], asPath: [65000], origin: 'igp', med: 7 })
    t.same(answer.communities, ['65000:9'])
    t.same(answer.largeCommunities, ['65000:3:4'])
    if (!kind.lacks.has('ipv6 next hop over ipv4')) {
      t.equal((await learned(peer, '10.0.0.1', theirs6.prefix)).nextHops[0], 'fd00::1')
    }

    await router.originate({ prefix: '198.51.100.0/24' })
    await learned(peer, '10.0.0.1', '198.51.100.0/24')
    await router.withdraw('198.51.100.0/24')
    await waitFor('the route to be withdrawn', async () => {
      return !(await peer.routesFrom('10.0.0.1', 'ipv4/unicast')).has('198.51.100.0/24')
    })

    await router.kill()
    const down = await waitFor('the peer to notice', async () => {
      const status = await peer.neighbor('10.0.0.1')
      return status?.state !== 'established' && status
    })
    t.equal(down.uptimeSeconds, 0)
    await router.start()
    await router.established('10.0.0.2')
    await learned(peer, '10.0.0.1', theirs.prefix)
  })
}

interface Pair {
  readonly router: Router
  readonly peer: Router
}

async function pair(lab: Lab, kind: RouterKind): Promise<Pair> {
  const [left, right] = [await lab.namespace('left'), await lab.namespace('right')]
  await lab.cable(
    { in: left, name: 'eth0', addresses: ['10.0.0.1/24', 'fd00::1/64'] },
    { in: right, name: 'eth0', addresses: ['10.0.0.2/24', 'fd00::2/64'] },
  )
  const router = await kind.create(left, {
    asn: 65000,
    routerId: '10.0.0.1',
    // BIRD dials: some others wait half a minute before they do.
    neighbors: [{ address: '10.0.0.2', asn: 65001, localAddress: '10.0.0.1', passive: true }],
    originate: [theirs, theirs6],
  })
  const peer = await reference.create(right, {
    asn: 65001,
    routerId: '10.0.0.2',
    neighbors: [{ address: '10.0.0.1', asn: 65000, localAddress: '10.0.0.2' }],
    originate: [ours, ours6],
  })
  return { router, peer }
}

/** Chosen, not only heard of: some look at the next hop first. */
function learned(router: Router, from: string, prefix: string): Promise<Route> {
  const family = prefix.includes(':') ? 'ipv6/unicast' : 'ipv4/unicast'
  return waitFor(`${router.kind.name} to learn ${prefix}`, async () => {
    const route = (await router.routesFrom(from, family)).get(prefix)
    return route?.best === true && route
  })
}
