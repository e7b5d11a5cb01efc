import type { PlannedChange, ReloadPlan } from '../../control/api/reload.js'
import { type Paint, printable, type Style } from '../style.js'
import { type Column, renderTable } from '../table.js'

const styleOfEffect: Readonly<Record<PlannedChange['effect'], Style | undefined>> = {
  none: undefined,
  soft: 'good',
  'next-session': 'busy',
  reset: 'bad',
  restart: 'bad',
}

const columns: readonly Column<PlannedChange>[] = [
  { header: 'Change', cell: ({ what }) => what },
  { header: 'Effect', cell: ({ effect }) => effect, style: ({ effect }) => styleOfEffect[effect] },
  { header: 'What happens', cell: ({ text }) => text },
]

/** `herald reload`: what changes, whose session resets, and what is to be done next. */
export function reloadView(plan: ReloadPlan, paint: Paint): string {
  const table = plan.changes.length === 0 ? '' : `${renderTable(columns, plan.changes, paint)}\n`
  return (
    table +
    verdicts(plan)
      .map((line) => `${printable(line)}\n`)
      .join('')
  )
}

function verdicts(plan: ReloadPlan): readonly string[] {
  return [...(plan.warnings ?? []).map((text) => `warning: ${text}`), ...verdict(plan)]
}

function verdict({ applied, changes, resets, confirmBefore }: ReloadPlan): readonly string[] {
  if (changes.length === 0 && confirmBefore === undefined) return ['nothing changes']
  const sessions = resets.length === 0 ? 'no session resets' : `sessions that reset: ${resets.join(', ')}`
  return [
    `${applied ? done(changes) : 'not applied'}; ${sessions}`,
    ...(confirmBefore === undefined
      ? []
      : [`rolled back at ${confirmBefore} unless \`herald reload --confirm\` comes first`]),
  ]
}

function done(changes: readonly PlannedChange[]): string {
  const waiting = changes.filter(({ effect }) => effect === 'restart')
  if (waiting.length === 0) return 'applied'
  return waiting.length === changes.length
    ? 'read, and takes effect when herald restarts'
    : 'applied, but for what takes effect when herald restarts'
}
