import type { L2Group, L2Settings as L2Section } from '../../config/settings.js'
import type { Ip } from '../../net/ip.js'

/** All that is to be answered for, and how. Given anew as a whole: what stays the same is not disturbed. */
export interface L2Settings extends Omit<L2Section, 'groups'> {
  readonly groups: readonly ServedGroup[]
  /** Answered for by this node until it was started anew, a moment ago: they need not be probed. */
  readonly heldBefore: readonly Ip[]
}

export interface ServedGroup extends L2Group {
  /** In one group alone; empty where nothing wants one, or health checks hold all of them back. */
  readonly addresses: readonly Ip[]
  /**
   * Whether the health checks of all its announcements pass here. A node that is not fit still answers for the
   * addresses it has, and leaves them to any node that is.
   */
  readonly fit: boolean
}
