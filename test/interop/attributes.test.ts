/** What the file says stands in the router's own JSON, to external and to internal peers. */
import t, { type Test } from 'tap'
import { startHerald } from '../support/herald.js'
import { only } from '../support/only.js'
import { createRack, nodeAddress, nodeConfiguration, torSettings } from '../support/rack.js'
import { everyRouter, type Route, type Router } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

const announcements = [
  {
    name: 'pods',
    podCIDRs: ['10.244.1.0/24', 'fd00:10:244:1::/64'],
    communities: ['65001:100', 'no-export', '65001:1:2'],
    localPreference: 200,
    med: 10,
    asPathPrepend: 2,
  },
  {
    name: 'ingress',
    loadBalancerIPs: ['192.0.2.10', '192.0.2.20-192.0.2.29', '192.0.2.64/29', '2001:db8::10'],
  },
]

const count = (length: number, start: number) => Array.from({ length }, (_, i) => `192.0.2.${start + i}/32`)
const plain = ['192.0.2.10/32', ...count(10, 20), ...count(8, 64)]
t.equal(plain.length, 19)

const rich = { communities: ['65001:100', 'no-export'], largeCommunities: ['65001:1:2'] }

const bare = { communities: [], largeCommunities: [], extendedCommunities: [] }

const sessions = [
  {
    name: 'external',
    asn: 65000,
    pods: { ...rich, asPath: [65001, 65001, 65001], med: 10 },
    ingress: { asPath: [65001] },
    localPref: undefined,
  },
  {
    name: 'internal',
    asn: 65001,
    pods: { ...rich, asPath: [], med: 10, localPref: 200 },
    ingress: { asPath: [], localPref: 100 },
    localPref: { pods: 200, ingress: 100 },
  },
]

for (const kind of everyRouter.filter(({ vendor }) => vendor === 'frr')) {
  for (const session of sessions) {
    t.test(`${kind.name}, ${session.name}: its JSON has exactly what the file says`, async (t) => {
      const { tor, node } = await createRack(t)
      const router = await kind.create(tor, { ...torSettings(), asn: session.asn })
      const herald = await startHerald(node, {
        ...nodeConfiguration({ peer: { asn: session.asn }, announcements }),
        node: 'worker-1.rack.example',
      })
      await router.established(nodeAddress)
      const v4 = await table(router, 'ipv4', 20)
      const v6 = await table(router, 'ipv6', 2)

      t.same([...v4.keys()].sort(), [...plain, '10.244.1.0/24'].sort())
      t.same([...v6.keys()].sort(), ['2001:db8::10/128', 'fd00:10:244:1::/64'])
      const path = session.pods.asPath.join(' ')
      const { localPref } = session
      const pods = {
        path,
        metric: 10,
        ...(localPref && { locPrf: localPref.pods }),
        origin: 'IGP',
        valid: true,
      }
      t.match(v4.get('10.244.1.0/24'), { ...pods, peerId: nodeAddress, nexthops: [{ ip: nodeAddress }] })
      t.match(v6.get('fd00:10:244:1::/64'), { ...pods, nexthops: [{ ip: 'fd00::11', scope: 'global' }] })
      const other = session.ingress.asPath.join(' ')
      for (const prefix of plain) {
        const route = v4.get(prefix)
        t.match(route, {
          path: other,
          nexthops: [{ ip: nodeAddress }],
          ...(localPref && { locPrf: localPref.ingress }),
        })
        t.equal(route?.metric, undefined, 'no MED that nobody asked for')
        if (localPref === undefined) t.equal(route?.locPrf, undefined, 'no LOCAL_PREF on an external session')
      }
      for (const [prefix, { nexthops }] of v6) {
        t.ok(
          nexthops.every(({ ip }) => !ip.startsWith('::ffff:')),
          `${prefix} has no mapped next hop`,
        )
        t.equal(nexthops[0]?.accessible ?? true, true, `${prefix} is reachable`)
      }
      const both = await router.routesFrom(nodeAddress, 'ipv4/unicast')
      is(t, both.get('10.244.1.0/24'), session.pods)
      is(t, (await router.routesFrom(nodeAddress, 'ipv6/unicast')).get('fd00:10:244:1::/64'), session.pods)
      is(t, both.get('192.0.2.10/32'), { ...session.ingress, ...bare })

      const { capabilities } = await herald.json<{ capabilities: { offered: readonly string[] } }>(
        ...['peers', 'tor-1'],
      )
      t.ok(capabilities.offered.includes('hostname worker-1.rack.example'))
      const peers = JSON.parse(await router.command(`show bgp neighbors ${nodeAddress} json`))
      t.match(peers[nodeAddress], {
        bgpState: 'Established',
        remoteAs: 65001,
        nbrExternalLink: session.name === 'external' || undefined,
        nbrInternalLink: session.name === 'internal' || undefined,
        hostname: 'worker-1',
        domainname: 'rack.example',
        neighborCapabilities: {
          '4byteAs': 'advertisedAndReceived',
          enhancedRouteRefresh: 'advertisedAndReceived',
          multiprotocolExtensions: {
            ipv4Unicast: { advertisedAndReceived: true },
            ipv6Unicast: { advertisedAndReceived: true },
          },
        },
        addressFamilyInfo: {
          ipv4Unicast: { acceptedPrefixCounter: 20 },
          ipv6Unicast: { acceptedPrefixCounter: 2 },
        },
      })
    })
  }
}

for (const kind of everyRouter.filter(({ vendor }) => vendor === 'frr')) {
  t.test(
    `${kind.name} shows BLACKHOLE by its name (RFC 7999), behind the next hop of the peer`,
    async (t) => {
      const { tor, node } = await createRack(t)
      const router = await kind.create(tor, torSettings())
      const nextHop = { ipv4: '10.0.0.99', ipv6: 'fd00::99' }
      const victims = { name: 'victims', loadBalancerIPs: ['192.0.2.66', '2001:db8::66'] }
      await startHerald(
        node,
        nodeConfiguration({ peer: { nextHop }, announcements: [{ ...victims, communities: ['blackhole'] }] }),
      )
      await router.established(nodeAddress)
      for (const [version, prefix, hop] of [
        ['ipv4', '192.0.2.66/32', nextHop.ipv4],
        ['ipv6', '2001:db8::66/128', nextHop.ipv6],
      ] as const) {
        const route = await waitFor(prefix, async () =>
          (await router.routesFrom(nodeAddress, `${version}/unicast`)).get(prefix),
        )
        t.equal(route.nextHops[0], hop)
        t.match(await router.command(`show bgp ${version} unicast ${prefix}`), /Community: .*blackhole/)
      }
    },
  )
}

for (const kind of everyRouter.filter(({ vendor }) => vendor !== 'frr')) {
  t.test(`${kind.name}: an internal peer has LOCAL_PREF as the file says, and no AS path`, async (t) => {
    const { tor, node } = await createRack(t)
    const router = await kind.create(tor, { ...torSettings(), asn: 65001 })
    await startHerald(node, nodeConfiguration({ peer: { asn: 'internal' }, announcements }))
    await router.established(nodeAddress)
    const routes = await waitFor('all routes', async () => {
      const found = await router.routesFrom(nodeAddress, 'ipv4/unicast')
      return found.size === 20 && found
    })
    const pods = { ...rich, asPath: [], med: 10, localPref: 200, nextHops: [nodeAddress] }
    is(t, routes.get('10.244.1.0/24'), pods)
    is(t, routes.get('192.0.2.10/32'), { ...bare, asPath: [], localPref: 100, nextHops: [nodeAddress] })
  })
}

function is(t: Test, route: Route | undefined, expected: Partial<Route>): void {
  t.same(only(route, expected), expected)
}

/** A row of `show bgp ipv4 unicast json`. */
interface FrrRoute {
  readonly valid?: boolean
  readonly path: string
  readonly metric?: number
  readonly locPrf?: number
  readonly nexthops: readonly { readonly ip: string; readonly accessible?: boolean }[]
}

async function table(
  router: Router,
  version: 'ipv4' | 'ipv6',
  size: number,
): Promise<ReadonlyMap<string, FrrRoute>> {
  return waitFor(`${size} ${version} routes`, async () => {
    const { routes } = JSON.parse(await router.command(`show bgp ${version} unicast json`)) as {
      routes: Record<string, FrrRoute[]>
    }
    const valid = Object.entries(routes).flatMap(([prefix, [route]]) =>
      route?.valid === true ? [[prefix, route] as const] : [],
    )
    if (valid.length !== size) throw new Error(`${valid.length} valid in ${JSON.stringify(routes)}`)
    return new Map(valid)
  })
}
