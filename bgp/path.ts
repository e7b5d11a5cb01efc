import type { Origin } from './attribute.js'
import type { Community } from './community.js'

/** What an announcement asks of its routes, the same for every peer: the RIB's side of a route, before export. */
export interface Path {
  readonly origin: Origin
  readonly communities: readonly Community[]
  /** Sent to internal peers only; 100 where absent. */
  readonly localPreference?: number
  readonly med?: number
  /** How many times more the local AS stands in the AS_PATH towards external peers. */
  readonly asPathPrepend: number
}
