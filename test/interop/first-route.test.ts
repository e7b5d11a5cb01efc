/** The main job: what the file says stands in the router's table, attributes and all. */
import t from 'tap'
import { startHerald } from '../support/herald.js'
import { createLab } from '../support/netns.js'
import { everyRouter } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

const configuration = {
  node: 'worker-1',
  bgp: {
    asn: 65001,
    routerId: '10.0.0.11',
    peers: [{ name: 'tor-1', address: '10.0.0.1', asn: 65000 }],
  },
  announcements: [
    {
      name: 'pods',
      podCIDRs: ['10.244.1.0/24', 'fd00:10:244:1::/64'],
      communities: ['65001:100', 'no-export', '65001:1:2'],
      med: 10,
      asPathPrepend: 2,
      localPreference: 200,
    },
    {
      name: 'ingress',
      loadBalancerIPs: ['192.0.2.10', '192.0.2.20-192.0.2.29', '192.0.2.64/29', '2001:db8::10'],
    },
  ],
}

const addresses = [
  '192.0.2.10/32',
  ...Array.from({ length: 10 }, (_, i) => `192.0.2.${20 + i}/32`),
  ...Array.from({ length: 8 }, (_, i) => `192.0.2.${64 + i}/32`),
]

t.equal(addresses.length, 19)
t.ok(everyRouter.length >= 8)

for (const kind of everyRouter) {
  for (const passive of [false, true]) {
    t.test(
      `${kind.name}: every route with its attributes, ${passive ? 'herald waits' : 'herald dials'}`,
      async (t) => {
        const lab = await createLab(t)
        const [tor, node] = [await lab.namespace('tor'), await lab.namespace('node')]
        await lab.cable(
          { in: tor, name: 'eth0', addresses: ['10.0.0.1/24', 'fd00::1/64'] },
          { in: node, name: 'eth0', addresses: ['10.0.0.11/24', 'fd00::11/64'] },
        )
        // Who waits is there first: some routers call once and then not for two minutes.
        const herald = await startHerald(node, {
          ...configuration,
          bgp: { ...configuration.bgp, peers: [{ ...configuration.bgp.peers[0], passive }] },
        })
        const router = await kind.create(tor, {
          asn: 65000,
          routerId: '10.0.0.1',
          neighbors: [{ address: '10.0.0.11', asn: 65001, localAddress: '10.0.0.1', passive: !passive }],
        })
        await router.established('10.0.0.11')
        await waitFor('all routes', async () => {
          const v4 = await router.routesFrom('10.0.0.11', 'ipv4/unicast')
          const v6 = await router.routesFrom('10.0.0.11', 'ipv6/unicast')
          return v4.size === addresses.length + 1 && v6.size === 2
        })
        const v4 = await router.routesFrom('10.0.0.11', 'ipv4/unicast')
        const v6 = await router.routesFrom('10.0.0.11', 'ipv6/unicast')
        t.same([...v4.keys()].sort(), [...addresses, '10.244.1.0/24'].sort())
        t.match(v4.get('10.244.1.0/24'), {
          nextHops: ['10.0.0.11'],
          asPath: [65001, 65001, 65001],
          origin: 'igp',
          med: 10,
          communities: ['65001:100', 'no-export'],
          largeCommunities: ['65001:1:2'],
        })
        t.match(v4.get('192.0.2.10/32'), { nextHops: ['10.0.0.11'], asPath: [65001], communities: [] })
        t.match(v6.get('fd00:10:244:1::/64'), { asPath: [65001, 65001, 65001], med: 10 })
        if (!kind.lacks.has('ipv6 next hop over ipv4')) {
          t.equal(
            v6.get('fd00:10:244:1::/64')?.nextHops[0],
            'fd00::11',
            'a usable global next hop, never ::ffff:',
          )
        }
        const peers =
          await herald.json<readonly { sessionState: string; families: readonly { advertised: number }[] }[]>(
            'peers',
          )
        t.equal(peers[0]?.sessionState, 'established')
        t.same(
          peers[0]?.families.map(({ advertised }) => advertised),
          [20, 2],
        )
        t.equal(await herald.stop(), 0)
      },
    )
  }
}
