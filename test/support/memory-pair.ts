import type { Cancel, Clock } from '../../net/clock.js'
import type { Endpoint } from '../../net/endpoint.js'
import type { Ip } from '../../net/ip.js'
import { ok, type Result, refused } from '../../net/result.js'
import type { Secret } from '../../net/secret.js'
import { closedByPeer, closedHere, closeReasonFor } from '../../src/transport/close-reason.js'
import type {
  CloseReason,
  Connection,
  ConnectionHandlers,
  PacketRules,
} from '../../src/transport/connection.js'

export interface MemoryPairOptions {
  readonly dialler?: Endpoint
  readonly listener?: Endpoint
  readonly interface?: string
  /** For `end` to give up on a peer that does not close; without it that end waits for ever. */
  readonly clock?: Clock
}

/** Two ends of one connection, and what a test may do to the wire between them. */
export interface MemoryPair {
  /** The end that sent the SYN. */
  readonly dialler: MemoryConnection
  readonly listener: MemoryConnection
  /** From now on nothing arrives and nobody is told, as when a cable is out: what is written stays unsent. */
  cut(): void
  /** Delivers what waited, in order. */
  mend(): void
  /** Both ends see RST. */
  reset(): void
}

/** A connection without sockets. Octets arrive in a later microtask, in the pieces in which they were written. */
export function memoryPair(options: MemoryPairOptions = {}): MemoryPair {
  const wire: Wire = { whole: true }
  const dialler = options.dialler ?? { address: '192.0.2.1' as Ip, port: 50_000 }
  const listener = options.listener ?? { address: '192.0.2.2' as Ip, port: 179 }
  const near = new MemoryConnection('us', dialler, listener, wire, options)
  const far = new MemoryConnection('peer', listener, dialler, wire, options)
  near.peer = far
  far.peer = near
  return {
    dialler: near,
    listener: far,
    cut: () => {
      wire.whole = false
    },
    mend: () => {
      wire.whole = true
      near.deliver()
      far.deliver()
    },
    reset: () => {
      near.close(resetByPeer)
      far.close(resetByPeer)
    },
  }
}

interface Wire {
  whole: boolean
}

/** At so many octets unsent `write` says wait, as TCP's does. */
const highWaterMark = 64 * 1024
const lingerMs = 2_000
const resetByPeer = closeReasonFor({ name: 'Error', message: '', code: 'ECONNRESET' })

export class MemoryConnection implements Connection {
  readonly initiatedBy: 'us' | 'peer'
  readonly local: Endpoint
  readonly remote: Endpoint
  readonly interface?: string
  peer: MemoryConnection | undefined
  /** What was asked of the socket while it was up, oldest first. */
  readonly keys: (Secret | undefined)[] = []
  readonly rules: PacketRules[] = []
  readonly #wire: Wire
  readonly #clock: Clock | undefined
  #handlers: ConnectionHandlers | undefined
  #outbox: (Uint8Array | 'FIN' | 'RST')[] = []
  #reason: CloseReason | undefined
  #closed = false
  #paused = false
  #blocked = false
  #drainWanted = false
  #cancelLinger: Cancel | undefined

  constructor(
    initiatedBy: 'us' | 'peer',
    local: Endpoint,
    remote: Endpoint,
    wire: Wire,
    options: MemoryPairOptions,
  ) {
    this.initiatedBy = initiatedBy
    this.local = local
    this.remote = remote
    this.#wire = wire
    this.#clock = options.clock
    if (options.interface !== undefined) this.interface = options.interface
  }

  get unsent(): number {
    return this.#outbox.reduce((sum, item) => sum + (typeof item === 'string' ? 0 : item.length), 0)
  }

  get closed(): boolean {
    return this.#closed
  }

  /** This end reads no more, whatever its handlers say: the other end's `unsent` grows. */
  blockReader(): void {
    this.#blocked = true
  }

  unblockReader(): void {
    this.#blocked = false
    this.peer?.deliver()
  }

  open(handlers: ConnectionHandlers): void {
    this.#handlers = handlers
    if (this.#closed) this.#tellClosed()
    this.peer?.deliver()
  }

  write(bytes: Uint8Array): boolean {
    if (this.#reason !== undefined) return false
    this.#outbox.push(bytes)
    this.deliver()
    if (this.unsent < highWaterMark) return true
    this.#drainWanted = true
    return false
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.peer?.deliver()
  }

  end(): void {
    if (this.#reason !== undefined) return
    this.#reason = closedHere
    this.#outbox.push('FIN')
    this.#cancelLinger = this.#clock?.after(lingerMs, () => this.destroy())
    this.deliver()
    this.peer?.deliver()
  }

  destroy(): void {
    if (this.#closed) return
    this.close(closedHere)
    this.#outbox.push('RST')
    this.deliver()
  }

  setKey(key: Secret | undefined): Result<void> {
    if (this.#closed) return refused('the connection is closed')
    this.keys.push(key)
    return ok(undefined)
  }

  setRules(rules: PacketRules): Result<void> {
    if (this.#closed) return refused('the connection is closed')
    this.rules.push(rules)
    return ok(undefined)
  }

  /** Moves what is written to the other end as far as that reads, a little later. */
  deliver(): void {
    queueMicrotask(() => {
      while (this.#wire.whole && this.peer?.reads === true) {
        const item = this.#outbox.shift()
        if (item === undefined) break
        this.peer.receive(item)
      }
      if (this.#drainWanted && this.unsent === 0 && this.#reason === undefined) {
        this.#drainWanted = false
        this.#handlers?.onDrain()
      }
    })
  }

  get reads(): boolean {
    if (this.#closed || this.#reason !== undefined) return !this.#blocked
    return this.#handlers !== undefined && !this.#paused && !this.#blocked
  }

  receive(item: Uint8Array | 'FIN' | 'RST'): void {
    switch (item) {
      case 'RST':
        this.close(resetByPeer)
        break
      case 'FIN':
        this.#onFin()
        break
      default:
        if (this.#reason === undefined) this.#handlers?.onBytes(item)
    }
  }

  /** Once. */
  close(reason: CloseReason): void {
    if (this.#closed) return
    this.#closed = true
    this.#reason ??= reason
    this.#outbox = []
    this.#cancelLinger?.()
    if (this.#handlers !== undefined) this.#tellClosed()
  }

  #onFin(): void {
    if (this.#closed) return
    this.close(closedByPeer)
    // Our FIN in answer, for which an `end` on the other side waits.
    this.#outbox.push('FIN')
    this.deliver()
  }

  #tellClosed(): void {
    queueMicrotask(() => this.#handlers?.onClosed(this.#reason ?? closedHere))
  }
}
