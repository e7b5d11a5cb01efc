import type { Ip } from '../net/ip.js'
import type { Mac } from '../net/mac.js'

/**
 * What this node is to a virtual IP on one link. Who is not the owner stays silent (RFC 9568 §6.4.2).
 *
 * 'taking-over': it owns the address, and the owner so far may have answered what is asked now.
 */
export type Role = 'owner' | 'taking-over' | 'backup' | 'probing' | 'answered-elsewhere'

/** One network interface as the protocols see it; the driver replaces it when the kernel reports a change. */
export interface Link {
  /** The address that our answers name. */
  readonly mac: Mac
  /** Whether the kernel forwards IPv6 here. The R flag must say so: when it clears, hosts drop their route (RFC 4861 §7.2.5). */
  readonly router: boolean
  /**
   * Every virtual IP of this node. An address that another interface of ours answers for is 'answered-elsewhere':
   * two interfaces on one LAN must not both answer.
   */
  readonly roles: ReadonlyMap<Ip, Role>
}

/** Why an address that was asked for gets no answer from this node. */
export type RoleRefusal =
  | 'not-announced'
  | 'another-node-leads'
  | 'still-taking-over'
  | 'still-probing'
  | 'answered-on-another-interface'

/**
 * Undefined when we are to answer.
 * @param question 'probe': whether the address is free, which both owners may deny
 */
export function refusalOf(role: Role | undefined, question: 'resolution' | 'probe'): RoleRefusal | undefined {
  switch (role) {
    case undefined:
      return 'not-announced'
    case 'owner':
      return undefined
    case 'taking-over':
      return question === 'probe' ? undefined : 'still-taking-over'
    case 'backup':
      return 'another-node-leads'
    case 'probing':
      return 'still-probing'
    case 'answered-elsewhere':
      return 'answered-on-another-interface'
  }
}
