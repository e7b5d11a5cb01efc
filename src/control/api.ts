import type { Family } from '../../bgp/family.js'
import type { LogLevel } from '../../config/settings.js'
import type { Ip } from '../../net/ip.js'
import type { Prefix } from '../../net/prefix.js'
import type { L2Summary } from './l2-api.js'

/**
 * What the daemon tells over its socket: the JSON of the API and of `-o json`. Field names are a promise to
 * scripts: add, never rename. Times are ISO 8601 in UTC, durations whole seconds unless the name says otherwise.
 */

/** How a session state prints (RFC 4271 §8.2.2, in the spelling of other speakers' tools). */
export type SessionState = 'idle' | 'connect' | 'active' | 'open_sent' | 'open_confirm' | 'established'

export interface StatusReport {
  readonly node: string
  readonly version: string
  readonly pid: number
  readonly startedAt: string
  readonly uptimeSeconds: number
  readonly configFile: string
  readonly logLevel: LogLevel
  /** Absent when the configuration has no `bgp`. */
  readonly bgp?: {
    readonly asn: number
    readonly routerId: string
    /** 'ADDRESS:PORT' of each socket that accepts; empty when only connecting. */
    readonly listening: readonly string[]
    readonly peersConfigured: number
    /** Of those. */
    readonly peersEstablished: number
    /** Connected from the ranges at present. */
    readonly dynamicPeers: number
  }
  /** Absent when the configuration has no `l2`. */
  readonly l2?: L2Summary
  readonly service: NodeService
  readonly announcements: {
    readonly configured: number
    readonly runTime: number
    /** Distinct prefixes wanted. */
    readonly prefixes: number
  }
  /** Absent when no announcement has a health check. */
  readonly health?: HealthSummary
  readonly lastReload?: ReloadReport
}

/** How many checks there are, and how many of them in which state. */
export interface HealthSummary {
  readonly checks: number
  readonly healthy: number
  readonly unhealthy: number
  readonly disabled: number
  readonly unknown: number
}

/** 'drained' and 'decommissioned': no session, on purpose, until that is undone. */
export type NodeService = 'in-service' | 'draining' | 'drained' | 'decommissioned'

export interface ReloadReport {
  readonly at: string
  readonly applied: boolean
  readonly summary: string
  /** When it is rolled back unless it is confirmed before; absent when nothing waits for that. */
  readonly confirmBefore?: string
}

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

/** A row of `herald routes available`. */
export interface AvailableRoute {
  readonly prefix: Prefix
  readonly family: Family
  readonly announcement: string
  /** Where it comes from: the file, or the CLI at run time. */
  readonly source: 'file' | 'run-time'
  readonly communities: readonly string[]
  readonly localPreference?: number
  readonly med?: number
  readonly asPathPrepend: number
  /** Names of peers; absent means all. */
  readonly peers?: readonly string[]
  /** Why no peer is told of it, although it is wanted: its health check. */
  readonly heldBack?: string
}

export interface AvailableRoutes {
  readonly routes: readonly AvailableRoute[]
  /** All there are; more than `routes` holds when the list is cut. */
  readonly total: number
}

/** A row of `herald routes advertised` and `received`. */
export interface PeerRoute {
  readonly peer: string
  readonly prefix: Prefix
  readonly family: Family
  readonly nextHop: Ip
  readonly origin: string
  readonly asPath: readonly number[]
  readonly med?: number
  readonly localPreference?: number
  readonly communities: readonly string[]
  /** Of received routes too: why it is listed but would not be used (own AS in the path, for instance). */
  readonly because?: string
}

export interface PeerRoutes {
  readonly routes: readonly PeerRoute[]
  /** All there are; more than `routes` holds when the list is cut. */
  readonly total: number
}

/** A row of `herald health`. */
export interface HealthReport {
  readonly announcement: string
  readonly kind: 'exec' | 'tcp' | 'http'
  /** The command line, 'ADDRESS:PORT' or URL that is asked. */
  readonly target: string
  /** 'unknown': no verdict yet. */
  readonly state: 'unknown' | 'healthy' | 'unhealthy' | 'disabled'
  readonly since: string
  /** Whether the announcement gets through; a check that a reload changed lets it be until its first verdict. */
  readonly announced: boolean
  /** Why not. */
  readonly heldBack?: string
  readonly lastResult?: {
    readonly at: string
    readonly result: 'passed' | 'failed' | 'disabled'
    readonly text: string
  }
  /** Results since the check began: with the daemon, or when it was last changed. */
  readonly passed: number
  readonly failed: number
}

/** What `herald announce` asks for. */
export interface AnnounceRequest {
  readonly prefixes: readonly string[]
  readonly via?: readonly string[]
  readonly communities?: readonly string[]
  readonly localPreference?: number
  readonly med?: number
  readonly peers?: readonly string[]
  /** Forgotten at the next restart. */
  readonly ephemeral?: boolean
}

export interface WithdrawRequest {
  readonly prefixes: readonly string[]
}

/** What came of an announce or withdraw: all of it, or nothing and an ApiProblem. */
export interface AnnounceReport {
  readonly changed: readonly Prefix[]
  /** Wanted already, or not announced at run time in the first place. */
  readonly unchanged: readonly UnchangedPrefix[]
}

export interface UnchangedPrefix {
  readonly prefix: Prefix
  readonly because: string
  /** The announcement of the file that has it; after a withdraw it is announced still. */
  readonly inFile?: string
}

/** An announce without its prefixes, which come as lines. */
export type AnnounceTerms = Omit<AnnounceRequest, 'prefixes'>

/** What came of lines of prefixes: how many. All of it, or nothing and an ApiProblem that numbers the lines. */
export interface BulkReport {
  readonly changed: number
  /** Wanted already, by the file as well, or not announced at run time in the first place. */
  readonly unchanged: number
}

/** The longest that a drain or a confirmation may be waited for: a day. */
export const MAX_WAIT_SECONDS = 86_400

export interface ReloadRequest {
  readonly dryRun?: boolean
  readonly refuseReset?: boolean
  /** Rolled back after this time unless confirmed. */
  readonly confirmWithinSeconds?: number
  /** Confirms the reload that is waiting for it. */
  readonly confirm?: boolean
}

/** What a reload changes, or would change. */
export interface ReloadPlan {
  readonly applied: boolean
  readonly changes: readonly PlannedChange[]
  /** Names of the peers whose sessions reset. */
  readonly resets: readonly string[]
  /** What may be meant, and will hardly do what is expected; absent when there is nothing. */
  readonly warnings?: readonly string[]
  readonly confirmBefore?: string
}

export interface PlannedChange {
  readonly what: string
  readonly effect: 'none' | 'soft' | 'next-session' | 'reset' | 'restart'
  readonly text: string
}

/** The gates between wanting a prefix and a peer having it, in the order in which `explain` goes through them. */
export type GateName =
  | 'wanted'
  | 'via-bgp'
  | 'via-l2'
  | 'health-check'
  | 'in-service'
  | 'peers'
  | 'precedence'
  | 'advertise-list'
  | 'named-peers'
  | 'allowed-prefixes'
  | 'family'
  | 'session'
  | 'maximum'
  | 'next-hop'
  | 'attributes'
  | 'sent'
  | 'end-of-rib'
  | 'accepted'
  // On the LAN.
  | 'interface'
  | 'interface-up'
  | 'subnet'
  | 'not-local'
  | 'arp-ignore'
  | 'wifi'
  | 'conflict'
  | 'owner'

export interface Gate {
  readonly gate: GateName
  readonly passed: boolean
  /** What holds, or does not. */
  readonly text: string
  /** What to change, where it does not. */
  readonly remedy?: string
}

/** `herald explain`: gates behind one that failed are left out where they cannot be known. */
export interface ExplainReport {
  readonly prefix: Prefix
  /** Whether every gate is passed, those of all peers asked for included. */
  readonly holds: boolean
  /** Of this node, before any peer. */
  readonly gates: readonly Gate[]
  /** Empty where a gate before them failed, and where it is announced on the LAN alone. */
  readonly peers: readonly PeerExplanation[]
  /** Of the LAN; absent where it is not announced there, or a gate before failed. */
  readonly lan?: readonly Gate[]
}

export interface PeerExplanation {
  readonly peer: string
  readonly holds: boolean
  readonly gates: readonly Gate[]
  /** What the other side may do with the route without a word: nobody here can know. Only where every gate is passed. */
  readonly beyond: readonly string[]
}

/** What can be wrong with a peer; what ends in -here or -there names the side that has to change. */
export type PeerCause =
  // Nothing is tried, on purpose.
  | 'shut-down-here'
  | 'max-prefixes-here'
  | 'no-neighbour'
  // No TCP connection.
  | 'no-route'
  | 'host-unreachable'
  | 'port-closed'
  | 'filtered'
  | 'md5-differs'
  | 'md5-missing-here'
  | 'md5-missing-there'
  | 'ttl-too-low'
  | 'ttl-security-here'
  | 'ttl-security-there'
  | 'local-address-missing'
  | 'interface-missing'
  | 'not-permitted'
  | 'kernel-lacks-it'
  | 'dial-fails'
  | 'not-called'
  | 'trying'
  // A connection, and no session.
  | 'own-address'
  | 'wrong-as-here'
  | 'wrong-as-there'
  | 'router-id-clash'
  | 'hold-time-rejected'
  | 'no-common-family'
  | 'capabilities-rejected'
  | 'collision'
  | 'max-prefixes-there'
  | 'shut-down-there'
  | 'unknown-there'
  | 'hangs-up'
  | 'hold-timer'
  | 'ended-there'
  | 'protocol-error'
  // A session, and not all that was wanted.
  | 'family-missing'
  | 'capabilities-reduced'
  | 'next-hop-missing'
  | 'nothing-announced'
  | 'nothing-accepted'
  | 'flapping'

/** What can be wrong with this node, whoever the peer. */
export type NodeCause =
  | 'drained'
  | 'not-listening'
  | 'port-taken'
  | 'privilege-missing'
  | 'router-id-shared'
  | 'clock-wrong'

/** What can be wrong on the LAN. */
export type LanCause =
  | 'interface-unknown'
  | 'interface-down'
  | 'interface-member'
  | 'outside-subnets'
  | 'edge-of-subnet'
  | 'address-on-interface'
  | 'kernel-answers'
  | 'wifi-filters'
  | 'contested'
  | 'claimed'
  | 'not-taken'
  | 'not-advertised'
  | 'nobody-answers'

/** 'certain' is seen, 'likely' concluded, 'possible' one of several that cannot be told apart from here. */
export type Certainty = 'certain' | 'likely' | 'possible'

export interface Diagnosis<Cause extends string = PeerCause> {
  readonly cause: Cause
  readonly certainty: Certainty
  /** What is wrong. */
  readonly text: string
  /** What to change on this side, where that is a remedy. */
  readonly here?: string
  /** What to change on the other side, where that is a remedy. */
  readonly there?: string
}

/** `herald doctor`. */
export interface DoctorReport {
  /** Whether nothing is wrong for certain or in all likelihood, and every peer asked for is established. */
  readonly healthy: boolean
  readonly node: readonly Diagnosis<NodeCause>[]
  /** Of the addresses that are announced there; absent without `l2`, or where a peer was asked for. */
  readonly lan?: readonly Diagnosis<LanCause>[]
  readonly peers: readonly PeerDiagnoses[]
}

export interface PeerDiagnoses {
  readonly peer: string
  readonly address: Ip
  readonly sessionState: SessionState
  readonly healthy: boolean
  /** Until this side tries again, or gives up the attempt that is under way. */
  readonly nextAttemptSeconds?: number
  /** Most certain first. */
  readonly diagnoses: readonly Diagnosis[]
}

export interface ResetRequest {
  readonly soft?: boolean
}

export interface ResetReport {
  readonly peer: string
  readonly text: string
}

export interface DrainRequest {
  /** Brings the node back into service. */
  readonly undo?: boolean
  /** How long routes carry GRACEFUL_SHUTDOWN before they go; as the file has it unless told. */
  readonly waitSeconds?: number
}

export interface DrainReport {
  readonly service: NodeService
  readonly text: string
  /** When the routes will be withdrawn; absent when nothing waits for that. */
  readonly withdrawsAt?: string
}

export interface DecommissionReport {
  readonly service: NodeService
  readonly text: string
  /** Announcements made at run time, which are forgotten. */
  readonly forgotten: number
  /** Peers without a session: one that keeps routes of an earlier one does so for its restart time. */
  readonly notTold: readonly string[]
}

/** One line of `herald monitor`, one JSON object a line on the wire. */
export interface MonitorEvent {
  readonly at: string
  readonly kind:
    | 'peer-state'
    | 'notification'
    | 'announced'
    | 'withdrawn'
    | 'health'
    | 'l2-ownership'
    | 'l2-conflict'
    | 'l2-interface'
    | 'reload'
    | 'drain'
    | 'warning'
  readonly peer?: string
  readonly text: string
  readonly details?: Readonly<Record<string, unknown>>
}

/** The body of every answer that is not 2xx. */
export interface ApiProblem {
  readonly error: string
  /** Every problem found, each with its place and remedy, when there is more than one. */
  readonly problems?: readonly string[]
}

/**
 * 400 wrong request, 404 no such thing, 405 wrong method, 409 does not hold now, 413 too much at once, 500 our
 * fault, 503 too many at once.
 */
export type ApiStatus = 400 | 404 | 405 | 409 | 413 | 500 | 503

/** Thrown by the service and by the client, sent as ApiProblem. */
export class ApiError extends Error {
  readonly status: ApiStatus
  readonly problems: readonly string[]

  constructor(status: ApiStatus, message: string, problems: readonly string[] = []) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.problems = problems
  }
}
