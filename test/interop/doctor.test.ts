/** herald doctor names the cause, in each condition made real with a real router. */
import t from 'tap'
import type { Certainty, Diagnosis, DoctorReport, PeerCause } from '../../src/control/api/doctor.js'
import type { PeerRoutes } from '../../src/control/api/routes.js'
import { startHerald } from '../support/herald.js'
import type { createLab, Namespace } from '../support/netns.js'
import {
  createRack,
  nodeAddress,
  nodeConfiguration,
  type Rack,
  torAddress,
  torSettings,
} from '../support/rack.js'
import { type Router, type RouterSettings, routerKind } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

const frr = routerKind('frr', 'package')
const newFrr = routerKind('frr', 'container')
const bird = routerKind('bird', 'package')

/** What the router's own language has to say besides its neighbours. */
const raw = (...lines: readonly string[]) => ({
  raw: { frr: ['router bgp 65000', ...lines, 'exit'].join('\n') },
})

interface Row {
  readonly name: string
  /** Absent: nobody is there. */
  readonly router?: RouterSettings
  readonly kind?: typeof frr
  readonly prepare?: (rack: Rack) => Promise<unknown>
  /** Keys of the peer in herald's file. */
  readonly peer?: Readonly<Record<string, unknown>>
  readonly cause: PeerCause
  readonly certainty: Certainty
  readonly text: RegExp
  /** Where several are possible: the first of them. */
  readonly first?: PeerCause
}

const calling = { passive: false }

const rows: readonly Row[] = [
  {
    name: 'no route to the peer',
    peer: { address: '192.0.2.1' },
    cause: 'no-route',
    certainty: 'certain',
    text: /no route to 192\.0\.2\.1/,
  },
  {
    name: 'nobody has the address of the peer',
    peer: { address: '10.0.0.7' },
    cause: 'host-unreachable',
    certainty: 'likely',
    text: /10\.0\.0\.7 does not answer ARP on eth0/,
  },
  {
    name: 'nobody has the IPv6 address of the peer',
    peer: { address: 'fd00::7' },
    cause: 'host-unreachable',
    certainty: 'likely',
    text: /fd00::7 does not answer on eth0/,
  },
  {
    name: 'the port is closed',
    cause: 'port-closed',
    certainty: 'certain',
    text: /10\.0\.0\.1:179 refuses/,
  },
  {
    name: 'the port is closed, and a key is set',
    peer: { password: 'Sesame' },
    cause: 'port-closed',
    certainty: 'certain',
    text: /nobody listens on port 179/,
  },
  {
    name: 'a filter drops what goes to the port',
    router: torSettings(),
    prepare: ({ tor }) => filterPort179(tor),
    cause: 'filtered',
    certainty: 'possible',
    text: /answers nothing on TCP port 179, though it answers ARP/,
  },
  {
    name: 'a filter drops what goes to the router, whose calls arrive',
    router: torSettings(calling),
    prepare: ({ tor }) => filterPort179(tor),
    cause: 'filtered',
    certainty: 'likely',
    text: /the calls of tor-1 arrive here/,
  },
  {
    name: 'another MD5 key on the router, which calls',
    router: torSettings({ ...calling, password: 'Sesame' }),
    peer: { password: 'Simsim' },
    cause: 'md5-differs',
    certainty: 'likely',
    text: /signed with another TCP MD5 key/,
  },
  {
    name: 'another MD5 key on the router, which waits: honestly one of two',
    router: torSettings({ password: 'Sesame' }),
    peer: { password: 'Simsim' },
    first: 'filtered',
    cause: 'md5-differs',
    certainty: 'possible',
    text: /no answer while an MD5 key is set, and none without a signature either/,
  },
  {
    name: 'no MD5 key on the router, which waits',
    router: torSettings(),
    peer: { password: 'Sesame' },
    cause: 'md5-missing-there',
    certainty: 'certain',
    text: /takes a connection without signature/,
  },
  {
    name: 'no MD5 key on the router, which calls a node that waits',
    router: torSettings(calling),
    peer: { password: 'Sesame', passive: true },
    cause: 'md5-missing-there',
    certainty: 'likely',
    text: /without the TCP MD5 signature/,
  },
  {
    name: 'no MD5 key here, and the router calls',
    router: torSettings({ ...calling, password: 'Sesame' }),
    cause: 'md5-missing-here',
    certainty: 'likely',
    text: /signed with a TCP MD5 key that is not set here/,
  },
  {
    name: 'no MD5 key here, and the router waits: honestly one of two',
    router: torSettings({ password: 'Sesame' }),
    first: 'filtered',
    cause: 'md5-missing-here',
    certainty: 'possible',
    text: /MD5 key that only the other side has/,
  },
  {
    name: 'the router is another AS',
    router: { ...torSettings(), asn: 65009 },
    cause: 'wrong-as-here',
    certainty: 'certain',
    text: /says that it is AS 65009, and here AS 65000 is configured/,
  },
  {
    name: 'the router expects another AS',
    router: torSettings({ asn: 65099 }),
    cause: 'wrong-as-there',
    certainty: 'certain',
    text: /tor-1, AS 65000, does not want this node to be AS 65001/,
  },
  {
    name: 'the router calls, and expects another AS (FRR 10)',
    kind: newFrr,
    router: torSettings({ ...calling, asn: 65099 }),
    cause: 'wrong-as-there',
    certainty: 'certain',
    text: /tor-1, AS 65000, does not want this node to be AS 65001/,
  },
  {
    name: 'no address family in common',
    router: torSettings({ families: ['ipv4/unicast'] }),
    peer: { families: ['ipv6/unicast'] },
    cause: 'no-common-family',
    certainty: 'certain',
    text: /this node offers ipv6\/unicast; tor-1 offers ipv4\/unicast/,
  },
  {
    name: 'the router wants a longer hold time',
    router: { ...torSettings(), ...raw('bgp minimum-holdtime 60') },
    peer: { holdTime: '9s' },
    cause: 'hold-time-rejected',
    certainty: 'certain',
    text: /rejects the hold time of 9s/,
  },
  {
    name: 'GTSM on the router alone',
    router: torSettings({ ttlSecurityHops: 1 }),
    cause: 'ttl-security-there',
    certainty: 'likely',
    text: /acknowledges nothing that follows with TTL 1/,
  },
  {
    name: 'GTSM here alone, and the router waits',
    router: torSettings(),
    peer: { ttlSecurity: true },
    cause: 'ttl-security-here',
    certainty: 'likely',
    text: /has a TTL below 255/,
  },
  {
    name: 'GTSM here alone, and the router calls a node that waits',
    router: torSettings(calling),
    peer: { ttlSecurity: true, passive: true },
    cause: 'ttl-security-here',
    certainty: 'certain',
    text: /tor-1 called with TTL 1, and ttlSecurity demands 255/,
  },
  {
    name: 'too many prefixes for the router',
    router: {
      ...torSettings(),
      ...raw(
        'address-family ipv4 unicast',
        `neighbor ${nodeAddress} maximum-prefix 1`,
        'exit-address-family',
      ),
    },
    cause: 'max-prefixes-there',
    certainty: 'certain',
    text: /takes no more prefixes/,
  },
  {
    name: 'too many prefixes for this side',
    router: {
      ...torSettings(),
      originate: ['192.0.2.1/32', '192.0.2.2/32', '192.0.2.3/32'].map((prefix) => ({ prefix })),
    },
    peer: { maxPrefixes: 2 },
    cause: 'max-prefixes-here',
    certainty: 'certain',
    text: /more than the 2 prefixes/,
  },
  {
    name: 'the router has the neighbour shut down',
    router: { ...torSettings(), ...raw(`neighbor ${nodeAddress} shutdown message back at noon`) },
    cause: 'hangs-up',
    certainty: 'likely',
    text: /has that neighbour shut down/,
  },
  {
    name: 'the router does not know this node',
    router: { ...torSettings(), neighbors: [] },
    cause: 'hangs-up',
    certainty: 'likely',
    text: /does not know this address as a neighbour/,
  },
]

t.ok(rows.length > 20, 'there are conditions to make')
for (const { name, router, kind = frr, prepare, peer = {}, ...expected } of rows) {
  t.test(`${name}: ${expected.cause}`, async (t) => {
    const rack = await createRack(t)
    await prepare?.(rack)
    if (router !== undefined) await kind.create(rack.tor, router)
    const herald = await startHerald(rack.node, configuration(peer))
    const { report, status, told } = await diagnosed(herald, expected.first ?? expected.cause, expected)
    t.equal(status, 1, 'something is wrong')
    t.notOk(report.healthy)
    t.same(report.node, [], 'with the node itself nothing is')
    t.match(told.text, expected.text)
    t.equal(told.certainty, expected.certainty)
    t.ok(told.here !== undefined || told.there !== undefined, 'there is a remedy')
    t.notMatch(JSON.stringify(report), /Sesame|Simsim/)
  })
}

function configuration(peer: Readonly<Record<string, unknown>> = {}) {
  return nodeConfiguration({
    peer,
    announcements: [{ name: 'pods', podCIDRs: ['10.244.1.0/24', '10.244.2.0/24', '10.244.3.0/24'] }],
  })
}

async function filterPort179(namespace: Namespace): Promise<void> {
  await namespace.run(['nft', '--file', '-'], {
    stdin: `table inet filter {
      chain input {
        type filter hook input priority 0
        ip saddr ${nodeAddress} tcp sport 179 drop
        ip saddr ${nodeAddress} tcp dport 179 drop
      }
    }
    `,
  })
}

interface Diagnosed {
  readonly report: DoctorReport
  readonly status: number
  /** The diagnosis that the row is about. */
  readonly told: Diagnosis
}

type Attempting = Pick<Awaited<ReturnType<typeof startHerald>>, 'attempt'>

/** Asks until the first diagnosis has this cause, and one is what is expected. */
function diagnosed(
  herald: Attempting,
  first: PeerCause,
  { cause, certainty }: Pick<Row, 'cause' | 'certainty'>,
): Promise<Diagnosed> {
  return waitFor(`doctor to say ${cause}`, async () => {
    const { stdout, stderr, status } = await herald.attempt('doctor', 'tor-1', '-o', 'json')
    if (stdout === '') throw new Error(stderr)
    const report = JSON.parse(stdout) as DoctorReport
    const diagnoses = report.peers[0]?.diagnoses ?? []
    const told = diagnoses.find((each) => each.cause === cause && each.certainty === certainty)
    if (told === undefined || diagnoses[0]?.cause !== first) throw new Error(stdout)
    return { report, status, told }
  })
}

t.test('an operator shuts the neighbour down while the session is up, and says why', async (t) => {
  const { router, herald } = await running(t)
  await router.command(
    'configure terminal',
    'router bgp 65000',
    `neighbor ${nodeAddress} shutdown message back at noon`,
  )
  const { told } = await diagnosed(herald, 'shut-down-there', {
    cause: 'shut-down-there',
    certainty: 'certain',
  })
  t.match(told.text, /says: "back at noon"/)
})

t.test('a router that applies RFC 8212 establishes and accepts nothing, which nobody can know', async (t) => {
  const { router, herald } = await running(t, raw('bgp ebgp-requires-policy'))
  const { told, status } = await diagnosed(herald, 'nothing-accepted', {
    cause: 'nothing-accepted',
    certainty: 'possible',
  })
  t.equal(status, 0, 'a guess is no illness')
  t.match(told.text, /was sent 3 prefixes and sends none itself; .*RFC 8212.*next hop \(10\.0\.0\.11/)
  t.equal((await router.routesFrom(nodeAddress, 'ipv4/unicast')).size, 0, 'and it is so')
})

t.test(
  'a router that cannot reach the next hop establishes and uses nothing: the next hop is named',
  async (t) => {
    const { router, herald } = await running(t, {}, { nextHop: { ipv4: '10.9.9.9' } })
    const { told, status } = await diagnosed(herald, 'nothing-accepted', {
      cause: 'nothing-accepted',
      certainty: 'possible',
    })
    t.equal(status, 0, 'a guess is no illness')
    t.match(told.text, /was sent 3 prefixes and sends none itself; .*next hop \(10\.9\.9\.9/)
    const routes = [...(await router.routesFrom(nodeAddress, 'ipv4/unicast')).values()]
    t.notOk(
      routes.some(({ best }) => best),
      'and it is so',
    )
  },
)

t.test(
  'a router that enforces the first AS accepts: it is the one it peers with, whatever is before',
  async (t) => {
    const enforce = raw(`neighbor ${nodeAddress} enforce-first-as`)
    const settings = torSettings({ asn: 65009 })
    const { router } = await running(t, { ...settings, ...enforce }, { localAsn: 65009 })
    await waitFor('every route to be accepted', async () => {
      const routes = await router.routesFrom(nodeAddress, 'ipv4/unicast')
      return (
        routes.size === 3 && [...routes.values()].every(({ best, asPath }) => best && asPath[0] === 65009)
      )
    })
    t.pass('what doctor says of the first AS is so')
  },
)

t.test('a router that sends routes gets the benefit of the doubt', async (t) => {
  const { herald } = await running(t, { originate: [{ prefix: '192.0.2.1/32' }] })
  await waitFor('the route', async () => {
    const { routes } = await herald.json<PeerRoutes>('routes', 'received')
    return routes.some(({ prefix }) => prefix === '192.0.2.1/32')
  })
  // An IPv6 address is no next hop yet while the kernel is still setting it up.
  const report = await waitFor('doctor to find nothing wrong', async () => {
    const { status, stdout } = await herald.attempt('doctor', '-o', 'json')
    return status === 0 && (JSON.parse(stdout) as DoctorReport)
  })
  t.match(report, { healthy: true, node: [], peers: [{ diagnoses: [] }] })
})

t.test('a family that the router does not speak is told, and no illness', async (t) => {
  const settings = torSettings({ families: ['ipv4/unicast'] })
  const { herald } = await running(t, { ...settings, originate: [{ prefix: '192.0.2.1/32' }] })
  const { told, status } = await diagnosed(herald, 'family-missing', {
    cause: 'family-missing',
    certainty: 'certain',
  })
  t.match(told.text, /does not speak ipv6\/unicast/)
  t.equal(status, 0)
})

async function running(
  t: Parameters<typeof createLab>[0],
  change: Partial<RouterSettings> = {},
  peer: Readonly<Record<string, unknown>> = {},
) {
  const { tor, node } = await createRack(t)
  const router = await frr.create(tor, { ...torSettings(), ...change })
  const herald = await startHerald(node, configuration(peer))
  await router.established(nodeAddress)
  return { router, herald }
}

t.test(
  'another speaker on this node has the session, and the port: both are named with their process',
  async (t) => {
    const { tor, node } = await createRack(t)
    const router = await frr.create(tor, torSettings())
    await bird.create(node, {
      asn: 65001,
      routerId: nodeAddress,
      neighbors: [{ address: torAddress, asn: 65000, localAddress: nodeAddress }],
    })
    await router.established(nodeAddress)
    const herald = await startHerald(node, configuration())
    const { told, report } = await diagnosed(herald, 'collision', {
      cause: 'collision',
      certainty: 'certain',
    })
    t.match(told.text, /^bird \(process \d+\) of this host has a session with tor-1/)
    t.match(report.node[0], { cause: 'port-taken', text: /^bird \(process \d+\) listens on 0\.0\.0\.0:179/ })
  },
)

t.test('a peer behind a router needs more than a TTL of 1: ttl-too-low', async (t) => {
  const { router, herald } = await behindARouter(t, {})
  const { told } = await diagnosed(herald, 'ttl-too-low', { cause: 'ttl-too-low', certainty: 'likely' })
  t.match(told.text, /behind the router 10\.0\.0\.1/)
  t.match(told.here, /ebgpMultihop/)
  await herald.configure(farConfiguration({ ebgpMultihop: 2 }))
  await herald.cli('reload')
  await router.established(nodeAddress)
  t.pass('the remedy is the remedy')
})

const farAddress = '10.0.1.1'

function farConfiguration(peer: Readonly<Record<string, unknown>>) {
  return configuration({ address: farAddress, ...peer })
}

/** The ToR only routes; the BGP router is one hop behind it. */
async function behindARouter(t: Parameters<typeof createLab>[0], peer: Readonly<Record<string, unknown>>) {
  const { lab, tor, node } = await createRack(t)
  const far = await lab.namespace('far')
  await lab.cable(
    { in: tor, name: 'eth1', addresses: ['10.0.1.2/24'] },
    { in: far, name: 'eth0', addresses: [`${farAddress}/24`] },
  )
  await tor.run(['sysctl', '-qw', 'net.ipv4.ip_forward=1'])
  await far.run(['ip', 'route', 'add', '10.0.0.0/24', 'via', '10.0.1.2'])
  await node.run(['ip', 'route', 'add', '10.0.1.0/24', 'via', torAddress])
  const router: Router = await frr.create(far, {
    ...torSettings({ localAddress: farAddress, multihop: 2 }),
    routerId: farAddress,
  })
  return { router, herald: await startHerald(node, farConfiguration(peer)) }
}
