import type { L2AddressReport, L2AskerReport, L2State } from '../../control/api/l2.js'
import type { Paint, Style } from '../style.js'
import { type Column, renderTable } from '../table.js'

const styleOf: Readonly<Record<L2State, Style | undefined>> = {
  owner: 'good',
  backup: undefined,
  probing: 'busy',
  contested: 'bad',
  nowhere: 'bad',
  'held-back': 'bad',
  'out-of-service': 'busy',
}

const columns: readonly Column<L2AddressReport>[] = [
  { header: 'Virtual IP', cell: ({ address }) => address },
  { header: 'Interface', cell: (row) => row.interface ?? '-' },
  { header: 'MAC', cell: ({ mac }) => mac ?? '-' },
  { header: 'State', cell: ({ state }) => state, style: ({ state }) => styleOf[state] },
  { header: 'Owner', cell: ownerOf },
  { header: 'Answered', cell: ({ requestsAnswered }) => String(requestsAnswered) },
  {
    header: 'Last asker',
    cell: ({ lastAsker }) => (lastAsker === undefined ? '-' : `${lastAsker.address} ${lastAsker.mac}`),
  },
  {
    header: 'Last conflict',
    cell: ({ lastConflict: last }) =>
      last === undefined ? '-' : `${last.mac} (${last.vendor ?? 'made up'}) ${last.at}`,
    style: ({ lastConflict }) => (lastConflict === undefined ? undefined : 'bad'),
  },
  {
    header: 'Last failover',
    cell: ({ lastFailover: last }) => (last === undefined ? '-' : `${last.milliseconds} ms, ${last.at}`),
  },
  { header: 'Because', cell: ({ because }) => because ?? '' },
]

/** `herald l2`: a row for each virtual IP; the reasons have a column where there are any. */
export function l2View(addresses: readonly L2AddressReport[], paint: Paint): string {
  const reasons = addresses.some(({ because }) => because !== undefined)
  return renderTable(reasons ? columns : columns.slice(0, -1), addresses, paint)
}

const askerColumns: readonly Column<L2AskerReport>[] = [
  { header: 'Virtual IP', cell: ({ address }) => address },
  { header: 'Asker', cell: ({ asker }) => asker },
  { header: 'MAC', cell: ({ mac }) => mac },
  { header: 'Interface', cell: (row) => row.interface },
  { header: 'Asked', cell: ({ asked }) => String(asked) },
  { header: 'First', cell: ({ firstAt }) => firstAt },
  { header: 'Last', cell: ({ lastAt }) => lastAt },
]

/** `herald l2 askers`: who asked for what, the latest first. */
export function askersView(askers: readonly L2AskerReport[], paint: Paint): string {
  return renderTable(askerColumns, askers, paint)
}

function ownerOf({ state, owner }: L2AddressReport): string {
  if (state === 'owner') return 'this node'
  if (owner === undefined) return '-'
  return `${owner.address} (priority ${owner.priority}${lackWords(owner)})`
}

function lackWords({ advertises, probes }: NonNullable<L2AddressReport['owner']>): string {
  if (!advertises) return ', not advertised'
  return probes ? ', not claimed' : ''
}
