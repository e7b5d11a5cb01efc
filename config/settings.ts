import type { AdvertisementInterval, ChecksumForm, VirtualRouterId } from '../arp/vrrp/message.js'
import type { Asn } from '../bgp/asn.js'
import type { BgpIdentifier } from '../bgp/identifier.js'
import type { Path } from '../bgp/path.js'
import type { DynamicPeerSettings, PeerSettings } from '../bgp/peer-settings.js'
import type { Endpoint } from '../net/endpoint.js'
import type { Ip } from '../net/ip.js'
import type { PrefixSet } from '../net/prefix-set.js'
import type { HealthCheck } from './health-check.js'
import type { InterfacePattern } from './interface-pattern.js'

/** A configuration that has been validated: every default filled in, every value canonical, every secret read. */
export interface Settings {
  readonly node: string
  /** Absent: this node speaks no BGP. */
  readonly bgp?: BgpSettings
  /** Absent: this node answers neither ARP nor NDP. */
  readonly l2?: L2Settings
  /**
   * Each names a prefix once; several may want the same one. Towards a peer, the first here that wants it and reaches
   * that peer gives its path.
   */
  readonly announcements: readonly Announcement[]
  readonly drain: DrainSettings
  readonly control: ControlSettings
  /** Absent: nothing is served by HTTP. */
  readonly http?: HttpSettings
  readonly log: LogSettings
}

export interface BgpSettings {
  readonly asn: Asn
  /** Absent: an IPv4 address of this host, chosen where the host can be asked. */
  readonly routerId?: BgpIdentifier
  readonly listen: ListenSettings
  readonly peers: readonly PeerSettings[]
  readonly dynamicPeers: readonly DynamicPeerSettings[]
}

export interface ListenSettings {
  readonly endpoints: readonly Endpoint[]
  /** The file names them: one that cannot be bound is an error, else a warning and connecting only. */
  readonly explicit: boolean
}

export interface L2Settings {
  /** Where addresses may be answered for; absent: on the interface whose subnet holds the address. */
  readonly interfaces?: readonly InterfacePattern[]
  /** 'none': this node always answers; 'vrrp': one of the nodes with the same groups does. */
  readonly failover: Failover
  /** At least one; the first is that of announcements that name none. */
  readonly groups: readonly L2Group[]
  readonly promiscuous: Promiscuous
}

export type Failover = 'none' | 'vrrp'

/** 'auto': where the interface would not let frames for virtual IPs through otherwise, as Wi-Fi does. */
export type Promiscuous = 'auto' | 'on' | 'off'

/** Addresses that one node answers for at a time: a virtual router (RFC 9568) per interface and IP version. */
export interface L2Group {
  /** Unique; what an announcement's `group` names. */
  readonly name: string
  /** Unique among the groups. */
  readonly virtualRouterId: VirtualRouterId
  /** 1 to 254. */
  readonly priority: number
  readonly preempt: boolean
  readonly preemptDelayMs: number
  readonly advertisementInterval: AdvertisementInterval
  /** Who is sent advertisements, for each IP version that has one here; empty: the multicast group. */
  readonly unicastPeers: readonly Ip[]
  /** Until another router's advertisement shows which form is spoken. */
  readonly checksum: ChecksumForm
}

/** The name that all announcements made at run time have, for `advertise` lists; none in the file may have it. */
export const RUN_TIME = 'run-time'

/** What kind of thing is announced; those made at run time are 'prefixes'. */
export type AnnouncementKind = 'pod-cidrs' | 'load-balancer-ips' | 'prefixes'

/** A set of prefixes that are wanted with the same attributes, towards the same peers. */
export interface Announcement {
  /** Unique in the file; what a peer's `advertise` names. */
  readonly name: string
  readonly kind: AnnouncementKind
  /** After `aggregateLength`. */
  readonly prefixes: PrefixSet
  /** The file that they stand in, absolute; absent where the configuration has them itself. */
  readonly prefixesFile?: string
  readonly via: readonly Via[]
  /** Present where `via` has l2. */
  readonly l2?: L2Share
  readonly path: Path
  /** Names of peers; absent means all. */
  readonly peers?: readonly string[]
  /** Announced only while it passes; absent means always. */
  readonly healthCheck?: HealthCheck
}

export type Via = 'bgp' | 'l2'

export interface DrainSettings {
  /** Between GRACEFUL_SHUTDOWN and withdrawal, unless the command says otherwise; 0–86400. */
  readonly waitSeconds: number
}

/** What of an announcement is answered for on the LAN. */
export interface L2Share {
  /** Of `l2.groups`; absent, for what is announced at run time: the first. */
  readonly group?: string
  /** Host prefixes, whatever `aggregateLength` makes of them for BGP. */
  readonly addresses: PrefixSet
}

/** Where the daemon listens, and the CLI looks, unless told otherwise. */
export const DEFAULT_SOCKET = '/run/herald/herald.sock'
export const DEFAULT_STATE_DIRECTORY = '/var/lib/herald'

/** Where metrics and the page are served unless told otherwise: to this host alone. */
export const DEFAULT_HTTP = '127.0.0.1:9179'

export interface HttpSettings {
  readonly listen: Endpoint
}

export interface ControlSettings {
  readonly socket: string
  readonly stateDirectory: string
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

export interface LogSettings {
  readonly level: LogLevel
}
