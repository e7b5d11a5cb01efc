import type { Prefix } from '../net/prefix.js'
import type { Attribute } from './attribute.js'
import type { Capability } from './capability.js'
import type { AfiSafi } from './family.js'
import type { BgpIdentifier } from './identifier.js'

/** The five messages of BGP-4 (RFC 4271 §4, RFC 2918). */
export type Message = Open | Update | Notification | Keepalive | RouteRefresh

export interface Open {
  readonly kind: 'open'
  /** My Autonomous System, two octets: AS_TRANS for a number that needs four. */
  readonly as: number
  /** As received, so also 1 and 2, which are refused by the FSM and not by the codec. */
  readonly holdTimeSeconds: number
  readonly identifier: BgpIdentifier
  readonly capabilities: readonly Capability[]
}

export interface Update {
  readonly kind: 'update'
  /** IPv4 unicast; other families are withdrawn in MP_UNREACH_NLRI. */
  readonly withdrawn: readonly Prefix[]
  readonly attributes: readonly Attribute[]
  /** IPv4 unicast; other families are in MP_REACH_NLRI. */
  readonly nlri: readonly Prefix[]
}

export interface Notification {
  readonly kind: 'notification'
  readonly code: number
  readonly subcode: number
  readonly data: Uint8Array
}

export interface Keepalive {
  readonly kind: 'keepalive'
}

export interface RouteRefresh {
  readonly kind: 'route-refresh'
  readonly family: AfiSafi
  /** RFC 7313 §3.2: a request, or what brackets the re-advertised routes. Other values are kept as numbers. */
  readonly subtype: 'request' | 'begin' | 'end' | number
}
