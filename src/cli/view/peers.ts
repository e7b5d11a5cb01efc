import { unnumbered } from '../../../bgp/peer-settings.js'
import { formatSeconds } from '../../../net/duration.js'
import type { FamilyCounts, PeerReport } from '../../control/api/peers.js'
import { type Paint, printable, styleOfState } from '../style.js'
import { type Column, renderTable } from '../table.js'

interface Row {
  readonly peer: PeerReport
  readonly counts: FamilyCounts | undefined
  /** The first row of a peer names it; the rows of its further families leave that blank. */
  readonly first: boolean
}

const columns: readonly Column<Row>[] = [
  ofPeer('Node', (peer) => peer.node),
  ofPeer('Local AS', (peer) => String(peer.localAs)),
  ofPeer('Peer AS', (peer) => String(peer.peerAs)),
  ofPeer('Peer Address', peerAddress),
  {
    ...ofPeer('Session State', (peer) => peer.sessionState),
    style: ({ peer }) => styleOfState(peer.sessionState),
  },
  ofPeer('Uptime', (peer) => formatSeconds(peer.uptimeSeconds)),
  { header: 'Family', cell: ({ counts }) => counts?.family ?? '' },
  { header: 'Received', cell: ({ counts }) => String(counts?.received ?? '') },
  { header: 'Advertised', cell: ({ counts }) => String(counts?.advertised ?? '') },
]

/** `herald peers`: a row for each family of each peer; below, why the peers that are not up are not. */
export function peersView(peers: readonly PeerReport[], paint: Paint): string {
  const rows = peers.flatMap(rowsOf)
  const troubles = peers.filter((peer) => peer.sessionState !== 'established').flatMap(troubleOf)
  const table = renderTable(columns, rows, paint)
  return troubles.length === 0 ? table : `${table}\n${troubles.join('')}`
}

/** As operating systems write it: a link-local address needs its interface. Of an unnumbered peer all that is known. */
export function peerAddress({ address, interface: name }: Pick<PeerReport, 'address' | 'interface'>): string {
  if (name !== undefined && address === unnumbered) return name
  return name === undefined ? address : `${address}%${name}`
}

function ofPeer(header: string, text: (peer: PeerReport) => string): Column<Row> {
  return { header, cell: ({ peer, first }) => (first ? text(peer) : '') }
}

function rowsOf(peer: PeerReport): readonly Row[] {
  if (peer.families.length === 0) return [{ peer, counts: undefined, first: true }]
  return peer.families.map((counts, i) => ({ peer, counts, first: i === 0 }))
}

function troubleOf({ name, lastError }: PeerReport): readonly string[] {
  return lastError === undefined ? [] : [`${printable(`${name}: ${lastError.text}`)}\n`]
}
