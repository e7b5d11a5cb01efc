import type { HealthReport } from '../control/api/health.js'
import type { PeerDetail } from '../control/api/peers.js'
import type { StatusReport } from '../control/api/status.js'
import type { L2Report } from '../l2/report.js'

/** What one scrape tells of, gathered once: the same reports that the CLI shows. */
export interface Facts {
  readonly status: StatusReport
  readonly peers: readonly PeerDetail[]
  readonly health: readonly HealthReport[]
  readonly lan: L2Report
}

export type Gather = () => Promise<Facts>
