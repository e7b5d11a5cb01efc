export interface ReloadReport {
  readonly at: string
  readonly applied: boolean
  readonly summary: string
  /** When it is rolled back unless it is confirmed before; absent when nothing waits for that. */
  readonly confirmBefore?: string
}

export interface ReloadRequest {
  readonly dryRun?: boolean
  readonly refuseReset?: boolean
  /** Rolled back after this time unless confirmed. */
  readonly confirmWithinSeconds?: number
  /** Confirms the reload that is waiting for it. */
  readonly confirm?: boolean
}

/** What a reload changes, or would change. */
export interface ReloadPlan {
  readonly applied: boolean
  readonly changes: readonly PlannedChange[]
  /** Names of the peers whose sessions reset. */
  readonly resets: readonly string[]
  /** What may be meant, and will hardly do what is expected; absent when there is nothing. */
  readonly warnings?: readonly string[]
  readonly confirmBefore?: string
}

export interface PlannedChange {
  readonly what: string
  readonly effect: 'none' | 'soft' | 'next-session' | 'reset' | 'restart'
  readonly text: string
}
