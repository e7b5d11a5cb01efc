import type { Negotiated } from '../negotiated.js'
import type { SessionAction } from './action.js'
import type { ConnectionId } from './session.js'

/** Seconds that a peer has for its OPEN: "a large value", 4 minutes suggested (RFC 4271 §8.2.2). */
export const LARGE_HOLD_TIME = 240

/** Seconds, the least of RFC 9687 §3.1; twice the hold time where that is more. */
const LEAST_SEND_HOLD_TIME = 480

/**
 * Seconds for which the winner of a collision waits for the loser to close. Speakers close within milliseconds; one that
 * hangs must not keep the session from coming up.
 */
const LOSER_PATIENCE = 1

/** §10: between three quarters and all of the time, so that speakers do not fall into step. */
export function jittered(seconds: number, random: number): number {
  return seconds * (0.75 + random / 4)
}

/** HoldTimer and KeepaliveTimer at what both OPENs agree on. */
export function liveness(
  connection: ConnectionId,
  negotiated: Negotiated,
  random: number,
): readonly SessionAction[] {
  const hold = agreedHoldTimer(connection, negotiated)
  return negotiated.holdTime === 0 ? hold : [...hold, ...keepaliveTimer(connection, negotiated, random)]
}

/** HoldTimer as in `liveness`, and the wait for the loser of a collision in the place of the first KEEPALIVE. */
export function patience(connection: ConnectionId, negotiated: Negotiated): readonly SessionAction[] {
  return [
    ...agreedHoldTimer(connection, negotiated),
    { do: 'start-session-timer', connection, timer: 'KeepaliveTimer', seconds: LOSER_PATIENCE },
  ]
}

/** The KEEPALIVE that ends such a wait, and the wait for the next where there is one. */
export function accept(
  connection: ConnectionId,
  negotiated: Negotiated,
  random: number,
): readonly SessionAction[] {
  if (negotiated.holdTime !== 0) return keepalive(connection, negotiated, random)
  return [
    { do: 'send', connection, message: { kind: 'keepalive' } },
    { do: 'stop-session-timer', connection, timer: 'KeepaliveTimer' },
  ]
}

export function holdTimer(connection: ConnectionId, { holdTime }: Negotiated): readonly SessionAction[] {
  if (holdTime === 0) return []
  return [{ do: 'start-session-timer', connection, timer: 'HoldTimer', seconds: holdTime }]
}

/** The KEEPALIVE that is due, and the wait for the next. */
export function keepalive(
  connection: ConnectionId,
  negotiated: Negotiated,
  random: number,
): readonly SessionAction[] {
  if (negotiated.holdTime === 0) return []
  const message: SessionAction = { do: 'send', connection, message: { kind: 'keepalive' } }
  return [message, ...keepaliveTimer(connection, negotiated, random)]
}

/**
 * RFC 9687 §3.1: only where the hold time is not 0, since without KEEPALIVEs there may be nothing to send.
 * @param configuredSeconds more than the hold time; undefined for the RFC's default
 */
export function sendHoldTimer(
  connection: ConnectionId,
  { holdTime }: Negotiated,
  configuredSeconds: number | undefined,
): readonly SessionAction[] {
  if (holdTime === 0) return []
  const seconds = configuredSeconds ?? Math.max(LEAST_SEND_HOLD_TIME, 2 * holdTime)
  return [{ do: 'start-session-timer', connection, timer: 'SendHoldTimer', seconds }]
}

function agreedHoldTimer(connection: ConnectionId, negotiated: Negotiated): readonly SessionAction[] {
  if (negotiated.holdTime !== 0) return holdTimer(connection, negotiated)
  // The large value of OpenSent must not outlive it: with 0 silence is fine.
  return [{ do: 'stop-session-timer', connection, timer: 'HoldTimer' }]
}

function keepaliveTimer(
  connection: ConnectionId,
  { keepaliveTimeSeconds }: Negotiated,
  random: number,
): readonly SessionAction[] {
  // §4.4: never "more frequently than one per second", jitter or not.
  const seconds = Math.max(1, jittered(keepaliveTimeSeconds, random))
  return [{ do: 'start-session-timer', connection, timer: 'KeepaliveTimer', seconds }]
}
