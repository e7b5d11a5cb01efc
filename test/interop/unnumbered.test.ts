/** Unnumbered peers: no address on either side, router advertisements tell, and both families run over link-local next hops. */
import { join } from 'node:path'
import t from 'tap'
import { prepareHerald } from '../support/herald.js'
import { createLab } from '../support/netns.js'
import { type Packaging, routerKind } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

interface Peer {
  readonly name: string
  readonly address: string
  readonly sessionState: string
  readonly families: readonly {
    readonly family: string
    readonly received: number
    readonly advertised: number
  }[]
}

const frrSide = `router bgp 65000
 neighbor eth0 interface remote-as external
 neighbor eth0 timers connect 1
 address-family ipv4 unicast
  neighbor eth0 activate
  network 198.51.100.0/24
 exit-address-family
 address-family ipv6 unicast
  neighbor eth0 activate
  network 2001:db8:100::/48
 exit-address-family
exit`

const configuration = {
  node: 'worker-1',
  bgp: {
    asn: 65001,
    routerId: '10.0.0.11',
    peers: [{ interface: 'eth1', asn: 'external', holdTime: '3s', connectRetryTime: '1s' }],
  },
  announcements: [{ name: 'pods', podCIDRs: ['10.244.1.0/24', 'fd00:10:244:1::/64'] }],
}

const packagings: readonly Packaging[] = ['package', 'container']
t.ok(packagings.length > 0)

for (const packaging of packagings) {
  t.test(`FRR ${packaging}: both families, without an address on either side`, async (t) => {
    const lab = await createLab(t)
    const [tor, node] = [await lab.namespace('tor'), await lab.namespace('node')]
    await lab.cable({ in: tor, name: 'eth0', addresses: [] }, { in: node, name: 'eth1', addresses: [] })
    const herald = await prepareHerald(node, configuration)
    await herald.start()
    await waitFor('the reason', async () => /no router advertisement/.test(await herald.cli('peers', 'eth1')))
    t.match(await herald.cli('peers'), /65001 +external +eth1 +idle/)
    const router = await routerKind('frr', packaging).create(tor, {
      asn: 65000,
      routerId: '10.0.0.1',
      raw: { frr: frrSide },
    })
    const peer = async () => (await herald.json<readonly Peer[]>('peers'))[0]
    await waitFor('the session', async () => (await peer())?.sessionState === 'established')
    await waitFor('the routes there', async () => {
      const v4 = JSON.parse(await router.command('show bgp ipv4 unicast json')) as { routes: object }
      const v6 = JSON.parse(await router.command('show bgp ipv6 unicast json')) as { routes: object }
      if ('10.244.1.0/24' in v4.routes && 'fd00:10:244:1::/64' in v6.routes) return true
      throw new Error(`${JSON.stringify([v4, v6])}\n${await herald.cli('peers', 'eth1')}`)
    })
    await waitFor('the routes here', async () => {
      const text = await herald.cli('routes', 'received')
      return text.includes('198.51.100.0/24') && text.includes('2001:db8:100::/48')
    })
    const { address, families } = (await peer()) ?? {}
    t.match(address, /^fe80::/)
    t.match(families, [{ advertised: 1 }, { advertised: 1 }])
    const best = await router.command('show bgp ipv4 unicast 10.244.1.0/24 json')
    t.match(best, /"valid": ?true/, 'FRR can use the next hop')

    await node.run(['ip', 'link', 'set', 'eth1', 'down'])
    await waitFor('the end of the session', async () => (await peer())?.sessionState !== 'established')
    await node.run(['ip', 'link', 'set', 'eth1', 'up'])
    await waitFor('the session again', async () => (await peer())?.sessionState === 'established')
  })
}

t.test('the configuration that herald prints for FRR makes such a session', async (t) => {
  const lab = await createLab(t)
  const [tor, node] = [await lab.namespace('tor'), await lab.namespace('node')]
  await lab.cable({ in: tor, name: 'eth0', addresses: [] }, { in: node, name: 'eth1', addresses: [] })
  const herald = await prepareHerald(node, configuration)
  const words = ['router-config', 'eth1', '-c', join(herald.folder, 'herald.yaml')]
  const printed = await herald.cli(...words, '--interface', 'eth0', '--asn', '65000')
  t.match(printed, /neighbor eth0 interface remote-as 65001/)
  t.notMatch(printed, /^[^!]*</m, 'nothing is left to fill in')
  await herald.start()
  const router = await routerKind('frr', 'container').create(tor, {
    asn: 65000,
    routerId: '10.0.0.1',
    raw: { frr: printed },
  })
  for (const [family, prefix] of [
    ['ipv4', '10.244.1.0/24'],
    ['ipv6', 'fd00:10:244:1::/64'],
  ] as const) {
    await waitFor(`${prefix} there`, async () => {
      const table = JSON.parse(await router.command(`show bgp ${family} unicast json`)) as { routes: object }
      return prefix in table.routes
    })
  }
})
