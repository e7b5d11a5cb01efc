import type { MonitorEvent } from '../control/api/monitor.js'
import type { PlannedChange } from '../control/api/reload.js'

/**
 * What happened: the JSON of `herald lab -o json`, and what the summary in words is made of. Whole milliseconds,
 * measured from outside, by asking the router again and again.
 */
export interface LabReport {
  readonly router: { readonly title: string; readonly address: string; readonly port: number }
  /** From the node's start until its session was Established. */
  readonly establishedMilliseconds: number
  /** Prefixes that the node wants announced; the router had all of them. */
  readonly routes: number
  readonly announce: Reached
  readonly withdraw: Reached
  readonly restart: {
    /** What the node's session went through. */
    readonly events: readonly MonitorEvent[]
    /** From the moment the router listened again until it had every route. */
    readonly routesBackMilliseconds: number
  }
  readonly reload: {
    readonly changes: readonly PlannedChange[]
    /** Routes that the router showed with the new community. */
    readonly routes: number
    readonly milliseconds: number
  }
}

export interface Reached {
  readonly prefix: string
  /** From the command's return until the router's table showed it. */
  readonly milliseconds: number
  /** Sent for it. */
  readonly updates: number
}

/** The last chapter: a line for each of the others. */
export function summary({ routes, announce, withdraw, restart, reload, ...report }: LabReport): string {
  return [
    `The session was established ${ms(report.establishedMilliseconds)} after the node started.`,
    `The router learned all ${routes} prefixes: PodCIDRs as they are, LoadBalancer IPs as host routes.`,
    `${announce.prefix} was announced in ${count(announce.updates, 'UPDATE')}; the router had it ${ms(announce.milliseconds)} after the command.`,
    `It was withdrawn in ${count(withdraw.updates, 'UPDATE')}, and gone ${ms(withdraw.milliseconds)} after the command.`,
    `The router restarted with an empty table; ${ms(restart.routesBackMilliseconds)} after it listened again it had all ${routes} routes.`,
    `A reload gave ${count(reload.routes, 'route')} another community within ${ms(reload.milliseconds)}; the session stayed up.`,
  ]
    .map((line) => `- ${line}\n`)
    .join('')
}

function ms(milliseconds: number): string {
  return `${milliseconds} ms`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
