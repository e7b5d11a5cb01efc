import type { PrefixSet } from '../../net/prefix-set.js'
import type {
  AnnounceReport,
  AnnounceRequest,
  AnnounceTerms,
  BulkReport,
  WithdrawRequest,
} from './api/announce.js'
import type { DoctorReport } from './api/doctor.js'
import type { ExplainReport } from './api/explain.js'
import type { HealthReport } from './api/health.js'
import type { L2AddressReport, L2AskerReport } from './api/l2.js'
import type { MonitorEvent } from './api/monitor.js'
import type { PeerDetail, PeerReport } from './api/peers.js'
import type { ReloadPlan, ReloadRequest } from './api/reload.js'
import type { AvailableRoutes, PeerRoutes } from './api/routes.js'
import type {
  DecommissionReport,
  DrainReport,
  DrainRequest,
  ResetReport,
  ResetRequest,
} from './api/service.js'
import type { StatusReport } from './api/status.js'

/** How many routes a listing carries unless more are asked for. */
export const DEFAULT_ROUTE_LIMIT = 10_000

/**
 * What the daemon can be asked to do; the API server is this interface over HTTP. Requests arrive here with their
 * shape already validated; methods throw ApiError for what cannot be done.
 */
export interface ControlService {
  status(): StatusReport
  peers(): readonly PeerReport[]
  peer(name: string): PeerDetail
  routesAvailable(limit: number): Promise<AvailableRoutes>
  routesAdvertised(peer: string | undefined, limit: number): Promise<PeerRoutes>
  routesReceived(peer: string | undefined, limit: number): Promise<PeerRoutes>
  health(): readonly HealthReport[]
  l2(): Promise<readonly L2AddressReport[]>
  /** @param address as it was typed; of this one alone */
  l2Askers(address: string | undefined): Promise<readonly L2AskerReport[]>
  announce(request: AnnounceRequest): Promise<AnnounceReport>
  withdraw(request: WithdrawRequest): Promise<AnnounceReport>
  /** @param lines all of them right */
  announceLines(terms: AnnounceTerms, lines: PrefixSet): Promise<BulkReport>
  withdrawLines(lines: PrefixSet): Promise<BulkReport>
  reload(request: ReloadRequest): Promise<ReloadPlan>
  drain(request: DrainRequest): DrainReport
  decommission(): DecommissionReport
  /** @param prefix as it was typed: an address stands for its host route */
  explain(prefix: string, peer: string | undefined): Promise<ExplainReport>
  /** May take some seconds: peers that do not answer are asked in other ways. */
  doctor(peer: string | undefined): Promise<DoctorReport>
  reset(peer: string, request: ResetRequest): ResetReport
  /** Calls `listener` for every event from now on, until the returned function is called. */
  follow(listener: (event: MonitorEvent) => void): () => void
}
