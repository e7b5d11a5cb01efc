/** The results as tables: of the terminal, and of Markdown. */
import type { CaseResult, Results, SpeakerResult } from './results.js'
import type { SpeakerName } from './speakers/speaker.js'
import type { Metric, StepName } from './steps.js'

interface Row {
  readonly case: string
  readonly label: (title: string) => string
  readonly metric: Metric
  /** Where the reason stands when there is no value. */
  readonly step?: StepName
  /** What herald is to reach in the full run, as issue and table say it. */
  readonly goal?: number
}

const MB = 1e6

/** The rows, in order; `…` goes on with the case above. */
export const rows: readonly Row[] = [
  {
    case: 'one-peer',
    label: (title) => `${title}: process start → all received`,
    metric: 'startSeconds',
    goal: 1,
  },
  { case: 'one-peer', label: () => '… Established → all received', metric: 'establishedSeconds', goal: 0.15 },
  { case: 'one-peer', label: () => '… CPU (user + system) in all', metric: 'cpuSeconds', goal: 1 },
  { case: 'one-peer', label: () => '… peak memory', metric: 'peakMemory', goal: 160 * MB },
  { case: 'one-peer', label: () => '… UPDATE messages', metric: 'updates', goal: 1236 },
  {
    case: 'one-peer',
    label: () => '… all withdrawn: command → seen',
    metric: 'withdrawAllSeconds',
    step: 'withdrawAll',
  },
  {
    case: 'peers',
    label: (title) => `${title}: start → all received by all`,
    metric: 'startSeconds',
    goal: 1.5,
  },
  { case: 'peers', label: () => '… CPU', metric: 'cpuSeconds', goal: 2 },
  { case: 'peers', label: () => '… peak memory', metric: 'peakMemory', goal: 250 * MB },
  {
    case: 'peers',
    label: () => '… one peer flaps: reconnect → full table again',
    metric: 'flapSeconds',
    step: 'flap',
    goal: 0.2,
  },
  {
    case: 'peers',
    label: () => '… 1,000 withdrawn at run time: command → seen by all',
    metric: 'withdrawFewSeconds',
    step: 'withdrawFew',
    goal: 0.01,
  },
  {
    case: 'peers',
    label: () => '… all peers flap: reconnect → full table again',
    metric: 'flapAllSeconds',
    step: 'flapAll',
  },
  {
    case: 'small',
    label: (title) => `${title}: process start → all received`,
    metric: 'startSeconds',
    goal: 0.3,
  },
  { case: 'small', label: () => '… peak memory', metric: 'peakMemory', goal: 70 * MB },
  { case: 'sets', label: (title) => `${title}: process start → all received`, metric: 'startSeconds' },
  { case: 'sets', label: () => '… CPU', metric: 'cpuSeconds' },
  { case: 'sets', label: () => '… UPDATE messages', metric: 'updates' },
  { case: 'ipv6', label: (title) => `${title}: process start → all received`, metric: 'startSeconds' },
  { case: 'ipv6', label: () => '… CPU', metric: 'cpuSeconds' },
  { case: 'ipv6', label: () => '… peak memory', metric: 'peakMemory' },
  { case: 'ipv6', label: () => '… UPDATE messages', metric: 'updates' },
  { case: 'mixed', label: (title) => `${title}: process start → all received`, metric: 'startSeconds' },
  { case: 'mixed', label: () => '… CPU', metric: 'cpuSeconds' },
  { case: 'mixed', label: () => '… UPDATE messages', metric: 'updates' },
  {
    case: 'churn',
    label: (title) => `${title}: one round, commands → seen by all`,
    metric: 'churnSeconds',
    step: 'churn',
  },
  { case: 'churn', label: () => '… CPU a round', metric: 'churnCpuSeconds', step: 'churn' },
  { case: 'idle', label: (title) => `${title}: CPU at rest`, metric: 'idleCpuPercent', step: 'idle' },
  { case: 'receive', label: (title) => `${title}: process start → all received`, metric: 'startSeconds' },
  {
    case: 'receive',
    label: () => '… CPU until it has taken its peer’s routes',
    metric: 'takenCpuSeconds',
    step: 'taken',
  },
  { case: 'receive', label: () => '… peak memory', metric: 'takenPeakMemory', step: 'taken' },
]

/** Every table of a run, for a terminal. */
export function consoleTables(results: Results): string {
  return [comparison(results), growth(results), shortfalls(results), remarks(results)]
    .filter((part) => part.length > 0)
    .map((part) => (typeof part[0] === 'string' ? part.join('\n') : aligned(part as string[][])))
    .join('\n\n')
}

/** The comparison: a heading, then a row each. */
export function comparison({ speakers, cases, quick }: Results): readonly (readonly string[])[] {
  const body = rows.flatMap((row) => {
    const found = cases.find(({ name }) => name === row.case)
    if (found === undefined) return []
    const cells = speakers.map(({ name }) => cell(found.bySpeaker[name], row))
    const goal = quick || row.goal === undefined ? '' : `≤ ${format(row.metric, row.goal)}`
    return [[row.label(found.title), ...cells, ...(quick ? [] : [goal])]]
  })
  if (body.length === 0) return []
  return [['', ...speakers.map(({ title }) => title), ...(quick ? [] : ['herald’s goal'])], ...body]
}

/** How herald's cost grows: prefixes, peers, attribute sets. */
export function growth({ cases }: Results): readonly (readonly string[])[] {
  const body = cases
    .filter(({ name }) => name.startsWith('scaling-'))
    .flatMap(({ title, bySpeaker: { herald } }) => {
      if (herald === undefined) return []
      const { values } = herald
      const metrics = ['startSeconds', 'establishedSeconds', 'cpuSeconds', 'peakMemory', 'updates'] as const
      return [[title, ...metrics.map((metric) => text(metric, values[metric], herald.missing.start))]]
    })
  if (body.length === 0) return []
  const heading = [
    'prefixes × peers × attribute sets',
    'start → all',
    'Established → all',
    'CPU',
    'peak memory',
    'UPDATEs to each',
  ]
  return [heading, ...body]
}

/** Where herald is behind its goal, or behind another speaker, in words. */
export function shortfalls(results: Results): readonly string[] {
  return rows.flatMap((row) => {
    const found = results.cases.find(({ name }) => name === row.case)
    const own = found?.bySpeaker.herald?.values[row.metric]
    if (found === undefined || own === undefined) return []
    const label = row.label(found.title).replace('…', `${found.title}:`)
    const goal = results.quick ? undefined : row.goal
    const behind = goal === undefined || own <= goal ? [] : [`goal ${format(row.metric, goal)}`]
    const ahead = others(found).flatMap(([title, values]) => {
      const its = values.values[row.metric]
      return its === undefined || its >= own * 0.98
        ? []
        : [`${titleOf(results, title)} ${format(row.metric, its)}`]
    })
    const all = [...behind, ...ahead]
    return all.length === 0
      ? []
      : [`herald is behind: ${label}: ${format(row.metric, own)} (${all.join(', ')})`]
  })
}

/** What was not exact, and how loaded the machine was. */
export function remarks(results: Results): readonly string[] {
  const faults = results.cases.flatMap(({ title, bySpeaker }) =>
    Object.entries(bySpeaker).flatMap(([name, { faults: all }]) =>
      all.map((fault) => `${title}, ${titleOf(results, name as SpeakerName)}: ${fault}`),
    ),
  )
  const { median, highest } = results.load
  return [
    ...faults,
    `load before each measurement: median ${median.toFixed(1)}, highest ${highest.toFixed(1)}`,
  ]
}

export function format(metric: Metric, value: number): string {
  if (metric.endsWith('emory')) return `${Math.round(value / MB).toLocaleString('en-US')} MB`
  if (metric === 'updates' || metric === 'octets') return Math.round(value).toLocaleString('en-US')
  if (metric.endsWith('Percent')) return `${value.toFixed(1)} %`
  if (value < 0.0995) return `${(value * 1000).toPrecision(2)} ms`
  return value < 9.95 ? `${value.toPrecision(2)} s` : `${Math.round(value)} s`
}

function cell(result: SpeakerResult | undefined, { metric, step }: Row): string {
  if (result === undefined) return ''
  const because = (step === undefined ? undefined : result.missing[step]) ?? result.missing.start ?? '–'
  return text(metric, result.values[metric], because)
}

function text(metric: Metric, value: number | undefined, because = '–'): string {
  return value === undefined ? (because.split(':')[0] ?? '–') : format(metric, value)
}

function others({ bySpeaker }: CaseResult): readonly (readonly [SpeakerName, SpeakerResult])[] {
  const all = Object.entries(bySpeaker) as [SpeakerName, SpeakerResult][]
  return all.filter(([name]) => name !== 'herald' && name !== 'wire')
}

function titleOf({ speakers }: Results, name: SpeakerName): string {
  return speakers.find((speaker) => speaker.name === name)?.title ?? name
}

function aligned(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, i) => Math.max(...lines.map((line) => (line[i] ?? '').length)))
  const pad = (text: string, i: number) =>
    i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0)
  return lines.map((line) => line.map(pad).join('  ')).join('\n')
}
