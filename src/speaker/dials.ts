import type { ConnectionId } from '../../bgp/fsm/session.js'
import type { PeerSettings } from '../../bgp/peer-settings.js'
import type { Connection } from '../transport/connection.js'
import { noAnswer } from '../transport/dial-failure.js'
import type { Dial, DialFailure, DialOptions, Transport } from '../transport/transport.js'

/** Milliseconds that a dial may take; the ConnectRetryTimer ends it sooner as a rule. */
const DIAL_TIMEOUT_MS = 60_000

/** What becomes of a dial. */
export interface DialHandlers {
  onConnected(id: ConnectionId, connection: Connection): void
  onFailed(id: ConnectionId, failure: DialFailure): void
}

/** One peer's attempts to open a connection, and how many in a row came to nothing. */
export class Dials {
  readonly #transport: Transport
  readonly #handlers: DialHandlers
  readonly #open = new Map<ConnectionId, { readonly dial: Dial; readonly options: DialOptions }>()
  #failures: { readonly count: number; readonly last?: DialFailure } = { count: 0 }

  constructor(transport: Transport, handlers: DialHandlers) {
    this.#transport = transport
    this.#handlers = handlers
  }

  get failures(): { readonly count: number; readonly last?: DialFailure } {
    return this.#failures
  }

  start(id: ConnectionId, settings: PeerSettings): void {
    const options = dialOptions(settings)
    const dial = this.#transport.dial(options, (outcome) => {
      this.#open.delete(id)
      if (outcome.is === 'connected') {
        this.#failures = { count: 0 }
        this.#handlers.onConnected(id, outcome.connection)
      } else {
        this.#count(outcome)
        this.#handlers.onFailed(id, outcome)
      }
    })
    this.#open.set(id, { dial, options })
  }

  cancel(id: ConnectionId): void {
    this.#open.get(id)?.dial.cancel()
    this.#open.delete(id)
  }

  /** Counts what is still open as unanswered: the ConnectRetryTimer is about to end it, and no outcome will say so. */
  giveUp(afterSeconds: number): DialFailure | undefined {
    const timeoutMs = Math.round(afterSeconds) * 1000
    for (const { options } of this.#open.values()) this.#count(noAnswer({ ...options, timeoutMs }))
    return this.#open.size > 0 ? this.#failures.last : undefined
  }

  #count({ because, text }: DialFailure): void {
    this.#failures = { count: this.#failures.count + 1, last: { because, text } }
  }
}

function dialOptions(settings: PeerSettings): DialOptions {
  const { address, port, localAddress, interface: link, password, ttl, ttlSecurityHops } = settings
  return {
    remote: { address, port },
    ttl,
    timeoutMs: DIAL_TIMEOUT_MS,
    ...(localAddress !== undefined && { localAddress }),
    ...(link !== undefined && { interface: link }),
    ...(password !== undefined && { key: password }),
    ...(ttlSecurityHops !== undefined && { ttlSecurityHops }),
  }
}
