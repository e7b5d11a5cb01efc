import type { Endpoint } from '../../net/endpoint.js'
import type { Result } from '../../net/result.js'
import type { Secret } from '../../net/secret.js'

/** What a session demands of its packets; the kernel enforces it. */
export interface PacketRules {
  /** TTL or hop limit of what is sent, 1–255; GTSM overrides it with 255. */
  readonly ttl: number
  /** GTSM (RFC 5082): 1–254 hops; what has come further is dropped by the kernel. */
  readonly ttlSecurityHops?: number
}

/**
 * A TCP connection that is up: octets in, octets out, and one reason why it ended. Nothing is read before `open`.
 * No handler is ever called from inside one of these methods, `open` included.
 */
export interface Connection {
  /** Who sent the SYN; collision detection compares identifiers by it (RFC 4271 §6.8). */
  readonly initiatedBy: 'us' | 'peer'
  readonly local: Endpoint
  readonly remote: Endpoint
  /** The interface that the socket is bound to, or that a link-local peer is on. */
  readonly interface?: string
  /** Octets written that the kernel has not taken: while it does not shrink, the peer does not read (RFC 9687). */
  readonly unsent: number

  /** Sets the handlers and starts reading; once. A connection that ended before says so then. */
  open(handlers: ConnectionHandlers): void
  /**
   * Takes the octets, which the caller must not change afterwards; those written in one turn of the event loop
   * leave together. False: hold back what can wait until `onDrain`. Ignored after `end` or `destroy`.
   */
  write(bytes: Uint8Array): boolean
  /** Stops reading; TCP makes the peer wait. */
  pause(): void
  resume(): void
  /**
   * Sends what is written, then FIN, discards what the peer still sends, and closes when the peer does or after a
   * bounded time: closing over unread octets sends RST, which destroys a NOTIFICATION on its way.
   */
  end(): void
  /** Closes at once, with RST; what is unsent is lost. */
  destroy(): void
  /** Replaces the TCP MD5 key (RFC 2385) of the live connection; the next segment uses it. Absent: no key. */
  setKey(key: Secret | undefined): Result<void>
  /** Changes TTL and GTSM of the live connection. */
  setRules(rules: PacketRules): Result<void>
}

export interface ConnectionHandlers {
  /** At least one octet; the receiver may keep them. Not called after `end` or `destroy`. */
  readonly onBytes: (bytes: Uint8Array) => void
  /** The kernel has taken everything, after a `write` that answered false. */
  readonly onDrain: () => void
  /** Exactly once, after every other call; also when this side closed. */
  readonly onClosed: (reason: CloseReason) => void
}

export interface CloseReason {
  readonly because: CloseCause
  /** For a person, without the peer's name: 'connection reset by the peer'. */
  readonly text: string
}

export type CloseCause =
  /** FIN from the peer. */
  | 'closed-by-peer'
  /** RST from the peer. */
  | 'reset-by-peer'
  /** The peer's kernel acknowledges nothing any more. */
  | 'timed-out'
  /** The network says that the peer cannot be reached. */
  | 'unreachable'
  /** By `end` or `destroy`. */
  | 'closed-here'
  /** Any other error of the socket; `text` has its name. */
  | 'failed'
