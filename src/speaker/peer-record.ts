import type { Ended, Session } from '../../bgp/fsm/session.js'
import type { Message, Open } from '../../bgp/message.js'
import type { State } from '../../bgp/peer/peer.js'
import type { Clock } from '../../net/clock.js'
import type { MessageCounts, SessionError, SessionState, StateChange } from '../control/api/peers.js'

/** State changes that are remembered. */
const HISTORY = 10
/** Ends of sessions that are remembered: enough to see that something happens again and again. */
const ENDS = 20

/** A connection that carried an OPEN of ours, and how it ended. */
export interface SessionEnd extends Ended {
  /** How far it had got. */
  readonly from: Session['state']
  /** Monotonic milliseconds. */
  readonly time: number
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** What happened to one peer, as it happened on the wire: nothing here is derived or guessed. */
export class PeerRecord {
  readonly #clock: Clock
  readonly #wallTime: () => string
  readonly sent: Mutable<MessageCounts> = noMessages()
  readonly received: Mutable<MessageCounts> = noMessages()
  readonly #history: StateChange[] = []
  readonly #ends: SessionEnd[] = []
  #lastOpen: Open | undefined
  #lastError: SessionError | undefined
  #state: SessionState = 'idle'
  #establishedAt: number | undefined
  #flaps = 0
  #malformed: { count: number; last?: string } = { count: 0 }

  constructor(clock: Clock, wallTime: () => string) {
    this.#clock = clock
    this.#wallTime = wallTime
  }

  get state(): SessionState {
    return this.#state
  }

  get history(): readonly StateChange[] {
    return this.#history
  }

  get lastError(): SessionError | undefined {
    return this.#lastError
  }

  /** Those of the last `seconds`, newest last; at most twenty. */
  endsWithin(seconds: number): readonly SessionEnd[] {
    const since = this.#clock.now() - seconds * 1000
    return this.#ends.filter(({ time }) => time >= since)
  }

  /** What the peer said of itself last, also where no session came of it. */
  get lastOpen(): Open | undefined {
    return this.#lastOpen
  }

  get flaps(): number {
    return this.#flaps
  }

  get malformed(): { readonly count: number; readonly last?: string } {
    return this.#malformed
  }

  /** Whole seconds since Established; 0 when it is not. */
  get uptimeSeconds(): number {
    return this.#establishedAt === undefined
      ? 0
      : Math.floor((this.#clock.now() - this.#establishedAt) / 1000)
  }

  moved(state: State, because: string): StateChange {
    const to = spelled[state]
    const change = { at: this.#wallTime(), from: this.#state, to, because }
    if (this.#state === 'established') this.#flaps++
    this.#state = to
    this.#establishedAt = to === 'established' ? this.#clock.now() : undefined
    this.#history.push(change)
    if (this.#history.length > HISTORY) this.#history.shift()
    return change
  }

  failed(error: Omit<SessionError, 'at'>): void {
    this.#lastError = { at: this.#wallTime(), ...error }
  }

  ended(from: Session['state'], ended: Ended): void {
    const { kind, origin, notification } = ended
    this.#ends.push({ ...ended, from, time: this.#clock.now() })
    if (this.#ends.length > ENDS) this.#ends.shift()
    // Another session of this peer stands, or is about to: nothing went wrong.
    if (kind === 'collision' || kind === 'replaced') return
    const codes = notification && { code: notification.code, subcode: notification.subcode }
    const text = hungUp(from, ended) ? hangsUp(ended.text) : ended.text
    this.failed({ origin, text, ...codes })
  }

  heard(open: Open): void {
    this.#lastOpen = open
  }

  /** A route given up under RFC 7606. */
  gaveUp(text: string): void {
    this.#malformed = { count: this.#malformed.count + 1, last: text }
  }

  countSent(kind: Message['kind'], octets: number, messages = 1): void {
    count(this.sent, kind, octets, messages)
  }

  countReceived(kind: Message['kind'], octets: number): void {
    count(this.received, kind, octets, 1)
  }
}

/** Whether the peer took a connection and ended it before a session, without a NOTIFICATION. */
export function hungUp(from: Session['state'], { kind }: Ended): boolean {
  return kind === 'connection-lost' && from !== 'Established'
}

/** What routers do to a call that no neighbor of theirs makes. */
export function hangsUp(text: string): string {
  return `${text} before a session: it may not know this address as a neighbor, or has that neighbor shut down`
}

function count(
  counts: Mutable<MessageCounts>,
  kind: Message['kind'],
  octets: number,
  messages: number,
): void {
  counts[kind === 'route-refresh' ? 'routeRefresh' : kind] += messages
  counts.octets += octets
}

function noMessages(): Mutable<MessageCounts> {
  return { open: 0, update: 0, notification: 0, keepalive: 0, routeRefresh: 0, octets: 0 }
}

/** As `herald peers` and other speakers' tools spell the states of RFC 4271 §8.2.2. */
const spelled: Readonly<Record<State, SessionState>> = {
  Idle: 'idle',
  Connect: 'connect',
  Active: 'active',
  OpenSent: 'open_sent',
  OpenConfirm: 'open_confirm',
  Established: 'established',
}
