import { describeFault } from '../describe-fault.js'
import type { Fault } from '../fault.js'
import type { Message } from '../message.js'
import { negotiate } from '../negotiate.js'
import type { Negotiated } from '../negotiated.js'
import { describeNotification, notificationFor } from '../notification.js'
import type { SessionSettings, SpeakerSettings } from '../peer-settings.js'
import type {
  Ended,
  Established,
  OpenConfirm,
  OpenSent,
  Session,
  SessionAction,
  SessionEvent,
} from './session.js'

/** What a step looks at besides the session. */
export interface SessionContext {
  readonly speaker: SpeakerSettings
  readonly settings: SessionSettings
  /** Monotonic milliseconds. */
  now(): number
  /** In [0, 1): the jitter of §10. */
  random(): number
}

export type SessionStep =
  | { readonly session: Session; readonly actions: readonly SessionAction[] }
  | { readonly ended: Ended; readonly actions: readonly SessionAction[] }

/** RFC 4271 §8.2.2 for one connection: OpenSent, OpenConfirm and Established against every event. */
export function stepSession(session: Session, event: SessionEvent, context: SessionContext): SessionStep {
  switch (event.is) {
    case 'TcpConnectionFails':
      return over(session, 'abort', { kind: 'connection-lost', origin: 'local', text: event.text })
    case 'Stop':
      return farewell(session, event)
    case 'NotifMsg':
      // §6.4: answered by closing, never by another NOTIFICATION.
      return over(session, 'flush', {
        kind: 'error',
        origin: 'received',
        notification: event.notification,
        text: describeNotification(event.notification),
      })
    case 'BGPHeaderErr':
    case 'BGPOpenMsgErr':
    case 'UpdateMsgErr':
      return fail(session, event.fault)
    case 'HoldTimer_Expires':
      return fail(session, { kind: 'hold-timer-expired' })
    case 'SendHoldTimer_Expires':
      // RFC 9687 §3.1: the pipe is full, so a NOTIFICATION would not get through.
      return over(session, 'abort', {
        kind: 'error',
        origin: 'local',
        text: 'the peer takes nothing we send: its receive window stayed shut until the SendHoldTimer expired (RFC 9687)',
      })
    case 'BGPOpen':
    case 'KeepAliveMsg':
    case 'UpdateMsg':
    case 'RouteRefreshMsg':
    case 'KeepaliveTimer_Expires':
      break
  }
  switch (session.state) {
    case 'OpenSent':
      return inOpenSent(session, event, context)
    case 'OpenConfirm':
      return inOpenConfirm(session, event, context)
    case 'Established':
      return inEstablished(session, event, context)
  }
}

type Ordinary = Extract<
  SessionEvent,
  { is: 'BGPOpen' | 'KeepAliveMsg' | 'UpdateMsg' | 'RouteRefreshMsg' | 'KeepaliveTimer_Expires' }
>

function inOpenSent(session: OpenSent, event: Ordinary, context: SessionContext): SessionStep {
  switch (event.is) {
    case 'BGPOpen': {
      const outcome = negotiate(session.offered, event.open, context.speaker, context.settings)
      if (!outcome.ok) return fail(session, outcome.fault)
      const { negotiated } = outcome
      return {
        session: { ...session, state: 'OpenConfirm', negotiated },
        actions: [send(session, { kind: 'keepalive' }), ...liveness(session, negotiated, context)],
      }
    }
    case 'KeepaliveTimer_Expires':
      return { session, actions: [] }
    case 'KeepAliveMsg':
    case 'UpdateMsg':
    case 'RouteRefreshMsg':
      return fail(session, unexpected(session, event))
  }
}

function inOpenConfirm(session: OpenConfirm, event: Ordinary, context: SessionContext): SessionStep {
  switch (event.is) {
    case 'KeepAliveMsg':
      return {
        session: { ...session, state: 'Established', since: context.now() },
        actions: holdTimer(session, session.negotiated),
      }
    case 'KeepaliveTimer_Expires':
      return { session, actions: keepalive(session, session.negotiated, context) }
    case 'BGPOpen':
    case 'UpdateMsg':
    case 'RouteRefreshMsg':
      return fail(session, unexpected(session, event))
  }
}

function inEstablished(session: Established, event: Ordinary, context: SessionContext): SessionStep {
  switch (event.is) {
    // §8.2.2 restarts the HoldTimer on KEEPALIVE and UPDATE; any other whole message is as good a sign of life.
    case 'KeepAliveMsg':
    case 'UpdateMsg':
    case 'RouteRefreshMsg':
      return { session, actions: holdTimer(session, session.negotiated) }
    case 'KeepaliveTimer_Expires':
      return { session, actions: keepalive(session, session.negotiated, context) }
    case 'BGPOpen':
      return fail(session, unexpected(session, event))
  }
}

/** RFC 6608 §3: an FSM error names the state it happened in, and the type of the message. */
function unexpected(session: Session, event: Ordinary): Fault {
  return { kind: 'unexpected-message', state: session.state, type: messageType(event) }
}

function messageType(event: Ordinary): number {
  switch (event.is) {
    case 'BGPOpen':
      return 1
    case 'UpdateMsg':
      return 2
    case 'KeepAliveMsg':
    case 'KeepaliveTimer_Expires':
      return 4
    case 'RouteRefreshMsg':
      return 5
  }
}

function fail(session: Session, fault: Fault): SessionStep {
  const notification = notificationFor(fault)
  const ended: Ended = { kind: 'error', origin: 'sent', notification, text: describeFault(fault) }
  return over(session, 'flush', ended, [send(session, notification)])
}

function farewell(
  session: Session,
  { notification, text, kind }: Extract<SessionEvent, { is: 'Stop' }>,
): SessionStep {
  if (notification === undefined) return over(session, 'flush', { kind, origin: 'local', text })
  return over(session, 'flush', { kind, origin: 'sent', notification, text }, [send(session, notification)])
}

function over(
  session: Session,
  how: 'flush' | 'abort',
  ended: Ended,
  before: readonly SessionAction[] = [],
): SessionStep {
  return { ended, actions: [...before, { do: 'close', connection: session.connection, how }] }
}

function send({ connection }: Session, message: Message): SessionAction {
  return { do: 'send', connection, message }
}

function liveness(
  session: Session,
  negotiated: Negotiated,
  context: SessionContext,
): readonly SessionAction[] {
  if (negotiated.holdTime === 0) {
    // The large value of OpenSent must not outlive it: 0 means that silence is fine.
    return [{ do: 'start-session-timer', connection: session.connection, timer: 'HoldTimer', seconds: 0 }]
  }
  return [...holdTimer(session, negotiated), keepaliveTimer(session, negotiated, context)]
}

function holdTimer({ connection }: Session, { holdTime }: Negotiated): readonly SessionAction[] {
  if (holdTime === 0) return []
  return [{ do: 'start-session-timer', connection, timer: 'HoldTimer', seconds: holdTime }]
}

function keepalive(
  session: Session,
  negotiated: Negotiated,
  context: SessionContext,
): readonly SessionAction[] {
  if (negotiated.keepaliveTimeSeconds === 0) return []
  return [send(session, { kind: 'keepalive' }), keepaliveTimer(session, negotiated, context)]
}

function keepaliveTimer(
  { connection }: Session,
  negotiated: Negotiated,
  context: SessionContext,
): SessionAction {
  const seconds = jittered(negotiated.keepaliveTimeSeconds, context.random())
  return { do: 'start-session-timer', connection, timer: 'KeepaliveTimer', seconds }
}

/** §10: between three quarters and all of the time. */
export function jittered(seconds: number, random: number): number {
  return seconds * (0.75 + random / 4)
}
