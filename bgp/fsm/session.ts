import type { Brand } from '../../net/brand.js'
import type { Notification, Open } from '../message.js'
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
  /** While our KEEPALIVE waits for the loser of a collision to close: whether the peer's has come. */
  readonly putOff?: { readonly accepted: boolean }
}

export interface Established extends Connected {
  readonly state: 'Established'
  readonly negotiated: Negotiated
  /** Monotonic milliseconds. */
  readonly since: number
}

/** Why a session is over. */
export interface Ended {
  /**
   * 'error': a NOTIFICATION either way, or the SendHoldTimer. 'connection-lost': TCP, without a word. 'stopped': on
   * purpose. 'collision': another connection to the peer stays. 'replaced': by the peer's restart (RFC 4724 §5).
   */
  readonly kind: 'error' | 'connection-lost' | 'stopped' | 'collision' | 'replaced'
  /** A NOTIFICATION sent, one received, or this side alone. */
  readonly origin: 'sent' | 'received' | 'local'
  readonly notification?: Notification
  /** For a person. */
  readonly text: string
}
