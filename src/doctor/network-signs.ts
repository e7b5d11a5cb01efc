import type { KernelRoute } from '../os/routing-table.js'
import type { ProcessName } from '../os/socket-owner.js'
import type { TcpDrops } from '../os/tcp-statistics.js'

/** What the kernel and the network show of a peer that has no session. */
export interface NetworkSigns {
  /** Of the main routing table; absent where it has none. */
  readonly route?: KernelRoute
  /** Whether the peer, or the router towards it, answers ARP; absent where that is not known. */
  readonly answersArp?: boolean
  /** What the kernel dropped of late, whosesoever it was; absent where it could not be asked. */
  readonly drops?: TcpDrops
  /** The peer's address is one of this host. */
  readonly ourselves: boolean
  /** Others whose segments those may have been. */
  readonly otherSuspects: number
  /** The peer's SYN arrived and was answered, and the peer does not answer that. */
  readonly halfOpen: boolean
  /** The peer does not acknowledge what was sent over a connection that was up. */
  readonly unacknowledged: boolean
  /** Connections of other processes of this host with the peer, and who those are where that may be known. */
  readonly foreignSessions: { readonly count: number; readonly owners: readonly ProcessName[] }
  /** Only where `doctor` made them. */
  readonly probes: Probes
}

/** SYNs that are not like those of the session, for what comes back. No BGP is spoken over them. */
export interface Probes {
  /** Without the TCP MD5 key. */
  readonly unsigned?: ProbeOutcome
  /** With a TTL of 255, and taking every answer. */
  readonly everyTtl?: ProbeOutcome
}

/** 'silent': nothing came back in time. */
export type ProbeOutcome = 'connected' | 'refused' | 'silent'

export function noSigns(drops?: TcpDrops): NetworkSigns {
  return {
    ...(drops && { drops }),
    ourselves: false,
    otherSuspects: 0,
    halfOpen: false,
    unacknowledged: false,
    foreignSessions: { count: 0, owners: [] },
    probes: {},
  }
}
