/** 'drained' and 'decommissioned': no session, on purpose, until that is undone. */
export type NodeService = 'in-service' | 'draining' | 'drained' | 'decommissioned'

export interface ResetRequest {
  readonly soft?: boolean
}

export interface ResetReport {
  readonly peer: string
  readonly text: string
}

export interface DrainRequest {
  /** Brings the node back into service. */
  readonly undo?: boolean
  /** How long routes carry GRACEFUL_SHUTDOWN before they go; as the file has it unless told. */
  readonly waitSeconds?: number
}

export interface DrainReport {
  readonly service: NodeService
  readonly text: string
  /** When the routes will be withdrawn; absent when nothing waits for that. */
  readonly withdrawsAt?: string
}

export interface DecommissionReport {
  readonly service: NodeService
  readonly text: string
  /** Announcements made at run time, which are forgotten. */
  readonly forgotten: number
  /** Peers without a session: one that keeps routes of an earlier one does so for its restart time. */
  readonly notTold: readonly string[]
}
