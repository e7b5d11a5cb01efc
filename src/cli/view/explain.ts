import type { ExplainReport, Gate } from '../../control/api/explain.js'
import { type Paint, printable } from '../style.js'
import { type Column, indented, renderTable } from '../table.js'

/** `herald explain`: the gates of this node, then those towards each peer, and what nobody here can know. */
export function explainView({ prefix, gates, peers, lan }: ExplainReport, paint: Paint): string {
  const sections = [
    section(prefix, gatesView(gates, paint), paint),
    ...(lan === undefined ? [] : [section('On the LAN', gatesView(lan, paint), paint)]),
    ...peers.map(({ peer, gates, beyond }) =>
      section(`Towards ${peer}`, gatesView(gates, paint) + beyondView(beyond), paint),
    ),
  ]
  return sections.join('\n')
}

function section(title: string, body: string, paint: Paint): string {
  return `${paint('heading', printable(title))}\n${indented(body)}`
}

const columns: readonly Column<Gate>[] = [
  {
    header: 'Gate',
    cell: ({ gate }) => gate,
  },
  {
    header: 'Passed',
    cell: ({ passed }) => (passed ? 'yes' : 'no'),
    style: ({ passed }) => (passed ? 'good' : 'bad'),
  },
  { header: 'Because', cell: ({ text }) => text },
]

function gatesView(gates: readonly Gate[], paint: Paint): string {
  const remedies = gates.flatMap(({ remedy }) =>
    remedy === undefined ? [] : `To do: ${printable(remedy)}\n`,
  )
  return renderTable(columns, gates, paint) + remedies.join('')
}

function beyondView(hints: readonly string[]): string {
  if (hints.length === 0) return ''
  const lines = hints.map((hint) => `- ${printable(hint)}\n`).join('')
  return `If it still does not use the route, which it does not tell:\n${lines}`
}
