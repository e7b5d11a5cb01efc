/**
 * What `herald router-config` prints, loaded into the real daemon as it stands: the session comes up, everything the
 * file announces is accepted, and nothing else is. Only blanks are filled in.
 */
import t, { type Test } from 'tap'
import { type Herald, prepareHerald, startHerald } from '../support/herald.js'
import { createLab, type Namespace } from '../support/netns.js'
import { type Family, type Router, routerKind } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

/** What the file says of the session, and what the command is told besides. */
interface Scenario {
  readonly name: string
  readonly bgp?: Readonly<Record<string, unknown>>
  readonly peer: Readonly<Record<string, unknown>>
  readonly words?: readonly string[]
  /** The address that the router knows the node by. */
  readonly node: string
  readonly nodeAs?: number
  /** The two are not on one link. */
  readonly apart?: boolean
}

const key = 'a-long+secret='

const scenarios: readonly Scenario[] = [
  {
    name: 'eBGP with MD5 and graceful restart',
    peer: { address: '10.0.0.1', asn: 65000, passwordFile: 'tor-1.key', gracefulRestart: { enabled: true } },
    node: '10.0.0.11',
  },
  {
    name: 'iBGP',
    bgp: { asn: 65000 },
    peer: { address: '10.0.0.1', asn: 'internal', localAddress: '10.0.0.11' },
    node: '10.0.0.11',
    nodeAs: 65000,
  },
  { name: 'GTSM', peer: { address: '10.0.0.1', asn: 65000, ttlSecurity: true }, node: '10.0.0.11' },
  {
    name: 'multihop',
    peer: { address: '10.1.0.1', asn: 65000, ebgpMultihop: 2 },
    node: '10.0.0.11',
    apart: true,
  },
  { name: 'an IPv6 session', peer: { address: 'fd00::1', asn: 65000, holdTime: '30s' }, node: 'fd00::11' },
  {
    name: 'a link-local session, with the AS on the command line',
    peer: {
      address: 'fe80::1',
      interface: 'eth0',
      asn: 'external',
      localAddress: 'fe80::11',
      ttlSecurity: true,
    },
    words: ['--interface', 'eth0', '--asn', '65000'],
    node: 'fe80::11',
  },
  {
    name: 'a node that waits, on a port of its own',
    bgp: { listen: ['0.0.0.0:1179'] },
    peer: { address: '10.0.0.1', asn: 65000, passive: true },
    node: '10.0.0.11',
  },
  {
    name: 'a node that only dials, with a local AS and IPv4 alone',
    bgp: { listen: [] },
    peer: { address: '10.0.0.1', asn: 65000, localAsn: 65077, families: ['ipv4/unicast'] },
    node: '10.0.0.11',
    nodeAs: 65077,
  },
  {
    name: 'a range of nodes with MD5',
    peer: { address: '10.0.0.1', asn: 65000, passwordFile: 'tor-1.key' },
    words: ['--nodes', '10.0.0.0/24'],
    node: '10.0.0.11',
  },
]

const announcements = [
  { name: 'pods', podCIDRs: ['10.244.1.0/24', 'fd00:10:244:1::/64'], communities: ['65001:100'], med: 10 },
  { name: 'ingress', loadBalancerIPs: ['192.0.2.10', '192.0.2.20-192.0.2.29', '2001:db8::10'] },
]
const wanted: Readonly<Record<Family, readonly string[]>> = {
  'ipv4/unicast': [
    '10.244.1.0/24',
    '192.0.2.10/32',
    ...Array.from({ length: 10 }, (_, i) => `192.0.2.${20 + i}/32`),
  ],
  'ipv6/unicast': ['2001:db8::10/128', 'fd00:10:244:1::/64'],
}
/** Inside what is accepted but longer or shorter than announced, next to it, and elsewhere. */
const intruders: Readonly<Record<Family, readonly string[]>> = {
  'ipv4/unicast': ['10.244.1.0/25', '192.0.2.20/30', '192.0.2.30/32', '203.0.113.0/24'],
  'ipv6/unicast': ['2001:db8::11/128', 'fd00:10:244:1::/65'],
}

t.ok(scenarios.length >= 9 && wanted['ipv4/unicast'].length === 12)

for (const vendor of ['frr', 'bird'] as const) {
  for (const packaging of ['package', 'container'] as const) {
    const kind = routerKind(vendor, packaging)
    for (const scenario of scenarios) {
      t.test(`${kind.name}, ${scenario.name}`, async (t) => {
        const { tor, node } = await network(t, scenario)
        const herald = await prepareHerald(node, {
          node: 'worker-1',
          bgp: {
            asn: 65001,
            routerId: '10.0.0.11',
            ...scenario.bgp,
            peers: [{ name: 'tor-1', ...scenario.peer }],
          },
          announcements,
        })
        await herald.write('tor-1.key', `${key}\n`)
        const printed = await routerConfig(herald, vendor, scenario)
        t.notOk(printed.includes(key), 'the key is not in it')
        const text = printed.replaceAll('<password of tor-1>', key)
        t.notMatch(text.replace(/^[!#].*$/gm, ''), '<', 'no other blank is left')

        await herald.start()
        const router = await kind.create(tor, {
          asn: 65000,
          routerId: '10.0.0.1',
          raw: { frr: `${frrDefaults}\n${text}`, bird: text },
        })
        await router.established(scenario.node)
        const families = (scenario.peer.families ?? Object.keys(wanted)) as readonly Family[]
        for (const family of families) {
          await waitFor(`${family} to be accepted and used`, async () => {
            const routes = [...(await router.routesFrom(scenario.node, family)).values()]
            return routes.length === wanted[family].length && routes.every(({ best }) => best)
          })
          const routes = await router.routesFrom(scenario.node, family)
          t.same([...routes.keys()].sort(), [...wanted[family]].sort(), family)
        }
        const pods = (await router.routesFrom(scenario.node, 'ipv4/unicast')).get('10.244.1.0/24')
        const asPath = scenario.nodeAs === 65000 ? [] : [scenario.nodeAs ?? 65001]
        t.match(pods, { asPath, med: 10, communities: ['65001:100'] })

        await refused(router, herald, families)
        for (const family of families) {
          const routes = await router.routesFrom(scenario.node, family)
          t.same([...routes.keys()].sort(), [...wanted[family]].sort(), `${family}: nothing else is accepted`)
        }
        const [peer] = await herald.json<readonly { families: readonly { received: number }[] }[]>('peers')
        t.ok(
          peer?.families.every(({ received }) => received === 0),
          'the router sends nothing',
        )
        t.equal((await router.neighbor(scenario.node))?.state, 'established')
        t.equal(await herald.stop(), 0)
      })
    }
  }
}

const longLivedRestart = { enabled: true, restartTime: '2s', longLivedStaleTime: '10m' }

for (const vendor of ['frr', 'bird'] as const) {
  for (const packaging of ['package', 'container'] as const) {
    const kind = routerKind(vendor, packaging)
    t.test(`${kind.name} keeps routes past the restart time, where the file asks for it`, async (t) => {
      const scenario = {
        name: 'long-lived graceful restart',
        peer: { address: '10.0.0.1', asn: 65000, gracefulRestart: longLivedRestart },
        node: '10.0.0.11',
      }
      const { tor, node } = await network(t, scenario)
      const herald = await startHerald(node, {
        node: 'worker-1',
        bgp: { asn: 65001, routerId: '10.0.0.11', peers: [{ name: 'tor-1', ...scenario.peer }] },
        announcements,
      })
      const text = await routerConfig(herald, vendor, scenario)
      const router = await kind.create(tor, {
        asn: 65000,
        routerId: '10.0.0.1',
        raw: { frr: `${frrDefaults}\n${text}`, bird: text },
      })
      await router.established(scenario.node)
      const routes = async () => [...(await router.routesFrom(scenario.node, 'ipv4/unicast')).values()]
      await waitFor('the routes', async () => (await routes()).length === wanted['ipv4/unicast'].length)
      await herald.kill()
      await waitFor('all of them to be kept as long-lived', async () => {
        const kept = await routes()
        return (
          kept.length === wanted['ipv4/unicast'].length &&
          kept.every(({ communities }) => communities.includes('llgr-stale'))
        )
      })
      t.equal((await router.neighbor(scenario.node))?.state === 'established', false, 'while herald is away')
    })
  }
}

/** The driver's own configuration is lenient; the text must do with FRR's defaults, RFC 8212 among them. */
const frrDefaults = ['router bgp 65000', 'bgp ebgp-requires-policy', 'bgp default ipv4-unicast', 'exit'].join(
  '\n',
)

function routerConfig(herald: Herald, vendor: string, { words = [] }: Scenario): Promise<string> {
  return herald.cli('router-config', 'tor-1', '--for', vendor, '-c', `${herald.folder}/herald.yaml`, ...words)
}

/** Announces what the filter does not know, and waits until the router says that it has refused all of it. */
async function refused(router: Router, herald: Herald, families: readonly Family[]): Promise<void> {
  const prefixes = families.flatMap((family) => intruders[family])
  await herald.cli('announce', ...prefixes)
  await waitFor('the router to refuse what is not in the file', async () => {
    if (router.kind.vendor === 'bird') return (await filteredByBird(router)) === prefixes.length
    const logs = await router.logs()
    return prefixes.every(
      (prefix) => logs.includes(`rcvd UPDATE about ${prefix} `) && logs.includes('DENIED'),
    )
  })
}

/** Import updates: received, rejected, filtered, ignored, accepted. */
async function filteredByBird(router: Router): Promise<number> {
  const protocols = await router.command('show', 'protocols', 'all')
  const counts = [...protocols.matchAll(/Import updates:\s+\d+\s+\d+\s+(\d+)/g)]
  return counts.reduce((sum, [, count]) => sum + Number(count), 0)
}

interface Network {
  readonly tor: Namespace
  readonly node: Namespace
}

async function network(t: Test, { apart = false }: Scenario): Promise<Network> {
  const lab = await createLab(t)
  const [tor, node] = [await lab.namespace('tor'), await lab.namespace('node')]
  if (!apart) {
    await lab.cable(
      { in: tor, name: 'eth0', addresses: ['10.0.0.1/24', 'fd00::1/64', 'fe80::1/64'] },
      { in: node, name: 'eth0', addresses: ['10.0.0.11/24', 'fd00::11/64', 'fe80::11/64'] },
    )
    return { tor, node }
  }
  const between = await lab.namespace('between')
  await lab.cable(
    { in: tor, name: 'eth0', addresses: ['10.1.0.1/24', 'fd01::1/64'] },
    { in: between, name: 'left', addresses: ['10.1.0.254/24', 'fd01::fe/64'] },
  )
  await lab.cable(
    { in: between, name: 'right', addresses: ['10.0.0.254/24', 'fd00::fe/64'] },
    { in: node, name: 'eth0', addresses: ['10.0.0.11/24', 'fd00::11/64'] },
  )
  await between.run(['sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1'])
  await tor.run(['ip', 'route', 'add', '10.0.0.0/24', 'via', '10.1.0.254'])
  await tor.run(['ip', '-6', 'route', 'add', 'fd00::/64', 'via', 'fd01::fe'])
  await node.run(['ip', 'route', 'add', '10.1.0.0/24', 'via', '10.0.0.254'])
  await node.run(['ip', '-6', 'route', 'add', 'fd01::/64', 'via', 'fd00::fe'])
  return { tor, node }
}
