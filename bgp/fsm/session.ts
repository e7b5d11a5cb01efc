import type { Brand } from '../../net/brand.js'
import type { Fault } from '../fault.js'
import type { Message, Notification, Open } from '../message.js'
import type { Negotiated } from '../negotiated.js'

/** One TCP connection of a peer; never used twice by one driver. */
export type ConnectionId = Brand<number, 'ConnectionId'>

/** Who opened the connection: collision detection keeps one or the other (RFC 4271 §6.8). */
export type Direction = 'outgoing' | 'incoming'

/** The states of RFC 4271 §8.2.2 that have a connection; Idle, Connect and Active belong to the peer. */
export type Session = OpenSent | OpenConfirm | Established

interface Connected {
  readonly connection: ConnectionId
  readonly direction: Direction
  /** What our OPEN said. */
  readonly offered: Open
}

export interface OpenSent extends Connected {
  readonly state: 'OpenSent'
}

export interface OpenConfirm extends Connected {
  readonly state: 'OpenConfirm'
  readonly negotiated: Negotiated
}

export interface Established extends Connected {
  readonly state: 'Established'
  readonly negotiated: Negotiated
  /** Monotonic milliseconds. */
  readonly since: number
}

/** §8.1.3 KeepaliveTimer and HoldTimer, and RFC 9687's SendHoldTimer; DelayOpen is not offered. */
export type SessionTimer = 'HoldTimer' | 'KeepaliveTimer' | 'SendHoldTimer'

/** §8.1, the events of a connection, by their names there. */
export type SessionEvent =
  | { readonly is: 'BGPOpen'; readonly open: Open } // 19
  | { readonly is: 'BGPHeaderErr' | 'BGPOpenMsgErr' | 'UpdateMsgErr'; readonly fault: Fault } // 21, 22, 28
  | { readonly is: 'NotifMsg'; readonly notification: Notification } // 24, 25
  | { readonly is: 'KeepAliveMsg' } // 26
  | { readonly is: 'UpdateMsg' } // 27
  | { readonly is: 'RouteRefreshMsg' } // RFC 2918
  | { readonly is: 'HoldTimer_Expires' } // 10
  | { readonly is: 'KeepaliveTimer_Expires' } // 11
  | { readonly is: 'SendHoldTimer_Expires' } // RFC 9687
  | { readonly is: 'TcpConnectionFails'; readonly text: string } // 18
  /** ManualStop, AutomaticStop and OpenCollisionDump (2, 8, 23), which differ in what is said. */
  | ({ readonly is: 'Stop' } & Farewell)

/** How a session is ended from this side. */
export interface Farewell {
  /** Absent: the connection is closed without a word, so that a peer in graceful restart keeps our routes. */
  readonly notification?: Notification
  /** For a person. */
  readonly text: string
  readonly kind: 'stopped' | 'collision'
}

export type SessionAction =
  | { readonly do: 'send'; readonly connection: ConnectionId; readonly message: Message }
  /** 'flush' after all that was sent has gone; 'abort' at once, because nothing goes any more. */
  | { readonly do: 'close'; readonly connection: ConnectionId; readonly how: 'flush' | 'abort' }
  | {
      readonly do: 'start-session-timer'
      readonly connection: ConnectionId
      readonly timer: SessionTimer
      readonly seconds: number
    }

/** Why a session is over. */
export interface Ended {
  /** A protocol error backs off, a lost connection is retried soon, a collision is no error at all. */
  readonly kind: 'error' | 'connection-lost' | 'stopped' | 'collision'
  readonly origin: 'sent' | 'received' | 'local'
  readonly notification?: Notification
  readonly text: string
}

/** Seconds that a peer has for its OPEN: "a large value", 4 minutes suggested (§8.2.2). */
export const LARGE_HOLD_TIME = 240
