import type { Family } from '../../../bgp/family.js'
import type { Ip } from '../../../net/ip.js'

/** How a session state prints (RFC 4271 §8.2.2, in the spelling of other speakers' tools). */
export type SessionState = 'idle' | 'connect' | 'active' | 'open_sent' | 'open_confirm' | 'established'

/** A row group of `herald peers`. */
export interface PeerReport {
  readonly node: string
  readonly name: string
  readonly address: Ip
  readonly port: number
  readonly interface?: string
  /** Accepted from a dynamic range. */
  readonly dynamic: boolean
  readonly localAs: number
  /** What the peer said once it said it; before that what is configured. */
  readonly peerAs: number | 'external' | 'internal'
  readonly sessionState: SessionState
  /** Since Established; 0 when it is not. */
  readonly uptimeSeconds: number
  readonly families: readonly FamilyCounts[]
  readonly lastError?: SessionError
}

export interface FamilyCounts {
  readonly family: Family
  readonly received: number
  readonly advertised: number
}

/** Why a session ended or does not come up, in words, with the RFC's code where there is one. */
export interface SessionError {
  readonly at: string
  /** Who noticed: a NOTIFICATION sent, one received, or this side alone (TCP, timers). */
  readonly origin: 'sent' | 'received' | 'local'
  readonly text: string
  readonly code?: number
  readonly subcode?: number
}

/** Everything known of one peer. */
export interface PeerDetail extends PeerReport {
  readonly localAddress?: Ip
  readonly localPort?: number
  readonly remotePort?: number
  readonly peerIdentifier?: string
  readonly passive: boolean
  /** Whether TCP MD5 is set; the key itself is nowhere. */
  readonly password: boolean
  readonly ttl: number
  readonly ttlSecurityHops?: number
  /** Why nothing is tried, on purpose: drained, decommissioned, over maxPrefixes; in words. */
  readonly heldDown?: string
  readonly timers: {
    readonly holdTimeConfigured: number
    readonly keepaliveTimeConfigured: number
    readonly connectRetryTime: number
    readonly holdTimeNegotiated?: number
    readonly keepaliveTimeNegotiated?: number
  }
  readonly capabilities: {
    readonly offered: readonly string[]
    readonly received: readonly string[]
    /** Side by side, in the order of the OPENs; 'yes' where the name says it all. */
    readonly compared: readonly ComparedCapability[]
    /** Present when some are left out because the peer rejected an OPEN that had them. */
    readonly reduced?: string
  }
  readonly messages: { readonly sent: MessageCounts; readonly received: MessageCounts }
  /** Sessions that were Established and ended. */
  readonly flaps: number
  /** Received routes given up under RFC 7606, and what for; the newest last. */
  readonly malformed: { readonly count: number; readonly last?: string }
  /** Newest last, at most ten. */
  readonly history: readonly StateChange[]
  /** What is likely wrong and what to change on which side; empty when nothing is known to be wrong. */
  readonly hints: readonly string[]
}

/** A capability that at least one side offers; a side that does not is absent. */
export interface ComparedCapability {
  readonly name: string
  readonly offered?: string
  readonly received?: string
}

export interface MessageCounts {
  readonly open: number
  readonly update: number
  readonly notification: number
  readonly keepalive: number
  readonly routeRefresh: number
  readonly octets: number
}

export interface StateChange {
  readonly at: string
  readonly from: SessionState
  readonly to: SessionState
  readonly because: string
}
