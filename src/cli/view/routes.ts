import type { AvailableRoute, AvailableRoutes, PeerRoute, PeerRoutes } from '../../control/api/routes.js'
import type { Paint } from '../style.js'
import { type Column, renderTable } from '../table.js'

/** Absent is not zero: a MED of 0 is sent, no MED is not. */
const ABSENT = '-'

const availableColumns: readonly Column<AvailableRoute>[] = [
  { header: 'Prefix', cell: ({ prefix }) => prefix },
  { header: 'Announcement', cell: ({ announcement }) => announcement },
  { header: 'Source', cell: ({ source }) => source },
  { header: 'LocPref', cell: ({ localPreference }) => number(localPreference) },
  { header: 'MED', cell: ({ med }) => number(med) },
  { header: 'Prepend', cell: ({ asPathPrepend }) => String(asPathPrepend) },
  { header: 'Communities', cell: ({ communities }) => list(communities) },
  { header: 'Peers', cell: ({ peers }) => (peers === undefined ? 'all' : list(peers)) },
]

const heldBackColumn: Column<AvailableRoute> = {
  header: 'Held back because',
  cell: ({ heldBack = '' }) => heldBack,
  style: () => 'bad',
}

const peerColumn: Column<PeerRoute> = { header: 'Peer', cell: ({ peer }) => peer }

const peerRouteColumns: readonly Column<PeerRoute>[] = [
  { header: 'Prefix', cell: ({ prefix }) => prefix },
  { header: 'Next Hop', cell: ({ nextHop }) => nextHop },
  { header: 'MED', cell: ({ med }) => number(med) },
  { header: 'LocPref', cell: ({ localPreference }) => number(localPreference) },
  { header: 'AS Path', cell: ({ asPath }) => list(asPath.map(String)) },
  { header: 'Origin', cell: ({ origin }) => origin },
  { header: 'Communities', cell: ({ communities }) => list(communities) },
]

const becauseColumn: Column<PeerRoute> = {
  header: 'Not used because',
  cell: ({ because = '' }) => because,
  style: () => 'busy',
}

/** `herald routes available`. */
export function availableView({ routes }: AvailableRoutes, paint: Paint): string {
  const held = routes.some(({ heldBack }) => heldBack !== undefined)
  return renderTable(held ? [...availableColumns, heldBackColumn] : availableColumns, routes, paint)
}

/** `herald routes advertised` and `received`; the peer is a column unless the routes are asked of one. */
export function peerRoutesView({ routes }: PeerRoutes, ofOnePeer: boolean, paint: Paint): string {
  const columns = [
    ...(ofOnePeer ? [] : [peerColumn]),
    ...peerRouteColumns,
    ...(routes.some(({ because }) => because !== undefined) ? [becauseColumn] : []),
  ]
  return renderTable(columns, routes, paint)
}

function number(value: number | undefined): string {
  return value === undefined ? ABSENT : String(value)
}

function list(texts: readonly string[]): string {
  return texts.length === 0 ? ABSENT : texts.join(' ')
}
