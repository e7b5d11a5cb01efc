import type { Family } from '../../../bgp/family.js'
import type { Ip } from '../../../net/ip.js'
import type { Prefix } from '../../../net/prefix.js'

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
