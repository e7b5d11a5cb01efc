import { formatTarget } from '../../config/health-check.js'
import type { HealthReport } from '../control/api/health.js'
import type { MonitorEvent } from '../control/api/monitor.js'
import type { HealthSummary } from '../control/api/status.js'
import type { HealthGate } from '../health/gate.js'
import type { Transition } from '../health/state.js'

/** Every check, in the order of the announcements. */
export function healthReports(gate: HealthGate): readonly HealthReport[] {
  return gate.checks.map((check) => {
    const { announcement, definition, state, announces, since, last, counts } = check
    const heldBack = gate.heldBackBy(announcement)
    return {
      announcement,
      kind: definition.probe.kind,
      target: formatTarget(definition.probe),
      state: state.is,
      since,
      announced: announces,
      ...(heldBack !== undefined && { heldBack }),
      ...(last && { lastResult: { at: last.at, result: last.result.is, text: last.result.text } }),
      ...counts,
    }
  })
}

/** For `herald status`; undefined where nothing is checked. */
export function healthSummary({ checks }: HealthGate): HealthSummary | undefined {
  if (checks.length === 0) return undefined
  const count = (state: HealthReport['state']) => checks.filter((check) => check.state.is === state).length
  return {
    ...{ checks: checks.length, healthy: count('healthy'), unhealthy: count('unhealthy') },
    ...{ disabled: count('disabled'), unknown: count('unknown') },
  }
}

/** A change, for the log and `herald monitor`. */
export function healthEvent(
  announcement: string,
  { from, to, because }: Transition,
): Omit<MonitorEvent, 'at'> {
  return {
    kind: 'health',
    text: `${announcement}: ${from} -> ${to}: ${because}`,
    details: { announcement, from, to },
  }
}
