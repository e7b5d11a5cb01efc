import type { ReceivedMessage } from '../../bgp/codec/message.js'
import { afiSafiOf } from '../../bgp/family.js'
import { faultEvent, messageEvent, type SessionEvent } from '../../bgp/fsm/event.js'
import type { ConnectionId, Ended, Session } from '../../bgp/fsm/session.js'
import type { Notification, Open } from '../../bgp/message.js'
import type { Negotiated } from '../../bgp/negotiated.js'
import { describeNotification } from '../../bgp/notification.js'
import { describeReduction, type OfferHints, offer, type Reduction } from '../../bgp/open-offer.js'
import {
  accepts,
  establishedSession,
  newPeer,
  type PeerAction,
  type PeerEvent,
  type PeerState,
  type PeerTimer,
  type State,
} from '../../bgp/peer/peer.js'
import { stepPeer } from '../../bgp/peer/step-peer.js'
import type { PeerContext } from '../../bgp/peer/turn.js'
import type { PeerSettings, SpeakerSettings } from '../../bgp/peer-settings.js'
import type { AdjRibIn } from '../../bgp/rib/adj-rib-in.js'
import { describeStop, type Stop } from '../../bgp/stop.js'
import type { Clock } from '../../net/clock.js'
import { unreachable } from '../../net/unreachable.js'
import type { Connection } from '../transport/connection.js'
import type { CallRefusal, DialFailure, Transport } from '../transport/transport.js'
import { adoptOnSocket } from './adopt-settings.js'
import { Dials } from './dials.js'
import type { EstablishedSession, SessionServices } from './established-session.js'
import { hangsUp, hungUp, PeerRecord } from './peer-record.js'
import { PeerRoutes } from './peer-routes.js'
import { PeerTimers } from './peer-timers.js'
import type { PeerView } from './peer-view.js'
import type { Heard } from './route-change.js'
import type { AttemptFailure } from './speaker-event.js'
import { Wire } from './wire.js'

/** What a driver needs of the speaker it belongs to. */
export interface PeerServices extends SessionServices {
  readonly clock: Clock
  readonly transport: Transport
  wallTime(): string
  random(): number
  speaker(): SpeakerSettings
  hints(peer: PeerSettings): OfferHints
  onHeard?(peer: string, heard: Heard): void
  /** A dynamic peer has no session left. */
  idle(driver: PeerDriver): void
  /** A connection has closed. */
  closed(): void
}

interface Arrived {
  readonly message: ReceivedMessage
  readonly bytes: Uint8Array
}

/** One peer with its sockets and timers: turns what happens into events, and performs the actions that follow. */
export class PeerDriver implements PeerView {
  readonly dynamic: boolean
  readonly record: PeerRecord
  #settings: PeerSettings
  readonly #services: PeerServices
  readonly #context: PeerContext
  #state: PeerState = newPeer
  readonly #wires = new Map<ConnectionId, Wire>()
  readonly #dials: Dials
  readonly #timers: PeerTimers
  #nextConnection = 1
  readonly #routes: PeerRoutes
  #refusedCall: CallRefusal | undefined
  /** The message that is being stepped. */
  #arrived: Arrived | undefined

  constructor(settings: PeerSettings, dynamic: boolean, services: PeerServices) {
    this.#settings = settings
    this.dynamic = dynamic
    this.#services = services
    this.record = new PeerRecord(services.clock, services.wallTime)
    const current = () => this.#settings
    // Asked for where a step needs it: a million UPDATEs need none of it.
    this.#context = {
      get speaker() {
        return services.speaker()
      },
      get settings() {
        return current()
      },
      get hints() {
        return services.hints(current())
      },
      now: () => services.clock.now(),
      random: () => services.random(),
      nextConnection: () => this.#takeConnection(),
    }
    this.#routes = new PeerRoutes(this.record, services, {
      malformed: (text, update) =>
        services.emit({ kind: 'malformed-update', peer: this.#settings.name, text, update }),
      heard: (heard) => services.onHeard?.(this.#settings.name, heard),
      longLived: (text) => this.#warn(text),
    })
    this.#dials = new Dials(services.transport, {
      onConnected: (id, connection) => this.#connected(id, connection, 'Tcp_CR_Acked'),
      onFailed: (id, failure) => {
        this.#dialFailed(failure)
        this.#dispatch({ is: 'DialFails', connection: id, text: failure.text })
      },
    })
    this.#timers = new PeerTimers(services.clock, {
      onPeerTimer: (timer, seconds) => this.#peerTimerExpires(timer, seconds),
      onSessionTimer: (id, timer) => this.#sessionEvent(id, { is: `${timer}_Expires` }),
    })
  }

  get settings(): PeerSettings {
    return this.#settings
  }

  get session(): EstablishedSession | undefined {
    return this.#routes.session
  }

  get adjRibIn(): AdjRibIn | undefined {
    return this.#routes.adjRibIn
  }

  get dialFailures(): { readonly count: number; readonly last?: DialFailure } {
    return this.#dials.failures
  }

  get nextAttemptSeconds(): number | undefined {
    return this.#settings.passive ? undefined : this.#timers.nextAttemptSeconds
  }

  get refusedCall(): CallRefusal | undefined {
    return this.#refusedCall
  }

  get offer(): Open {
    const standing = establishedSession(this.#state)?.offered
    const { speaker, hints } = this.#services
    return standing ?? offer(speaker(), this.#settings, hints(this.#settings), this.#state.reduction)
  }

  get reduced(): string | undefined {
    const { reduction } = this.#state
    return reduction === 'none' ? undefined : describeReduction(reduction)
  }

  get stopped(): Stop | undefined {
    const { phase } = this.#state
    return phase.is === 'stopped' ? phase.stop : undefined
  }

  get heldDown(): string | undefined {
    const { stopped } = this
    if (stopped === undefined) return undefined
    const words = describeStop(stopped)
    return stopped.why === 'maximum-prefixes'
      ? `${words}; it stays down until \`herald reset ${this.#settings.name}\``
      : words
  }

  start(): void {
    this.#dispatch({ is: 'ManualStart' })
  }

  /** Ends what there is and stays down until `start`. */
  stop(stop: Stop): void {
    this.#dispatch({ is: 'ManualStop', stop })
  }

  /** Ends what there is for good, and leaves nothing behind. */
  end(stop: Stop): void {
    this.stop(stop)
    this.#routes.forget()
  }

  /** Ends the session and begins anew; lifts a hold-down by maxPrefixes as well. */
  reset(stop: Stop): void {
    if (this.stopped?.why === 'no-neighbour') return
    this.#dispatch({ is: 'AutomaticStop', stop })
  }

  /** Takes a change of settings that needs no new session; a peer that has none is tried anew with them. */
  adopt(settings: PeerSettings): void {
    const before = this.#settings
    this.#settings = settings
    if (this.#state.sessions.length === 0) {
      if (this.heldDown === undefined) this.reset({ why: 'other-configuration-change' })
      return
    }
    for (const { connection } of this.#state.sessions) {
      const socket = this.#wires.get(connection)?.connection
      if (socket === undefined) continue
      for (const text of adoptOnSocket(socket, before, settings)) this.#warn(text)
    }
    this.#checkMaxPrefixes()
  }

  /** Whether an incoming connection is let in now. */
  accepts(): boolean {
    return accepts(this.#state)
  }

  incoming(connection: Connection): void {
    this.#connected(this.#takeConnection(), connection, 'TcpConnectionConfirmed')
  }

  /** An incoming connection could not be taken as it came. */
  refuses(call: CallRefusal): void {
    this.#refusedCall = call
    this.record.failed({ origin: 'local', text: `a call of the peer's was refused: ${call.because}` })
    this.#warn(call.because)
  }

  /** Connections that are not closed yet, those on their way out included. */
  get connections(): number {
    return this.#wires.size
  }

  /** Sends the peer what it has not had; called when something changed. */
  pump(): void {
    this.session?.pump()
  }

  #takeConnection(): ConnectionId {
    return this.#nextConnection++ as ConnectionId
  }

  #dispatch(event: PeerEvent): void {
    const step = stepPeer(this.#state, event, this.#context)
    this.#state = step.peer
    for (const action of step.actions) this.#perform(action)
    if (this.dynamic && event.is !== 'ManualStart' && isGone(step.peer)) this.#services.idle(this)
  }

  #perform(action: PeerAction): void {
    switch (action.do) {
      case 'dial':
        this.#dials.start(action.connection, this.#settings)
        break
      case 'cancel-dial':
        this.#dials.cancel(action.connection)
        break
      case 'send':
        this.#send(action)
        break
      case 'close':
        this.#close(action)
        break
      case 'start-session-timer':
        this.#timers.startSession(action.connection, action.timer, action.seconds)
        break
      case 'stop-session-timer':
        this.#timers.stopSession(action.connection, action.timer)
        break
      case 'negotiated':
        this.#wires.get(action.connection)?.agree(action.negotiated)
        break
      case 'deliver':
        this.#deliver()
        break
      case 'start-peer-timer':
        this.#timers.startPeer(action.timer, action.seconds)
        break
      case 'stop-peer-timer':
        this.#timers.stopPeer(action.timer)
        break
      case 'established':
        this.#established(action.connection, action.negotiated)
        break
      case 'down':
        this.#routes.close(action.ended)
        break
      case 'ended':
        this.#remember(action.from, action.ended)
        break
      case 'transition':
        this.#transition(action.to, action.because)
        break
      case 'reduced':
        this.#warn(`${action.because}; ${reducedTo(action.to)}`)
        break
      default:
        unreachable(action)
    }
  }

  #connected(id: ConnectionId, connection: Connection, is: 'Tcp_CR_Acked' | 'TcpConnectionConfirmed'): void {
    this.#wires.set(id, new Wire(connection, this.record, this.#services.later))
    this.#dispatch({ is, connection: id })
    this.#listenTo(id)
  }

  #peerTimerExpires(timer: PeerTimer, seconds: number): void {
    const unanswered = timer === 'ConnectRetryTimer' ? this.#dials.giveUp(seconds) : undefined
    if (unanswered !== undefined) this.#dialFailed(unanswered)
    this.#dispatch({ is: `${timer}_Expires` })
  }

  #dialFailed({ because, text }: DialFailure): void {
    this.record.failed({ origin: 'local', text })
    this.#attemptFailed(because, text)
  }

  /** After the first step, so that a connection which the machine refused is not read from. */
  #listenTo(id: ConnectionId): void {
    this.#wires.get(id)?.open({
      onMessage: (message, bytes) => this.#received(id, message, bytes),
      onFault: (fault) => this.#sessionEvent(id, faultEvent(fault)),
      onSent: (kind) => {
        if (kind === 'update') this.#timers.restart(id, 'KeepaliveTimer')
      },
      onProgress: () => this.#timers.restart(id, 'SendHoldTimer'),
      onDrain: () => this.session?.drained(),
      onClosed: ({ text }) => {
        // Handlers run once more after our own close; the machine has forgotten the connection by then.
        this.#wires.delete(id)
        this.#services.closed()
        this.#sessionEvent(id, { is: 'TcpConnectionFails', text })
      },
    })
  }

  /** False when the connection is over. */
  #received(id: ConnectionId, message: ReceivedMessage, bytes: Uint8Array): boolean {
    this.#timers.restart(id, 'HoldTimer')
    this.#arrived = { message, bytes }
    if (message.kind === 'open') this.record.heard(message)
    this.#sessionEvent(id, messageEvent(message))
    this.#arrived = undefined
    return this.#state.sessions.some(({ connection }) => connection === id)
  }

  #checkMaxPrefixes(): void {
    const { maxPrefixes: limit } = this.#settings
    const family = limit === undefined ? undefined : this.#routes.over(limit)
    if (limit === undefined || family === undefined) return
    this.reset({ why: 'maximum-prefixes', family: afiSafiOf(family), limit })
  }

  #sessionEvent(connection: ConnectionId, event: SessionEvent): void {
    this.#dispatch({ is: 'Session', connection, event })
  }

  #send({ connection, message }: Extract<PeerAction, { do: 'send' }>): void {
    const wire = this.#wires.get(connection)
    if (wire === undefined) return
    wire.send(message)
    if (message.kind === 'notification') this.#notified('sent', message)
  }

  #close({ connection, how }: Extract<PeerAction, { do: 'close' }>): void {
    this.#timers.forget(connection)
    this.#wires.get(connection)?.close(how)
  }

  #established(id: ConnectionId, negotiated: Negotiated): void {
    const wire = this.#wires.get(id)
    if (wire === undefined) return
    this.#refusedCall = undefined
    this.#routes.open(wire, negotiated, this.#settings)
  }

  /** The message that is being stepped is good. */
  #deliver(): void {
    if (this.#arrived === undefined) return
    this.#routes.deliver(this.#arrived.message, this.#arrived.bytes)
    this.#checkMaxPrefixes()
  }

  #remember(from: Session['state'], ended: Ended): void {
    const { origin, notification } = ended
    if (origin === 'received' && notification !== undefined) this.#notified('received', notification)
    this.record.ended(from, ended)
    if (hungUp(from, ended)) this.#attemptFailed('hung-up', hangsUp(ended.text))
  }

  /** Nobody waits for a dynamic peer. */
  #attemptFailed(because: AttemptFailure, text: string): void {
    if (!this.dynamic)
      this.#services.emit({ kind: 'attempt-failed', peer: this.#settings.name, because, text })
  }

  #notified(direction: 'sent' | 'received', notification: Notification): void {
    const { code, subcode } = notification
    const text = describeNotification(notification)
    const { name } = this.#settings
    this.#services.emit({ kind: 'notification', peer: name, direction, code, subcode, text })
  }

  #transition(to: State, because: string): void {
    const change = this.record.moved(to, because)
    this.#services.emit({ kind: 'peer-state', peer: this.#settings.name, change })
  }

  #warn(text: string): void {
    this.#services.emit({ kind: 'warning', peer: this.#settings.name, text })
  }
}

/** Nothing is left of it, nor anything to remember: one that sent too many prefixes must not come back as new. */
function isGone({ sessions, phase }: PeerState): boolean {
  return sessions.length === 0 && !(phase.is === 'stopped' && phase.stop.why === 'maximum-prefixes')
}

function reducedTo(reduction: Reduction): string {
  return reduction === 'none' ? 'all capabilities are offered again' : describeReduction(reduction)
}
