import { ByteReader, ByteWriter } from '../../net/bytes.js'
import { ProtocolError } from '../fault.js'
import type { RouteRefresh } from '../message.js'
import type { CodecContext } from './context.js'
import { badLength, HEADER_LENGTH } from './header.js'

/** RFC 7313 §3.2; the index is the value on the wire. */
const subtypes = ['request', 'begin', 'end'] as const

/** Octets behind the header: AFI, subtype, SAFI. What follows is an ORF (RFC 5291), which herald does not offer. */
const BODY_LENGTH = 4

/**
 * @param message with its header, because a wrong length is answered with the whole of it (RFC 7313 §5)
 * @throws ProtocolError bad-message-length or, with RFC 7313 negotiated, bad-route-refresh-length
 */
export function decodeRouteRefresh(message: Uint8Array, context: CodecContext): RouteRefresh {
  const reader = new ByteReader(message.subarray(HEADER_LENGTH))
  const length = reader.left
  if (length < BODY_LENGTH) throw wrongLength(message, context)
  const afi = reader.u16()
  const subtype = reader.u8()
  const safi = reader.u8()
  const family = { afi, safi }
  // Without RFC 7313 the octet is reserved and "should be ignored by the receiver" (RFC 2918 §3).
  if (!context.enhancedRouteRefresh) return { kind: 'route-refresh', family, subtype: 'request' }
  const name = subtypes[subtype]
  if ((name === 'begin' || name === 'end') && length !== BODY_LENGTH) throw wrongLength(message, context)
  return { kind: 'route-refresh', family, subtype: name ?? subtype }
}

/** What follows the header. */
export function encodeRouteRefresh({ family, subtype }: RouteRefresh): Uint8Array {
  const writer = new ByteWriter(BODY_LENGTH)
  return writer.u16(family.afi).u8(subtypeNumber(subtype)).u8(family.safi).finish()
}

function subtypeNumber(subtype: RouteRefresh['subtype']): number {
  return typeof subtype === 'number' ? subtype : subtypes.indexOf(subtype)
}

function wrongLength(message: Uint8Array, { enhancedRouteRefresh }: CodecContext): ProtocolError {
  if (!enhancedRouteRefresh) return badLength(message.length)
  return new ProtocolError({ kind: 'bad-route-refresh-length', message: message.slice() })
}
