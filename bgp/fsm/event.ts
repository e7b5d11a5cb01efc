import type { ReceivedMessage } from '../codec/message.js'
import type { Fault } from '../fault.js'
import type { Notification, Open } from '../message.js'
import type { Stop } from '../stop.js'

/** RFC 4271 §8.1: the events of one connection, by their names and numbers there. DelayOpen (12, 20) is not offered. */
export type SessionEvent =
  | { readonly is: 'ManualStop' | 'AutomaticStop'; readonly stop: Stop } // 2, 8
  | { readonly is: 'HoldTimer_Expires' } // 10
  | { readonly is: 'KeepaliveTimer_Expires' } // 11
  /** The connection is lost; `text` says how, for a person. */
  | { readonly is: 'TcpConnectionFails'; readonly text: string } // 18
  | { readonly is: 'BGPOpen'; readonly open: Open } // 19
  | { readonly is: 'BGPHeaderErr' | 'BGPOpenMsgErr' | 'UpdateMsgErr'; readonly fault: Fault } // 21, 22, 28
  | { readonly is: 'OpenCollisionDump' } // 23
  | { readonly is: 'NotifMsgVerErr' | 'NotifMsg'; readonly notification: Notification } // 24, 25
  | { readonly is: 'KeepAliveMsg' } // 26
  | { readonly is: 'UpdateMsg' } // 27
  | { readonly is: 'RouteRefreshMsg' } // RFC 2918
  | { readonly is: 'SendHoldTimer_Expires' } // 29, RFC 9687
  /** RFC 4724 §5: the peer has restarted and its new connection takes over. */
  | { readonly is: 'Replaced' }
  /** Of the connection that won a collision: the other one has closed. */
  | { readonly is: 'LoserCloses' }

const keepAliveMsg: SessionEvent = { is: 'KeepAliveMsg' }
const updateMsg: SessionEvent = { is: 'UpdateMsg' }
const routeRefreshMsg: SessionEvent = { is: 'RouteRefreshMsg' }

/** The event that a decoded message is; those that come by the million are constants. */
export function messageEvent(message: ReceivedMessage): SessionEvent {
  switch (message.kind) {
    case 'open':
      return { is: 'BGPOpen', open: message }
    case 'update':
      return updateMsg
    case 'notification':
      return { is: isVersionError(message) ? 'NotifMsgVerErr' : 'NotifMsg', notification: message }
    case 'keepalive':
      return keepAliveMsg
    case 'route-refresh':
      return routeRefreshMsg
  }
}

/** The event that octets are which do not decode: `fault` is that of the ProtocolError. */
export function faultEvent(fault: Fault): SessionEvent {
  switch (fault.kind) {
    case 'connection-not-synchronized':
    case 'bad-message-length':
    case 'bad-message-type':
      return { is: 'BGPHeaderErr', fault }
    case 'malformed-open':
    case 'unsupported-version':
    case 'bad-peer-as':
    case 'bad-bgp-identifier':
    case 'unsupported-optional-parameter':
    case 'unacceptable-hold-time':
    case 'unsupported-capability':
      return { is: 'BGPOpenMsgErr', fault }
    // What is wrong with a ROUTE-REFRESH, and the machine's own faults, end a session as a wrong UPDATE does.
    case 'malformed-attribute-list':
    case 'unrecognized-well-known-attribute':
    case 'optional-attribute-error':
    case 'invalid-network-field':
    case 'bad-route-refresh-length':
    case 'hold-timer-expired':
    case 'unexpected-message':
      return { is: 'UpdateMsgErr', fault }
  }
}

function isVersionError({ code, subcode }: Notification): boolean {
  return code === 2 && subcode === 1
}
