import { unreachable } from '../../net/unreachable.js'
import { cease } from '../cease.js'
import type { ConnectionId, Direction, Ended, Session, SessionEvent } from '../fsm/session.js'
import { LARGE_HOLD_TIME } from '../fsm/session.js'
import { jittered, type SessionContext, stepSession } from '../fsm/step.js'
import { type OfferHints, offer, reductions } from '../open-offer.js'
import { survivor } from './collision.js'
import { type PeerAction, type PeerEvent, type PeerState, stateOf } from './peer.js'

export interface PeerContext extends SessionContext {
  readonly hints: OfferHints
  /** A number never used before. */
  nextConnection(): ConnectionId
}

export interface PeerStep {
  readonly peer: PeerState
  readonly actions: readonly PeerAction[]
}

/** Seconds that an erring peer is left alone: doubled with each error in a row, never a hot loop. */
const IDLE_HOLD_FLOOR = 1
const IDLE_HOLD_CEILING = 60
/** Seconds after which a lost connection is tried again: most are back at once. */
const RETRY_AFTER_LOSS = 1
/** A session that lasted this many seconds, or its hold time, ends the row of errors. */
const STABLE_AFTER = 30

/**
 * A peer against every event: when to dial, which of two connections stays, how long to leave an erring peer alone.
 * Everything that a connection does by itself is RFC 4271's FSM in step.ts.
 */
export function stepPeer(peer: PeerState, event: PeerEvent, context: PeerContext): PeerStep {
  const run = new Run(peer, context)
  run.handle(event)
  return run.result(event)
}

/** Whether an incoming connection is let in: not while the peer is stopped. IdleHold does not keep it out. */
export function accepts(peer: PeerState): boolean {
  // §8.2.2 refuses connections in Idle. A configured peer that calls is worth more than our own back-off, and it is
  // the peer's back-off that limits how often it calls.
  return peer.phase.is !== 'stopped'
}

/** One step: the state as it changes, and the actions in order. */
class Run {
  #peer: PeerState
  readonly #before: PeerState
  readonly #context: PeerContext
  readonly #actions: PeerAction[] = []
  #because = ''

  constructor(peer: PeerState, context: PeerContext) {
    this.#peer = peer
    this.#before = peer
    this.#context = context
  }

  handle(event: PeerEvent): void {
    switch (event.is) {
      case 'Start':
        if (this.#peer.phase.is === 'stopped') this.#begin('started')
        break
      case 'Stop':
        this.#stop(event)
        break
      case 'ConnectRetryTimer_Expires':
        this.#connectRetry()
        break
      case 'IdleHoldTimer_Expires':
        if (this.#peer.phase.is === 'idle-hold') this.#begin('the back-off is over')
        break
      case 'Tcp_CR_Acked':
        if (this.#isDial(event.connection)) this.#connected(event.connection, 'outgoing')
        else this.#actions.push({ do: 'close', connection: event.connection, how: 'abort' })
        break
      case 'DialFails':
        if (!this.#isDial(event.connection)) break
        this.#because = event.text
        this.#wait(this.#context.settings.connectRetryTimeSeconds)
        break
      case 'TcpConnectionConfirmed':
        this.#connected(event.connection, 'incoming')
        break
      case 'Session':
        this.#session(event.connection, event.event)
        break
      default:
        unreachable(event)
    }
  }

  result(event: PeerEvent): PeerStep {
    const [from, to] = [stateOf(this.#before), stateOf(this.#peer)]
    if (from !== to) this.#actions.push({ do: 'transition', from, to, because: this.#because || event.is })
    return { peer: this.#peer, actions: this.#actions }
  }

  #begin(because: string): void {
    this.#because = because
    this.#actions.push({ do: 'stop-peer-timer', timer: 'IdleHoldTimer' })
    if (this.#context.settings.passive) this.#set({ phase: { is: 'active' } })
    else this.#dial()
  }

  #dial(): void {
    const connection = this.#context.nextConnection()
    this.#set({ phase: { is: 'connect', connection } })
    this.#actions.push({ do: 'dial', connection })
    this.#retryIn(this.#context.settings.connectRetryTimeSeconds)
  }

  #connectRetry(): void {
    const { phase } = this.#peer
    if (phase.is !== 'active' && phase.is !== 'connect') return
    this.#because =
      phase.is === 'connect' ? 'no answer until the ConnectRetryTimer expired' : 'time to try again'
    this.#cancelDial()
    if (this.#context.settings.passive || this.#peer.sessions.length > 0)
      this.#set({ phase: { is: 'active' } })
    else this.#dial()
  }

  /** Active: listening, and dialling again after `seconds` unless the peer is passive. */
  #wait(seconds: number): void {
    this.#set({ phase: { is: 'active' } })
    if (!this.#context.settings.passive) this.#retryIn(seconds)
  }

  #retryIn(seconds: number): void {
    const jitter = jittered(seconds, this.#context.random())
    this.#actions.push({ do: 'start-peer-timer', timer: 'ConnectRetryTimer', seconds: jitter })
  }

  #connected(connection: ConnectionId, direction: Direction): void {
    const { speaker, settings, hints } = this.#context
    const offered = offer(speaker, settings, hints, this.#peer.reduction)
    // A peer calls anew before its old call is dead: the newer one of a direction is the one that it means.
    for (const other of this.#peer.sessions) {
      if (other.direction === direction && other.state !== 'Established')
        this.#dump(other, 'a newer connection')
    }
    const sessions = [...this.#peer.sessions, { state: 'OpenSent' as const, connection, direction, offered }]
    const dialled = this.#isDial(connection)
    const waiting = this.#peer.phase.is === 'idle-hold' || dialled
    if (waiting) this.#actions.push({ do: 'stop-peer-timer', timer: 'IdleHoldTimer' })
    if (dialled) this.#actions.push({ do: 'stop-peer-timer', timer: 'ConnectRetryTimer' })
    this.#set({ sessions, ...(waiting && { phase: { is: 'active' as const } }) })
    this.#because = direction === 'outgoing' ? 'the peer accepted our connection' : 'the peer connected'
    this.#actions.push(
      { do: 'send', connection, message: offered },
      { do: 'start-session-timer', connection, timer: 'HoldTimer', seconds: LARGE_HOLD_TIME },
    )
  }

  #session(connection: ConnectionId, event: SessionEvent): void {
    const session = this.#peer.sessions.find((each) => each.connection === connection)
    if (session === undefined) return
    const step = stepSession(session, event, this.#context)
    this.#actions.push(...step.actions)
    if ('ended' in step) {
      this.#ended(session, step.ended)
      return
    }
    this.#replace(step.session)
    if (session.state === 'OpenSent' && step.session.state === 'OpenConfirm') {
      this.#because = 'the peer’s OPEN is acceptable'
      this.#resolveCollision(step.session)
    } else if (step.session.state === 'Established' && session.state !== 'Established') {
      this.#because = 'the peer accepted our OPEN'
      this.#established(step.session)
    }
  }

  /** §6.8, as soon as the peer's identifier is known: both sides then decide alike, whatever their timing. */
  #resolveCollision(session: Extract<Session, { state: 'OpenConfirm' }>): void {
    this.#abandonDialFor(session)
    for (const other of this.#peer.sessions) {
      if (other.connection === session.connection) continue
      const stays = survivor(session, other, this.#context.speaker)
      if (stays === 'replace-established') {
        // RFC 4724 §5: the peer has restarted; its old session is closed without a NOTIFICATION.
        this.#end(other, { kind: 'stopped', text: 'the peer restarted and connected anew (RFC 4724)' })
      } else this.#dump(stays === session ? other : session, 'connection collision')
    }
  }

  /** Our own attempt is pointless once an incoming session wins any collision with it. */
  #abandonDialFor(session: Extract<Session, { state: 'OpenConfirm' }>): void {
    if (session.direction === 'outgoing' || this.#peer.phase.is !== 'connect') return
    const { connection } = this.#peer.phase
    const dialled: Session = { ...session, state: 'OpenSent', connection, direction: 'outgoing' }
    if (survivor(session, dialled, this.#context.speaker) !== session) return
    this.#cancelDial()
    this.#set({ phase: { is: 'active' } })
  }

  #established(session: Extract<Session, { state: 'Established' }>): void {
    const { connection, negotiated } = session
    for (const other of this.#peer.sessions) {
      if (other.connection !== connection) this.#dump(other, 'connection collision')
    }
    this.#cancelDial()
    this.#set({ phase: { is: 'active' } })
    this.#actions.push(
      { do: 'stop-peer-timer', timer: 'ConnectRetryTimer' },
      { do: 'established', connection, negotiated },
    )
  }

  #dump(session: Session, text: string): void {
    this.#end(session, {
      kind: 'collision',
      notification: cease('connection-collision-resolution'),
      text: `${text} (RFC 4271 §6.8)`,
    })
  }

  #end(session: Session, farewell: Omit<Extract<SessionEvent, { is: 'Stop' }>, 'is'>): void {
    const step = stepSession(session, { is: 'Stop', ...farewell }, this.#context)
    this.#actions.push(...step.actions)
    if ('ended' in step) this.#ended(session, step.ended)
  }

  #ended(session: Session, ended: Ended): void {
    const { connection, state: from } = session
    const stable =
      session.state === 'Established' &&
      this.#context.now() - session.since >= 1000 * Math.max(STABLE_AFTER, session.negotiated.holdTime)
    this.#set({ sessions: this.#peer.sessions.filter((each) => each.connection !== connection) })
    this.#because = ended.text
    this.#actions.push({ do: 'ended', connection, from, ended })
    if (from === 'Established') this.#actions.push({ do: 'down', connection, ended })
    if (this.#peer.phase.is === 'stopped' || this.#peer.sessions.length > 0) return
    if (stable) this.#set({ failures: 0 })
    if (this.#peer.phase.is === 'connect') return
    if (ended.kind === 'collision') this.#wait(this.#context.settings.connectRetryTimeSeconds)
    else if (ended.kind === 'connection-lost' && from === 'Established') this.#wait(RETRY_AFTER_LOSS)
    else this.#holdOff(session, ended)
  }

  /** IdleHold (§8.1.1): longer with every error in a row. */
  #holdOff(session: Session, ended: Ended): void {
    this.#reduceAfter(session, ended)
    const seconds = Math.min(IDLE_HOLD_CEILING, IDLE_HOLD_FLOOR * 2 ** this.#peer.failures)
    this.#set({ phase: { is: 'idle-hold' }, failures: this.#peer.failures + 1 })
    this.#actions.push(
      { do: 'stop-peer-timer', timer: 'ConnectRetryTimer' },
      { do: 'start-peer-timer', timer: 'IdleHoldTimer', seconds: jittered(seconds, this.#context.random()) },
    )
  }

  /** RFC 5492 §3: a peer that rejects our OPEN over capabilities is tried with fewer. */
  #reduceAfter(session: Session, { origin, notification }: Ended): void {
    if (session.state === 'Established' || origin !== 'received' || notification?.code !== 2) return
    const { subcode, data } = notification
    // 2/7 with data names what the peer misses: offering less cannot help.
    if (subcode !== 0 && subcode !== 4 && !(subcode === 7 && data.length === 0)) return
    const next = reductions[(reductions.indexOf(this.#peer.reduction) + 1) % reductions.length] ?? 'none'
    this.#set({ reduction: next })
    this.#actions.push({ do: 'reduced', to: next, because: `the peer rejected our OPEN: 2/${subcode}` })
  }

  #stop(event: Extract<PeerEvent, { is: 'Stop' }>): void {
    const { afterwards, is: _, ...farewell } = event
    this.#because = event.text
    this.#cancelDial()
    this.#set({ phase: { is: 'stopped', because: event.text } })
    for (const session of this.#peer.sessions) this.#end(session, farewell)
    this.#actions.push(
      { do: 'stop-peer-timer', timer: 'ConnectRetryTimer' },
      { do: 'stop-peer-timer', timer: 'IdleHoldTimer' },
    )
    if (afterwards === 'stay-down') return
    this.#set({ phase: { is: 'idle-hold' }, failures: 0, reduction: 'none' })
    this.#actions.push({ do: 'start-peer-timer', timer: 'IdleHoldTimer', seconds: IDLE_HOLD_FLOOR })
  }

  #cancelDial(): void {
    const { phase } = this.#peer
    if (phase.is === 'connect') this.#actions.push({ do: 'cancel-dial', connection: phase.connection })
  }

  #isDial(connection: ConnectionId): boolean {
    const { phase } = this.#peer
    return phase.is === 'connect' && phase.connection === connection
  }

  #replace(session: Session): void {
    const sessions = this.#peer.sessions.map((each) =>
      each.connection === session.connection ? session : each,
    )
    this.#set({ sessions })
  }

  #set(change: Partial<PeerState>): void {
    this.#peer = { ...this.#peer, ...change }
  }
}
