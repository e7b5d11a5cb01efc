import type { ConnectionId } from '../fsm/session.js'
import type { SessionContext } from '../fsm/step.js'
import { jittered } from '../fsm/timers.js'
import type { OfferHints } from '../open-offer.js'
import type { PeerAction, PeerState, PeerTimer } from './peer.js'

/** What a step looks at besides the peer. */
export interface PeerContext extends SessionContext {
  readonly hints: OfferHints
  /** For a dial: a number never used before. */
  nextConnection(): ConnectionId
}

/** One step on its way: the state as it changes, the actions in order, and why the state changed. */
export interface Turn {
  peer: PeerState
  readonly actions: PeerAction[]
  because: string
  readonly context: PeerContext
}

export function change(turn: Turn, parts: Partial<PeerState>): void {
  turn.peer = { ...turn.peer, ...parts }
}

/** With the jitter of RFC 4271 §10. */
export function startTimer(turn: Turn, timer: PeerTimer, seconds: number): void {
  const jitter = jittered(seconds, turn.context.random())
  turn.actions.push({ do: 'start-peer-timer', timer, seconds: jitter })
}
