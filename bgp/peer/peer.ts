import type { SessionAction } from '../fsm/action.js'
import type { SessionEvent } from '../fsm/event.js'
import type { ConnectionId, Ended, Established, Session } from '../fsm/session.js'
import type { Negotiated } from '../negotiated.js'
import type { Reduction } from '../open-offer.js'
import type { Stop } from '../stop.js'

/** RFC 4271 §8.2.2. */
export type State = 'Idle' | 'Connect' | 'Active' | Session['state']

/** §8.1.1 and §8.1.3. IdleHoldTimer is what keeps an erring peer from being tried in a loop. */
export type PeerTimer = 'ConnectRetryTimer' | 'IdleHoldTimer'

/** One configured peer: its connections, and our own attempts to open one. */
export interface PeerState {
  readonly phase: Phase
  /** At most one Established, and before it at most one outgoing and one incoming. */
  readonly sessions: readonly Session[]
  /** Losers of a collision that are still closing. */
  readonly losers: readonly ConnectionId[]
  /** §8 attribute 2: errors in a row; the back-off doubles with each, a session that lasts ends the row. */
  readonly connectRetryCounter: number
  /** What our OPEN leaves out because this peer rejected one that had it. */
  readonly reduction: Reduction
  /** Our connections in a row that the peer closed after our OPEN, without a word. */
  readonly silentCloses: number
}

/** Our own attempts, RFC 4271's FSM before it has a connection; an incoming one lives beside it. */
export type Phase =
  /** Idle: before the first start. */
  | { readonly is: 'not-started' }
  /** Idle: down on purpose, incoming connections refused. */
  | { readonly is: 'stopped'; readonly stop: Stop }
  /** Idle: the IdleHoldTimer runs. */
  | { readonly is: 'idle-hold' }
  /** Active: listening; the ConnectRetryTimer runs unless the peer is passive. */
  | { readonly is: 'active' }
  /** Connect: a dial is on its way, and the ConnectRetryTimer runs. */
  | { readonly is: 'connect'; readonly connection: ConnectionId }
  /** A connection is up that makes attempts pointless: ours, or the peer's once its OPEN is good. No timer runs. */
  | { readonly is: 'resting' }

export type PeerEvent =
  /** 1 and 4: lifts every stop and forgets every error. Whether to wait passively is in the settings. */
  | { readonly is: 'ManualStart' }
  /** 3 and 5: for a peer that was not started yet; lifts no stop. */
  | { readonly is: 'AutomaticStart' }
  /** 2: the peer stays down until ManualStart. */
  | { readonly is: 'ManualStop'; readonly stop: Stop }
  /**
   * 8: the peer comes back by itself, except from 'maximum-prefixes', which only 'administrative-reset' and
   * ManualStart lift. Both resets forget every error, and dial at once where there is nothing to end.
   */
  | { readonly is: 'AutomaticStop'; readonly stop: Stop }
  | { readonly is: 'ConnectRetryTimer_Expires' } // 9
  | { readonly is: 'IdleHoldTimer_Expires' } // 13
  | { readonly is: 'Tcp_CR_Acked'; readonly connection: ConnectionId } // 16
  /** 17: an incoming connection, with a number of the driver's that was never used before. */
  | { readonly is: 'TcpConnectionConfirmed'; readonly connection: ConnectionId }
  /** 18 before there is a connection: the dial came to nothing, `text` says how. */
  | { readonly is: 'DialFails'; readonly connection: ConnectionId; readonly text: string }
  /** Ignored for a connection that is over, but for its closing, which the winner of a collision waits for. */
  | { readonly is: 'Session'; readonly connection: ConnectionId; readonly event: SessionEvent }

export type PeerAction =
  | SessionAction
  | { readonly do: 'dial'; readonly connection: ConnectionId }
  | { readonly do: 'cancel-dial'; readonly connection: ConnectionId }
  /** Starts anew where it runs. */
  | { readonly do: 'start-peer-timer'; readonly timer: PeerTimer; readonly seconds: number }
  /** Also where it does not run. */
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
  /** The state as people know it changed; the last action of its step. */
  | { readonly do: 'transition'; readonly from: State; readonly to: State; readonly because: string }
  /** The next OPEN leaves more out, or all is tried again. */
  | { readonly do: 'reduced'; readonly to: Reduction; readonly because: string }

/** The state as people know it: that of the connection that has got furthest. */
export function stateOf({ phase, sessions }: PeerState): State {
  for (const state of furthestFirst) if (sessions.some((session) => session.state === state)) return state
  switch (phase.is) {
    case 'not-started':
    case 'stopped':
    case 'idle-hold':
      return 'Idle'
    case 'connect':
      return 'Connect'
    case 'active':
    case 'resting':
      return 'Active'
  }
}

const furthestFirst = ['Established', 'OpenConfirm', 'OpenSent'] as const

/** Before its first start. */
export const newPeer: PeerState = {
  phase: { is: 'not-started' },
  sessions: [],
  losers: [],
  connectRetryCounter: 0,
  reduction: 'none',
  silentCloses: 0,
}

export function establishedSession({ sessions }: PeerState): Established | undefined {
  return sessions.find((session) => session.state === 'Established')
}

/**
 * Whether an incoming connection is let in: not while the peer is down on purpose, which `phase` explains.
 *
 * §8.2.2 refuses connections in Idle, so also in IdleHold. A peer that calls is worth more than our own back-off: it
 * has come back, or has been corrected, and its own back-off limits how often it calls.
 */
export function accepts({ phase }: PeerState): boolean {
  return phase.is !== 'stopped' && phase.is !== 'not-started'
}
