import type { LogLevel } from '../../../config/settings.js'
import type { L2Summary } from './l2.js'
import type { ReloadReport } from './reload.js'
import type { NodeService } from './service.js'

export interface StatusReport {
  readonly node: string
  readonly version: string
  readonly pid: number
  readonly startedAt: string
  readonly uptimeSeconds: number
  readonly configFile: string
  readonly logLevel: LogLevel
  /** Absent when the configuration has no `bgp`. */
  readonly bgp?: {
    readonly asn: number
    readonly routerId: string
    /** 'ADDRESS:PORT' of each socket that accepts; empty when only connecting. */
    readonly listening: readonly string[]
    readonly peersConfigured: number
    /** Of those. */
    readonly peersEstablished: number
    /** Connected from the ranges at present. */
    readonly dynamicPeers: number
  }
  /** Absent when the configuration has no `l2`. */
  readonly l2?: L2Summary
  readonly service: NodeService
  readonly announcements: {
    readonly configured: number
    readonly runTime: number
    /** Distinct prefixes wanted. */
    readonly prefixes: number
  }
  /** Absent when no announcement has a health check. */
  readonly health?: HealthSummary
  readonly lastReload?: ReloadReport
}

/** How many checks there are, and how many of them in which state. */
export interface HealthSummary {
  readonly checks: number
  readonly healthy: number
  readonly unhealthy: number
  readonly disabled: number
  readonly unknown: number
}
