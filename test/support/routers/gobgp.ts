import { community, communityOfNumber } from './community.js'
import {
  bothFamilies,
  type Console,
  type Driver,
  defaultHoldTimeSeconds,
  familyOf,
  keepaliveOf,
} from './driver.js'
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

export const gobgp: Driver = {
  vendor: 'gobgp',
  lacks: { package: ['dynamic md5'], container: [] },
  versionCommand: ['/usr/bin/gobgpd', '--version'],
  versionPattern: /gobgpd version (\S+)/,
  // JSON is a YAML that needs no quoting rules.
  files: (settings) => ({ 'gobgpd.yaml': JSON.stringify(configuration(settings), null, 2) }),
  launch: (_settings, folder) =>
    `exec /usr/bin/gobgpd -t yaml -f ${folder}/gobgpd.yaml --api-hosts 127.0.0.1:50051 --pprof-disable`,
  ready: async (console) => {
    await client(console, ['global'])
  },
  command: client,
  neighbor: async (console, address) => {
    const answer = await json<NeighborJson | readonly NeighborJson[]>(console, ['neighbor', address]).catch(
      unknown,
    )
    const found = Array.isArray(answer) ? answer[0] : answer
    return found === undefined ? undefined : status(found, await lastDown(console, address))
  },
  routes: async (console, family) => {
    const table = await json<Readonly<Record<string, readonly PathJson[]>>>(console, rib(family))
    return Object.entries(table).flatMap(([prefix, paths]) =>
      paths.map((path, index) => route(prefix, path, index)),
    )
  },
  originatesByCommand: true,
  originate: async (console, origination) => {
    await client(console, addition(origination))
  },
  withdraw: async (console, prefix) => {
    await client(console, ['global', 'rib', 'del', prefix, '-a', addressFamily(familyOf(prefix))])
  },
}

async function client(console: Console, words: readonly string[]): Promise<string> {
  const printed = await console.run(['gobgp', ...words])
  // The client reports some failures with exit status 0.
  if (/^(?:failed|Error)\b/.test(printed)) throw new Error(printed)
  return printed
}

async function json<T>(console: Console, words: readonly string[]): Promise<T> {
  return JSON.parse(await client(console, ['-j', ...words])) as T
}

function unknown(): undefined {
  return undefined
}

function rib(family: Family): string[] {
  return ['global', 'rib', '-a', addressFamily(family)]
}

function addressFamily(family: Family): string {
  return family === 'ipv4/unicast' ? 'ipv4' : 'ipv6'
}

function addition({ prefix, nextHop, med, communities, largeCommunities }: Origination): string[] {
  return [
    ...['global', 'rib', 'add', prefix, 'origin', 'igp'],
    ...(nextHop === undefined ? [] : ['nexthop', nextHop]),
    ...(med === undefined ? [] : ['med', `${med}`]),
    ...(communities === undefined ? [] : ['community', communities.join(',')]),
    ...(largeCommunities === undefined ? [] : ['large-community', largeCommunities.join(',')]),
    ...['-a', addressFamily(familyOf(prefix))],
  ]
}

function configuration(settings: RouterSettings): object {
  const { asn, routerId, port = 179, neighbors = [], dynamic, raw } = settings
  const longLived = settings.keepsLongLivedSeconds
  const group = 'dynamic'
  return {
    global: { config: { as: asn, 'router-id': routerId, port, 'local-address-list': ['0.0.0.0', '::'] } },
    neighbors: neighbors.map((neighbor) => ({
      ...session(neighbor, longLived),
      config: { ...credentials(neighbor), 'neighbor-address': neighbor.address },
    })),
    ...(dynamic === undefined
      ? {}
      : {
          'peer-groups': [
            {
              ...session({ ...dynamic, address: '', passive: true }),
              config: { ...credentials(dynamic), 'peer-group-name': group },
            },
          ],
          'dynamic-neighbors': [{ config: { prefix: dynamic.prefix, 'peer-group': group } }],
        }),
    ...(raw?.gobgp === undefined ? {} : (JSON.parse(raw.gobgp) as object)),
  }
}

function credentials({ asn, password }: { readonly asn: number; readonly password?: string }): object {
  return { 'peer-as': asn, ...(password === undefined ? {} : { 'auth-password': password }) }
}

/** @param longLived seconds for which it keeps routes of a neighbour by RFC 9494 */
function session(neighbor: NeighborSettings, longLived?: number): object {
  const { families = bothFamilies, localAddress, port, multihop, ttlSecurityHops } = neighbor
  return {
    timers: {
      config: {
        'hold-time': neighbor.holdTimeSeconds ?? defaultHoldTimeSeconds,
        'keepalive-interval': keepaliveOf(neighbor),
        'connect-retry': 1,
        'idle-hold-time-after-reset': 1,
      },
    },
    transport: {
      config: {
        'passive-mode': neighbor.passive === true,
        ...(localAddress === undefined ? {} : { 'local-address': localAddress }),
        ...(port === undefined ? {} : { 'remote-port': port }),
      },
    },
    ...(multihop === undefined
      ? {}
      : { 'ebgp-multihop': { config: { enabled: true, 'multihop-ttl': multihop } } }),
    ...(ttlSecurityHops === undefined
      ? {}
      : { 'ttl-security': { config: { enabled: true, 'ttl-min': 256 - ttlSecurityHops } } }),
    // A helper (RFC 4724), as the others are without being asked.
    'graceful-restart': {
      config: {
        enabled: true,
        'helper-only': longLived === undefined,
        'restart-time': 120,
        ...(longLived === undefined ? {} : { 'long-lived-enabled': true }),
      },
    },
    'afi-safis': families.map((family) => ({
      config: { 'afi-safi-name': family.replace('/', '-') },
      'mp-graceful-restart': { config: { enabled: true } },
      ...(longLived === undefined
        ? {}
        : { 'long-lived-graceful-restart': { config: { enabled: true, 'restart-time': longLived } } }),
    })),
  }
}

interface NeighborJson {
  readonly state: {
    readonly session_state?: number
    readonly messages?: {
      readonly sent?: Readonly<Record<string, number>>
      readonly received?: Readonly<Record<string, number>>
    }
  }
  readonly timers?: { readonly state?: { readonly uptime?: { readonly seconds?: number } } }
}

/** PeerState.SessionState of GoBGP's API; protobuf leaves zeros out. */
const states: readonly SessionState[] = [
  'idle',
  'idle',
  'connect',
  'active',
  'open_sent',
  'open_confirm',
  'established',
]

function status({ state, timers }: NeighborJson, lastError: string | undefined): NeighborStatus {
  const name = states[state.session_state ?? 0] ?? 'idle'
  const upSince = timers?.state?.uptime?.seconds
  return {
    state: name,
    uptimeSeconds: name === 'established' && upSince !== undefined ? Date.now() / 1000 - upSince : 0,
    lastError,
    sent: counts(state.messages?.sent),
    received: counts(state.messages?.received),
  }
}

function counts(of: Readonly<Record<string, number>> = {}): MessageCounts {
  return {
    open: of.open ?? 0,
    update: of.update ?? 0,
    notification: of.notification ?? 0,
    keepalive: of.keepalive ?? 0,
    total: of.total ?? 0,
  }
}

/** The API has no last error; the log does. */
async function lastDown(console: Console, address: string): Promise<string | undefined> {
  const lines = (await console.logs())
    .split('\n')
    .filter((line) => line.includes('Peer Down') && line.includes(address))
  return /"Reason":"([^"]*)"/.exec(lines.at(-1) ?? '')?.[1]
}

interface PathJson {
  readonly best?: boolean
  readonly stale?: boolean
  readonly 'neighbor-ip'?: string
  readonly attrs: readonly AttributeJson[]
}

interface AttributeJson {
  readonly type: number
  readonly value?: unknown
  readonly metric?: number
  readonly nexthop?: string
  readonly 'link-local-nexthop'?: string
  readonly communities?: readonly number[]
  readonly as_paths?: readonly { readonly asns: readonly number[] }[]
}

interface LargeJson {
  readonly ASN: number
  readonly LocalData1: number
  readonly LocalData2: number
}

const code = {
  origin: 1,
  asPath: 2,
  nextHop: 3,
  med: 4,
  localPref: 5,
  communities: 8,
  mpReach: 14,
  extended: 16,
  large: 32,
}

function route(prefix: string, path: PathJson, index: number): Route {
  const attribute = (type: number): AttributeJson | undefined =>
    path.attrs.find((candidate) => candidate.type === type)
  const hop = attribute(code.mpReach) ?? attribute(code.nextHop)
  const large = (attribute(code.large)?.value ?? []) as readonly LargeJson[]
  const extended = (attribute(code.extended)?.value ?? []) as readonly unknown[]
  const localPref = attribute(code.localPref)?.value
  const asPath = attribute(code.asPath)?.as_paths ?? []
  return {
    prefix,
    from: path['neighbor-ip'],
    nextHops: [hop?.nexthop, hop?.['link-local-nexthop']].filter((address) => address !== undefined),
    asPath: asPath.flatMap(({ asns }) => asns),
    origin:
      (['igp', 'egp', 'incomplete'] as const)[Number(attribute(code.origin)?.value ?? 2)] ?? 'incomplete',
    med: attribute(code.med)?.metric,
    localPref: typeof localPref === 'number' ? localPref : undefined,
    communities: (attribute(code.communities)?.communities ?? []).map(communityOfNumber).map(community),
    largeCommunities: large.map(({ ASN, LocalData1, LocalData2 }) => `${ASN}:${LocalData1}:${LocalData2}`),
    extendedCommunities: extended.map((value) => JSON.stringify(value)),
    // Sorted best first.
    best: path.best ?? index === 0,
    stale: path.stale === true,
  }
}
