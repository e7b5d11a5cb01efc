import { ByteReader, ByteWriter } from '../../net/bytes.js'
import type { Notification } from '../message.js'

/** @param body what follows the header, at least the two octets that the header check guarantees */
export function decodeNotification(body: Uint8Array): Notification {
  const reader = new ByteReader(body)
  const code = reader.u8()
  const subcode = reader.u8()
  return { kind: 'notification', code, subcode, data: reader.rest().slice() }
}

/** What follows the header. */
export function encodeNotification({ code, subcode, data }: Notification): Uint8Array {
  return new ByteWriter(2 + data.length).u8(code).u8(subcode).bytes(data).finish()
}
