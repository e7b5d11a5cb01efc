import type { Endpoint } from '../../net/endpoint.js'
import type { Ip } from '../../net/ip.js'
import type { Prefix } from '../../net/prefix.js'
import type { Result } from '../../net/result.js'
import type { Secret } from '../../net/secret.js'
import type { Connection, PacketRules } from './connection.js'

/** Where connections come from: TCP in the daemon (tcp.ts), memory in tests. */
export interface Transport {
  /** `onOutcome` is called once and never from inside this call; not at all once cancelled. */
  dial(options: DialOptions, onOutcome: (outcome: DialOutcome) => void): Dial
  /** Bound and accepting when this returns, except for the endpoints in `failures`. */
  listen(options: ListenOptions): Listener
}

export interface DialOptions extends PacketRules {
  readonly remote: Endpoint
  /** Absent: the kernel chooses by route. */
  readonly localAddress?: Ip
  /** Needed for a link-local peer; else only that interface is used. */
  readonly interface?: string
  /** TCP MD5 (RFC 2385); on before the SYN, or the dial fails. */
  readonly key?: Secret
  /** Milliseconds until an unanswered SYN counts as a failure. */
  readonly timeoutMs: number
}

export interface Dial {
  /** Gives up without an outcome; does nothing after one. */
  cancel(): void
}

export type DialOutcome =
  | { readonly is: 'connected'; readonly connection: Connection }
  | ({ readonly is: 'failed' } & DialFailure)

export interface DialFailure {
  readonly because: DialFailureCause
  /** For a person: what was tried, what went wrong, what to do about it. */
  readonly text: string
}

export type DialFailureCause =
  /** RST: nobody listens there, or not for us. */
  | 'refused'
  /** No answer: filtered, wrong or missing MD5 key, too low a TTL, host down. */
  | 'timed-out'
  /** No such neighbour, or a router says so. */
  | 'no-route'
  | 'network-unreachable'
  /** `localAddress` is not on this host. */
  | 'address-not-available'
  /** `interface` does not exist. */
  | 'no-interface'
  /** A capability is missing, or a local firewall forbids it. */
  | 'not-permitted'
  /** The kernel lacks the feature: TCP MD5, IPv6. */
  | 'unsupported'
  /** Anything else; `text` has the system's name for it. */
  | 'failed'

export interface ListenOptions {
  readonly endpoints: readonly Endpoint[]
  /** In force before the first SYN can arrive. */
  readonly keys?: readonly PeerKey[]
  /**
   * Decide with `accept` or `reject`, at once or a little later: what is left undecided for 10 s, or is more than
   * the last 64 such, is reset.
   */
  readonly onIncoming: (incoming: Incoming) => void
  /** The kernel could not hand over a connection (out of descriptors, for instance), in words. */
  readonly onAcceptFailed?: (text: string) => void
}

export interface PeerKey {
  /** A peer (/32, /128), or a range of dynamic peers. */
  readonly peers: Prefix
  readonly key: Secret
}

export interface Listener {
  /** What is bound, with the kernel's choice where port 0 was asked for. */
  readonly bound: readonly Endpoint[]
  readonly failures: readonly ListenFailure[]
  /** Adds, replaces or removes (absent) the key that SYNs from there must carry; connections keep theirs. */
  setKey(peers: Prefix, key: Secret | undefined): Result<void>
  /** Connections stay; undecided ones are reset. */
  close(): void
}

export interface ListenFailure {
  readonly endpoint: Endpoint
  /** For a person, with the remedy. */
  readonly text: string
  /** The same without the endpoint: what is missing for one is often missing for another. */
  readonly because: string
}

export interface AcceptOptions extends PacketRules {
  /**
   * The peer's, although the listener has it: a connection that was waiting when the listener got the key is not
   * signed, and stays silent from here on.
   */
  readonly key?: Secret
}

export type Accepted = { readonly ok: true; readonly value: Connection } | CallRefusal

export interface CallRefusal {
  readonly ok: false
  /** For a person. */
  readonly because: string
  /** GTSM: what the SYN arrived with, and the least that was demanded. */
  readonly tooFar?: { readonly ttl: number; readonly demanded: number }
}

/** A connection that the kernel has accepted and nobody owns yet. */
export interface Incoming {
  readonly local: Endpoint
  readonly remote: Endpoint
  /** Of a link-local peer. */
  readonly interface?: string
  /** Sets what the session demands on the socket; refused when the SYN came from further than GTSM allows. */
  accept(options: AcceptOptions): Accepted
  /** RST: costs nothing and leaves nothing behind. */
  reject(): void
}
