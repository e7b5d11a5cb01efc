/** Next hops follow the addresses of the host: no session waits for an address, and none keeps one that has gone. */
import t from 'tap'
import { startHerald } from '../support/herald.js'
import { createLab } from '../support/netns.js'
import { createRack, nodeAddress, nodeConfiguration, torAddress, torSettings } from '../support/rack.js'
import { routerKind } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

t.test('an IPv6 address that comes, changes and goes after the session is up', async (t) => {
  const lab = await createLab(t)
  const [tor, node] = [await lab.namespace('tor'), await lab.namespace('node')]
  await lab.cable(
    { in: tor, name: 'eth0', addresses: [`${torAddress}/24`, 'fd00::1/64'] },
    { in: node, name: 'eth0', addresses: [`${nodeAddress}/24`] },
  )
  const router = await routerKind('frr', 'package').create(tor, torSettings())
  const announcements = [{ prefixes: ['10.244.1.0/24', 'fd00:10:244:1::/64'] }]
  const herald = await startHerald(node, nodeConfiguration({ announcements }))
  await router.established(nodeAddress)
  const nextHop = async (prefix: string, family: 'ipv4/unicast' | 'ipv6/unicast') =>
    (await router.routesFrom(nodeAddress, family)).get(prefix)?.nextHops[0] ?? 'none'
  const nextHop6 = (is: string) =>
    waitFor(`the next hop ${is}`, async () => (await nextHop('fd00:10:244:1::/64', 'ipv6/unicast')) === is)
  const address = (...words: string[]) => node.run(['ip', 'address', ...words, 'dev', 'eth0', 'nodad'])

  await waitFor(
    'the IPv4 route',
    async () => (await nextHop('10.244.1.0/24', 'ipv4/unicast')) === nodeAddress,
  )
  t.match(await herald.cli('peers', 'tor-1'), /no IPv6 prefix goes to tor-1: .* has no global IPv6 address/)

  await address('add', 'fd00::11/64')
  await nextHop6('fd00::11')
  t.notMatch(await herald.cli('peers', 'tor-1'), /no IPv6 prefix/)

  await address('add', 'fd00::12/64')
  await address('del', 'fd00::11/64')
  await nextHop6('fd00::12')

  await address('del', 'fd00::12/64')
  await nextHop6('none')
  t.equal(await nextHop('10.244.1.0/24', 'ipv4/unicast'), nodeAddress)
  t.match(await herald.json('peers', 'tor-1'), { sessionState: 'established', flaps: 0 })
})

t.test('a node starts while its cable is out, with its own address as identifier', async (t) => {
  const { tor, node } = await createRack(t)
  await tor.run(['ip', 'link', 'set', 'eth0', 'down'])
  const herald = await startHerald(node, nodeConfiguration({ bgp: { routerId: undefined } }))
  t.match(await herald.json('status'), { bgp: { routerId: nodeAddress } })
  await tor.run(['ip', 'link', 'set', 'eth0', 'up'])
  const router = await routerKind('frr', 'package').create(tor, torSettings())
  await router.established(nodeAddress)
})
