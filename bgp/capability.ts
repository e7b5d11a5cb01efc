import type { AfiSafi } from './family.js'

/** What an OPEN offers (RFC 5492); a capability herald does not know is kept as it came. */
export type Capability =
  | { readonly kind: 'multiprotocol'; readonly family: AfiSafi } // 1, RFC 4760
  | { readonly kind: 'route-refresh' } // 2, RFC 2918
  | { readonly kind: 'extended-next-hop'; readonly tuples: readonly ExtendedNextHop[] } // 5, RFC 8950
  | { readonly kind: 'extended-message' } // 6, RFC 8654
  | { readonly kind: 'role'; readonly role: number } // 9, RFC 9234
  | GracefulRestartCapability
  | { readonly kind: 'four-octet-as'; readonly as: number } // 65, RFC 6793
  | { readonly kind: 'add-path'; readonly families: readonly AddPath[] } // 69, RFC 7911
  | { readonly kind: 'enhanced-route-refresh' } // 70, RFC 7313
  | { readonly kind: 'long-lived-graceful-restart'; readonly families: readonly LongLivedFamily[] } // 71, RFC 9494
  | { readonly kind: 'fqdn'; readonly hostname: string; readonly domain: string } // 73
  | { readonly kind: 'unknown'; readonly code: number; readonly value: Uint8Array }

/** Code 64, RFC 4724 §3 and RFC 8538 §2. */
export interface GracefulRestartCapability {
  readonly kind: 'graceful-restart'
  /** R: the sender has restarted. */
  readonly restarted: boolean
  /** N: NOTIFICATIONs and hold timer expiry keep routes too. */
  readonly notification: boolean
  /** 0–4095. */
  readonly restartTimeSeconds: number
  readonly families: readonly { readonly family: AfiSafi; readonly forwardingPreserved: boolean }[]
}

/** NLRI of `nlri` may have a next hop of the AFI `nextHopAfi`. */
export interface ExtendedNextHop {
  readonly nlri: AfiSafi
  readonly nextHopAfi: number
}

export interface AddPath {
  readonly family: AfiSafi
  /** 1 receive, 2 send, 3 both. */
  readonly mode: number
}

export interface LongLivedFamily {
  readonly family: AfiSafi
  readonly forwardingPreserved: boolean
  /** 0–16777215. */
  readonly staleTimeSeconds: number
}
