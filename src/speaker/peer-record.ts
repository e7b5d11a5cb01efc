import type { Message, Notification } from '../../bgp/message.js'
import type { Clock } from '../../net/clock.js'
import type { MessageCounts, SessionError, SessionState, StateChange } from '../control/api.js'

/** State changes that are remembered. */
const HISTORY = 10

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** What happened to one peer, as it happened on the wire: nothing here is derived or guessed. */
export class PeerRecord {
  readonly #clock: Clock
  readonly #wallTime: () => string
  readonly sent: Mutable<MessageCounts> = noMessages()
  readonly received: Mutable<MessageCounts> = noMessages()
  readonly #history: StateChange[] = []
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

  moved(to: SessionState, because: string): StateChange {
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

  notified(origin: 'sent' | 'received', { code, subcode }: Notification, text: string): void {
    this.failed({ origin, text, code, subcode })
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
