import { community } from './community.js'
import { bothFamilies, type Console, type Driver, defaultHoldTimeSeconds, familyOf } from './driver.js'
import type {
  Family,
  MessageCounts,
  NeighborSettings,
  NeighborStatus,
  Origination,
  Route,
  RouterSettings,
  SessionState,
} from './router.js'

export const openbgpd: Driver = {
  vendor: 'openbgpd',
  lacks: {
    // 7.7 runs sessions without the signature that is configured, and tells ::1 as its IPv6 next hop on an IPv4 one.
    package: ['md5', 'dynamic md5', 'ipv6 next hop over ipv4'],
    container: ['dynamic md5'],
  },
  versionCommand: ['/usr/sbin/bgpd', '-V'],
  versionPattern: /OpenBGPD (\S+)/,
  files: (settings, folder) => ({ 'bgpd.conf': configuration(settings, folder) }),
  // Its children are confined to their user's home, which systemd makes where systemd runs.
  launch: (_settings, folder) => `
    install -d -m 755 /run/openbgpd
    rm -f ${folder}/bgpd.sock
    exec /usr/sbin/bgpd -d -v -f ${folder}/bgpd.conf`,
  ready: async (console) => {
    await bgpctl(console, ['show', 'summary'])
  },
  command: bgpctl,
  neighbor: async (console, address) => {
    // The daemon knows no such neighbour: exit status 1.
    const { neighbors = [] } = await json<{ neighbors?: readonly NeighborJson[] }>(console, [
      ...['show', 'neighbor', address],
    ]).catch(() => ({ neighbors: [] }))
    const found = neighbors.find(({ remote_addr }) => remote_addr === address)
    return found === undefined ? undefined : status(found)
  },
  routes: async (console, family) => {
    const { rib = [] } = await json<{ rib?: readonly PathJson[] }>(console, ['show', 'rib', 'detail'])
    return rib.filter(({ prefix }) => familyOf(prefix) === family).map(route)
  },
  originatesByCommand: true,
  originate: async (console, origination) => {
    await bgpctl(console, ['network', 'add', origination.prefix, ...attributes(origination).flat()])
  },
  withdraw: async (console, prefix) => {
    await bgpctl(console, ['network', 'delete', prefix])
  },
}

async function bgpctl(console: Console, words: readonly string[]): Promise<string> {
  return console.run(['/usr/sbin/bgpctl', '-s', `${console.folder}/bgpd.sock`, ...words])
}

async function json<T>(console: Console, words: readonly string[]): Promise<T> {
  return JSON.parse(await bgpctl(console, ['-j', ...words])) as T
}

const familyNames: Readonly<Record<Family, string>> = {
  'ipv4/unicast': 'IPv4 unicast',
  'ipv6/unicast': 'IPv6 unicast',
}

function configuration(settings: RouterSettings, folder: string): string {
  const { asn, routerId, port = 179, neighbors = [], dynamic, raw } = settings
  return [
    // 23456 is what two-octet speakers see of a larger number.
    asn > 0xffff ? `AS ${asn} 23456` : `AS ${asn}`,
    `router-id ${routerId}`,
    `socket "${folder}/bgpd.sock"`,
    'fib-update no',
    'nexthop qualify via default',
    `listen on 0.0.0.0 port ${port}`,
    `listen on :: port ${port}`,
    ...neighbors.flatMap(session),
    ...(dynamic === undefined ? [] : session({ ...dynamic, address: dynamic.prefix, passive: true })),
    'allow from any',
    'allow to any',
    raw?.openbgpd ?? '',
    '',
  ].join('\n')
}

function session(neighbor: NeighborSettings): string[] {
  const { families = bothFamilies, localAddress, port, password, multihop, ttlSecurityHops } = neighbor
  return [
    `neighbor ${neighbor.address} {`,
    `remote-as ${neighbor.asn}`,
    `holdtime ${neighbor.holdTimeSeconds ?? defaultHoldTimeSeconds}`,
    // The vendor has no separate interval: a third of the hold time, always.
    ...bothFamilies.map(
      (family) => `announce ${families.includes(family) ? familyNames[family] : off(family)}`,
    ),
    ...(localAddress === undefined ? [] : [`local-address ${localAddress}`]),
    ...(port === undefined ? [] : [`port ${port}`]),
    ...(neighbor.passive === true ? ['passive'] : []),
    ...(password === undefined ? [] : [`tcp md5sig password "${password}"`]),
    ...(multihop === undefined ? [] : [`multihop ${multihop}`]),
    ...(ttlSecurityHops === undefined ? [] : ['ttl-security yes']),
    '}',
  ]
}

function off(family: Family): string {
  return `${familyNames[family].replace(' unicast', '')} none`
}

function attributes({ nextHop, med, communities = [], largeCommunities = [] }: Origination): string[][] {
  return [
    ...(nextHop === undefined ? [] : [['nexthop', nextHop]]),
    ...(med === undefined ? [] : [['metric', `${med}`]]),
    ...communities.map((name) => ['community', ownName(name)]),
    ...largeCommunities.map((large) => ['large-community', large]),
  ]
}

/** Well-known communities are in capitals here. */
function ownName(name: string): string {
  return /^\d/.test(name) ? name : name.toUpperCase().replaceAll('-', '_')
}

interface NeighborJson {
  readonly remote_addr: string
  readonly state: string
  readonly last_updown_sec?: number
  readonly last_error?: string
  readonly last_error_sent?: string
  readonly last_error_received?: string
  readonly last_reason?: string
  readonly stats: {
    readonly message: {
      readonly sent: Readonly<Record<string, number>>
      readonly received: Readonly<Record<string, number>>
    }
  }
}

const states: Readonly<Record<string, SessionState>> = {
  None: 'idle',
  Idle: 'idle',
  Connect: 'connect',
  Active: 'active',
  OpenSent: 'open_sent',
  OpenConfirm: 'open_confirm',
  Established: 'established',
}

function status(neighbor: NeighborJson): NeighborStatus {
  const state = states[neighbor.state]
  if (state === undefined) throw new Error(`OpenBGPD prints state ${neighbor.state}`)
  const { last_error, last_error_sent, last_error_received, last_reason } = neighbor
  const reasons = [last_error, last_error_sent, last_error_received, last_reason].filter(
    (text) => text !== undefined,
  )
  return {
    state,
    uptimeSeconds: state === 'established' ? (neighbor.last_updown_sec ?? 0) : 0,
    lastError: reasons.length === 0 ? undefined : reasons.join(': '),
    sent: counts(neighbor.stats.message.sent),
    received: counts(neighbor.stats.message.received),
  }
}

function counts(of: Readonly<Record<string, number>>): MessageCounts {
  return {
    open: of.open ?? 0,
    update: of.updates ?? 0,
    notification: of.notifications ?? 0,
    keepalive: of.keepalives ?? 0,
    total: of.total ?? 0,
  }
}

interface PathJson {
  readonly prefix: string
  readonly aspath: string
  readonly exit_nexthop: string
  readonly neighbor: { readonly description?: string; readonly remote_addr: string }
  readonly best?: boolean
  readonly stale?: boolean
  readonly origin: string
  readonly metric: number
  readonly localpref: number
  readonly communities?: readonly string[]
  readonly large_communities?: readonly string[]
  readonly extended_communities?: readonly string[]
}

function route(path: PathJson): Route {
  return {
    prefix: path.prefix,
    from: path.neighbor.description === 'LOCAL' ? undefined : path.neighbor.remote_addr,
    nextHops: [path.exit_nexthop],
    asPath: path.aspath === '' ? [] : path.aspath.split(' ').map(Number),
    origin: path.origin === 'IGP' ? 'igp' : path.origin === 'EGP' ? 'egp' : 'incomplete',
    // Absent and zero are one to OpenBGPD, as is a missing local preference and the default.
    med: path.metric,
    localPref: path.localpref,
    communities: (path.communities ?? []).map(community),
    largeCommunities: path.large_communities ?? [],
    extendedCommunities: path.extended_communities ?? [],
    best: path.best === true,
    stale: path.stale === true,
  }
}
