import { littleEndian } from './layouts.js'

/** Numbers of <linux/rtnetlink.h>, <linux/netlink.h>. */
export const RTM = {
  NEWLINK: 16,
  DELLINK: 17,
  GETLINK: 18,
  NEWADDR: 20,
  DELADDR: 21,
  GETADDR: 22,
  NEWNETCONF: 80,
  GETNETCONF: 82,
} as const
const NLMSG_ERROR = 2
const NLMSG_DONE = 3
const NLM_F_REQUEST = 0x1
const NLM_F_DUMP = 0x300
const NLM_F_DUMP_INTR = 0x10

const headerLength = 16
const align = (length: number) => (length + 3) & ~3

/** One message of a datagram, without its header. */
export interface NetlinkMessage {
  readonly type: number
  /** A change while it was listed: the list is not to be trusted. */
  readonly interrupted: boolean
  readonly body: DataView
}

export type NetlinkRead =
  | { readonly is: 'message'; readonly message: NetlinkMessage }
  | {
      readonly is: 'done'
      readonly sequence: number
      readonly interrupted: boolean
      readonly refused: boolean
    }

/** Asks for the whole list of a kind. @param body the structure that this kind of question begins with */
export function encodeDump(type: number, sequence: number, body: Uint8Array): Uint8Array {
  const octets = new Uint8Array(headerLength + align(body.length))
  const view = new DataView(octets.buffer)
  view.setUint32(0, octets.length, littleEndian)
  view.setUint16(4, type, littleEndian)
  view.setUint16(6, NLM_F_REQUEST | NLM_F_DUMP, littleEndian)
  view.setUint32(8, sequence, littleEndian)
  octets.set(body, headerLength)
  return octets
}

/** The messages of a datagram, up to the first whose length is wrong. (netlink(7)) */
export function* netlinkMessages(datagram: Uint8Array): Generator<NetlinkRead> {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength)
  for (let at = 0; at + headerLength <= view.byteLength; ) {
    const length = view.getUint32(at, littleEndian)
    if (length < headerLength || at + length > view.byteLength) return
    const type = view.getUint16(at + 4, littleEndian)
    const interrupted = (view.getUint16(at + 6, littleEndian) & NLM_F_DUMP_INTR) !== 0
    if (type === NLMSG_DONE || type === NLMSG_ERROR) {
      // Both begin with an error number, which is zero or negative.
      const refused = length >= headerLength + 4 && view.getInt32(at + headerLength, littleEndian) !== 0
      yield { is: 'done', sequence: view.getUint32(at + 8, littleEndian), interrupted, refused }
    } else {
      const start = datagram.byteOffset + at + headerLength
      const body = new DataView(datagram.buffer, start, length - headerLength)
      yield { is: 'message', message: { type, interrupted, body } }
    }
    at += align(length)
  }
}

/** The attributes behind a structure of `offset` octets; of several of one type the last counts. */
export function attributesOf(body: DataView, offset: number): ReadonlyMap<number, DataView> {
  const attributes = new Map<number, DataView>()
  for (let at = align(offset); at + 4 <= body.byteLength; ) {
    const length = body.getUint16(at, littleEndian)
    if (length < 4 || at + length > body.byteLength) break
    // Two bits of the type are flags (NLA_TYPE_MASK).
    const type = body.getUint16(at + 2, littleEndian) & 0x3fff
    attributes.set(type, new DataView(body.buffer, body.byteOffset + at + 4, length - 4))
    at += align(length)
  }
  return attributes
}

/** A number of 32 bits; undefined where the attribute is missing or short. */
export function u32Of(attribute: DataView | undefined): number | undefined {
  if (attribute === undefined || attribute.byteLength < 4) return undefined
  return attribute.getUint32(0, littleEndian)
}

export function octetsOfAttribute({ buffer, byteOffset, byteLength }: DataView): Uint8Array {
  return new Uint8Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer)
}

/** Up to its NUL. */
export function textOfAttribute(attribute: DataView): string {
  const octets = octetsOfAttribute(attribute)
  const nul = octets.indexOf(0)
  return new TextDecoder().decode(nul < 0 ? octets : octets.subarray(0, nul))
}
