import type { Ip } from '../../../net/ip.js'
import type { L2Event } from '../event.js'
import type { AskerReport, L2Report } from '../report.js'
import type { L2Settings } from '../settings.js'

/** What the packet thread is asked; it reads them after it was woken. */
export type Request =
  | { readonly do: 'configure'; readonly settings: L2Settings }
  | { readonly do: 'report'; readonly id: number }
  | { readonly do: 'askers'; readonly id: number; readonly address?: Ip }
  | { readonly do: 'hand-over'; readonly id: number }
  | { readonly do: 'stop' }

export type Answer =
  | { readonly kind: 'event'; readonly event: L2Event }
  | { readonly kind: 'report'; readonly id: number; readonly report: L2Report }
  | { readonly kind: 'askers'; readonly id: number; readonly askers: readonly AskerReport[] }
  | { readonly kind: 'handed-over'; readonly id: number }

/** With what the thread is started: the number of an eventfd that wakes it. */
export interface ThreadData {
  readonly wakeUp: number
}
