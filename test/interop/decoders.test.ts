/** What herald says is understood by decoders that share no line with it: tshark every message, ExaBGP every UPDATE. */
import t, { type Test } from 'tap'
import { type CapturedMessage, type Recording, startCapture } from '../support/capture.js'
import { type DecodedUpdate, exabgpDecode } from '../support/exabgp.js'
import { type Herald, prepareHerald } from '../support/herald.js'
import { createRack, nodeAddress, nodeConfiguration, torAddress, torSettings } from '../support/rack.js'
import { type Router, type RouterKind, routerKind } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

const rich = {
  name: 'rich',
  podCIDRs: ['10.244.1.0/24', 'fd00:10:244:1::/64'],
  communities: ['65001:100', 'no-export', 'graceful-shutdown', '65001:1:2', 'rt:65001:5', 'soo:192.0.2.1:7'],
  localPreference: 200,
  med: 4294967295,
  asPathPrepend: 4,
}
const plain = {
  name: 'plain',
  prefixes: ['192.0.2.0/25', '203.0.113.128/31', '2001:db8:1::/48', '100.64.0.0/10'],
}
/** More than one message of 4096 octets holds. */
const many = { name: 'many', loadBalancerIPs: ['198.18.0.0/22', '2001:db8::/118'] }

interface Session {
  readonly name: string
  readonly kind: RouterKind
  /** The router's AS, and ours. */
  readonly asn: number
  readonly ours: number
  readonly announcements: readonly object[]
  readonly size: { readonly ipv4: number; readonly ipv6: number }
  /** Of the pods' UPDATE, as ExaBGP has it. */
  readonly attributes: object
  /** Octets of the longest message. */
  readonly maximum: number
}

const bird = routerKind('bird', 'package')
const frr = routerKind('frr', 'package')
const few = { announcements: [rich, plain], size: { ipv4: 4, ipv6: 2 }, maximum: 4096 }
const everything = { announcements: [rich, plain, many], size: { ipv4: 1028, ipv6: 1026 } }
const path = (asn: number) => ({
  origin: 'igp',
  'as-path': Array.from({ length: 5 }, () => asn),
  med: 4294967295,
})

const sessions: readonly Session[] = [
  {
    ...{ name: 'external', kind: bird, asn: 65000, ours: 65001, ...everything, maximum: 4096 },
    attributes: {
      ...path(65001),
      community: [
        [65001, 100],
        [65535, 65281],
        [65535, 0],
      ],
      'large-community': [[65001, 1, 2]],
    },
  },
  {
    ...{ name: 'external, with extended messages', kind: frr, asn: 65000, ours: 65001, ...everything },
    attributes: path(65001),
    maximum: 65535,
  },
  {
    ...{ name: 'internal', kind: bird, asn: 65001, ours: 65001, ...few },
    attributes: { 'local-preference': 200, med: 4294967295 },
  },
  {
    ...{ name: 'four-octet numbers', kind: frr, asn: 4200000000, ours: 4200000001, ...few },
    attributes: path(4200000001),
  },
]

t.ok(sessions.length > 0)

for (const session of sessions) {
  t.test(`${session.kind.name}, ${session.name}`, async (t) => {
    const sent = understood(t, await record(t, session), session)
    const kinds = new Set(sent.map(({ kind }) => kind))
    t.same([...kinds].sort(), ['keepalive', 'notification', 'open', 'route-refresh', 'update'])
    const updates = sent.filter(({ kind }) => kind === 'update').map(({ bytes }) => bytes)
    // Each once: decoding one takes a while.
    const different = new Map(updates.map((bytes) => [Buffer.from(bytes).toString('hex'), bytes]))
    const decoded: DecodedUpdate[] = []
    for (const update of different.values()) decoded.push(await exabgpDecode(update, { asn: session.ours }))
    t.comment(`${sent.length} messages, ${decoded.length} different UPDATEs`)
    t.equal(prefixes(decoded, 'ipv4 unicast').size, session.size.ipv4 + 1, 'every IPv4 prefix')
    t.equal(prefixes(decoded, 'ipv6 unicast').size, session.size.ipv6 + 1, 'every IPv6 prefix')
    t.equal(decoded.filter(({ eor }) => eor !== undefined).length, 2, 'an End-of-RIB for each family')
    t.equal(decoded.filter(({ withdraw }) => withdraw !== undefined).length, 2, 'a withdrawal for each')
    const pods = decoded.find(({ announce }) => JSON.stringify(announce ?? {}).includes('10.244.1.0/24'))
    t.match(pods?.attribute, session.attributes)
  })
}

t.test('a speaker of two-octet AS numbers, towards which AS4_PATH has the rest', async (t) => {
  const { tor, node } = await createRack(t)
  // FRR heeds our capability even where it shows none of its own, and then ignores AS4_PATH.
  const old = `protocol bgp old { local ${torAddress} as 65000; neighbor ${nodeAddress} external;
    direct; passive on; enable as4 off; ipv4 { import all; export none; }; }`
  const router = await bird.create(tor, { ...torSettings(), neighbors: [], raw: { bird: old } })
  const announcements = [{ ...rich, podCIDRs: ['10.244.1.0/24'] }]
  const herald = await prepareHerald(node, nodeConfiguration({ bgp: { asn: 4200000001 }, announcements }))
  const capture = await startCapture(node, 'eth0')
  await herald.start()
  const route = await waitFor('the route', async () => {
    const found = (await router.routesFrom(nodeAddress, 'ipv4/unicast')).get('10.244.1.0/24')
    if (found === undefined) throw new Error(await herald.cli('peers', 'tor-1'))
    return found
  })
  await herald.stop()
  const sent = understood(t, await capture.stop(), { maximum: 4096 })
  const updates = sent
    .filter(({ kind }) => kind === 'update')
    .map(({ bytes }) => Buffer.from(bytes).toString('hex'))
  const [two, four] = ['5ba0'.repeat(5), 'fa56ea01'.repeat(5)]
  t.ok(updates.some((update) => update.includes(`0205${two}`) && update.includes(`0205${four}`)))
  t.same(
    route.asPath,
    Array.from({ length: 5 }, () => 4200000001),
    'BIRD has merged AS_PATH and AS4_PATH',
  )
})

/** All that a session can be made to say. */
async function record(t: Test, { kind, asn, ours, announcements, size }: Session): Promise<Recording> {
  const { tor, node } = await createRack(t)
  const soft = (family: string) =>
    ` address-family ${family} unicast\n no neighbor ${nodeAddress} soft-reconfiguration inbound\n exit-address-family\n`
  const router = await kind.create(tor, {
    ...torSettings({ asn: ours }),
    asn,
    originate: [{ prefix: '198.51.100.0/24' }, { prefix: '198.51.101.0/24' }],
    // Without what it would have kept, FRR has to ask for the routes again.
    raw: { frr: `router bgp ${asn}\n${soft('ipv4')}${soft('ipv6')}exit` },
  })
  const configuration = (peer: object) =>
    nodeConfiguration({
      peer: { asn, gracefulRestart: { enabled: true }, ...peer },
      bgp: { asn: ours },
      announcements,
    })
  const herald = await prepareHerald(node, configuration({}))
  const capture = await startCapture(node, 'eth0')
  await herald.start()
  await complete(router, size)
  await (kind.vendor === 'bird'
    ? router.command('reload', 'in', 'all')
    : router.command('clear bgp * soft in'))
  await waitFor('ROUTE-REFRESH', async () => (await peer(herald)).messages.received.routeRefresh > 0)
  await herald.cli('reset', 'tor-1', '--soft')
  await herald.cli('announce', '192.0.2.200', '2001:db8:200::1', '--community', 'blackhole')
  await herald.cli('withdraw', '192.0.2.200', '2001:db8:200::1')
  await herald.cli('reset', 'tor-1')
  await waitFor('the next session', async () => {
    const { flaps, sessionState } = await peer(herald)
    return flaps === 1 && sessionState === 'established'
  })
  await complete(router, size)
  await herald.configure(configuration({ maxPrefixes: 1 }))
  await herald.cli('reload')
  await waitFor('the limit to end the session', async () => {
    const told = await peer(herald)
    // A Hard Reset (RFC 8538) where the router knows it.
    if (told.lastError?.text.includes('Maximum Number of Prefixes') !== true)
      throw new Error(JSON.stringify(told))
    return true
  })
  await herald.stop()
  return capture.stop()
}

interface Peer {
  readonly flaps: number
  readonly sessionState: string
  readonly messages: { readonly received: { readonly routeRefresh: number } }
  readonly lastError?: { readonly text: string }
}

function peer(herald: Herald): Promise<Peer> {
  return herald.json<Peer>('peers', 'tor-1')
}

async function complete(router: Router, size: Session['size']): Promise<void> {
  await router.established(nodeAddress)
  await waitFor('all routes', async () => {
    const v4 = await router.routesFrom(nodeAddress, 'ipv4/unicast')
    const v6 = await router.routesFrom(nodeAddress, 'ipv6/unicast')
    if (v4.size !== size.ipv4 || v6.size !== size.ipv6) throw new Error(`${v4.size} and ${v6.size} routes`)
    return true
  })
}

/**
 * Tshark on all that herald sent. Debian 12's knows no extended messages (RFC 8654): it calls their length invalid
 * and looks no further.
 */
function understood(
  t: Test,
  { messages, complaints, dissected, payload }: Recording,
  { maximum }: Pick<Session, 'maximum'>,
): readonly CapturedMessage[] {
  const sent = messages.filter(({ from }) => from === nodeAddress)
  const ours = complaints.filter(({ from }) => from === nodeAddress)
  const long = sent.filter(({ bytes }) => bytes.length > 4096)
  t.ok(sent.every(({ bytes }) => bytes.length <= maximum))
  t.equal(long.length > 0, maximum > 4096)
  t.same(
    ours.filter(({ text }) => maximum === 4096 || !text.startsWith('Length is invalid')),
    [],
    'no complaint',
  )
  t.equal(dissected.get(nodeAddress), sent.length - long.length, 'every message was looked at')
  t.equal(
    payload.get(nodeAddress),
    sent.reduce((sum, { bytes }) => sum + bytes.length, 0),
    'no octet is left over',
  )
  return sent
}

function prefixes(decoded: readonly DecodedUpdate[], family: string): ReadonlySet<string> {
  const announced = decoded.flatMap(({ announce }) => Object.values(announce?.[family] ?? {}).flat())
  return new Set(announced.map(({ nlri }) => nlri))
}
