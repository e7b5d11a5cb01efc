import type { Keepalive, Notification, Open } from '../message.js'
import type { Negotiated } from '../negotiated.js'
import type { ConnectionId } from './session.js'

/** What the driver does with one connection, in the order given. */
export type SessionAction =
  | {
      readonly do: 'send'
      readonly connection: ConnectionId
      readonly message: Open | Keepalive | Notification
    }
  /**
   * Ends the connection and its timers; nothing that still arrives on it counts. 'flush': after all that was sent has
   * gone, so that a NOTIFICATION gets through. 'abort': at once, because nothing gets through any more.
   */
  | { readonly do: 'close'; readonly connection: ConnectionId; readonly how: 'flush' | 'abort' }
  | {
      readonly do: 'start-session-timer'
      readonly connection: ConnectionId
      readonly timer: SessionTimer
      readonly seconds: number
    }
  | { readonly do: 'stop-session-timer'; readonly connection: ConnectionId; readonly timer: SessionTimer }
  /** Both OPENs are known: messages from here on are read and written by this. */
  | { readonly do: 'negotiated'; readonly connection: ConnectionId; readonly negotiated: Negotiated }
  /** The UPDATE or ROUTE-REFRESH that this event stands for is good and goes to the RIBs. */
  | { readonly do: 'deliver' }

/** RFC 4271 §8.1.3, and RFC 9687. */
export type SessionTimer = 'HoldTimer' | 'KeepaliveTimer' | 'SendHoldTimer'

/**
 * What sets a running timer back to its start, by the driver alone: a million UPDATEs a second cost a million
 * assignments to a deadline, and no steps.
 *
 * - HoldTimer: each whole message that is received. §8.2.2 says KEEPALIVE and UPDATE; a ROUTE-REFRESH is as good a
 *   sign of life.
 * - KeepaliveTimer: each KEEPALIVE or UPDATE that is sent (§8.2.2, Established).
 * - SendHoldTimer: TCP takes octets from us (RFC 9687 §3).
 */
export const restartedBy: Readonly<
  Record<SessionTimer, 'message-received' | 'message-sent' | 'octets-accepted'>
> = {
  HoldTimer: 'message-received',
  KeepaliveTimer: 'message-sent',
  SendHoldTimer: 'octets-accepted',
}
