import type { HealthReport } from '../../control/api/health.js'
import type { Paint, Style } from '../style.js'
import { type Column, renderTable } from '../table.js'

const styleOf: Readonly<Record<HealthReport['state'], Style>> = {
  healthy: 'good',
  unknown: 'busy',
  disabled: 'busy',
  unhealthy: 'bad',
}

const columns: readonly Column<HealthReport>[] = [
  { header: 'Announcement', cell: ({ announcement }) => announcement },
  { header: 'Check', cell: ({ kind, target }) => `${kind} ${target}` },
  { header: 'State', cell: ({ state }) => state, style: ({ state }) => styleOf[state] },
  {
    header: 'Announced',
    cell: ({ announced }) => (announced ? 'yes' : 'no'),
    style: ({ announced }) => (announced ? 'good' : 'bad'),
  },
  { header: 'Since', cell: ({ since }) => since },
  { header: 'Passed', cell: ({ passed }) => String(passed) },
  { header: 'Failed', cell: ({ failed }) => String(failed) },
  {
    header: 'Last result',
    cell: ({ lastResult }) => (lastResult === undefined ? '-' : `${lastResult.result}: ${lastResult.text}`),
  },
]

/** `herald health`: a row for each check. */
export function healthView(checks: readonly HealthReport[], paint: Paint): string {
  return renderTable(columns, checks, paint)
}
