import type { Prefix } from '../../../net/prefix.js'

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
