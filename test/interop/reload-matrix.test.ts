/**
 * Every key of the configuration is edited while FRR has sessions with herald: what `herald reload --dry-run` says
 * beforehand is what FRR sees happen, on the session that is meant and on the one beside it.
 */
import { join } from 'node:path'
import t from 'tap'
import type { SessionSettings } from '../../bgp/peer-settings.js'
import * as effects from '../../config/effect.js'
import type { ReloadPlan } from '../../src/control/api/reload.js'
import { type ControlClient, controlClient } from '../../src/control/client.js'
import { startHerald } from '../support/herald.js'
import { createRack, nodeAddress, torAddress } from '../support/rack.js'
import { type Router, routerKind } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

type Keys = Readonly<Record<string, unknown>>

/** The file, as far as edits reach into it: one listed peer, one range, two announcements. */
interface File {
  readonly node: string
  readonly bgp: { readonly peers: readonly Keys[]; readonly dynamicPeers: readonly Keys[] } & Keys
  readonly l2: { readonly groups: readonly Keys[] } & Keys
  readonly announcements: readonly Keys[]
  readonly [key: string]: unknown
}

/** The sessions that FRR has with this node, by our address: herald dials as a peer, and is dialled in a range. */
const ends = { listed: nodeAddress, ranged: '10.0.1.11' } as const
type End = keyof typeof ends
const rangedTor = '10.0.1.1'
const range = '10.0.1.0/24'

interface Edit {
  readonly to: (file: File) => File
  /** UPDATEs that FRR receives because of it, where no session resets. */
  readonly sends?: Readonly<Partial<Record<End, number>>>
  /** In the plan; the key's name unless told. */
  readonly says?: RegExp
  /** With it this session is mute or cannot be: it is taken back before anything else is tried. */
  readonly severs?: End
  /** The session that the edit before severed. */
  readonly restores?: End
  /** Taken back at once, because others build on what was. */
  readonly back?: true
  /** No version that runs can have it otherwise: the file is refused, in these words. */
  readonly refused?: RegExp
}

/** An edit for each key of a table of effects, so that a new key does not compile without. */
type EditsOf<Table> = { readonly [Key in keyof Table]-?: Edit }

/** Nobody answers for it but the node. */
const vip = '10.0.0.200'

const base: File = {
  node: 'worker-1',
  bgp: {
    asn: 65001,
    routerId: '10.0.0.11',
    peers: [
      { name: 'tor-1', address: torAddress, asn: 65000, port: 179, passive: false, connectRetryTime: '1s' },
    ],
    dynamicPeers: [{ prefix: range, asn: 65000 }],
  },
  l2: {
    interfaces: ['eth0'],
    failover: 'none',
    groups: [{ name: 'default' }, { name: 'second', virtualRouterId: 77 }],
  },
  announcements: [
    { name: 'pods', podCIDRs: ['10.244.1.0/24'], communities: ['65001:100'] },
    {
      name: 'ingress',
      loadBalancerIPs: ['192.0.2.10'],
      via: ['bgp'],
      healthCheck: { exec: ['true'], interval: '1s' },
    },
    { name: 'vip', loadBalancerIPs: [vip], via: ['l2'] },
  ],
}

/** Of what listed and dynamic peers have in common. @param on changes keys of the one that is edited */
function sessionEdits(
  end: End,
  on: (keys: Keys) => (file: File) => File,
): EditsOf<Readonly<Record<keyof SessionSettings, unknown>>> {
  return {
    interface: { to: on({ interface: 'eth0' }) },
    remoteAs: { to: on({ asn: 'external' }), says: /asn 65000 -> external/ },
    localAs: { to: on({ localAsn: 65009 }) },
    port: { to: on({ port: 1179 }), severs: end },
    localAddress: { to: on({ localAddress: ends[end] }) },
    password: { to: on({ password: 'sesame' }), severs: end },
    ttl: { to: on({ ebgpMultihop: 2 }) },
    ttlSecurityHops: { to: on({ ebgpMultihop: undefined, ttlSecurity: 1 }) },
    passive: { to: on({ passive: true }), back: true },
    holdTime: { to: on({ holdTime: '60s' }) },
    keepaliveTimeSeconds: { to: on({ keepaliveTime: '7s' }) },
    sendHoldTimeSeconds: { to: on({ sendHoldTime: '5m' }) },
    gracefulRestart: { to: on({ gracefulRestart: { enabled: true } }) },
    connectRetryTimeSeconds: { to: on({ connectRetryTime: '2s' }), back: true },
    families: { to: on({ families: ['ipv4/unicast'] }) },
    // One for each set of attributes: that of `pods`, that of all others.
    nextHop: { to: on({ nextHop: { ipv4: '10.0.0.99' } }), sends: { [end]: 2 } },
    maxPrefixes: { to: on({ maxPrefixes: 1000 }) },
    // Without the ingress, and with what shows that routes still pass.
    allowedPrefixes: {
      to: on({ allowedPrefixes: ['10.244.0.0/16', '203.0.113.0/24'] }),
      sends: { [end]: 1 },
      back: true,
    },
    maxAdvertisedPrefixes: { to: on({ maxAdvertisedPrefixes: 1000 }), back: true },
    advertise: { to: on({ advertise: ['pods', 'vip', 'run-time'] }), sends: { [end]: 1 } },
  }
}

const byDefault = (keys: Keys) => inBgp({ peerDefaults: keys })

const edits = {
  peerEffects: {
    ...sessionEdits('listed', ofPeer),
    name: { to: ofPeer({ name: 'tor-one' }), back: true },
    address: { to: ofPeer({ address: '10.0.0.77' }), severs: 'listed' },
  } satisfies EditsOf<typeof effects.peerEffects>,
  dynamicPeerEffects: {
    ...sessionEdits('ranged', ofRange),
    // Nobody dials a dynamic peer: what peerDefaults say of that is nothing to it.
    port: { to: byDefault({ port: 1179 }), says: /^$/, back: true },
    connectRetryTimeSeconds: { to: byDefault({ connectRetryTime: '2s' }), says: /^$/, back: true },
    passive: { to: byDefault({ passive: true }), says: /^$/, back: true },
    name: {
      to: ofRange({ name: 'edge' }),
      says: /dynamic peers 10\.0\.1\.0\/24: name added: edge/,
      back: true,
    },
    prefix: { to: ofRange({ prefix: '10.0.1.0/25' }), says: /dynamic peers \S+: removed/, back: true },
    limit: { to: ofRange({ limit: 7 }) },
  } satisfies EditsOf<typeof effects.dynamicPeerEffects>,
  announcementEffects: {
    kind: { to: ofAnnouncement('pods', { podCIDRs: undefined, prefixes: ['10.244.1.0/24'] }) },
    // In an UPDATE of its own.
    via: {
      to: ofAnnouncement('vip', { via: ['bgp', 'l2'], communities: ['65001:200'] }),
      sends: both(1),
      back: true,
    },
    peers: { to: ofAnnouncement('pods', { peers: ['tor-1'] }), sends: { ranged: 1 }, back: true },
  } satisfies EditsOf<typeof effects.announcementEffects>,
  pathEffects: {
    // Every prefix here is this node's own: the file has no word for another origin.
    origin: { to: ofAnnouncement('pods', { origin: 'egp' }), refused: /origin/ },
    communities: { to: ofAnnouncement('pods', { communities: ['65001:200'] }), sends: both(1) },
    localPreference: { to: ofAnnouncement('pods', { localPreference: 300 }) },
    med: { to: ofAnnouncement('pods', { med: 10 }), sends: both(1) },
    asPathPrepend: { to: ofAnnouncement('pods', { asPathPrepend: 2 }), sends: both(1) },
  } satisfies EditsOf<typeof effects.pathEffects>,
  healthCheckEffects: {
    probe: { to: ofCheck({ exec: ['sh', '-c', 'true'] }) },
    intervalMs: { to: ofCheck({ interval: '2s' }) },
    timeoutMs: { to: ofCheck({ timeout: '900ms' }) },
    rise: { to: ofCheck({ rise: 1 }) },
    fall: { to: ofCheck({ fall: 9 }) },
    disable: { to: ofCheck({ disable: '/nowhere/ingress.disabled' }) },
  } satisfies EditsOf<typeof effects.healthCheckEffects>,
  // What happens on the LAN is nothing to BGP.
  l2Effects: {
    interfaces: { to: inL2({ interfaces: ['/^eth0$/'] }) },
    failover: { to: inL2({ failover: 'vrrp' }) },
    promiscuous: { to: inL2({ promiscuous: 'on' }) },
  } satisfies EditsOf<typeof effects.l2Effects>,
  groupEffects: {
    virtualRouterId: { to: ofGroup({ virtualRouterId: 52 }) },
    priority: { to: ofGroup({ priority: 150 }) },
    preempt: { to: ofGroup({ preempt: true }) },
    preemptDelayMs: { to: ofGroup({ preemptDelay: '2s' }) },
    advertisementInterval: { to: ofGroup({ advertisementInterval: '200ms' }) },
    unicastPeers: { to: ofGroup({ unicastPeers: ['10.0.0.12'] }) },
    checksum: { to: ofGroup({ checksum: 'with-pseudo-header' }) },
  } satisfies EditsOf<typeof effects.groupEffects>,
  shareEffects: {
    group: { to: ofAnnouncement('vip', { group: 'second' }) },
  } satisfies EditsOf<typeof effects.shareEffects>,
  settingEffects: {
    node: { to: (file) => ({ ...file, node: 'worker-2' }) },
    asn: { to: inBgp({ asn: 65002 }) },
    routerId: { to: inBgp({ routerId: '10.0.0.12' }) },
    listen: { to: inBgp({ listen: ['0.0.0.0:179'] }) },
    drainWait: { to: (file) => ({ ...file, drain: { wait: '1m' } }) },
    socket: { to: inControl({ socket: '/nowhere/herald.sock' }), back: true },
    stateDirectory: { to: inControl({ stateDirectory: '/nowhere' }), back: true },
    http: { to: (file) => ({ ...file, http: {} }) },
    level: { to: (file) => ({ ...file, log: { level: 'debug' } }) },
  } satisfies EditsOf<typeof effects.settingEffects>,
  'what is no key': {
    'the same file': { to: (file) => file, says: /^$/ },
    'another peer': { to: inBgpList('peers', { address: '10.0.0.78', asn: 65000 }), says: /added/ },
    'another range': { to: inBgpList('dynamicPeers', { prefix: '10.0.2.0/24', asn: 65000 }), says: /added/ },
    'one of them gone': {
      to: (file) => ({ ...file, bgp: { ...file.bgp, dynamicPeers: file.bgp.dynamicPeers.slice(0, 1) } }),
      says: /removed/,
    },
    'prefixes more': {
      to: ofAnnouncement('pods', { prefixes: ['10.244.1.0/24', '10.244.2.0/24', '10.244.3.0/24'] }),
      sends: both(1),
      says: /prefixes 1 -> 3/,
    },
    'prefixes fewer': {
      to: ofAnnouncement('pods', { prefixes: ['10.244.1.0/24'] }),
      sends: both(1),
      says: /prefixes 3 -> 1/,
    },
    'another order': {
      to: (file) => ({ ...file, announcements: file.announcements.toReversed() }),
      says: /another order/,
    },
    'no health check': {
      to: ofAnnouncement('ingress', { healthCheck: undefined }),
      says: /healthCheck removed/,
    },
    'no peer': {
      to: inBgp({ peers: [{ address: '10.0.0.78', asn: 65000 }] }),
      says: /peer tor-1: removed/,
      severs: 'listed',
    },
    'no range': { to: inBgp({ dynamicPeers: [] }), says: /removed/, severs: 'ranged' },
  } satisfies Readonly<Record<string, Edit>>,
}

t.test('every table of effects has its edits', async (t) => {
  const tables = Object.keys(effects).filter((name) => name.endsWith('Effects'))
  t.same(
    Object.keys(edits)
      .filter((name) => name.endsWith('Effects'))
      .sort(),
    tables.sort(),
  )
})

t.test('what --dry-run says of a key is what FRR sees when it is edited', async (t) => {
  const lab = await startLab(t)
  let file = base
  for (const [table, of] of Object.entries(edits)) {
    const rows = Object.entries<Edit>(of)
    t.ok(rows.length > 0, `${table} has keys`)
    for (const [key, edit] of rows) {
      const name = `${table.replace('Effects', '')}: ${key}`
      const edited = edit.to(file)
      await lab.configure(edited)
      if (edit.refused !== undefined) {
        const { status, stderr } = await lab.herald.attempt('reload', '--dry-run')
        t.equal(status, 1, name)
        t.match(stderr, edit.refused, name)
        continue
      }
      await lab.claimHolds(t, name, edit, nameOfKey(table, key))
      if (edit.severs === undefined && edit.back === undefined) file = edited
      else {
        await lab.configure(file)
        const { sends, severs: restores } = edit
        const back = { ...(sends && { sends }), ...(restores && { restores }), says: /^/, to: edit.to }
        await lab.claimHolds(t, `${name}, and back`, back, key)
      }
    }
  }
})

/** As the file calls it, and the plan. */
function nameOfKey(table: string, key: string): string {
  const tables: Readonly<Record<string, unknown>> = effects
  const rows = tables[table] as Readonly<Record<string, { readonly key: string }>> | undefined
  return rows?.[key]?.key ?? key
}

async function startLab(t: Parameters<typeof createRack>[0]) {
  const { tor, node } = await createRack(t)
  await tor.run(['ip', 'address', 'add', `${rangedTor}/24`, 'dev', 'eth0'])
  await node.run(['ip', 'address', 'add', `${ends.ranged}/24`, 'dev', 'eth0'])
  // It takes whatever AS and TTL the node has, so that no edit but the one that is tried ends a session.
  const router = await routerKind('frr', 'package').create(tor, {
    asn: 65000,
    routerId: torAddress,
    neighbors: [
      { address: ends.listed, asn: 65001, localAddress: torAddress, passive: true, multihop: 255 },
      { address: ends.ranged, asn: 65001, localAddress: rangedTor, multihop: 255 },
    ],
    raw: {
      frr: [
        'router bgp 65000',
        ...Object.values(ends).map((end) => `neighbor ${end} remote-as external`),
      ].join('\n'),
    },
  })
  const herald = await startHerald(node, base)
  const daemon = controlClient(join(herald.folder, 'herald.sock'))
  for (const end of Object.values(ends)) await router.established(end)
  const barrier = barrierOf(router, daemon)
  await waitFor('the routes', async () => {
    const routes = await Promise.all(Object.values(ends).map((end) => router.routesFrom(end, 'ipv4/unicast')))
    return routes.every((each) => each.has('10.244.1.0/24') && each.has('192.0.2.10/32'))
  })
  const moves = () =>
    herald.logLines().filter(({ msg, address }) => msg === 'l2-ownership' && address === vip)
  await waitFor('the virtual IP', () => moves().some(({ to }) => to === 'owner'))

  /** Reloads, and holds what was said beforehand against what FRR counts. */
  const claimHolds = async (t: Tests, name: string, edit: Edit, key: string): Promise<void> => {
    const before = await sessionsOf(router)
    const movesBefore = moves().length
    const plan = await herald.json<ReloadPlan>('reload', '--dry-run')
    const text = plan.changes.map((change) => change.text).join('\n')
    if (edit.says === undefined) t.ok(text.includes(key), `${name} is in the plan: ${text}`)
    else t.match(text, edit.says, `${name} is in the plan`)
    const applied = await daemon.reload({})
    t.same([applied.changes, applied.resets], [plan.changes, plan.resets], `${name}: as in the dry run`)

    t.same(moves().slice(movesBefore), [], `${name}: the virtual IP stays where it is`)

    const claimed = {
      listed: plan.resets.some((peer) => peer.startsWith('tor-')),
      ranged: plan.resets.some((prefix) => prefix.startsWith('10.0.1.0/')),
    }
    const severed = edit.severs
    for (const end of ['listed', 'ranged'] as const) {
      if (!claimed[end]) continue
      const wasUp = before[end].established
      await waitFor(`${name}: ${end} to reset`, async () => {
        const { established, dropped } = (await sessionsOf(router))[end]
        return dropped === before[end].dropped + (wasUp ? 1 : 0) && (established || end === severed)
      })
    }
    const up = (['listed', 'ranged'] as const).filter((end) => end !== severed)
    await barrier(up)
    const after = await sessionsOf(router)
    for (const end of up) {
      const [was, is] = [before[end], after[end]]
      if (claimed[end] || !was.established) {
        t.equal(is.sessions, was.sessions + 1, `${name}: ${end} has one session more, as was said`)
        continue
      }
      const { sessions, dropped } = is
      t.same({ sessions, dropped }, { sessions: was.sessions, dropped: was.dropped }, `${name}: ${end} stays`)
      t.ok(is.uptimeMs >= was.uptimeMs, `${name}: ${end} is up without a break`)
      // What it missed while it was mute comes now.
      if (end === edit.restores) continue
      t.equal(is.updates - was.updates - 1, edit.sends?.[end] ?? 0, `${name}: UPDATEs to ${end}`)
    }
  }
  return { herald, configure: herald.configure, claimHolds }
}

type Tests = Pick<typeof t, 'ok' | 'match' | 'same' | 'equal'>

interface Session {
  readonly established: boolean
  /** So far. */
  readonly sessions: number
  readonly dropped: number
  readonly uptimeMs: number
  readonly updates: number
}

async function sessionsOf(router: Router): Promise<Readonly<Record<End, Session>>> {
  const neighbors = JSON.parse(await router.command('show bgp neighbors json'))
  const session = (end: End): Session => {
    const neighbor = neighbors[ends[end]]
    return {
      established: neighbor.bgpState === 'Established',
      sessions: neighbor.connectionsEstablished,
      dropped: neighbor.connectionsDropped,
      uptimeMs: neighbor.bgpTimerUpMsec ?? 0,
      updates: neighbor.messageStats.updatesRecv,
    }
  }
  return { listed: session('listed'), ranged: session('ranged') }
}

/** Announces another prefix each time: once FRR has it from everyone, it has all that was sent before. */
function barrierOf(router: Router, daemon: ControlClient) {
  let count = 0
  return async (from: readonly End[]): Promise<void> => {
    const prefix = `203.0.113.${++count}/32`
    await daemon.announce({ prefixes: [prefix], via: ['bgp'] })
    await waitFor(`${prefix} from ${from.join(' and ')}`, async () => {
      const { paths = [] } = JSON.parse(await router.command(`show bgp ipv4 unicast ${prefix} json`))
      const heard = paths.map(({ peer }: { peer: { peerId: string } }) => peer.peerId)
      return from.every((end) => heard.includes(ends[end]))
    })
  }
}

function both(count: number): Readonly<Record<End, number>> {
  return { listed: count, ranged: count }
}

function inBgp(keys: Keys) {
  return (file: File): File => ({ ...file, bgp: { ...file.bgp, ...keys } })
}

function inBgpList(list: 'peers' | 'dynamicPeers', member: Keys) {
  return (file: File): File => inBgp({ [list]: [...file.bgp[list], member] })(file)
}

function ofPeer(keys: Keys) {
  return (file: File): File => inBgp({ peers: file.bgp.peers.map((peer) => ({ ...peer, ...keys })) })(file)
}

function ofRange(keys: Keys) {
  return (file: File): File =>
    inBgp({ dynamicPeers: file.bgp.dynamicPeers.map((peer) => ({ ...peer, ...keys })) })(file)
}

function ofAnnouncement(name: string, keys: Keys) {
  return (file: File): File => ({
    ...file,
    announcements: file.announcements.map((each) => (each.name === name ? { ...each, ...keys } : each)),
  })
}

function ofCheck(keys: Keys) {
  return (file: File): File => {
    const healthCheck = file.announcements.find(({ name }) => name === 'ingress')?.healthCheck as Keys
    return ofAnnouncement('ingress', { healthCheck: { ...healthCheck, ...keys } })(file)
  }
}

function inL2(keys: Keys) {
  return (file: File): File => ({ ...file, l2: { ...file.l2, ...keys } })
}

function ofGroup(keys: Keys) {
  return (file: File): File =>
    inL2({
      groups: file.l2.groups.map((group) => (group.name === 'default' ? { ...group, ...keys } : group)),
    })(file)
}

function inControl(keys: Keys) {
  return (file: File): File => ({ ...file, control: keys })
}
