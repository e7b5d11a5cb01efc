import { Hopeless } from '../wait.js'
import { community } from './community.js'
import {
  bothFamilies,
  type Console,
  type Driver,
  defaultHoldTimeSeconds,
  familyOf,
  keepaliveOf,
} from './driver.js'
import { frrTable } from './open-table.js'
import type {
  MessageCounts,
  NeighborSettings,
  NeighborStatus,
  Origination,
  Route,
  RouterSettings,
  SessionState,
} from './router.js'

export const frr: Driver = {
  vendor: 'frr',
  lacks: { package: [], container: [] },
  versionCommand: ['/usr/lib/frr/bgpd', '--version'],
  versionPattern: /bgpd version (\S+)/,
  files: (settings) => ({ 'zebra.conf': 'hostname router\n', 'bgpd.conf': configuration(settings) }),
  // With zebra, because next hops and the connected check are then what a real router does. Its socket must be
  // there before bgpd starts, which otherwise asks again only after ten seconds. Without RR semantics zebra deletes an
  // IPv6 route and adds it anew where an attribute of it changes: 90 µs without the route, whoever the neighbour is.
  launch: ({ port = 179 }, folder) => `
    run=${folder}/run
    rm -rf $run
    install -d -o frr -g frr $run
    common="-A 127.0.0.1 -P 0 -z $run/zserv.api --vty_socket $run"
    /usr/lib/frr/zebra $common --v6-rr-semantics -f ${folder}/zebra.conf -i $run/zebra.pid --log file:$run/zebra.log &
    until [ -S $run/zserv.api ]; do kill -0 $!; sleep 0.05; done
    exec /usr/lib/frr/bgpd $common -p ${port} -f ${folder}/bgpd.conf -i $run/bgpd.pid --log stdout`,
  ready: async (console) => {
    await vtysh(console, ['show bgp summary json'])
    // FRR starts without the lines that it does not understand.
    const refused = /^.*on config line.*$/m.exec(await console.logs())
    if (refused !== null) throw new Hopeless(refused[0])
  },
  command: vtysh,
  neighbor: async (console, address) => {
    const answer = await json<Record<string, NeighborJson>>(console, `show bgp neighbors ${address} json`)
    const found = answer[address]
    return found?.bgpState === undefined ? undefined : status(found)
  },
  routes: async (console, family) => {
    const { routes = {} } = await json<TableJson>(console, `show bgp ${family.replace('/', ' ')} json detail`)
    return Object.entries(routes).flatMap(([prefix, entry]) =>
      paths(entry).map((path) => route(prefix, path)),
    )
  },
  openTable: frrTable,
  originatesByCommand: false,
  originate: async (console, origination) => {
    await vtysh(console, [
      'configure terminal',
      ...routeMap(origination),
      ...network(console.settings, origination),
    ])
  },
  withdraw: async (console, prefix) => {
    await vtysh(console, ['configure terminal', ...network(console.settings, { prefix }, 'no ')])
  },
}

async function vtysh(console: Console, commands: readonly string[]): Promise<string> {
  const words = commands.flatMap((command) => ['-c', command])
  return console.run(['vtysh', '--vty_socket', `${console.folder}/run`, ...words])
}

async function json<T>(console: Console, command: string): Promise<T> {
  return JSON.parse(await vtysh(console, [command])) as T
}

function configuration(settings: RouterSettings): string {
  const { asn, routerId, neighbors = [], dynamic, originate = [], raw } = settings
  const group: readonly NeighborSettings[] = dynamic === undefined ? [] : [{ ...dynamic, address: 'DYNAMIC' }]
  const peers = [...neighbors, ...group]
  return [
    'debug bgp neighbor-events',
    'debug bgp updates in',
    ...originate.flatMap(routeMap),
    `router bgp ${asn}`,
    `bgp router-id ${routerId}`,
    'no bgp ebgp-requires-policy',
    'no bgp network import-check',
    'no bgp default ipv4-unicast',
    ...retention(settings),
    ...(dynamic === undefined ? [] : ['neighbor DYNAMIC peer-group']),
    ...peers.flatMap(session),
    ...(dynamic === undefined ? [] : [`bgp listen range ${dynamic.prefix} peer-group DYNAMIC`]),
    ...bothFamilies.flatMap((family) => [
      `address-family ${family.replace('/', ' ')}`,
      ...peers
        .filter(({ families = bothFamilies }: Pick<NeighborSettings, 'families'>) =>
          families.includes(family),
        )
        .flatMap(({ address }) => [
          `neighbor ${address} activate`,
          `neighbor ${address} soft-reconfiguration inbound`,
        ]),
      ...originate.filter(({ prefix }) => familyOf(prefix) === family).map(networkLine),
      'exit-address-family',
    ]),
    'exit',
    raw?.frr ?? '',
    '',
  ].join('\n')
}

/** A helper without being told to be (RFC 4724), and for as long as RFC 9494 lets it be where told how long. */
function retention({ restarts, keepsLongLivedSeconds }: RouterSettings): string[] {
  const longLived = restarts?.longLivedSeconds ?? keepsLongLivedSeconds
  return [
    ...(longLived === undefined ? [] : [`bgp long-lived-graceful-restart stale-time ${longLived}`]),
    ...(restarts === undefined
      ? []
      : [
          'bgp graceful-restart',
          'bgp graceful-restart preserve-fw-state',
          `bgp graceful-restart restart-time ${restarts.restartSeconds}`,
        ]),
  ]
}

function session(peer: NeighborSettings): string[] {
  const { asn, holdTimeSeconds = defaultHoldTimeSeconds } = peer
  const neighbor = `neighbor ${peer.address}`
  const { port, password, localAddress, multihop, ttlSecurityHops } = peer
  return [
    `${neighbor} remote-as ${asn}`,
    `${neighbor} timers ${keepaliveOf(peer)} ${holdTimeSeconds}`,
    `${neighbor} timers connect 1`,
    ...(peer.passive === true ? [`${neighbor} passive`] : []),
    ...(port === undefined ? [] : [`${neighbor} port ${port}`]),
    ...(password === undefined ? [] : [`${neighbor} password ${password}`]),
    ...(localAddress === undefined ? [] : [`${neighbor} update-source ${localAddress}`]),
    ...(multihop === undefined ? [] : [`${neighbor} ebgp-multihop ${multihop}`]),
    ...(ttlSecurityHops === undefined ? [] : [`${neighbor} ttl-security hops ${ttlSecurityHops}`]),
  ]
}

function network({ asn }: RouterSettings, origination: Origination, no: 'no ' | '' = ''): string[] {
  const line = no === '' ? networkLine(origination) : `no network ${origination.prefix}`
  return [`router bgp ${asn}`, `address-family ${familyOf(origination.prefix).replace('/', ' ')}`, line]
}

function networkLine({ prefix }: Origination): string {
  return `network ${prefix} route-map ${mapName(prefix)}`
}

/** Attributes of an own network are set by a route map, one per prefix. */
function routeMap({ prefix, nextHop, med, communities, largeCommunities }: Origination): string[] {
  const hop = familyOf(prefix) === 'ipv4/unicast' ? 'ip next-hop' : 'ipv6 next-hop global'
  return [
    `route-map ${mapName(prefix)} permit 10`,
    ...(med === undefined ? [] : [`set metric ${med}`]),
    ...(nextHop === undefined ? [] : [`set ${hop} ${nextHop}`]),
    ...(communities === undefined ? [] : [`set community ${communities.join(' ')}`]),
    ...(largeCommunities === undefined ? [] : [`set large-community ${largeCommunities.join(' ')}`]),
    'exit',
  ]
}

function mapName(prefix: string): string {
  return `ORIGINATE-${prefix.replaceAll(/[^0-9a-f]/g, '-')}`
}

interface NeighborJson {
  readonly bgpState: string
  readonly bgpTimerUpMsec?: number
  readonly lastReset?: string
  readonly lastResetDueTo?: string
  readonly lastNotificationReason?: string
  readonly messageStats: Readonly<Record<string, number>>
}

const states: Readonly<Record<string, SessionState>> = {
  Idle: 'idle',
  Connect: 'connect',
  Active: 'active',
  OpenSent: 'open_sent',
  OpenConfirm: 'open_confirm',
  Established: 'established',
}

function status(neighbor: NeighborJson): NeighborStatus {
  const reasons = [neighbor.lastResetDueTo, neighbor.lastNotificationReason].filter(
    (reason) => reason !== undefined,
  )
  return {
    // FRR has states of its own for a neighbour that is being deleted.
    state: states[neighbor.bgpState] ?? 'idle',
    uptimeSeconds: neighbor.bgpState === 'Established' ? (neighbor.bgpTimerUpMsec ?? 0) / 1000 : 0,
    lastError: reasons.length === 0 ? undefined : reasons.join(': '),
    sent: counts(neighbor.messageStats, 'Sent'),
    received: counts(neighbor.messageStats, 'Recv'),
  }
}

function counts(stats: Readonly<Record<string, number>>, direction: 'Sent' | 'Recv'): MessageCounts {
  const count = (name: string): number => stats[`${name}${direction}`] ?? 0
  return {
    open: count('opens'),
    update: count('updates'),
    notification: count('notifications'),
    keepalive: count('keepalives'),
    total: count('total'),
  }
}

interface TableJson {
  readonly routes?: Readonly<Record<string, EntryJson>>
}

/** FRR 10 puts the paths into an object; FRR 8 into a list whose first element is a header. */
type EntryJson = { readonly paths: readonly PathJson[] } | readonly (PathJson | { readonly prefix: string })[]

interface PathJson {
  readonly aspath?: { readonly segments: readonly { readonly list: readonly number[] }[] }
  readonly origin: string
  readonly metric?: number
  readonly locPrf?: number
  readonly localPref?: number
  readonly stale?: boolean
  readonly bestpath?: { readonly overall?: boolean }
  readonly community?: { readonly string: string }
  readonly largeCommunity?: { readonly string: string }
  readonly extendedCommunity?: { readonly string: string }
  readonly nexthops?: readonly { readonly ip: string; readonly scope?: string }[]
  readonly peer: { readonly peerId: string; readonly type?: string }
}

function paths(entry: EntryJson): readonly PathJson[] {
  const list = 'paths' in entry ? entry.paths : entry
  return list.filter((path): path is PathJson => 'origin' in path)
}

function route(prefix: string, path: PathJson): Route {
  const hops = path.nexthops ?? []
  const global = hops.filter(({ scope }) => scope !== 'link-local')
  const linkLocal = hops.filter(({ scope }) => scope === 'link-local')
  const split = (list: { readonly string: string } | undefined): string[] => list?.string.split(' ') ?? []
  return {
    prefix,
    from: path.peer.type === undefined ? undefined : path.peer.peerId,
    nextHops: [...global, ...linkLocal].map(({ ip }) => ip),
    asPath: path.aspath?.segments.flatMap(({ list }) => list) ?? [],
    origin: origin(path.origin),
    med: path.metric,
    localPref: path.locPrf ?? path.localPref,
    communities: split(path.community).map(community),
    largeCommunities: split(path.largeCommunity),
    extendedCommunities: split(path.extendedCommunity),
    best: path.bestpath?.overall === true,
    stale: path.stale === true,
  }
}

function origin(printed: string): Route['origin'] {
  const name = printed.toLowerCase()
  if (name === 'igp' || name === 'egp' || name === 'incomplete') return name
  throw new Error(`FRR prints origin ${printed}`)
}
