import { ByteWriter } from '../net/bytes.js'
import type { Fault } from './fault.js'
import type { Notification } from './message.js'

export { type CeaseReason, cease, hardReset, maximumPrefixesReached } from './cease.js'
export { describeNotification, shutdownCommunication } from './describe-notification.js'

/** Octets of data that fit a message before and without RFC 8654: never more of a peer's octets goes back to it. */
export const MAX_NOTIFICATION_DATA = 4096 - 21

/** The NOTIFICATION that answers a fault; a new Fault without its code does not compile. */
export function notificationFor(fault: Fault): Notification {
  switch (fault.kind) {
    case 'connection-not-synchronized':
      return notification(1, 1)
    case 'bad-message-length':
      // RFC 4271 §6.1: "the Data field MUST contain the erroneous Length field"
      return notification(1, 2, u16(fault.length))
    case 'bad-message-type':
      return notification(1, 3, u8(fault.type))
    case 'malformed-open':
      // RFC 4271 §6.2: a recognized parameter that is malformed is "0 (Unspecific)"
      return notification(2, 0)
    case 'unsupported-version':
      // RFC 4271 §6.2: "the largest, locally-supported version number", in two octets
      return notification(2, 1, u16(4))
    case 'bad-peer-as':
      return notification(2, 2)
    case 'bad-bgp-identifier':
      return notification(2, 3)
    case 'unsupported-optional-parameter':
      return notification(2, 4)
    case 'unacceptable-hold-time':
      return notification(2, 6)
    case 'unsupported-capability':
      // RFC 5492 §5: the data lists the capabilities that are missing
      return notification(2, 7, fault.capabilities)
    case 'malformed-attribute-list':
      return notification(3, 1)
    case 'unrecognized-well-known-attribute':
      // RFC 4271 §6.3: "the Data field MUST contain the unrecognized attribute (type, length, and value)"
      return notification(3, 2, fault.attribute)
    case 'optional-attribute-error':
      return notification(3, 9, fault.attribute)
    case 'invalid-network-field':
      return notification(3, 10)
    case 'bad-route-refresh-length':
      // RFC 7313 §5: "the Data field ... MUST contain the complete ROUTE-REFRESH message"
      return notification(7, 1, fault.message)
    case 'hold-timer-expired':
      return notification(4, 0)
    case 'unexpected-message':
      // RFC 6608 §3: the data is the type of the message
      return notification(5, unexpectedIn[fault.state], u8(fault.type))
  }
}

/** RFC 6608 §3. */
const unexpectedIn = { OpenSent: 1, OpenConfirm: 2, Established: 3 } as const

function notification(code: number, subcode: number, data: Uint8Array = new Uint8Array(0)): Notification {
  return { kind: 'notification', code, subcode, data: data.slice(0, MAX_NOTIFICATION_DATA) }
}

function u8(value: number): Uint8Array {
  return new ByteWriter(1).u8(value).finish()
}

function u16(value: number): Uint8Array {
  return new ByteWriter(2).u16(value).finish()
}
