import type { L2AddressReport, L2AskerReport } from '../control/api/l2.js'
import type { MonitorEvent } from '../control/api/monitor.js'
import type { Facts } from '../metrics/facts.js'

/** What is served by HTTP: everything that can be read, nothing that changes anything. */
export interface WebSource {
  facts(): Promise<Facts>
  l2(): Promise<readonly L2AddressReport[]>
  l2Askers(): Promise<readonly L2AskerReport[]>
  /** Calls `listener` for every event from now on, until the returned function is called. */
  follow(listener: (event: MonitorEvent) => void): () => void
}
