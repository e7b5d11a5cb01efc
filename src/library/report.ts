import type { Family } from './options.js'

/** What a speaker says of itself: plain values, made for each question anew. Times are ISO 8601 in UTC. */

export type SessionState = 'idle' | 'connect' | 'active' | 'open_sent' | 'open_confirm' | 'established'

export interface PeerStatus {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly interface?: string
  /** Accepted from a range of `dynamicPeers`. */
  readonly dynamic: boolean
  readonly localAs: number
  /** What the peer said once it said it; before that what was asked for. */
  readonly peerAs: number | 'external' | 'internal'
  readonly sessionState: SessionState
  /** Since Established; 0 when it is not. */
  readonly uptimeSeconds: number
  /** Prefixes, by family. */
  readonly families: readonly {
    readonly family: Family
    readonly received: number
    readonly advertised: number
  }[]
  /** Why the last session ended or none comes up, with the code of RFC 4271 where there is one. */
  readonly lastError?: {
    readonly at: string
    readonly origin: 'sent' | 'received' | 'local'
    readonly text: string
    readonly code?: number
    readonly subcode?: number
  }
}

export interface Route {
  readonly peer: string
  readonly prefix: string
  readonly family: Family
  readonly nextHop: string
  readonly origin: string
  readonly asPath: readonly number[]
  readonly med?: number
  readonly localPreference?: number
  /** Standard, large and extended ones. */
  readonly communities: readonly string[]
  /** Of `received`: why it would not be used (our own AS in the path; the peer restarts). */
  readonly because?: string
}

export type SpeakerEvent =
  | StateEvent
  | RoutesEvent
  | EndOfRibEvent
  | NotificationEvent
  | MalformedEvent
  | WarningEvent

/** A peer's session went from one state of RFC 4271 §8.2.2 to another. */
export interface StateEvent {
  readonly kind: 'state'
  readonly at: string
  readonly peer: string
  readonly from: SessionState
  readonly to: SessionState
  readonly because: string
}

/** One UPDATE: first these were withdrawn, then those announced. */
export interface RoutesEvent {
  readonly kind: 'routes'
  readonly at: string
  readonly peer: string
  readonly announced: readonly Route[]
  readonly withdrawn: readonly string[]
}

/** The peer has sent all it had (RFC 4724 §2). */
export interface EndOfRibEvent {
  readonly kind: 'end-of-rib'
  readonly at: string
  readonly peer: string
  readonly family: Family
}

export interface NotificationEvent {
  readonly kind: 'notification'
  readonly at: string
  readonly peer: string
  readonly direction: 'sent' | 'received'
  readonly code: number
  readonly subcode: number
  readonly text: string
}

/** Routes given up, the session kept (RFC 7606); `update` is the whole message in hex. */
export interface MalformedEvent {
  readonly kind: 'malformed'
  readonly at: string
  readonly peer: string
  readonly text: string
  readonly update: string
}

/** Something that a person should look at. */
export interface WarningEvent {
  readonly kind: 'warning'
  readonly at: string
  readonly peer?: string
  readonly text: string
}
