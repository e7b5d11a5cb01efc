/** Two routers behind one address, told apart by their ports. */
import t from 'tap'
import { startHerald } from '../support/herald.js'
import { createRack, nodeAddress, nodeConfiguration, torAddress, torSettings } from '../support/rack.js'
import { type RouterKind, routerKind } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

interface Peer {
  readonly name: string
  readonly port: number
  readonly sessionState: string
  readonly flaps: number
}

const kinds: readonly RouterKind[] = [routerKind('bird', 'package'), routerKind('gobgp', 'package')]
t.ok(kinds.length > 1)

t.test(
  'two routers on different ports of one address have a session each, and their own routes',
  async (t) => {
    const { tor, node } = await createRack(t)
    const ports = [1179, 2179]
    const routers = await Promise.all(
      kinds.map((kind, i) => kind.create(tor, { ...torSettings(), asn: 65000 + i, port: ports[i] ?? 0 })),
    )
    const peers = ports.map((port, i) => ({
      name: `vrf-${i}`,
      address: torAddress,
      port,
      asn: 65000 + i,
      connectRetryTime: '1s',
      advertise: [`pods-${i}`, 'everywhere'],
    }))
    const announcements = [
      { name: 'everywhere', loadBalancerIPs: ['192.0.2.10'] },
      { name: 'pods-0', podCIDRs: ['10.244.0.0/24'] },
      { name: 'pods-1', podCIDRs: ['10.244.1.0/24'] },
    ]
    const configuration = nodeConfiguration({ bgp: { listen: [], peers }, announcements })
    const herald = await startHerald(node, configuration)
    for (const [i, router] of routers.entries()) {
      const routes = await waitFor(`the routes of ${i}`, async () => {
        const found = [...(await router.routesFrom(nodeAddress, 'ipv4/unicast')).keys()].sort()
        return found.length === 2 && found
      })
      t.same(routes, [`10.244.${i}.0/24`, '192.0.2.10/32'])
    }
    const two = await herald.json<readonly Peer[]>('peers')
    t.match(two, [
      { name: 'vrf-0', port: 1179, sessionState: 'established' },
      { name: 'vrf-1', port: 2179, sessionState: 'established' },
    ])

    const [, second] = peers
    await herald.configure(nodeConfiguration({ bgp: { listen: [], peers: [second] }, announcements }))
    t.match(await herald.cli('reload'), /vrf-0.*removed/)
    await waitFor(
      'the first one to be gone',
      async () => (await herald.json<readonly Peer[]>('peers')).length === 1,
    )
    t.match(await herald.json('peers', 'vrf-1'), { sessionState: 'established', flaps: 0 })
  },
)
