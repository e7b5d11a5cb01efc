/**
 * What a program says to a speaker. Keys and values are those of the configuration file's `bgp` and `announcements`
 * (docs/configuration.md), as plain strings and numbers; durations carry a unit: '90s', '2m'.
 */

export interface SpeakerOptions {
  /** 1–4294967295, or asdot: '1.10'. */
  readonly asn: number | string
  /** BGP identifier, four octets: '10.0.0.11'. */
  readonly routerId: string
  /** Where sessions are accepted: '0.0.0.0:179', '[::]:179'. Default nowhere: this speaker only connects. */
  readonly listen?: readonly string[]
  /** Any key of a peer; a peer's own key wins. */
  readonly peerDefaults?: PeerDefaults
  readonly peers?: readonly PeerOptions[]
  /** Ranges from which any router may connect; a listed peer goes first. */
  readonly dynamicPeers?: readonly DynamicPeerOptions[]
  /** All that is announced from the start; default nothing. */
  readonly announcements?: readonly AnnouncementOptions[]
  /** Sent to peers that show it (FQDN capability). */
  readonly hostname?: string
  /** This process takes over from one that ended with `stop({ restart: true })` a moment ago (RFC 4724). */
  readonly restarted?: boolean
}

export interface SessionOptions {
  /** The peer's AS: a number, 'external' (any but ours) or 'internal' (ours). Needed, here or in `peerDefaults`. */
  readonly asn?: number | string
  /** Binds the session to this interface; needed for a link-local address. */
  readonly interface?: string
  /** Source address of the session. */
  readonly localAddress?: string
  /** Our AS towards this peer, where it is another. */
  readonly localAsn?: number | string
  /** TCP MD5 key (RFC 2385), 1–80 octets. */
  readonly password?: string
  /** TTL of what is sent to an external peer; default 1. */
  readonly ebgpMultihop?: number
  /** GTSM (RFC 5082): packets that came further than this many hops are dropped; true is 1. */
  readonly ttlSecurity?: boolean | number
  /** '0s', or at least '3s'; default '90s'. */
  readonly holdTime?: string
  /** Default a third of the hold time. */
  readonly keepaliveTime?: string
  /** A peer that reads nothing for so long is dropped (RFC 9687); default twice the hold time, at least '8m'. */
  readonly sendHoldTime?: string
  /** Default both. */
  readonly families?: readonly Family[]
  readonly gracefulRestart?: {
    readonly enabled?: boolean
    readonly restartTime?: string
    readonly longLivedStaleTime?: string
  }
  /** Default 'self': this session's own address, or one of its interface for the other family. */
  readonly nextHop?: 'self' | { readonly ipv4?: string; readonly ipv6?: string }
  /** More received prefixes than this end the session (Cease/1), for good. */
  readonly maxPrefixes?: number
  /** Names of announcements; default all. */
  readonly advertise?: readonly string[]
}

export interface PeerOptions extends SessionOptions {
  /** Unique; default the address, with %interface where it is link-local. */
  readonly name?: string
  readonly address: string
  /** TCP port of the peer; default 179. */
  readonly port?: number
  /** Never connect, only accept. */
  readonly passive?: boolean
  /** Pause between attempts to connect; default '5s'. */
  readonly connectRetryTime?: string
}

export interface DynamicPeerOptions extends SessionOptions {
  /** Peers may connect from these addresses; the longest prefix decides. */
  readonly prefix: string
  /** Sessions at one time; default 100. */
  readonly limit?: number
}

export type PeerDefaults = Partial<Omit<PeerOptions, 'name' | 'address'>>

/** Keys of a peer to be replaced; one that is undefined goes back to its default. */
export type PeerChanges = { readonly [Key in keyof PeerOptions]?: PeerOptions[Key] | undefined }

/** Prefixes that are announced with the same attributes, to the same peers. */
export interface AnnouncementOptions {
  /** What `advertise` of a peer names; default 'prefixes', numbered where there are more in one list. */
  readonly name?: string
  /** 'ADDRESS/LENGTH', without host bits. */
  readonly prefixes: readonly string[]
  /** '65001:100', '65001:1:2' (large), 'rt:65001:100' (extended), 'no-export' and the other well-known names. */
  readonly communities?: readonly (string | number)[]
  /** Sent to internal peers alone; default 100. */
  readonly localPreference?: number
  readonly med?: number
  /** How many times more our AS stands in the path towards external peers, 0–10. */
  readonly asPathPrepend?: number
  /** Names of peers; default all. */
  readonly peers?: readonly string[]
}

export interface StopOptions {
  /**
   * The process ends and comes back soon: peers that agreed on graceful restart are told nothing, and keep the routes
   * meanwhile (RFC 4724). Default false: every peer is sent Cease/Administrative Shutdown.
   */
  readonly restart?: boolean
  /** A word to the operators of the peers, up to 255 octets of UTF-8 (RFC 9003). */
  readonly communication?: string
}

export type Family = 'ipv4/unicast' | 'ipv6/unicast'
