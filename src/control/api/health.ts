/** A row of `herald health`. */
export interface HealthReport {
  readonly announcement: string
  readonly kind: 'exec' | 'tcp' | 'http'
  /** The command line, 'ADDRESS:PORT' or URL that is asked. */
  readonly target: string
  /** 'unknown': no verdict yet. */
  readonly state: 'unknown' | 'healthy' | 'unhealthy' | 'disabled'
  readonly since: string
  /** Whether the announcement gets through; a check that a reload changed lets it be until its first verdict. */
  readonly announced: boolean
  /** Why not. */
  readonly heldBack?: string
  readonly lastResult?: {
    readonly at: string
    readonly result: 'passed' | 'failed' | 'disabled'
    readonly text: string
  }
  /** Results since the check began: with the daemon, or when it was last changed. */
  readonly passed: number
  readonly failed: number
}
