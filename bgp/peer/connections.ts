import type { SessionEvent } from '../fsm/event.js'
import type { ConnectionId, Direction, Ended, Established, OpenConfirm, Session } from '../fsm/session.js'
import { acceptLater, type SessionStep, stepSession } from '../fsm/step.js'
import { LARGE_HOLD_TIME } from '../fsm/timers.js'
import { offer } from '../open-offer.js'
import { dialSucceeded, holdOff, isDial, listen, rest } from './attempts.js'
import { preserved, resolve } from './collision.js'
import { accepts } from './peer.js'
import { afterEnd, reductionFor } from './reduction.js'
import { change, type Turn } from './turn.js'

/** Seconds after which a session that was Established, for its hold time at least, ends the row of errors. */
const STABLE_AFTER = 60

/** Event 16. */
export function dialSucceeds(turn: Turn, connection: ConnectionId): void {
  if (!isDial(turn, connection)) {
    // It was given up while TCP connected.
    turn.actions.push({ do: 'close', connection, how: 'abort' })
    return
  }
  dialSucceeded(turn)
  turn.because = 'the peer accepted our connection'
  open(turn, connection, 'outgoing')
}

/** Event 17. Our own attempts go on: until the peer's OPEN is good, an incoming connection promises nothing. */
export function peerConnects(turn: Turn, connection: ConnectionId): void {
  if (!accepts(turn.peer)) {
    turn.actions.push({ do: 'close', connection, how: 'abort' })
    return
  }
  // A peer opens one connection at a time: it has given up the one before, which we may not have heard of.
  for (const other of turn.peer.sessions) {
    if (other.direction === 'incoming' && other.state !== 'Established') dump(turn, other)
  }
  turn.because = 'the peer connected'
  open(turn, connection, 'incoming')
}

/** What an event did to one connection, and what that means for the others. */
export function connectionChanges(turn: Turn, session: Session, step: SessionStep): void {
  if ('ended' in step) {
    apply(turn, session, step)
    return
  }
  switch (step.session.state) {
    case 'OpenSent':
      apply(turn, session, step)
      break
    case 'OpenConfirm':
      if (session.state === 'OpenConfirm') apply(turn, session, step)
      else confirm(turn, session, step.session, step)
      break
    case 'Established':
      establish(turn, session, step.session, step)
      break
  }
}

/** The peer's OPEN is good: collisions are resolved, and attempts of our own end. */
function confirm(turn: Turn, session: Session, next: OpenConfirm, step: SessionStep): void {
  const others = turn.peer.sessions.filter((other) => other !== session)
  const outcomes = others.map((other) => ({ other, is: resolve(next, other, turn.context) }))
  // Before the step's KEEPALIVE goes out, which would have the peer think that the loser has won.
  if (outcomes.some(({ is }) => is === 'dump-this')) {
    lose(turn, session)
    return
  }
  const loser = outcomes.find(({ is }) => is === 'dump-other')?.other
  const clashes = loser !== undefined || turn.peer.losers.length > 0
  apply(turn, session, clashes ? acceptLater(next) : step)
  if (loser !== undefined) lose(turn, loser)
  for (const { other, is } of outcomes) {
    if (is === 'replace-other') endSession(turn, other, { is: 'Replaced' })
  }
  turn.because = "the peer's OPEN is acceptable"
  // A dial that would win a collision with this connection goes on: the peer may have chosen it already.
  const { phase } = turn.peer
  if (phase.is !== 'connect' || preserved(next, turn.context.speaker) === 'incoming') rest(turn)
}

function establish(turn: Turn, session: Session, next: Established, step: SessionStep): void {
  const others = turn.peer.sessions.filter((other) => other !== session)
  apply(turn, session, step)
  for (const other of others) dump(turn, other)
  rest(turn)
  turn.because = 'the peer accepted our OPEN'
  const { connection, negotiated } = next
  turn.actions.push({ do: 'established', connection, negotiated })
}

/** Ends one session by an event of our own making. */
export function endSession(turn: Turn, session: Session, event: SessionEvent): void {
  apply(turn, session, stepSession(session, event, turn.context))
}

/** §8.2.2: OPEN sent, and a large hold time for the peer's. */
function open(turn: Turn, connection: ConnectionId, direction: Direction): void {
  const { speaker, settings, hints } = turn.context
  const offered = offer(speaker, settings, hints, reductionFor(turn.peer, direction))
  change(turn, {
    sessions: [...turn.peer.sessions, { state: 'OpenSent', connection, direction, offered }],
  })
  turn.actions.push(
    { do: 'send', connection, message: offered },
    { do: 'start-session-timer', connection, timer: 'HoldTimer', seconds: LARGE_HOLD_TIME },
  )
}

/**
 * Remembered until it has closed, and the winner's KEEPALIVE waits for that: what the peer still has to do to the loser
 * must be done before its session is up. FRR 8 moves that session to where the loser was, and a late end of the loser
 * then ends the session, when OPEN and KEEPALIVE of the winner reach it at once.
 */
function lose(turn: Turn, session: Session): void {
  change(turn, { losers: [...turn.peer.losers, session.connection] })
  dump(turn, session)
}

export function loserCloses(turn: Turn, loser: ConnectionId): void {
  change(turn, { losers: turn.peer.losers.filter((each) => each !== loser) })
  if (turn.peer.losers.length > 0) return
  const winner = turn.peer.sessions.find(isPutOff)
  if (winner === undefined) return
  connectionChanges(turn, winner, stepSession(winner, { is: 'LoserCloses' }, turn.context))
}

function isPutOff(session: Session): boolean {
  return session.state === 'OpenConfirm' && session.putOff !== undefined
}

function dump(turn: Turn, session: Session): void {
  endSession(turn, session, { is: 'OpenCollisionDump' })
}

function apply(turn: Turn, session: Session, step: SessionStep): void {
  turn.actions.push(...step.actions)
  if ('ended' in step) ended(turn, session, step.ended)
  else {
    const sessions = turn.peer.sessions.map((each) => (each === session ? step.session : each))
    change(turn, { sessions })
  }
}

function ended(turn: Turn, session: Session, reason: Ended): void {
  const { connection, state: from } = session
  turn.because = reason.text
  turn.actions.push({ do: 'ended', connection, from, ended: reason })
  if (from === 'Established') turn.actions.push({ do: 'down', connection, ended: reason })
  change(turn, { sessions: turn.peer.sessions.filter((each) => each !== session) })
  afterEnd(turn, session, reason)
  if (wasStable(turn, session)) change(turn, { connectRetryCounter: 0 })
  tryAgain(turn, session, reason)
}

/** When nothing is left that makes attempts pointless. */
function tryAgain(turn: Turn, session: Session, reason: Ended): void {
  const { phase, sessions } = turn.peer
  const waiting = phase.is === 'active' || phase.is === 'idle-hold'
  const resting = phase.is === 'resting' && !sessions.some(makesAttemptsPointless)
  if (!waiting && !resting) return
  const mild =
    reason.kind === 'collision' || (reason.kind === 'connection-lost' && session.state === 'OpenSent')
  if (!mild) holdOff(turn)
  // §8.2.2, OpenSent, event 18: the ConnectRetryTimer and Active. Where it runs already, it runs on: a peer that
  // calls and hangs up again and again must not keep us from calling.
  else if (resting) listen(turn)
}

function makesAttemptsPointless({ direction, state }: Session): boolean {
  return direction === 'outgoing' || state !== 'OpenSent'
}

function wasStable({ context }: Turn, session: Session): boolean {
  if (session.state !== 'Established') return false
  const seconds = (context.now() - session.since) / 1000
  return seconds >= Math.max(STABLE_AFTER, session.negotiated.holdTime)
}
