import type { Socket } from 'node:net'
import type { Cancel, Clock } from '../../net/clock.js'
import type { Endpoint } from '../../net/endpoint.js'
import { hostPrefix, ipVersionOf } from '../../net/prefix.js'
import { type Result, refused } from '../../net/result.js'
import type { Secret } from '../../net/secret.js'
import { type Descriptor, descriptorOf } from '../os/descriptor.js'
import { removeKey, setKey, setTtl } from '../os/tcp-socket.js'
import { attempted } from './attempted.js'
import { closedByPeer, closedHere, closeReasonFor } from './close-reason.js'
import type { CloseReason, Connection, ConnectionHandlers, PacketRules } from './connection.js'
import { ttlRulesOf } from './packet-rules.js'

/** How long `end` waits for the peer to read what is left and to close its side. */
const lingerMs = 2_000

export interface ConnectedSocket {
  /** Connected, half-open allowed, and nobody reads it yet. */
  readonly socket: Socket
  readonly initiatedBy: 'us' | 'peer'
  readonly local: Endpoint
  readonly remote: Endpoint
  readonly interface?: string
}

export class TcpConnection implements Connection {
  readonly initiatedBy: 'us' | 'peer'
  readonly local: Endpoint
  readonly remote: Endpoint
  readonly interface?: string
  readonly #socket: Socket
  readonly #clock: Clock
  #handlers: ConnectionHandlers | undefined
  /** Set by whoever ends it first; from then on the peer's octets are discarded. */
  #reason: CloseReason | undefined
  #closed = false
  #corked = false
  #cancelLinger: Cancel | undefined

  constructor(connected: ConnectedSocket, clock: Clock) {
    this.initiatedBy = connected.initiatedBy
    this.local = connected.local
    this.remote = connected.remote
    if (connected.interface !== undefined) this.interface = connected.interface
    this.#socket = connected.socket
    this.#clock = clock
    this.#socket.on('error', (error) => {
      this.#reason ??= closeReasonFor(error)
    })
    this.#socket.once('close', () => this.#onClose())
  }

  get unsent(): number {
    return this.#closed ? 0 : this.#socket.writableLength
  }

  open(handlers: ConnectionHandlers): void {
    this.#handlers = handlers
    this.#socket.on('data', (bytes) => {
      if (this.#reason === undefined) handlers.onBytes(bytes)
    })
    this.#socket.on('drain', () => {
      if (this.#reason === undefined) handlers.onDrain()
    })
    this.#socket.once('end', () => this.#onFin())
    this.#socket.resume()
    if (this.#closed) queueMicrotask(() => this.#tellClosed())
  }

  write(bytes: Uint8Array): boolean {
    if (this.#reason !== undefined) return false
    // One system call for what one turn of the event loop writes: a burst of messages of 4096 octets costs 0.6 of the
    // CPU time that one call for each would, and of 100 octets a 24th.
    if (!this.#corked) {
      this.#corked = true
      this.#socket.cork()
      process.nextTick(() => {
        this.#corked = false
        this.#socket.uncork()
      })
    }
    return this.#socket.write(bytes)
  }

  pause(): void {
    if (this.#reason === undefined) this.#socket.pause()
  }

  resume(): void {
    if (this.#handlers !== undefined) this.#socket.resume()
  }

  end(): void {
    if (this.#reason !== undefined) return
    this.#reason = closedHere
    this.#socket.end()
    this.#socket.resume()
    this.#cancelLinger = this.#clock.after(lingerMs, () => this.#socket.destroy())
  }

  destroy(): void {
    this.#reason ??= closedHere
    // RST: the kernel must not go on offering what is unsent, nor the peer believe that there is a session.
    this.#socket.resetAndDestroy()
  }

  setKey(key: Secret | undefined): Result<void> {
    const peer = hostPrefix(this.remote.address)
    return this.#onSocket((socket) =>
      key === undefined ? removeKey(socket, peer) : setKey(socket, peer, key),
    )
  }

  setRules(rules: PacketRules): Result<void> {
    const version = ipVersionOf(this.remote.address)
    return this.#onSocket((socket) => setTtl(socket, version, ttlRulesOf(rules)))
  }

  #onSocket(change: (socket: Descriptor) => void): Result<void> {
    const descriptor = descriptorOf(this.#socket)
    if (this.#closed || descriptor === undefined) return refused('the connection is closed')
    return attempted(() => change(descriptor))
  }

  #onFin(): void {
    if (this.#reason !== undefined) return
    this.#reason = closedByPeer
    this.#socket.destroy()
  }

  #onClose(): void {
    this.#closed = true
    this.#reason ??= closedByPeer
    this.#cancelLinger?.()
    this.#tellClosed()
  }

  #tellClosed(): void {
    this.#handlers?.onClosed(this.#reason ?? closedHere)
  }
}
