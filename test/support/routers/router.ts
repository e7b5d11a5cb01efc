/** What a test says to a router and hears from it, in no vendor's words. */
import type { Namespace } from '../netns.js'
import type { OpenTable } from './open-table.js'

export type Vendor = 'frr' | 'bird' | 'gobgp' | 'openbgpd'
/** `package`: the host's own, in a namespace. `container`: newer ones, out of an image. */
export type Packaging = 'package' | 'container'
export type Family = 'ipv4/unicast' | 'ipv6/unicast'
export type SessionState = 'idle' | 'connect' | 'active' | 'open_sent' | 'open_confirm' | 'established'

export interface RouterSettings {
  readonly asn: number
  readonly routerId: string
  /** Where it listens; 179 unless told. */
  readonly port?: number
  readonly neighbors?: readonly NeighborSettings[]
  /** Accepts any neighbour out of this prefix; the router itself never dials these. */
  readonly dynamic?: DynamicNeighbors
  readonly originate?: readonly Origination[]
  /** It asks neighbours to keep its routes over a restart (RFC 4724, RFC 9494); FRR and BIRD. */
  readonly restarts?: { readonly restartSeconds: number; readonly longLivedSeconds: number }
  /** It keeps a neighbour's routes at most this long by RFC 9494, where it has to be told; FRR and GoBGP. */
  readonly keepsLongLivedSeconds?: number
  /** Lines of the vendor's own language, appended to its configuration. */
  readonly raw?: Partial<Record<Vendor, string>>
}

export interface NeighborSettings {
  readonly address: string
  readonly asn: number
  readonly localAddress?: string
  /** Its port, when the router dials. */
  readonly port?: number
  /** Never dials. */
  readonly passive?: boolean
  /** TCP MD5. */
  readonly password?: string
  readonly holdTimeSeconds?: number
  readonly keepaliveSeconds?: number
  /** TTL of what the router sends. */
  readonly multihop?: number
  /** GTSM: hops away that the neighbour may be. */
  readonly ttlSecurityHops?: number
  readonly families?: readonly Family[]
}

export interface DynamicNeighbors {
  readonly prefix: string
  readonly asn: number
  readonly password?: string
}

/** A route of the router's own. */
export interface Origination {
  readonly prefix: string
  /** Default: the router itself. GoBGP and OpenBGPD want one for IPv6 over an IPv4 session. */
  readonly nextHop?: string
  readonly med?: number
  readonly communities?: readonly string[]
  readonly largeCommunities?: readonly string[]
}

export interface NeighborStatus {
  readonly state: SessionState
  readonly uptimeSeconds: number
  /** Why the session is down or last went down, in the router's words. */
  readonly lastError: string | undefined
  /** BIRD counts no messages. */
  readonly sent: MessageCounts | undefined
  readonly received: MessageCounts | undefined
}

export interface MessageCounts {
  readonly open: number
  readonly update: number
  readonly notification: number
  readonly keepalive: number
  readonly total: number
}

export interface Route {
  readonly prefix: string
  /** The neighbour that sent it; undefined for the router's own. */
  readonly from: string | undefined
  /** Global first, link-local second. */
  readonly nextHops: readonly string[]
  readonly asPath: readonly number[]
  readonly origin: 'igp' | 'egp' | 'incomplete'
  readonly med: number | undefined
  /** BIRD and OpenBGPD tell their own default for an external route, OpenBGPD also 0 for a missing MED. */
  readonly localPref: number | undefined
  /** `65001:100`, or the well-known name: `no-export`. */
  readonly communities: readonly string[]
  readonly largeCommunities: readonly string[]
  /** As the router writes them. */
  readonly extendedCommunities: readonly string[]
  readonly best: boolean
  /** Kept for a neighbour that restarts (RFC 4724). */
  readonly stale: boolean
}

export interface Router {
  readonly kind: RouterKind
  readonly namespace: Namespace
  readonly settings: RouterSettings
  /** Undefined when the router knows no such neighbour (yet). */
  readonly neighbor: (address: string) => Promise<NeighborStatus | undefined>
  readonly established: (address: string) => Promise<NeighborStatus>
  readonly routes: (family: Family) => Promise<readonly Route[]>
  /** The routes of one neighbour, by prefix. */
  readonly routesFrom: (address: string, family: Family) => Promise<ReadonlyMap<string, Route>>
  /** For many questions in a short time; a new one after each start. */
  readonly openTable: () => Promise<OpenTable>
  readonly originate: (route: Origination) => Promise<void>
  readonly withdraw: (prefix: string) => Promise<void>
  /** The vendor's own command line: `vtysh -c`, `birdc`, `gobgp`, `bgpctl`. */
  readonly command: (...words: string[]) => Promise<string>
  /** As an operator would; ends sessions in the router's own way. */
  readonly stop: () => Promise<void>
  /** SIGKILL, as a crash. */
  readonly kill: () => Promise<void>
  /** Starts again what was stopped or killed, with the same configuration. */
  readonly start: () => Promise<void>
  /** What the daemon printed since it was made. */
  readonly logs: () => Promise<string>
}

/** What a router cannot do on Linux, found by trying: a test that needs it expects it of the others. */
export type Lack = 'md5' | 'dynamic md5' | 'ipv6 next hop over ipv4'

export interface RouterKind {
  /** Unique, for test names: `frr container`. */
  readonly name: string
  readonly vendor: Vendor
  readonly packaging: Packaging
  readonly lacks: ReadonlySet<Lack>
  readonly version: () => Promise<string>
  /** Starts one; it ends with the namespace's laboratory. */
  readonly create: (namespace: Namespace, settings: RouterSettings) => Promise<Router>
}
