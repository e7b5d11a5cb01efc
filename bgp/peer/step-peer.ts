import { unreachable } from '../../net/unreachable.js'
import type { SessionEvent } from '../fsm/event.js'
import type { ConnectionId } from '../fsm/session.js'
import { stepSession } from '../fsm/step.js'
import { begin, connectRetryExpires, dialFails } from './attempts.js'
import { connectionChanges, dialSucceeds, loserCloses, peerConnects } from './connections.js'
import { type PeerAction, type PeerEvent, type PeerState, stateOf } from './peer.js'
import { automaticStop, manualStart, manualStop } from './stopping.js'
import type { PeerContext, Turn } from './turn.js'

export interface PeerStep {
  readonly peer: PeerState
  /** To be performed in this order, all of them, before the next event. */
  readonly actions: readonly PeerAction[]
}

/**
 * A peer against every event: when to dial, which of two connections stays, how long to leave an erring peer alone.
 * What a connection does by itself is RFC 4271's FSM in bgp/fsm.
 */
export function stepPeer(peer: PeerState, event: PeerEvent, context: PeerContext): PeerStep {
  if (event.is === 'Session') return stepConnection(peer, event, context)
  const turn: Turn = { peer, actions: [], because: '', context }
  handle(turn, event)
  return finish(peer, turn)
}

function handle(turn: Turn, event: Exclude<PeerEvent, { is: 'Session' }>): void {
  switch (event.is) {
    case 'ManualStart':
      manualStart(turn)
      break
    case 'AutomaticStart':
      if (turn.peer.phase.is === 'not-started') begin(turn, 'started')
      break
    case 'ManualStop':
      manualStop(turn, event.stop)
      break
    case 'AutomaticStop':
      automaticStop(turn, event.stop)
      break
    case 'ConnectRetryTimer_Expires':
      connectRetryExpires(turn)
      break
    case 'IdleHoldTimer_Expires':
      if (turn.peer.phase.is === 'idle-hold') begin(turn, 'the IdleHoldTimer expired')
      break
    case 'Tcp_CR_Acked':
      dialSucceeds(turn, event.connection)
      break
    case 'TcpConnectionConfirmed':
      peerConnects(turn, event.connection)
      break
    case 'DialFails':
      dialFails(turn, event.connection, event.text)
      break
    default:
      unreachable(event)
  }
}

/** The way of every message: what changes nothing, as UPDATEs do, copies nothing. */
function stepConnection(
  peer: PeerState,
  { connection, event }: Extract<PeerEvent, { is: 'Session' }>,
  context: PeerContext,
): PeerStep {
  const session = peer.sessions.find((each) => each.connection === connection)
  if (session === undefined) return closes(peer, connection, event, context)
  const step = stepSession(session, event, context)
  if ('session' in step && step.session === session) return { peer, actions: step.actions }
  const turn: Turn = { peer, actions: [], because: '', context }
  connectionChanges(turn, session, step)
  return finish(peer, turn)
}

/** A connection that is over. */
function closes(
  peer: PeerState,
  connection: ConnectionId,
  event: SessionEvent,
  context: PeerContext,
): PeerStep {
  if (event.is !== 'TcpConnectionFails' || !peer.losers.includes(connection)) return { peer, actions: [] }
  const turn: Turn = { peer, actions: [], because: '', context }
  loserCloses(turn, connection)
  return finish(peer, turn)
}

function finish(before: PeerState, { peer, actions, because }: Turn): PeerStep {
  const [from, to] = [stateOf(before), stateOf(peer)]
  if (from !== to) actions.push({ do: 'transition', from, to, because })
  return { peer, actions }
}
