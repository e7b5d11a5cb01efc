import type { ConnectionId } from '../fsm/session.js'
import type { PeerTimer, Phase } from './peer.js'
import { change, startTimer, type Turn } from './turn.js'

/** Seconds that an erring peer is left alone: doubled with each error in a row, so never a hot loop. */
const IDLE_HOLD_FLOOR = 1
const IDLE_HOLD_CEILING = 60

/** Dials, or listens where the peer is passive (§8.2.2, Idle, events 1 and 3 to 5). */
export function begin(turn: Turn, because: string): void {
  turn.because = because
  if (turn.context.settings.passive) listen(turn)
  else dial(turn)
}

/** Active: the peer may call; we call again when the ConnectRetryTimer expires, unless the peer is passive. */
export function listen(turn: Turn): void {
  const { passive, connectRetryTimeSeconds } = turn.context.settings
  enter(turn, { is: 'active' })
  if (!passive) startTimer(turn, 'ConnectRetryTimer', connectRetryTimeSeconds)
}

/** Idle after an error, for longer with every one in a row. */
export function holdOff(turn: Turn): void {
  const { connectRetryCounter } = turn.peer
  const seconds = Math.min(IDLE_HOLD_CEILING, IDLE_HOLD_FLOOR * 2 ** connectRetryCounter)
  enter(turn, { is: 'idle-hold' })
  change(turn, { connectRetryCounter: connectRetryCounter + 1 })
  startTimer(turn, 'IdleHoldTimer', seconds)
}

/** A connection is good enough for now. */
export function rest(turn: Turn): void {
  enter(turn, { is: 'resting' })
}

export function connectRetryExpires(turn: Turn): void {
  const { phase, sessions } = turn.peer
  if (phase.is !== 'connect' && phase.is !== 'active') return
  if (sessions.some(({ state }) => state !== 'OpenSent')) rest(turn)
  else if (!turn.context.settings.passive) {
    const unanswered = phase.is === 'connect'
    turn.because = unanswered ? 'no answer before the ConnectRetryTimer expired' : 'time to try again'
    dial(turn)
  }
}

/** §8.2.2 goes to Idle, to be started again later; people know that wait as Active, and we do take calls in it. */
export function dialFails(turn: Turn, connection: ConnectionId, text: string): void {
  if (!isDial(turn, connection)) return
  turn.because = text
  dialIsOver(turn)
  listen(turn)
}

/** The dial has become a connection. */
export function dialSucceeded(turn: Turn): void {
  dialIsOver(turn)
  rest(turn)
}

export function isDial({ peer: { phase } }: Turn, connection: ConnectionId): boolean {
  return phase.is === 'connect' && phase.connection === connection
}

/** Leaves what went on before: a dial is given up, and a timer that does not go on is stopped. */
export function enter(turn: Turn, phase: Phase): void {
  const before = turn.peer.phase
  if (before.is === 'connect') turn.actions.push({ do: 'cancel-dial', connection: before.connection })
  const timer = timers[before.is]
  if (timer !== undefined && timer !== timers[phase.is]) turn.actions.push({ do: 'stop-peer-timer', timer })
  change(turn, { phase })
}

/** What runs in each phase. */
const timers: Readonly<Record<Phase['is'], PeerTimer | undefined>> = {
  'not-started': undefined,
  stopped: undefined,
  'idle-hold': 'IdleHoldTimer',
  active: 'ConnectRetryTimer',
  connect: 'ConnectRetryTimer',
  resting: undefined,
}

function dial(turn: Turn): void {
  const connection = turn.context.nextConnection()
  enter(turn, { is: 'connect', connection })
  turn.actions.push({ do: 'dial', connection })
  startTimer(turn, 'ConnectRetryTimer', turn.context.settings.connectRetryTimeSeconds)
}

/** There is nothing to give up any more. */
function dialIsOver(turn: Turn): void {
  change(turn, { phase: { is: 'active' } })
}
