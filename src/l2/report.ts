import type { AddressState } from '../../arp/segment/address-state.js'
import type { Ignored } from '../../arp/segment/report.js'
import type { Ip } from '../../net/ip.js'
import type { Mac } from '../../net/mac.js'

/** What the engine knows; times are ISO 8601 in UTC. */
export interface L2Report {
  /** One for each address that is configured, in the order of the groups. */
  readonly addresses: readonly AddressReport[]
  /** The interfaces that are answered on, or would be: those of Wi-Fi, bonds and bridges included. */
  readonly interfaces: readonly InterfaceReport[]
}

export interface AddressReport {
  readonly address: Ip
  readonly group: string
  /** Where it is answered for; absent where no interface fits. */
  readonly interface?: string
  /** The address that answers name. */
  readonly mac?: Mac
  readonly state: AddressState
  /** Why it is neither owned nor left to another. */
  readonly because?: string
  /** Who advertises it, where that is another node. */
  readonly owner?: OwnerReport
  /** Requests and solicitations answered since the engine took the address. */
  readonly answered: number
  readonly lastAsker?: { readonly at: string; readonly address: Ip; readonly mac: Mac }
  /** Foreign stations that claimed it. */
  readonly conflicts: number
  readonly lastConflict?: { readonly at: string; readonly mac: Mac }
  /** Of the last take-over from a node that was gone: from its last sign of life to our announcement. */
  readonly lastFailover?: { readonly at: string; readonly milliseconds: number }
}

export interface OwnerReport {
  readonly address: Ip
  readonly priority: number
  /** Whether its last advertisement names the address: where it does not, nobody may answer. */
  readonly advertises: boolean
  /** Whether it was last heard to ask if anybody has the address: it has not claimed it, then. */
  readonly probes: boolean
}

export interface InterfaceReport {
  readonly interface: string
  readonly mac?: Mac
  /** Up and with a carrier. */
  readonly up: boolean
  readonly promiscuous: boolean
  /** Frames that no decoder took. */
  readonly malformed: number
  /** Frames that were not answered, and advertisements that were not taken, by the reason. */
  readonly ignored: Readonly<Partial<Record<Ignored, number>>>
  /** Frames that the kernel dropped before they were read. */
  readonly dropped: number
}

/** A station that asked for an address lately. */
export interface AskerReport {
  /** What was asked for. */
  readonly target: Ip
  readonly address: Ip
  readonly mac: Mac
  readonly interface: string
  readonly firstAt: string
  readonly lastAt: string
  readonly asked: number
}
