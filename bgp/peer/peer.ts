import type { ConnectionId, Ended, Farewell, Session, SessionAction, SessionEvent } from '../fsm/session.js'
import type { Negotiated } from '../negotiated.js'
import type { Reduction } from '../open-offer.js'

/** RFC 4271 §8.2.2. */
export type State = 'Idle' | 'Connect' | 'Active' | Session['state']

/** §8.1.1: between attempts. IdleHoldTimer is what keeps an erring peer from being tried in a loop. */
export type PeerTimer = 'ConnectRetryTimer' | 'IdleHoldTimer'

/** One configured peer: at most one connection each way, and what happens between them. */
export interface PeerState {
  /** What goes on while no connection is up. */
  readonly phase:
    | { readonly is: 'stopped'; readonly because: string }
    | { readonly is: 'idle-hold' }
    | { readonly is: 'active' }
    | { readonly is: 'connect'; readonly connection: ConnectionId }
  readonly sessions: readonly Session[]
  /** Errors in a row: the back-off doubles with each. */
  readonly failures: number
  readonly reduction: Reduction
}

export type PeerEvent =
  /** ManualStart and AutomaticStart (1, 3–5): whether to wait passively is in the settings. */
  | { readonly is: 'Start' }
  /** ManualStop and AutomaticStop (2, 8); 'retry' comes back by itself. */
  | ({ readonly is: 'Stop'; readonly afterwards: 'stay-down' | 'retry' } & Farewell)
  | { readonly is: 'ConnectRetryTimer_Expires' } // 9
  | { readonly is: 'IdleHoldTimer_Expires' } // 13
  | { readonly is: 'Tcp_CR_Acked'; readonly connection: ConnectionId } // 16
  /** The dial came to nothing (18 in Connect). */
  | { readonly is: 'DialFails'; readonly connection: ConnectionId; readonly text: string }
  /** An incoming connection, which `accepts` has let in (17). */
  | { readonly is: 'TcpConnectionConfirmed'; readonly connection: ConnectionId }
  | { readonly is: 'Session'; readonly connection: ConnectionId; readonly event: SessionEvent }

export type PeerAction =
  | SessionAction
  | { readonly do: 'dial'; readonly connection: ConnectionId }
  | { readonly do: 'cancel-dial'; readonly connection: ConnectionId }
  | { readonly do: 'start-peer-timer'; readonly timer: PeerTimer; readonly seconds: number }
  | { readonly do: 'stop-peer-timer'; readonly timer: PeerTimer }
  | { readonly do: 'established'; readonly connection: ConnectionId; readonly negotiated: Negotiated }
  /** A session that was Established is over. */
  | { readonly do: 'down'; readonly connection: ConnectionId; readonly ended: Ended }
  /** A session ended in any state: for the record. */
  | {
      readonly do: 'ended'
      readonly connection: ConnectionId
      readonly from: Session['state']
      readonly ended: Ended
    }
  | { readonly do: 'transition'; readonly from: State; readonly to: State; readonly because: string }
  /** The next OPEN leaves more out. */
  | { readonly do: 'reduced'; readonly to: Reduction; readonly because: string }

/** The state as people know it: that of the connection that has got furthest. */
export function stateOf(peer: PeerState): State {
  const order = ['Established', 'OpenConfirm', 'OpenSent'] as const
  for (const state of order) if (peer.sessions.some((session) => session.state === state)) return state
  switch (peer.phase.is) {
    case 'stopped':
    case 'idle-hold':
      return 'Idle'
    case 'active':
      return 'Active'
    case 'connect':
      return 'Connect'
  }
}

/** Before its first Start. */
export const newPeer: PeerState = {
  phase: { is: 'stopped', because: 'not started' },
  sessions: [],
  failures: 0,
  reduction: 'none',
}

export function establishedSession(peer: PeerState): Extract<Session, { state: 'Established' }> | undefined {
  return peer.sessions.find((session) => session.state === 'Established')
}
