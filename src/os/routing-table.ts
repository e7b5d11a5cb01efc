import { type Ip, ipFromOctets } from '../../net/ip.js'
import {
  covers,
  hostPrefix,
  type IpVersion,
  ipVersionOf,
  lengthOf,
  networkOf,
  type Prefix,
} from '../../net/prefix.js'
import { readProcNet } from './proc-net.js'

/** A route of the main table. What policy routing decides is not seen here. */
export interface KernelRoute {
  readonly destination: Prefix
  /** Absent: the destination is on the link. */
  readonly gateway?: Ip
  readonly interface: string
  readonly metric: number
  /** The route says that there is none. */
  readonly rejects: boolean
}

export function readRoutes(version: IpVersion): readonly KernelRoute[] {
  return version === 4 ? parseRoutes4(readProcNet('route')) : parseRoutes6(readProcNet('ipv6_route'))
}

/** The longest match, and of several the one with the lowest metric. */
export function routeTo(routes: readonly KernelRoute[], ip: Ip): KernelRoute | undefined {
  return routes
    .filter(({ destination }) => covers(destination, hostPrefix(ip)))
    .toSorted((a, b) => lengthOf(b.destination) - lengthOf(a.destination) || a.metric - b.metric)[0]
}

/** RTF_UP, RTF_GATEWAY, RTF_REJECT (<linux/route.h>). */
const up = 0x1
const viaGateway = 0x2
const reject = 0x200

/** Of /proc/net/route: hexadecimal numbers in the order of the host, a header line first. */
export function parseRoutes4(text: string): readonly KernelRoute[] {
  return rows(text).flatMap(
    ([name = '', destination = '', gateway = '', flagText = '', , , metric, mask = '']) => {
      const flags = Number.parseInt(flagText, 16)
      if (!(flags & up) || destination.length !== 8) return []
      const length = onesIn(mask)
      return {
        destination: networkOf(ipFromOctets(reversed(octets(destination))), length),
        ...(flags & viaGateway && { gateway: ipFromOctets(reversed(octets(gateway))) }),
        interface: name,
        metric: Number(metric),
        rejects: (flags & reject) !== 0,
      }
    },
  )
}

/** Of /proc/net/ipv6_route: destination, length, source, length, next hop, metric, ..., flags, interface. */
export function parseRoutes6(text: string): readonly KernelRoute[] {
  return rows(text).flatMap(
    ([destination = '', length = '', , , gateway = '', metric = '', , , flagText = '', name = '']) => {
      const flags = Number.parseInt(flagText, 16)
      if (!(flags & up) || destination.length !== 32) return []
      return {
        destination: networkOf(ipFromOctets(octets(destination)), Number.parseInt(length, 16)),
        ...(flags & viaGateway && { gateway: ipFromOctets(octets(gateway)) }),
        interface: name,
        metric: Number.parseInt(metric, 16),
        rejects: (flags & reject) !== 0,
      }
    },
  )
}

/** Whether a route leads to the address over its own link. */
export function isOnLink(route: KernelRoute | undefined): boolean {
  return route !== undefined && route.gateway === undefined && !route.rejects
}

export function readRouteTo(ip: Ip): KernelRoute | undefined {
  return routeTo(readRoutes(ipVersionOf(ip)), ip)
}

function rows(text: string): readonly (readonly string[])[] {
  return text.split('\n').map((line) => line.trim().split(/\s+/))
}

function octets(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

function reversed(octets: Uint8Array): Uint8Array {
  return octets.toReversed()
}

function onesIn(hex: string): number {
  return octets(hex).reduce((sum, octet) => sum + octet.toString(2).replaceAll('0', '').length, 0)
}
