import type { Endpoint } from '../../net/endpoint.js'
import type { PeerRoutes } from '../control/api/routes.js'

/** The other side of the laboratory's one session, whatever it is made of. */
export interface LabRouter {
  /** For people: 'embedded router, AS 65000'. */
  readonly title: string
  /** Where it listens, now or once it is started again. */
  readonly endpoint: Endpoint
  /** Listens when this resolves. @throws CommandFailed */
  start(): Promise<void>
  /** As its operator would shut it down: a NOTIFICATION, the port closed, the table lost. */
  stop(): Promise<void>
  /** What it has learnt from the node. */
  table(): Promise<PeerRoutes>
}
