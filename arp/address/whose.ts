import type { Mac } from '../../net/mac.js'

/**
 * Whose station a MAC address is: this node's, another's of the same group, or neither; 'unknown' as long as it may be
 * that of a node whose next advertisement will tell.
 */
export type Whose = 'ours' | 'member' | 'foreign' | 'unknown'

/** The MAC addresses that the driver knows: of its own interfaces, and of the members whose advertisements it hears. */
export interface Stations {
  readonly ours: ReadonlySet<Mac>
  readonly members: ReadonlySet<Mac>
}

export function whose(mac: Mac, { ours, members }: Stations): Exclude<Whose, 'unknown'> {
  if (ours.has(mac)) return 'ours'
  return members.has(mac) ? 'member' : 'foreign'
}
