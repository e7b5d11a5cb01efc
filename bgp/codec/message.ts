import type { Message, Update } from '../message.js'
import type { CodecContext } from './context.js'
import { badLength, frameMessage, HEADER_LENGTH, readHeader } from './header.js'
import { decodeNotification, encodeNotification } from './notification.js'
import { decodeOpen, encodeOpen } from './open.js'
import { decodeRouteRefresh, encodeRouteRefresh } from './route-refresh.js'
import { decodeUpdate, encodeUpdate, type ReceivedUpdate } from './update.js'

/** A message as received; every one is a `Message`, an UPDATE with its outcome of RFC 7606 besides. */
export type ReceivedMessage = Exclude<Message, Update> | ReceivedUpdate

/**
 * @param bytes one whole message, header included, as a Framer gives it; nothing in the result is a view of it
 * @throws ProtocolError, and nothing else, whatever the octets are
 */
export function decodeMessage(bytes: Uint8Array, context: CodecContext): ReceivedMessage {
  if (bytes.length < HEADER_LENGTH) throw badLength(bytes.length)
  const { kind, length } = readHeader(bytes, context.maxMessageLength)
  if (length !== bytes.length) throw badLength(length)
  const body = bytes.subarray(HEADER_LENGTH)
  switch (kind) {
    case 'open':
      return decodeOpen(body)
    case 'update':
      return decodeUpdate(body, context)
    case 'notification':
      return decodeNotification(body)
    case 'keepalive':
      return { kind: 'keepalive' }
    case 'route-refresh':
      return decodeRouteRefresh(bytes, context)
  }
}

/**
 * The octets of one message, header included.
 * @throws RangeError when it is longer than the context allows, or a field than its length can say
 */
export function encodeMessage(message: Message, context: CodecContext): Uint8Array {
  return frameMessage(message.kind, encodeBody(message, context), context.maxMessageLength)
}

function encodeBody(message: Message, context: CodecContext): Uint8Array {
  switch (message.kind) {
    case 'open':
      return encodeOpen(message)
    case 'update':
      return encodeUpdate(message, context)
    case 'notification':
      return encodeNotification(message)
    case 'keepalive':
      return new Uint8Array(0)
    case 'route-refresh':
      return encodeRouteRefresh(message)
  }
}
