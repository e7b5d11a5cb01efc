/** `herald reload`: what changed and nothing else goes over the wire, and no session is touched that need not be. */
import t, { type Test } from 'tap'
import { type Herald, startHerald } from '../support/herald.js'
import {
  createRack,
  nodeAddress,
  nodeConfiguration,
  secondNodeAddress,
  secondTor,
  secondTorAddress,
  torAddress,
  torSettings,
} from '../support/rack.js'
import { type Route, type Router, routerKind } from '../support/routers/index.js'
import { counts, nothing, trafficDuring } from '../support/traffic.js'
import { waitFor } from '../support/wait.js'

type Keys = Readonly<Record<string, unknown>>

const pods = { name: 'pods', podCIDRs: ['10.244.1.0/24'], communities: ['65001:100'] }
const ingress = { name: 'ingress', loadBalancerIPs: ['192.0.2.10'] }
const more = { ...ingress, loadBalancerIPs: ['192.0.2.10', '192.0.2.11'] }
const other = { ...pods, communities: ['65001:200'] }

function configuration({
  peer = {},
  bgp = {},
  announcements = [pods, ingress],
}: Partial<Configuration> = {}) {
  return nodeConfiguration({ peer: { keepaliveTime: '1s', ...peer }, bgp, announcements })
}

interface Configuration {
  readonly peer: Keys
  readonly bgp: Keys
  readonly announcements: readonly Keys[]
}

/** Each from the one before; `updates` is what the router receives, exactly. */
const steps: readonly {
  readonly name: string
  readonly to: Partial<Configuration>
  readonly updates: number
  readonly says: RegExp
  /** Next hop and first community, by prefix. */
  readonly leaves: Readonly<Record<string, string>>
}[] = [
  {
    name: 'an unchanged file sends nothing',
    to: {},
    updates: 0,
    says: /^nothing changes\n$/,
    leaves: { '10.244.1.0/24': '10.0.0.11 65001:100', '192.0.2.10/32': '10.0.0.11' },
  },
  {
    name: 'a prefix more is one UPDATE',
    to: { announcements: [pods, more] },
    updates: 1,
    says: /ingress: prefixes 1 -> 2 .*\n\napplied; no session resets/s,
    leaves: {
      '10.244.1.0/24': '10.0.0.11 65001:100',
      '192.0.2.10/32': '10.0.0.11',
      '192.0.2.11/32': '10.0.0.11',
    },
  },
  {
    name: 'a prefix less is one UPDATE',
    to: {},
    updates: 1,
    says: /ingress: prefixes 2 -> 1/,
    leaves: { '10.244.1.0/24': '10.0.0.11 65001:100', '192.0.2.10/32': '10.0.0.11' },
  },
  {
    name: 'other communities replace the route, without a withdrawal',
    to: { announcements: [other, ingress] },
    updates: 1,
    says: /communities 65001:100 -> 65001:200/,
    leaves: { '10.244.1.0/24': '10.0.0.11 65001:200', '192.0.2.10/32': '10.0.0.11' },
  },
  {
    name: 'a list of announcements for this peer withdraws the others alone',
    to: { announcements: [other, ingress], peer: { advertise: ['pods'] } },
    updates: 1,
    says: /advertise added: pods/,
    leaves: { '10.244.1.0/24': '10.0.0.11 65001:200' },
  },
  {
    name: 'another next hop replaces every route, without a withdrawal',
    to: { announcements: [other, ingress], peer: { advertise: ['pods'], nextHop: { ipv4: '10.0.0.99' } } },
    updates: 1,
    says: /nextHop self -> 10.0.0.99/,
    leaves: { '10.244.1.0/24': '10.0.0.99 65001:200' },
  },
  {
    name: 'a limit, timers and graceful restart send nothing now',
    to: {
      announcements: [other, ingress],
      peer: {
        advertise: ['pods'],
        nextHop: { ipv4: '10.0.0.99' },
        maxPrefixes: 1000,
        holdTime: '30s',
        gracefulRestart: { enabled: true },
      },
    },
    updates: 0,
    says: /from the next session on/,
    leaves: { '10.244.1.0/24': '10.0.0.99 65001:200' },
  },
  {
    name: 'all back again',
    to: {},
    updates: 2,
    says: /applied; no session resets/,
    leaves: { '10.244.1.0/24': '10.0.0.11 65001:100', '192.0.2.10/32': '10.0.0.11' },
  },
]

t.ok(steps.length > 0)

t.test('one step after the other, in one session', async (t) => {
  const { herald, router } = await up(t)
  const session = await sessions(router)
  for (const { name, to, updates, says, leaves } of steps) {
    let said = ''
    const traffic = await trafficDuring(router, nodeAddress, async () => {
      await herald.configure(configuration(to))
      said = await herald.cli('reload')
    })
    t.match(said, says, name)
    t.same(counts(traffic), { ...nothing, update: updates }, name)
    t.same(await routes(router), leaves, name)
    const fewer = Object.keys(leaves).length < 2 || name.includes('less')
    if (!fewer) t.notMatch(traffic.log, /withdrawn/, `${name}: nothing is withdrawn`)
  }
  t.equal(await sessions(router), session, 'the session is the one from the beginning')
  t.match(await herald.json('peers', 'tor-1'), { flaps: 0 })

  const before = reloadsIn(herald.logs())
  herald.signal('SIGHUP')
  await waitFor('SIGHUP to reload', () => reloadsIn(herald.logs()) > before)
})

t.test('another peer comes, changes and goes; the first one does not notice', async (t) => {
  const { herald, router, rack } = await up(t)
  const second = await routerKind('frr', 'package').create(await secondTor(rack), {
    asn: 65002,
    routerId: secondTorAddress,
    neighbors: [{ address: secondNodeAddress, asn: 65001, passive: true }],
  })
  const session = await sessions(router)
  const tor1 = { name: 'tor-1', address: torAddress, asn: 65000, connectRetryTime: '1s', keepaliveTime: '1s' }
  const both = (tor2: Keys) =>
    configuration({
      bgp: {
        peers: [
          tor1,
          { name: 'tor-2', address: secondTorAddress, asn: 65002, connectRetryTime: '1s', ...tor2 },
        ],
      },
    })
  const traffic = await trafficDuring(router, nodeAddress, async () => {
    await herald.configure(both({}))
    t.match(await herald.cli('reload'), /peer tor-2: added/)
    await second.established(secondNodeAddress)
    await waitFor(
      'routes at the second',
      async () => (await second.routesFrom(secondNodeAddress, 'ipv4/unicast')).size === 2,
    )

    await herald.configure(both({ localAsn: 65009 }))
    t.match(await herald.cli('reload'), /localAsn 65001 -> 65009 .*sessions that reset: tor-2/s)
    const why = await waitFor('the second to be told', async () => {
      const { lastError = '' } = (await second.neighbor(secondNodeAddress)) ?? {}
      return lastError.includes('Notification') && lastError
    })
    t.match(why, /Cease\/Other Configuration Change/)

    await herald.configure(configuration())
    t.match(await herald.cli('reload'), /peer tor-2: removed .*sessions that reset: tor-2/s)
    await waitFor(
      'the routes to go from the second',
      async () => (await second.routes('ipv4/unicast')).length === 0,
    )
  })
  t.same(counts(traffic), nothing)
  t.equal(await sessions(router), session)
  t.match(await herald.json('peers'), [{ name: 'tor-1', sessionState: 'established' }])
})

t.test('a peer that is removed is told so', async (t) => {
  const { herald, router } = await up(t)
  await herald.configure(configuration({ bgp: { peers: [] } }))
  await herald.cli('reload')
  const { lastError } = await waitFor('the session to end', async () => {
    const status = await router.neighbor(nodeAddress)
    return status?.state !== 'established' && status
  })
  t.match(lastError, /Cease\/Peer (De-configured|Unconfigured)/)
  t.same(await herald.json('peers'), [])
})

t.test('an invalid file changes nothing, and every mistake is told', async (t) => {
  const { herald, router } = await up(t)
  const session = await sessions(router)
  const traffic = await trafficDuring(router, nodeAddress, async () => {
    await herald.configure(
      configuration({
        peer: { holdTime: '1s', adress: 'x' },
        announcements: [{ podCIDRs: ['10.244.1.1/24'] }],
      }),
    )
    const { status, stderr } = await herald.attempt('reload')
    t.equal(status, 1)
    for (const place of [
      'bgp.peers[0].holdTime: ',
      'bgp.peers[0].adress: ',
      'announcements[0].podCIDRs[0]: ',
    ]) {
      t.match(stderr, new RegExp(`herald.yaml:\\d+:\\d+: ${place.replaceAll(/[[\]]/g, '\\$&')}`))
    }
    const before = reloadsIn(herald.logs())
    herald.signal('SIGHUP')
    await waitFor('the log to say so', () => reloadsIn(herald.logs()) > before)
  })
  t.same(counts(traffic), nothing)
  t.equal(await sessions(router), session)
  t.match(await herald.cli('status'), /not applied: the file (is invalid|has 3 problems)/)
  t.match(await herald.json('status'), { lastReload: { applied: false } })
  t.same(Object.keys(await routes(router)), ['10.244.1.0/24', '192.0.2.10/32'])
})

t.test('--dry-run, --refuse-reset and --confirm-within', async (t) => {
  const { herald, router } = await up(t)
  const session = await sessions(router)
  const traffic = await trafficDuring(router, nodeAddress, async () => {
    await herald.configure(configuration({ peer: { families: ['ipv4/unicast'] } }))
    t.match(await herald.cli('reload', '--dry-run'), /not applied; sessions that reset: tor-1/)
    const { status, stderr } = await herald.attempt('reload', '--refuse-reset')
    t.equal(status, 1)
    t.match(stderr, /these sessions would reset: tor-1/)
  })
  t.same(counts(traffic), nothing)

  const withMore = configuration({ announcements: [pods, more] })
  await herald.configure(withMore)
  t.match(await herald.cli('reload', '--refuse-reset', '--confirm-within', '2s'), /rolled back at .* unless/)
  await has(router, '192.0.2.11/32', true)
  await has(router, '192.0.2.11/32', false)
  t.match(await herald.cli('status'), /rolled back: nobody confirmed within 2s/)
  t.equal((await herald.attempt('reload', '--confirm')).status, 1, 'there is nothing left to confirm')

  await herald.cli('reload', '--confirm-within', '2s')
  await herald.cli('reload', '--confirm')
  const marker = await trafficDuring(router, nodeAddress, () => has(router, '192.0.2.11/32', true))
  t.notMatch(marker.log, /withdrawn/)
  // Longer than the two seconds: one KEEPALIVE a second at most.
  const later = await trafficDuring(router, nodeAddress, async () => undefined)
  t.same(counts(later), nothing)
  t.equal(await sessions(router), session)
})

t.test('what cannot be changed in a session resets it, and says so to the peer', async (t) => {
  const { herald, router } = await up(t)
  await herald.configure(configuration({ peer: { families: ['ipv4/unicast'] } }))
  t.match(await herald.cli('reload'), /applied; sessions that reset: tor-1/)
  const { lastError } = await waitFor('the session to end', async () => {
    const status = await router.neighbor(nodeAddress)
    return status?.lastError?.includes('Cease') === true && status
  })
  t.match(lastError, /Cease\/Other Configuration Change/)
  await router.established(nodeAddress)
  t.match(await herald.json('peers', 'tor-1'), { families: [{ family: 'ipv4/unicast' }] })
})

async function up(t: Test) {
  const rack = await createRack(t)
  const router = await routerKind('frr', 'container').create(rack.tor, torSettings())
  const herald: Herald = await startHerald(rack.node, configuration())
  await router.established(nodeAddress)
  await waitFor('the routes', async () => Object.keys(await routes(router)).length === 2)
  return { rack, router, herald }
}

/** How many sessions there have been: FRR tells uptimes inexactly. */
async function sessions(router: Router): Promise<number> {
  const { [nodeAddress]: neighbor } = JSON.parse(
    await router.command(`show bgp neighbors ${nodeAddress} json`),
  )
  return neighbor.connectionsEstablished
}

async function routes(router: Router): Promise<Readonly<Record<string, string>>> {
  const found = await router.routesFrom(nodeAddress, 'ipv4/unicast')
  const shown = ({ nextHops, communities }: Route) => [...nextHops, ...communities].join(' ')
  return Object.fromEntries([...found].map(([prefix, route]) => [prefix, shown(route)]))
}

function has(router: Router, prefix: string, wanted: boolean) {
  return waitFor(
    `${prefix} to ${wanted ? 'come' : 'go'}`,
    async () => (await router.routesFrom(nodeAddress, 'ipv4/unicast')).has(prefix) === wanted,
  )
}

function reloadsIn(log: string): number {
  return log.split('\n').filter((line) => line.includes('"msg":"reload"')).length
}
