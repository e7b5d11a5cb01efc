import { cease } from '../cease.js'
import { messageType } from '../codec/header.js'
import { describeFault } from '../describe-fault.js'
import type { Fault } from '../fault.js'
import type { Notification } from '../message.js'
import { negotiate } from '../negotiate.js'
import { describeNotification, notificationFor } from '../notification.js'
import type { SessionSettings, SpeakerSettings } from '../peer-settings.js'
import { farewell, type Stop } from '../stop.js'
import type { SessionAction } from './action.js'
import type { SessionEvent } from './event.js'
import type { Ended, Established, OpenConfirm, OpenSent, Session } from './session.js'
import { accept, holdTimer, keepalive, liveness, patience, sendHoldTimer } from './timers.js'

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

const nothing: readonly SessionAction[] = []
/** Shared by all sessions: it stands for every UPDATE that is received. */
const deliver: readonly SessionAction[] = [{ do: 'deliver' }]

/** RFC 4271 §8.2.2 for one connection: OpenSent, OpenConfirm and Established against every event. */
export function stepSession(session: Session, event: SessionEvent, context: SessionContext): SessionStep {
  switch (session.state) {
    case 'OpenSent':
      return inOpenSent(session, event, context)
    case 'OpenConfirm':
      return inOpenConfirm(session, event, context)
    case 'Established':
      return inEstablished(session, event, context)
  }
}

function inOpenSent(session: OpenSent, event: SessionEvent, context: SessionContext): SessionStep {
  switch (event.is) {
    case 'BGPOpen': {
      const outcome = negotiate(session.offered, event.open, context.speaker, context.settings)
      if (!outcome.ok) return fail(session, outcome.fault)
      const { negotiated } = outcome
      const { connection } = session
      return {
        session: { ...session, state: 'OpenConfirm', negotiated },
        actions: [
          { do: 'negotiated', connection, negotiated },
          { do: 'send', connection, message: { kind: 'keepalive' } },
          ...liveness(connection, negotiated, context.random()),
        ],
      }
    }
    case 'KeepAliveMsg':
    case 'UpdateMsg':
    case 'UpdateMsgErr':
    case 'RouteRefreshMsg':
      return fail(session, unexpected(session, event.is))
    case 'LoserCloses':
      return { session, actions: nothing }
    case 'KeepaliveTimer_Expires':
    case 'SendHoldTimer_Expires':
      // They do not run here: one that fires late is nothing to end a session for, whatever §8.2.2 says of event 11.
      return { session, actions: nothing }
    default:
      return inAnyState(session, event)
  }
}

/** What a good OPEN does where the KEEPALIVE that accepts it has to wait: for `LoserCloses`, and no longer than a second. */
export function acceptLater(session: OpenConfirm): SessionStep {
  const { connection, negotiated } = session
  return {
    session: { ...session, putOff: { accepted: false } },
    actions: [{ do: 'negotiated', connection, negotiated }, ...patience(connection, negotiated)],
  }
}

function inOpenConfirm(session: OpenConfirm, event: SessionEvent, context: SessionContext): SessionStep {
  const { connection, negotiated, putOff } = session
  switch (event.is) {
    case 'KeepAliveMsg':
      if (putOff === undefined) return established(session, context)
      return {
        session: { ...session, putOff: { accepted: true } },
        actions: holdTimer(connection, negotiated),
      }
    case 'LoserCloses':
      return putOff === undefined ? { session, actions: nothing } : acceptNow(session, putOff, context)
    case 'KeepaliveTimer_Expires':
      if (putOff !== undefined) return acceptNow(session, putOff, context)
      return { session, actions: keepalive(connection, negotiated, context.random()) }
    case 'BGPOpen':
    case 'UpdateMsg':
    case 'UpdateMsgErr':
    case 'RouteRefreshMsg':
      return fail(session, unexpected(session, event.is))
    case 'SendHoldTimer_Expires':
      return { session, actions: nothing }
    default:
      return inAnyState(session, event)
  }
}

function acceptNow(
  session: OpenConfirm,
  { accepted }: NonNullable<OpenConfirm['putOff']>,
  context: SessionContext,
): SessionStep {
  const { putOff: _, ...confirmed } = session
  const actions = accept(session.connection, session.negotiated, context.random())
  if (!accepted) return { session: confirmed, actions }
  const step = established(confirmed, context)
  return { ...step, actions: [...actions, ...step.actions] }
}

function established({ putOff: _, ...session }: OpenConfirm, context: SessionContext): SessionStep {
  const { connection, negotiated } = session
  return {
    session: { ...session, state: 'Established', since: context.now() },
    actions: [
      ...holdTimer(connection, negotiated),
      ...sendHoldTimer(connection, negotiated, context.settings.sendHoldTimeSeconds),
    ],
  }
}

function inEstablished(session: Established, event: SessionEvent, context: SessionContext): SessionStep {
  switch (event.is) {
    // The HoldTimer starts anew with each message, without a step: see `restartedBy`.
    case 'KeepAliveMsg':
    case 'LoserCloses':
      return { session, actions: nothing }
    case 'UpdateMsg':
    case 'RouteRefreshMsg':
      return { session, actions: deliver }
    case 'KeepaliveTimer_Expires':
      return { session, actions: keepalive(session.connection, session.negotiated, context.random()) }
    case 'BGPOpen':
    case 'BGPOpenMsgErr':
      return fail(session, unexpected(session, 'BGPOpen'))
    case 'UpdateMsgErr':
      return fail(session, event.fault)
    case 'SendHoldTimer_Expires':
      // RFC 9687 §3.2: TCP takes nothing from us, so a NOTIFICATION would not get through either.
      return over(session, 'abort', { kind: 'error', origin: 'local', text: sendHoldTimerExpired })
    default:
      return inAnyState(session, event)
  }
}

type CommonEvent = Exclude<
  SessionEvent,
  {
    is:
      | 'BGPOpen'
      | 'KeepAliveMsg'
      | 'UpdateMsg'
      | 'RouteRefreshMsg'
      | 'KeepaliveTimer_Expires'
      | 'SendHoldTimer_Expires'
      | 'LoserCloses'
  }
>

/** What ends a session alike in each of the three states. */
function inAnyState(session: Session, event: CommonEvent): SessionStep {
  switch (event.is) {
    case 'ManualStop':
    case 'AutomaticStop':
      return stop(session, event.stop)
    case 'HoldTimer_Expires':
      return fail(session, { kind: 'hold-timer-expired' })
    case 'TcpConnectionFails':
      return over(session, 'abort', { kind: 'connection-lost', origin: 'local', text: event.text })
    case 'BGPHeaderErr':
    case 'BGPOpenMsgErr':
    case 'UpdateMsgErr':
      return fail(session, event.fault)
    case 'NotifMsgVerErr':
    case 'NotifMsg': {
      // §6.4: answered by closing, never by another NOTIFICATION.
      const { notification } = event
      const text = describeNotification(notification)
      return over(session, 'flush', { kind: 'error', origin: 'received', notification, text })
    }
    case 'OpenCollisionDump': {
      const notification = cease('connection-collision-resolution')
      const text = `${describeNotification(notification)}: another connection to this peer stays`
      return say(session, notification, { kind: 'collision', text })
    }
    case 'Replaced':
      // RFC 4724 §5: without a NOTIFICATION, which the peer might take for the end of its new session.
      return over(session, 'flush', { kind: 'replaced', origin: 'local', text: replacedByRestart })
  }
}

const sendHoldTimerExpired =
  'Send Hold Timer Expired: the peer has read nothing for so long that what it still has of us is out of date (RFC 9687)'
const replacedByRestart = 'the peer has restarted and connected anew (RFC 4724 §5)'
const leftForRestart = 'closed without a NOTIFICATION: the peer keeps our routes over the restart (RFC 4724)'

/** RFC 6608 §3: an FSM error names the state it happened in, and the type of the message. */
function unexpected({ state }: Session, event: keyof typeof messages): Fault {
  return { kind: 'unexpected-message', state, type: messageType(messages[event]) }
}

const messages = {
  BGPOpen: 'open',
  UpdateMsg: 'update',
  UpdateMsgErr: 'update',
  KeepAliveMsg: 'keepalive',
  RouteRefreshMsg: 'route-refresh',
} as const

function fail(session: Session, fault: Fault): SessionStep {
  return say(session, notificationFor(fault), { kind: 'error', text: describeFault(fault) })
}

function stop(session: Session, reason: Stop): SessionStep {
  const notification = farewell(reason, session.state === 'Established' ? session.negotiated : undefined)
  if (notification === undefined) {
    return over(session, 'flush', { kind: 'stopped', origin: 'local', text: leftForRestart })
  }
  return say(session, notification, { kind: 'stopped', text: describeNotification(notification) })
}

function say(session: Session, notification: Notification, ended: Pick<Ended, 'kind' | 'text'>): SessionStep {
  const { connection } = session
  const last: SessionAction = { do: 'send', connection, message: notification }
  return over(session, 'flush', { ...ended, origin: 'sent', notification }, [last])
}

function over(
  { connection }: Session,
  how: 'flush' | 'abort',
  ended: Ended,
  before: readonly SessionAction[] = nothing,
): SessionStep {
  return { ended, actions: [...before, { do: 'close', connection, how }] }
}
