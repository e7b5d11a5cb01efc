import type { Ip } from '../../net/ip.js'
import type { RecentAsker } from '../address/askers.js'
import type { IgnoredBecause } from '../hear.js'
import type { VrrpFault } from '../vrrp/message.js'
import type { AddressState } from './address-state.js'
import type { Conflict } from './virtual-ip.js'
import type { ActiveRouter } from './virtual-router.js'

/** How one address stands on the link that it is answered for on; times are the clock's. */
export interface AddressStanding {
  readonly address: Ip
  readonly group: string
  readonly state: AddressState
  /** Of the last change of state; while the link is down, why it is so now. */
  readonly because: string
  /**
   * Who advertises it, where that is another node; `probes`: it was last heard to ask if anybody has the address, so it
   * has not claimed it.
   */
  readonly owner?: Owner & { readonly probes: boolean }
  readonly answered: number
  readonly lastAsker?: RecentAsker
  readonly conflicts: number
  readonly lastConflict?: Conflict
  readonly lastFailover?: { readonly at: number; readonly milliseconds: number }
}

/** The node that owns the group of an address. */
export interface Owner extends ActiveRouter {
  /** Whether its last advertisement names the address: where it does not, nobody may answer. */
  readonly advertises: boolean
}

/** Why a frame was not answered, or no advertisement was taken from it. */
export type Ignored = IgnoredBecause | VrrpFault

const notForUs: ReadonlySet<Ignored> = new Set<Ignored>([
  'not-a-request',
  'not-a-solicitation',
  'own-frame',
  'not-for-us',
  'gratuitous',
  'not-announced',
  'another-node-leads',
  'still-taking-over',
  'still-probing',
  'answered-on-another-interface',
  'neither-arp-nor-ipv6',
  'unknown-virtual-router',
])

/** Whether a frame was ignored because its octets are wrong, not because it is for somebody else. */
export function isMalformed(because: Ignored): boolean {
  return !notForUs.has(because)
}
