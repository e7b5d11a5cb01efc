import { beforeNegotiation, type CodecContext } from '../../bgp/codec/context.js'
import { Framer } from '../../bgp/codec/framer.js'
import { decodeMessage, encodeMessage, type ReceivedMessage } from '../../bgp/codec/message.js'
import { type Fault, ProtocolError } from '../../bgp/fault.js'
import type { Message } from '../../bgp/message.js'
import type { CloseReason, Connection } from '../transport/connection.js'
import type { PeerRecord } from './peer-record.js'

/** What comes over the wire; `bytes` are valid during the call only. */
export interface WireHandlers {
  /** False: nothing more is read, because this connection is over. */
  onMessage(message: ReceivedMessage, bytes: Uint8Array): boolean
  /** The octets could not be read as BGP. */
  onFault(fault: Fault): void
  onSent(kind: Message['kind']): void
  /** TCP has taken octets since it was last asked, or has all there are; asked when something is sent. */
  onProgress(): void
  onDrain(): void
  onClosed(reason: CloseReason): void
}

/**
 * Octets of messages that one turn of the event loop works through, one or two milliseconds' worth: timers, other
 * peers and the API have their turn between two slices, however fast a peer sends.
 */
const SLICE = 8 * 1024

/** Messages over a connection: framing, the codec, and what both count. */
export class Wire {
  readonly connection: Connection
  readonly #record: PeerRecord
  readonly #later: (work: () => void) => void
  readonly #framer = new Framer()
  #context: CodecContext = beforeNegotiation
  #handlers: WireHandlers | undefined
  /** Whether messages may wait in the framer for the next slice; nothing is read meanwhile. */
  #behind = false
  /** Nothing that came or comes is of interest any more. */
  #over = false
  /** Octets given to TCP so far, and how many of them it had taken when it was asked last. */
  #written = 0
  #taken = 0

  constructor(connection: Connection, record: PeerRecord, later: (work: () => void) => void) {
    this.connection = connection
    this.#record = record
    this.#later = later
  }

  open(handlers: WireHandlers): void {
    this.#handlers = handlers
    this.connection.open({
      onBytes: (bytes) => this.#read(bytes),
      onDrain: () => handlers.onDrain(),
      onClosed: (reason) => {
        // What came before the end counts: a NOTIFICATION says why there is one.
        while (this.#step() > 0);
        this.#over = true
        handlers.onClosed(reason)
      },
    })
  }

  /** 'flush': what is written goes out first. Either way nothing more is read. */
  close(how: 'flush' | 'abort'): void {
    this.#over = true
    if (how === 'flush') this.connection.end()
    else this.connection.destroy()
  }

  /** From now on messages are read and written as both OPENs agreed. */
  agree(context: CodecContext): void {
    this.#context = context
    this.#framer.raiseLimit(context.maxMessageLength)
  }

  /** False: hold back what can wait until the connection drains. */
  send(message: Message): boolean {
    const bytes = encodeMessage(message, this.#context)
    this.#record.countSent(message.kind, bytes.length)
    return this.#write(message.kind, bytes)
  }

  /** UPDATEs that are encoded already; the caller counts them. */
  write(bytes: Uint8Array): boolean {
    return this.#write('update', bytes)
  }

  #write(kind: Message['kind'], bytes: Uint8Array): boolean {
    const taken = this.#written - this.connection.unsent
    if (taken > this.#taken || taken === this.#written) this.#handlers?.onProgress()
    this.#taken = taken
    this.#written += bytes.length
    this.#handlers?.onSent(kind)
    return this.connection.write(bytes)
  }

  #read(bytes: Uint8Array): void {
    this.#framer.push(bytes)
    if (!this.#behind) this.#work()
  }

  /** One slice; reading goes on when nothing is left for another. */
  #work(): void {
    for (let octets = 0; octets < SLICE; ) {
      const length = this.#step()
      if (length === 0) {
        this.#catchUp()
        return
      }
      octets += length
    }
    if (!this.#behind) this.connection.pause()
    this.#behind = true
    this.#later(() => this.#work())
  }

  #catchUp(): void {
    if (!this.#behind || this.#over) return
    this.#behind = false
    this.connection.resume()
  }

  /** Works through one message; its length, or 0 when none is whole or the connection is over. */
  #step(): number {
    const message = this.#over ? undefined : this.#next()
    if (message === undefined) return 0
    if (!this.#deliver(message)) this.#over = true
    return message.length
  }

  #next(): Uint8Array | undefined {
    try {
      return this.#framer.next()
    } catch (error) {
      this.#fault(error)
      return undefined
    }
  }

  #deliver(bytes: Uint8Array): boolean {
    const kind = kinds[(bytes[18] ?? 0) - 1] ?? 'open'
    this.#record.countReceived(kind, bytes.length)
    let message: ReceivedMessage
    try {
      message = decodeMessage(bytes, this.#context)
    } catch (error) {
      this.#fault(error)
      return false
    }
    return this.#handlers?.onMessage(message, bytes) ?? false
  }

  /** The one place where what a peer got wrong is caught; anything else is our own error and goes on up. */
  #fault(error: unknown): void {
    this.#over = true
    if (!(error instanceof ProtocolError)) throw error
    this.#handlers?.onFault(error.fault)
  }
}

/** By type code, from 1 (RFC 4271 §4.1, RFC 2918). */
const kinds: readonly ReceivedMessage['kind'][] = [
  'open',
  'update',
  'notification',
  'keepalive',
  'route-refresh',
]
