/** What lies under a session: distance, links, ranges of peers, limits, and numbers that do not agree. */
import t, { type Test } from 'tap'
import { type Herald, startHerald } from '../support/herald.js'
import { createLab, type Namespace } from '../support/netns.js'
import { only } from '../support/only.js'
import { createRack, nodeAddress, nodeConfiguration, torSettings } from '../support/rack.js'
import { type Router, routerKind } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

const frr = routerKind('frr', 'container')
const announcements = [{ prefixes: ['10.244.1.0/24', 'fd00:10:244:1::/64'] }]

t.test('GTSM (RFC 5082): no session that lasts unless both sides have it', async (t) => {
  const { tor, node } = await createRack(t)
  // FRR accepts a call and is deaf from then on.
  const router = await frr.create(tor, torSettings({ ttlSecurityHops: 1, holdTimeSeconds: 3 }))
  const herald = await startHerald(node, nodeConfiguration({ announcements }))
  await says(herald, /Hold Timer Expired/)
  await change(herald, { ttlSecurity: true })
  await router.established(nodeAddress)
  t.match(await herald.json('peers', 'tor-1'), { ttl: 255, ttlSecurityHops: 1 })
})

t.test('multihop across a router; and GTSM across it', async (t) => {
  const { tor, node } = await routed(t)
  const address = '10.0.1.11'
  const router = await frr.create(tor, torSettings({ address, multihop: 2 }))
  const bgp = { routerId: address }
  const herald = await startHerald(node, nodeConfiguration({ bgp, announcements }))
  await says(herald, /ebgpMultihop/)
  await herald.configure(nodeConfiguration({ bgp, announcements, peer: { ebgpMultihop: 2 } }))
  await herald.cli('reload')
  await router.established(address)
  const expected = { nextHops: [address], best: true }
  t.same(only(await learned(router, '10.244.1.0/24', address), expected), expected)
  await herald.stop()
  await router.stop()

  const secured = await routerKind('frr', 'package').create(tor, torSettings({ address, ttlSecurityHops: 2 }))
  await herald.configure(nodeConfiguration({ bgp, announcements, peer: { ttlSecurity: 2 } }))
  await herald.start()
  await secured.established(address)
})

t.test('peers out of a range: a key for all of them, and a limit', async (t) => {
  const lab = await createLab(t)
  const [tor, second, node] = [
    await lab.namespace('tor'),
    await lab.namespace('second'),
    await lab.namespace('node'),
  ]
  await lab.lan([
    { in: tor, name: 'eth0', addresses: ['10.0.0.1/24', 'fd00::1/64'] },
    { in: second, name: 'eth0', addresses: ['10.0.0.2/24', 'fd00::2/64'] },
    { in: node, name: 'eth0', addresses: ['10.0.0.11/24', 'fd00::11/64'] },
  ])
  const range = { prefix: '10.0.0.0/24', asn: 'external', limit: 1, password: 'rack' }
  const herald = await startHerald(
    node,
    nodeConfiguration({ bgp: { peers: [], dynamicPeers: [range] }, announcements }),
  )
  const settings = (routerId: string, asn: number) => ({
    asn,
    routerId,
    neighbors: [{ address: nodeAddress, asn: 65001, localAddress: routerId, password: 'rack' }],
  })
  const router = await frr.create(tor, settings('10.0.0.1', 65000))
  await router.established(nodeAddress)
  await learned(router, '10.244.1.0/24')
  const other = await routerKind('frr', 'package').create(second, settings('10.0.0.2', 65002))
  await waitFor('the limit to be told', () => herald.logs().includes('has its limit of 1 dynamic peers'))
  t.match(await herald.json('peers'), [
    { name: '10.0.0.1', dynamic: true, peerAs: 65000, sessionState: 'established' },
  ])
  t.not((await other.neighbor(nodeAddress))?.state, 'established')

  await router.stop()
  await other.established(nodeAddress)
  t.match(await herald.json('peers'), [{ name: '10.0.0.2', dynamic: true, peerAs: 65002 }])
  t.equal((await herald.json<readonly unknown[]>('peers')).length, 1, 'nothing is left of the first')
})

/** The router is AS `theirs`, and takes us for `ours`. */
const agreements = [
  { asn: 'external', theirs: 65000, ours: 65001, asPath: [65001] },
  { asn: 'internal', theirs: 65001, ours: 65001, asPath: [] },
  { asn: 65000, localAsn: 65099, theirs: 65000, ours: 65099, asPath: [65099] },
  { asn: 4200000000, theirs: 4200000000, ours: 65001, asPath: [65001] },
]

for (const { asn, theirs, ours, asPath, ...peer } of agreements) {
  t.test(`asn: ${asn}${peer.localAsn === undefined ? '' : `, localAsn: ${peer.localAsn}`}`, async (t) => {
    const { tor, node } = await createRack(t)
    const router = await frr.create(tor, { ...torSettings({ asn: ours }), asn: theirs })
    const herald = await startHerald(node, nodeConfiguration({ peer: { asn, ...peer }, announcements }))
    await router.established(nodeAddress)
    t.same((await learned(router, '10.244.1.0/24')).asPath, asPath)
    t.match(await herald.json('peers', 'tor-1'), { peerAs: theirs, localAs: ours })
  })
}

const disagreements = [
  { name: 'herald expects another AS', peer: { asn: 65005 }, theirs: 65000, ours: 65001, by: 'sent' },
  {
    name: 'herald expects an external peer',
    peer: { asn: 'external' },
    theirs: 65001,
    ours: 65001,
    by: 'sent',
  },
  {
    name: 'herald expects an internal peer',
    peer: { asn: 'internal' },
    theirs: 65000,
    ours: 65001,
    by: 'sent',
  },
  { name: 'the router expects another AS', peer: {}, theirs: 65000, ours: 65005, by: 'received' },
]

for (const { name, peer, theirs, ours, by } of disagreements) {
  t.test(`${name}: \`herald peers\` names it`, async (t) => {
    const { tor, node } = await createRack(t)
    await frr.create(tor, { ...torSettings({ asn: ours }), asn: theirs })
    const herald = await startHerald(node, nodeConfiguration({ peer, announcements }))
    const text = await says(herald, /\(code 2, subcode 2\)/)
    t.match(text, by === 'sent' ? `says that it is AS ${theirs}` : 'does not want this node to be AS 65001')
    t.match(await herald.json('peers', 'tor-1'), { lastError: { origin: by, code: 2, subcode: 2 }, flaps: 0 })
  })
}

/** FRR 10.3 does not resolve a link-local next hop where it was called instead of calling. */
for (const { packaging, passive } of [
  { packaging: 'package', passive: false },
  { packaging: 'container', passive: true },
] as const) {
  t.test(
    `FRR ${packaging}, a link without any other address: IPv4 and IPv6 between link-local ones`,
    async (t) => {
      const lab = await createLab(t)
      const [tor, node] = [await lab.namespace('tor'), await lab.namespace('node')]
      // No further link-local addresses, which the kernel would prefer.
      for (const namespace of [tor, node]) {
        await namespace.run(['sysctl', '-qw', 'net.ipv6.conf.default.addr_gen_mode=1'])
      }
      await lab.cable(
        { in: tor, name: 'eth0', addresses: ['fe80::1/64'] },
        { in: node, name: 'eth0', addresses: ['fe80::11/64'] },
      )
      const router = await routerKind('frr', packaging).create(tor, {
        ...torSettings(),
        neighbors: [{ address: 'fe80::11', asn: 65001, passive: !passive }],
        raw: {
          frr: 'router bgp 65000\n neighbor fe80::11 interface eth0\n neighbor fe80::11 capability extended-nexthop\nexit',
        },
      })
      const peer = { address: 'fe80::1', interface: 'eth0', asn: 'external', passive }
      const herald = await startHerald(node, nodeConfiguration({ peer, announcements }))
      await router.established('fe80::11')
      for (const prefix of ['fd00:10:244:1::/64', '10.244.1.0/24']) {
        t.same((await learned(router, prefix, 'fe80::11')).nextHops, ['fe80::11'], prefix)
      }
      t.match(await herald.json('peers', 'tor-1'), { interface: 'eth0', localAddress: 'fe80::11' })
    },
  )
}

t.test('too many prefixes end the session, until an operator resets it', async (t) => {
  const { tor, node } = await createRack(t)
  const prefixes = ['203.0.113.0/24', '198.51.100.0/24', 'fd00:beef::/64']
  const router = await frr.create(tor, {
    ...torSettings({ passive: false }),
    originate: prefixes.map((prefix) => ({ prefix })),
  })
  // Announcing nothing, because FRR sends back to us what it has of us, and that counts.
  const herald = await startHerald(node, nodeConfiguration({ peer: { maxPrefixes: 2 } }))
  const { lastError } = await waitFor('FRR to be told', async () => {
    const status = await router.neighbor(nodeAddress)
    return status?.lastError?.includes('Cease') === true && status
  })
  t.match(lastError, /Cease\/Maximum Number of Prefixes Reached/)
  t.match(await says(herald, /stays down/), /herald reset tor-1/)
  // The router's calls are turned away, and there are none of ours.
  await waitFor('FRR to be refused', () => herald.logs().includes('"refused a connection from 10.0.0.1'))
  t.match(await herald.json('peers', 'tor-1'), { sessionState: 'idle', flaps: 1 })

  await router.withdraw('203.0.113.0/24')
  await herald.cli('reset', 'tor-1')
  await router.established(nodeAddress)
  await waitFor('the routes that are left', async () => {
    const { total } = await herald.json<{ total: number }>('routes', 'received', 'tor-1')
    if (total !== 2) throw new Error(await herald.cli('peers', 'tor-1'))
    return true
  })
  t.match(await herald.json('peers', 'tor-1'), { sessionState: 'established' })
})

async function routed(t: Test): Promise<{ tor: Namespace; node: Namespace }> {
  const lab = await createLab(t)
  const [tor, middle, node] = [
    await lab.namespace('tor'),
    await lab.namespace('middle'),
    await lab.namespace('node'),
  ]
  await lab.cable(
    { in: tor, name: 'eth0', addresses: ['10.0.0.1/24'] },
    { in: middle, name: 'eth0', addresses: ['10.0.0.2/24'] },
  )
  await lab.cable(
    { in: middle, name: 'eth1', addresses: ['10.0.1.2/24'] },
    { in: node, name: 'eth0', addresses: ['10.0.1.11/24'] },
  )
  await middle.run(['sysctl', '-qw', 'net.ipv4.ip_forward=1'])
  await tor.run(['ip', 'route', 'add', '10.0.1.0/24', 'via', '10.0.0.2'])
  await node.run(['ip', 'route', 'add', '10.0.0.0/24', 'via', '10.0.1.2'])
  return { tor, node }
}

async function change(herald: Herald, peer: Readonly<Record<string, unknown>>): Promise<void> {
  await herald.configure(nodeConfiguration({ peer, announcements }))
  await herald.cli('reload')
}

/** What `herald peers tor-1` prints once it has that. */
function says(herald: Herald, wanted: RegExp): Promise<string> {
  return waitFor(`herald peers to say ${wanted}`, async () => {
    const text = await herald.cli('peers', 'tor-1')
    if (!wanted.test(text)) throw new Error(text)
    return text
  })
}

function learned(router: Router, prefix: string, from = nodeAddress) {
  const family = prefix.includes(':') ? 'ipv6/unicast' : 'ipv4/unicast'
  return waitFor(`the router to learn ${prefix}`, async () => {
    const routes = await router.routesFrom(from, family)
    const route = routes.get(prefix)
    if (route?.best !== true) throw new Error(JSON.stringify([...routes]))
    return route
  })
}
