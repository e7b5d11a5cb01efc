/** What must never leave does not: bounds of a peer, held against what FRR has, with the reasons that herald gives. */
import t from 'tap'
import { startHerald } from '../support/herald.js'
import { createRack, nodeAddress, nodeConfiguration, torSettings } from '../support/rack.js'
import { routerKind } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

t.test('a list of allowed prefixes and a maximum, changed in a session that stands', async (t) => {
  const { tor, node } = await createRack(t)
  const router = await routerKind('frr', 'package').create(tor, torSettings())
  const announcements = [
    { name: 'pods', podCIDRs: ['10.244.1.0/24'] },
    { name: 'ingress', loadBalancerIPs: ['192.0.2.10-192.0.2.19'] },
  ]
  const bounded = (peer: Readonly<Record<string, unknown>>) => nodeConfiguration({ peer, announcements })
  const herald = await startHerald(node, bounded({ allowedPrefixes: ['10.244.0.0/16'] }))
  const there = async () => [...(await router.routesFrom(nodeAddress, 'ipv4/unicast')).keys()].sort()
  const comesTo = (count: number) =>
    waitFor(`${count} routes`, async () => {
      const routes = await there()
      if (routes.length !== count) throw new Error(routes.join(' '))
      return true
    })
  await comesTo(1)
  t.same(await there(), ['10.244.1.0/24'])
  const outside = await herald.attempt('explain', '192.0.2.10/32', 'tor-1')
  t.equal(outside.status, 1)
  t.match(outside.stdout, /lies in none of `allowedPrefixes` of tor-1/)
  await herald.cli('announce', '203.0.113.1')
  t.equal((await herald.attempt('explain', '203.0.113.1/32', 'tor-1')).status, 1, 'at run time neither')

  await herald.configure(bounded({ maxAdvertisedPrefixes: 4 }))
  await herald.cli('reload')
  await comesTo(4)
  t.match(herald.logs(), /8 prefixes are left out: tor-1 is sent 4 of each family at most/)
  const over = await herald.attempt('explain', '192.0.2.19/32', 'tor-1')
  t.equal(over.status, 1)
  t.match(over.stdout, /as many prefixes of this family as it may be sent: 4/)

  await herald.configure(bounded({}))
  await herald.cli('reload')
  await comesTo(12)
  t.match(await herald.json('peers', 'tor-1'), { flaps: 0 })
})
