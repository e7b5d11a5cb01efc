import { parseProtocols, parseRoutes } from './bird-output.js'
import { communityNumbers } from './community.js'
import {
  bothFamilies,
  type Console,
  type Driver,
  defaultHoldTimeSeconds,
  familyOf,
  keepaliveOf,
} from './driver.js'
import { birdTable } from './open-table.js'
import type { Family, NeighborSettings, Origination, RouterSettings } from './router.js'

export const bird: Driver = {
  vendor: 'bird',
  lacks: { package: [], container: [] },
  versionCommand: ['/usr/sbin/bird', '--version'],
  versionPattern: /BIRD version (\S+)/,
  files: (settings) => ({ 'bird.conf': configuration(settings, settings.originate ?? []) }),
  // -R: it comes back from a restart, and says so (RFC 4724).
  launch: ({ restarts }, folder) => `
    rm -f ${folder}/bird.ctl
    exec /usr/sbin/bird -f ${restarts === undefined ? '' : '-R '}-c ${folder}/bird.conf -s ${folder}/bird.ctl`,
  ready: async (console) => {
    await birdc(console, ['show', 'status'])
  },
  command: birdc,
  neighbor: async (console, address) => {
    const { sessions, establishedSince } = parseProtocols(await birdc(console, ['show', 'protocols', 'all']))
    const session = sessions.find((candidate) => candidate.address === address)
    if (session === undefined) return undefined
    const { state, lastError } = session
    const since = establishedSince(session)
    return {
      state,
      lastError,
      uptimeSeconds: since === undefined ? 0 : Math.max(0, Date.now() / 1000 - since),
      sent: undefined,
      received: undefined,
    }
  },
  routes: async (console, family) => {
    const routes = parseRoutes(await birdc(console, ['show', 'route', 'all', 'table', tables[family]]))
    const { sessions } = parseProtocols(await birdc(console, ['show', 'protocols', 'all']))
    // BIRD marks routes stale only where they are long-lived (RFC 9494).
    const restarting = new Set(sessions.filter((session) => session.restarting).map(({ address }) => address))
    return routes.map((route) => ({
      ...route,
      stale: route.stale || (route.from !== undefined && restarting.has(route.from)),
    }))
  },
  openTable: birdTable,
  originatesByCommand: false,
  originate: reconfigure,
  withdraw: reconfigure,
}

const tables: Readonly<Record<Family, string>> = { 'ipv4/unicast': 'master4', 'ipv6/unicast': 'master6' }
const channels: Readonly<Record<Family, string>> = { 'ipv4/unicast': 'ipv4', 'ipv6/unicast': 'ipv6' }

async function birdc(console: Console, words: readonly string[]): Promise<string> {
  return console.run(['birdc', '-s', `${console.folder}/bird.ctl`, ...words])
}

/** BIRD's own networks live in its file; a reconfiguration touches only what changed. */
async function reconfigure(console: Console): Promise<void> {
  await console.write('bird.conf', configuration(console.settings, [...console.originated.values()]))
  const answer = await birdc(console, ['configure'])
  if (!answer.includes('Reconfigured') && !answer.includes('Reconfiguration in progress'))
    throw new Error(answer)
}

function configuration(settings: RouterSettings, originate: readonly Origination[]): string {
  const { routerId, neighbors = [], dynamic, raw } = settings
  return [
    'log stderr all;',
    'debug protocols { states, events };',
    `router id ${routerId};`,
    // Seconds of the epoch, because BIRD tells when a state began and not how long it has lasted.
    'timeformat protocol "%s";',
    'timeformat route "%s";',
    'protocol device { scan time 1; }',
    // Into the kernel, as a router does, and FRR here: the forwarding table shows what traffic meets.
    'protocol kernel fib_ipv4 { ipv4 { import none; export where source = RTS_BGP; }; }',
    'protocol kernel fib_ipv6 { ipv6 { import none; export where source = RTS_BGP; }; }',
    ...bothFamilies.flatMap((family) => originations(family, originate)),
    ...neighbors.flatMap((neighbor, index) => [
      `protocol bgp peer${index} {`,
      `neighbor ${neighbor.address} port ${neighbor.port ?? 179} as ${neighbor.asn};`,
      ...session(settings, neighbor),
      '}',
    ]),
    ...(dynamic === undefined
      ? []
      : [
          'protocol bgp listener {',
          `neighbor range ${dynamic.prefix} as ${dynamic.asn};`,
          'dynamic name "dynamic";',
          ...session(settings, { ...dynamic, address: dynamic.prefix, passive: true }),
          '}',
        ]),
    raw?.bird ?? '',
    '',
  ].join('\n')
}

function session({ asn, port = 179, restarts }: RouterSettings, neighbor: NeighborSettings): string[] {
  const { families = bothFamilies, localAddress, password, multihop, ttlSecurityHops } = neighbor
  const hops =
    multihop ?? (ttlSecurityHops !== undefined && ttlSecurityHops > 1 ? ttlSecurityHops : undefined)
  return [
    `local ${localAddress ?? ''} port ${port} as ${asn};`,
    hops === undefined ? 'direct;' : `multihop ${hops};`,
    // BIRD waits a minute after an error of the peer's, and longer each time; no test can.
    'connect delay time 1; connect retry time 1; error wait time 1, 2;',
    `hold time ${neighbor.holdTimeSeconds ?? defaultHoldTimeSeconds};`,
    `keepalive time ${keepaliveOf(neighbor)};`,
    ...(neighbor.passive === true ? ['passive on;'] : []),
    ...(restarts === undefined
      ? []
      : [
          `graceful restart on; graceful restart time ${restarts.restartSeconds};`,
          `long lived graceful restart on; long lived stale time ${restarts.longLivedSeconds};`,
        ]),
    ...(password === undefined ? [] : [`password "${password}";`]),
    ...(ttlSecurityHops === undefined ? [] : ['ttl security on;']),
    ...families.map(
      (family) => `${channels[family]} { import all; export filter originate_${channels[family]}; };`,
    ),
  ]
}

/** Attributes are set where routes leave: BIRD sends no MED to an external neighbour that was set earlier. */
function originations(family: Family, all: readonly Origination[]): string[] {
  const channel = channels[family]
  const originate = all.filter(({ prefix }) => familyOf(prefix) === family)
  return [
    `protocol static own_${channel} {`,
    `${channel};`,
    ...originate.map(({ prefix }) => `route ${prefix} unreachable;`),
    '}',
    `filter originate_${channel} {`,
    'if source != RTS_STATIC then reject;',
    ...originate.map((route) => `if net = ${route.prefix} then { ${attributes(route).join(' ')} }`),
    'accept;',
    '}',
  ]
}

function attributes({ nextHop, med, communities = [], largeCommunities = [] }: Origination): string[] {
  return [
    ...(nextHop === undefined ? [] : [`bgp_next_hop = ${nextHop};`]),
    ...(med === undefined ? [] : [`bgp_med = ${med};`]),
    ...communities.map((name) => `bgp_community.add((${communityNumbers(name).join(', ')}));`),
    ...largeCommunities.map((large) => `bgp_large_community.add((${large.replaceAll(':', ', ')}));`),
  ]
}
