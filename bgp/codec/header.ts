import { ProtocolError } from '../fault.js'
import type { Message } from '../message.js'
import { MAX_MESSAGE_LENGTH } from './context.js'

/** Octets of marker, length and type (RFC 4271 §4.1). */
export const HEADER_LENGTH = 19

export type MessageKind = Message['kind']

export interface Header {
  readonly kind: MessageKind
  /** Octets of the whole message, header included. */
  readonly length: number
}

interface MessageRow {
  readonly type: number
  readonly kind: MessageKind
  readonly minLength: number
  /** Where it is not the negotiated limit. */
  readonly maxLength?: number
}

/** RFC 4271 §4 and §6.1; OPEN and KEEPALIVE do not grow with RFC 8654 §4. */
const rows: readonly MessageRow[] = [
  { type: 1, kind: 'open', minLength: 29, maxLength: MAX_MESSAGE_LENGTH },
  { type: 2, kind: 'update', minLength: 23 },
  { type: 3, kind: 'notification', minLength: 21 },
  { type: 4, kind: 'keepalive', minLength: HEADER_LENGTH, maxLength: HEADER_LENGTH },
  // Its length is judged by its decoder: the fault depends on what was negotiated (RFC 7313 §5).
  { type: 5, kind: 'route-refresh', minLength: HEADER_LENGTH },
]

/**
 * Reads the header at the start of `bytes`, which has at least HEADER_LENGTH octets; the body may not have come yet.
 * @throws ProtocolError in the order of RFC 4271 §6.1: marker, length, type.
 */
export function readHeader(bytes: Uint8Array, maxMessageLength: number): Header {
  for (let i = 0; i < 16; i++) {
    if (bytes[i] !== 0xff) throw new ProtocolError({ kind: 'connection-not-synchronized' })
  }
  const length = ((bytes[16] ?? 0) << 8) | (bytes[17] ?? 0)
  if (length < HEADER_LENGTH || length > maxMessageLength) throw badLength(length)
  const type = bytes[18] ?? 0
  const row = rows.find((candidate) => candidate.type === type)
  if (row === undefined) throw new ProtocolError({ kind: 'bad-message-type', type })
  if (length < row.minLength || length > (row.maxLength ?? maxMessageLength)) throw badLength(length)
  return { kind: row.kind, length }
}

/**
 * A whole message: the header, then `body`.
 * @throws RangeError when it would be longer than such a message may be: the caller packs, the codec does not split.
 */
export function frameMessage(kind: MessageKind, body: Uint8Array, maxMessageLength: number): Uint8Array {
  const { type, maxLength } = rowOf(kind)
  const length = HEADER_LENGTH + body.length
  if (length > Math.min(maxLength ?? maxMessageLength, maxMessageLength)) {
    throw new RangeError(`${kind} of ${length} octets is longer than the session allows`)
  }
  const message = new Uint8Array(length)
  message.fill(0xff, 0, 16)
  message[16] = length >>> 8
  message[17] = length
  message[18] = type
  message.set(body, HEADER_LENGTH)
  return message
}

/** The number on the wire: 1 OPEN, 2 UPDATE, 3 NOTIFICATION, 4 KEEPALIVE, 5 ROUTE-REFRESH. */
export function messageType(kind: MessageKind): number {
  return rowOf(kind).type
}

/** As RFC 4271 writes it: 'ROUTE-REFRESH'; 'type 9' for a number that no message has. */
export function messageName(type: number): string {
  return rows.find((row) => row.type === type)?.kind.toUpperCase() ?? `type ${type}`
}

/** §6.1: the data of the NOTIFICATION is the erroneous Length field. */
export function badLength(length: number): ProtocolError {
  return new ProtocolError({ kind: 'bad-message-length', length })
}

function rowOf(kind: MessageKind): MessageRow {
  const row = rows.find((candidate) => candidate.kind === kind)
  if (row === undefined) throw new RangeError(`no such message: ${kind}`)
  return row
}
