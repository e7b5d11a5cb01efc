import { type Endpoint, formatEndpoint } from '../net/endpoint.js'
import { isIpv6 } from '../net/ip.js'
import { kindOf } from '../net/ip-kind.js'
import { placeOfPrefixes, resolveAnnouncements } from './announcements.js'
import type { Context } from './context.js'
import { groupNames, resolveL2 } from './l2.js'
import { checkShares } from './l2-shares.js'
import { reportRepeats } from './lists.js'
import { warnOfOwnAddresses } from './own-addresses.js'
import { resolveDynamicPeers, resolvePeers } from './peers.js'
import { checkReferences } from './references.js'
import type { FileSettings } from './schema.js'
import {
  type BgpSettings,
  type ControlSettings,
  DEFAULT_HTTP,
  DEFAULT_SOCKET,
  DEFAULT_STATE_DIRECTORY,
  type ListenSettings,
  type Settings,
} from './settings.js'
import { endpoint } from './value.js'
import type { Ways } from './ways.js'

/** Where sessions are accepted when the file does not say. */
const everywhere = ['0.0.0.0:179', '[::]:179'].map((text) => endpoint.parse(text))

/** Seconds; a route that carries GRACEFUL_SHUTDOWN is replaced in one round of updates or two. */
const DEFAULT_DRAIN_WAIT = 10

/** sockaddr_un has 108 octets, the last of them zero. */
const MAX_SOCKET_PATH = 107

/**
 * Fills in every default, reads every secret, and holds the parts of the file against each other.
 * @param node the host's name, where the file has none.
 * @returns undefined when something without which there is no configuration is missing; that is reported.
 */
export function resolveSettings(file: FileSettings, node: string, context: Context): Settings | undefined {
  const ways = waysOf(file, context)
  const bgp = ways.bgp || !ways.l2 ? resolveBgp(file, context) : undefined
  const l2 = file.l2 && resolveL2(file.l2, context)
  const announcements = resolveAnnouncements(file.announcements ?? [], ways, context)
  if (l2 !== undefined) checkShares(announcements, l2, context)
  checkReferences(file, context)
  const placeOf = (i: number) => placeOfPrefixes(file.announcements ?? [], i)
  warnOfOwnAddresses(announcements, bgp?.peers ?? [], placeOf, context)
  const control = resolveControl(file, context)
  if (bgp === undefined && l2 === undefined) return undefined
  return {
    node: file.node ?? node,
    ...(bgp && { bgp }),
    ...(l2 && { l2 }),
    announcements: announcements.filter((announcement) => announcement !== undefined),
    drain: { waitSeconds: file.drain?.wait ?? DEFAULT_DRAIN_WAIT },
    control,
    ...(file.http && { http: { listen: file.http.listen ?? endpoint.parse(DEFAULT_HTTP) } }),
    log: { level: file.log?.level ?? 'info' },
  }
}

function waysOf(file: FileSettings, { lost }: Context): Ways {
  const names = file.l2 && groupNames(file.l2)
  const known = !lost(['l2', 'groups']) && !names?.some((_, i) => lost(['l2', 'groups', i, 'name']))
  return {
    bgp: file.bgp !== undefined || lost(['bgp']),
    l2: file.l2 !== undefined || lost(['l2']),
    ...(names && known && { groups: names }),
  }
}

/** The speaker and its peers alone. */
export function resolveBgp(file: FileSettings, context: Context): BgpSettings | undefined {
  const { bgp } = file
  if (bgp === undefined) {
    if (!context.lost(['bgp']))
      context.report(
        ['bgp'],
        'is missing; write bgp: with asn: and peers: below it, or l2: {} for a LAN without a router',
      )
    return undefined
  }
  if (bgp.asn === undefined && !context.lost(['bgp', 'asn'])) {
    context.report(['bgp', 'asn'], 'is missing; write the AS number of this node, such as 65001')
  }
  const listen = resolveListen(bgp.listen, context)
  const scope = { context, asn: bgp.asn, defaults: bgp.peerDefaults ?? {} }
  const settings = {
    ...(bgp.routerId !== undefined && { routerId: bgp.routerId }),
    listen,
    peers: resolvePeers(bgp.peers ?? [], scope, listen),
    dynamicPeers: resolveDynamicPeers(bgp.dynamicPeers ?? [], bgp.peers ?? [], scope),
  }
  return bgp.asn === undefined ? undefined : { asn: bgp.asn, ...settings }
}

function resolveListen(given: readonly Endpoint[] | undefined, context: Context): ListenSettings {
  if (given === undefined) return { endpoints: everywhere, explicit: false }
  const path = ['bgp', 'listen']
  given.forEach(({ address }, i) => {
    const kind = kindOf(address)
    if (kind === 'multicast' || kind === 'reserved') {
      context.report(
        [...path, i],
        `${address} is ${kind}; listen on an address of this node, or on all: 0.0.0.0, [::]`,
      )
    } else if (kind === 'link-local' && isIpv6(address)) {
      context.report(
        [...path, i],
        `${address} exists on every link; listen on [::], and name the interface at the peer`,
      )
    }
  })
  reportRepeats(given, path, context, formatEndpoint)
  return { endpoints: given, explicit: true }
}

function resolveControl(file: FileSettings, context: Context): ControlSettings {
  const socket = context.absolute(file.control?.socket ?? DEFAULT_SOCKET)
  const octets = new TextEncoder().encode(socket).length
  if (octets > MAX_SOCKET_PATH) {
    context.report(
      ['control', 'socket'],
      `${socket} has ${octets} octets, and the kernel takes ${MAX_SOCKET_PATH}; choose a shorter path`,
    )
  }
  return { socket, stateDirectory: context.absolute(file.control?.stateDirectory ?? DEFAULT_STATE_DIRECTORY) }
}
