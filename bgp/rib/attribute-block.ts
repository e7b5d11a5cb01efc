import { isIpv4, octetsOf } from '../../net/ip.js'
import { encodeAttributes } from '../codec/attributes/encode.js'
import type { CodecContext } from '../codec/context.js'
import { afiSafiOf, type Family, ipVersionOf } from '../family.js'
import type { ExportedRoute, ExportTarget } from './export.js'

/** An attribute set in the two forms it is needed in: for people, and as octets that many UPDATEs share. */
export interface AttributeBlock {
  readonly route: ExportedRoute
  /** What stands in MP_REACH_NLRI before the prefixes; absent where they follow the attributes (RFC 4271 §4.3). */
  readonly mpReachHead?: Uint8Array
  /** All other attributes, ascending by type code. */
  readonly attributes: Uint8Array
  /** Equal for blocks that put the same octets on the wire. */
  readonly key: string
}

/** Undefined where an attribute is longer than its length can say: 65535 octets (RFC 4271 §4.3). */
export function attributeBlock(
  family: Family,
  route: ExportedRoute,
  target: ExportTarget,
): AttributeBlock | undefined {
  try {
    return encoded(family, route, target)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function encoded(family: Family, route: ExportedRoute, target: ExportTarget): AttributeBlock {
  const { nextHop } = route
  // Of no matter for attributes alone.
  const context: CodecContext = { ...target, enhancedRouteRefresh: false }
  if (ipVersionOf(family) === 4 && isIpv4(nextHop)) {
    const attributes = encodeAttributes([...route.attributes, { kind: 'next-hop', nextHop }], context)
    return { route, attributes, key: attributes.join() }
  }
  const head = mpReachHead(family, route)
  const attributes = encodeAttributes(route.attributes, context)
  return { route, mpReachHead: head, attributes, key: `${head.join()}|${attributes.join()}` }
}

/** AFI, SAFI, length of the next hop, next hop, one reserved octet (RFC 4760 §3). */
function mpReachHead(family: Family, { nextHop, linkLocalNextHop }: ExportedRoute): Uint8Array {
  const { afi, safi } = afiSafiOf(family)
  const octets = [...octetsOf(nextHop), ...(linkLocalNextHop ? octetsOf(linkLocalNextHop) : [])]
  return Uint8Array.of(afi >>> 8, afi & 0xff, safi, octets.length, ...octets, 0)
}
