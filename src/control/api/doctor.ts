import type { Ip } from '../../../net/ip.js'
import type { SessionState } from './peers.js'

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
  | 'not-claimed'
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
