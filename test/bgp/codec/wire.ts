/** Octets of messages laid out by field, and the sessions they belong to. */

import { beforeNegotiation, type CodecContext } from '../../../bgp/codec/context.js'
import { type Fault, ProtocolError } from '../../../bgp/fault.js'
import type { BgpIdentifier } from '../../../bgp/identifier.js'
import { bgpIdentifier } from '../../../bgp/identifier.js'
import { hex } from '../../support/hex.js'

export const marker = 'ff'.repeat(16)

const types = {
  open: '01',
  update: '02',
  notification: '03',
  keepalive: '04',
  'route-refresh': '05',
} as const

/** A whole message: marker, the length counted, type, then `body` in hex. */
export function framed(kind: keyof typeof types, body: string): Uint8Array {
  const octets = hex(body)
  return Uint8Array.from([...hex(marker), ...u16(octets.length + 19), ...hex(types[kind]), ...octets])
}

/** An UPDATE of its three fields in hex; their lengths are counted. */
export function updateOf(fields: { withdrawn?: string; attributes?: string; nlri?: string }): Uint8Array {
  return framed(
    'update',
    `${counted(fields.withdrawn ?? '')} ${counted(fields.attributes ?? '')} ${fields.nlri ?? ''}`,
  )
}

/** Hex preceded by its length in two octets. */
export function counted(body: string): string {
  return `${toHex(u16(hex(body).length))} ${body}`
}

export function toHex(octets: Iterable<number>): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('')
}

export function identifier(value: number): BgpIdentifier {
  const read = bgpIdentifier(value)
  if (read === undefined) throw new RangeError('an identifier is not 0')
  return read
}

/** An eBGP session as two modern speakers agree on it. */
export const external: CodecContext = {
  ...beforeNegotiation,
  external: true,
  families: ['ipv4/unicast', 'ipv6/unicast'],
  fourOctetAs: true,
  enhancedRouteRefresh: true,
}

export const internal: CodecContext = { ...external, external: false }

/** With a speaker that knows nothing of RFC 6793. */
export const twoOctet: CodecContext = { ...external, fourOctetAs: false }

/** With RFC 8950 and RFC 8654. */
export const extended: CodecContext = {
  ...external,
  extendedNextHop: ['ipv4/unicast'],
  maxMessageLength: 65535,
}

/** The fault that `run` ends with; undefined when it ends well. Anything but a ProtocolError is passed on. */
export function faultOf(run: () => unknown): Fault | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    if (error instanceof ProtocolError) return error.fault
    throw error
  }
}

function u16(value: number): readonly number[] {
  return [value >>> 8, value & 255]
}
