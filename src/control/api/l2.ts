import type { Ip } from '../../../net/ip.js'
import type { Mac } from '../../../net/mac.js'

/** What the API tells of the LAN; as in api.ts, names are a promise. */

/** How many addresses are wanted on the LAN, and how many of them are in which state here. */
export interface L2Summary {
  readonly addresses: number
  readonly owner: number
  readonly backup: number
  readonly probing: number
  readonly contested: number
  readonly nowhere: number
  /** Their health checks do not pass. */
  readonly heldBack: number
  /** All of them, while the node is drained. */
  readonly outOfService: number
}

/** A row of `herald l2`. */
export interface L2AddressReport {
  readonly address: Ip
  readonly announcement: string
  readonly source: 'file' | 'run-time'
  readonly group: string
  readonly virtualRouterId?: number
  readonly state: L2State
  /** Why it is neither owned nor left to another node. */
  readonly because?: string
  /** Where it is answered for; absent where no interface fits. */
  readonly interface?: string
  /** The address that answers name. */
  readonly mac?: Mac
  /** The node that answers, where it is another one and known. */
  readonly owner?: {
    readonly address: Ip
    readonly priority: number
    /** Whether its last advertisement names the address: where it does not, nobody may answer. */
    readonly advertises: boolean
    /** Whether it was last heard to ask if anybody has the address: it has not claimed it, then. */
    readonly probes: boolean
  }
  readonly requestsAnswered: number
  readonly lastAsker?: { readonly at: string; readonly address: Ip; readonly mac: Mac }
  /** Claims by foreign stations. */
  readonly conflicts: number
  readonly lastConflict?: {
    readonly at: string
    readonly mac: Mac
    /** The three octets that IEEE registered to its vendor; absent where software made the address up. */
    readonly vendor?: string
  }
  /** When this node last took it over from one that was gone, and how long that had not been heard. */
  readonly lastFailover?: { readonly at: string; readonly milliseconds: number }
}

/**
 * 'probing': asked whether anybody has it, before the first claim; 'contested': a foreign station has; 'nowhere': no
 * interface fits, or it is down; 'held-back': its health check does not pass; 'out-of-service': the node is drained.
 */
export type L2State =
  | 'owner'
  | 'backup'
  | 'probing'
  | 'contested'
  | 'nowhere'
  | 'held-back'
  | 'out-of-service'

/** A row of `herald l2 askers`: a station that asked for an address lately. */
export interface L2AskerReport {
  /** What was asked for. */
  readonly address: Ip
  readonly asker: Ip
  readonly mac: Mac
  readonly vendor?: string
  readonly interface: string
  readonly asked: number
  readonly firstAt: string
  readonly lastAt: string
}
