import { ByteWriter } from '../net/bytes.js'
import type { AfiSafi } from './family.js'
import type { Notification } from './message.js'

/** Why a session is ended on purpose, by the names of RFC 4486, RFC 8538 and RFC 9384. */
export type CeaseReason =
  | 'administrative-shutdown'
  | 'peer-de-configured'
  | 'administrative-reset'
  | 'connection-rejected'
  | 'other-configuration-change'
  | 'connection-collision-resolution'
  | 'out-of-resources'
  | 'bfd-down'

export const CEASE = 6
export const MAXIMUM_PREFIXES = 1
export const HARD_RESET = 9

const subcodes: Readonly<Record<CeaseReason, number>> = {
  'administrative-shutdown': 2,
  'peer-de-configured': 3,
  'administrative-reset': 4,
  'connection-rejected': 5,
  'other-configuration-change': 6,
  'connection-collision-resolution': 7,
  'out-of-resources': 8,
  'bfd-down': 10,
}

/** RFC 9003 §2: the Shutdown Communication goes with these two alone. */
const communicating: readonly number[] = [
  subcodes['administrative-shutdown'],
  subcodes['administrative-reset'],
]

/**
 * @param communication a word to the other operator, cut to 255 octets of UTF-8; dropped where the reason has no
 *   room for one (RFC 9003)
 */
export function cease(reason: CeaseReason, communication = ''): Notification {
  const subcode = subcodes[reason]
  const text = carriesCommunication(subcode) ? utf8(communication, 255) : new Uint8Array(0)
  const data = new ByteWriter(256)
  if (text.length > 0) data.lengthPrefixed(8, () => data.bytes(text))
  return { kind: 'notification', code: CEASE, subcode, data: data.finish() }
}

/** RFC 4486 §4: names the limit that the peer went over. */
export function maximumPrefixesReached({ afi, safi }: AfiSafi, limit: number): Notification {
  const data = new ByteWriter(7).u16(afi).u8(safi).u32(limit).finish()
  return { kind: 'notification', code: CEASE, subcode: MAXIMUM_PREFIXES, data }
}

/** RFC 8538 §3: `inner` is the reason; the peer flushes our routes though graceful restart was negotiated. */
export function hardReset(inner: Notification): Notification {
  const data = new ByteWriter(2 + inner.data.length)
    .u8(inner.code)
    .u8(inner.subcode)
    .bytes(inner.data)
    .finish()
  return { kind: 'notification', code: CEASE, subcode: HARD_RESET, data }
}

export function carriesCommunication(subcode: number): boolean {
  return communicating.includes(subcode)
}

/** At most `limit` octets, never half a character. */
function utf8(text: string, limit: number): Uint8Array {
  const octets = new Uint8Array(limit)
  const { written } = new TextEncoder().encodeInto(text, octets)
  return octets.subarray(0, written)
}
