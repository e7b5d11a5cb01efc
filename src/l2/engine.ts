import type { Ip } from '../../net/ip.js'
import type { Result } from '../../net/result.js'
import type { L2Event } from './event.js'
import type { AskerReport, L2Report } from './report.js'
import type { L2Settings } from './settings.js'

/** Answers ARP and NDP for virtual IPs, and agrees with other nodes on who does: in a thread of its own. */
export interface L2Engine {
  /** Takes all of the settings; an address that is in none any more is handed over. */
  configure(settings: L2Settings): void
  report(): Promise<L2Report>
  /** Most recent first. @param address of this one alone */
  askers(address?: Ip): Promise<readonly AskerReport[]>
  /**
   * Gives every address away without a gap, and answers for none until it is configured again.
   * Resolves when that is done; where no other node takes them, when it is clear that none does.
   */
  handOver(): Promise<void>
  /** Ends at once, and tells other nodes so. */
  stop(): Promise<void>
}

/**
 * Nothing is configured yet.
 * Refused in one line that names what is missing and the remedy: CAP_NET_RAW, or a kernel without packet sockets.
 */
export type StartL2 = (onEvent: (event: L2Event) => void) => Result<L2Engine>
