import type { Ip, Ipv4, Ipv6 } from '../net/ip.js'
import type { Prefix } from '../net/prefix.js'
import type { Secret } from '../net/secret.js'
import type { Asn } from './asn.js'
import type { Family } from './family.js'
import type { HoldTime } from './hold-time.js'
import type { BgpIdentifier } from './identifier.js'

/** What the speaker is, before any peer. */
export interface SpeakerSettings {
  readonly node: string
  readonly asn: Asn
  readonly routerId: BgpIdentifier
}

/** A number, or the kind of session that any fitting number makes. */
export type RemoteAs = Asn | 'external' | 'internal'

/** Everything one session needs to know, with every default filled in. */
export interface PeerSettings extends SessionSettings {
  /** Unique among the peers. */
  readonly name: string
  /** `unnumbered` where it is whoever advertises itself as a router on `interface`. */
  readonly address: Ip
}

/** Stands where no address is given: the neighbour on the link, which router advertisements tell (RFC 4861). */
export const unnumbered = '::' as Ipv6

/** Peers that nobody listed: any address of `prefix` may connect (passive on our side). */
export interface DynamicPeerSettings extends SessionSettings {
  /** Unique among those of peers and ranges; for people. */
  readonly name?: string
  readonly prefix: Prefix
  /** How many may be connected at one time. */
  readonly limit: number
}

/** 'edge (10.0.9.0/24)', or the prefix alone where it has no name. */
export function describeRange({ name, prefix }: DynamicPeerSettings): string {
  return name === undefined ? prefix : `${name} (${prefix})`
}

/** What listed and dynamic peers have in common. */
export interface SessionSettings {
  /** Needed for a link-local address; else binds the session to this interface. */
  readonly interface?: string
  readonly remoteAs: RemoteAs
  /** What our OPEN says, and the AS_PATH towards an external peer. */
  readonly localAs: Asn
  readonly port: number
  readonly localAddress?: Ip
  /** TCP MD5 (RFC 2385); never printed. */
  readonly password?: Secret
  /** TTL of what we send; 1 is the RFC's default for eBGP, 64 stands for "no limit" on iBGP. */
  readonly ttl: number
  /** GTSM (RFC 5082): the number of hops to the peer; packets that came further are dropped by the kernel. */
  readonly ttlSecurityHops?: number
  readonly passive: boolean
  readonly holdTime: HoldTime
  readonly keepaliveTimeSeconds: number
  /** More than the hold time; absent for the default of RFC 9687, and of no use where the hold time is 0. */
  readonly sendHoldTimeSeconds?: number
  readonly connectRetryTimeSeconds: number
  readonly families: readonly Family[]
  readonly gracefulRestart: GracefulRestartSettings
  readonly nextHop: NextHopSettings
  /** Received prefixes, all families; over it Cease/1 and no retry until reset. */
  readonly maxPrefixes?: number
  /** Names of announcements; absent means all. */
  readonly advertise?: readonly string[]
  /** Nothing but these prefixes, and what they cover, is sent; absent means no such bound. */
  readonly allowedPrefixes?: readonly Prefix[]
  /** Prefixes sent, of each family; what is over it is left out. */
  readonly maxAdvertisedPrefixes?: number
}

export interface GracefulRestartSettings {
  readonly enabled: boolean
  /** 0–4095; 0 only with a long-lived stale time, whose period then begins at once. */
  readonly restartTimeSeconds: number
  /**
   * 1–16777215: how long the peer keeps our routes after that, as the least preferred, and we the peer's at most
   * (RFC 9494); absent: not offered.
   */
  readonly longLivedStaleTimeSeconds?: number
}

/** An absent family means "self": the address this session uses, or the interface's own of that family. */
export interface NextHopSettings {
  readonly ipv4?: Ipv4
  readonly ipv6?: Ipv6
}
