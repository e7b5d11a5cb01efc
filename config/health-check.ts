import { type Endpoint, formatEndpoint } from '../net/endpoint.js'

/** What decides whether an announcement is announced: probed again and again, counted, and held back until it passes. */
export interface HealthCheck {
  readonly probe: Probe
  /** Milliseconds from the start of one probe to the start of the next. */
  readonly intervalMs: number
  /** Milliseconds; at most the interval, so that a probe never meets the one before. */
  readonly timeoutMs: number
  /** Successes in a row to announce. */
  readonly rise: number
  /** Failures in a row to withdraw. */
  readonly fall: number
  /** Absolute path: while this file exists, the announcement is withdrawn. */
  readonly disable?: string
}

/** How it is asked. */
export type Probe = ExecProbe | TcpProbe | HttpProbe

/** Passes when the command exits with status 0. */
export interface ExecProbe {
  readonly kind: 'exec'
  /** No shell reads them. */
  readonly argv: readonly [command: string, ...arguments: string[]]
}

/** Passes when the connection is accepted. */
export interface TcpProbe {
  readonly kind: 'tcp'
  readonly endpoint: Endpoint
}

/** Passes when the answer to GET has an expected status. */
export interface HttpProbe {
  readonly kind: 'http'
  /** http or https, without a user. */
  readonly url: string
  /** Absent: any 2xx. */
  readonly status?: readonly number[]
  /** Whether a certificate that cannot be verified will do. */
  readonly insecure: boolean
}

/** What is asked, as its user would write it on a command line. */
export function formatTarget(probe: Probe): string {
  switch (probe.kind) {
    case 'exec':
      return probe.argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(' ')
    case 'tcp':
      return formatEndpoint(probe.endpoint)
    case 'http': {
      const status = probe.status === undefined ? '' : ` (${probe.status.join(', ')})`
      return `${probe.url}${status}${probe.insecure ? ' (insecure)' : ''}`
    }
  }
}
