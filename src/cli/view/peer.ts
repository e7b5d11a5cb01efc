import { formatSeconds } from '../../../net/duration.js'
import type {
  ComparedCapability,
  MessageCounts,
  PeerDetail,
  SessionError,
  StateChange,
} from '../../control/api/peers.js'
import { type Paint, printable, styleOfState } from '../style.js'
import { type Column, type Field, indented, renderFields, renderTable } from '../table.js'
import { peerAddress } from './peers.js'

/** `herald peers NAME`: a section for each thing one looks for when a session does not do what it should. */
export function peerView(peer: PeerDetail, paint: Paint): string {
  const sections = [
    section('Session', renderFields(session(peer), paint), paint),
    section('What to look at', peer.hints.map((hint) => `${printable(hint)}\n`).join(''), paint),
    section('Timers', renderTable(timerColumns, timers(peer), paint), paint),
    section('Routes', renderTable(familyColumns, peer.families, paint), paint),
    section('Capabilities', capabilities(peer, paint), paint),
    section('Messages', renderTable(messageColumns, messages(peer), paint), paint),
    section(
      'State changes',
      peer.history.length === 0 ? '' : renderTable(historyColumns, peer.history, paint),
      paint,
    ),
  ]
  return sections.filter((text) => text !== '').join('\n')
}

function section(title: string, body: string, paint: Paint): string {
  return body === '' ? '' : `${paint('heading', title)}\n${indented(body)}`
}

function session(peer: PeerDetail): readonly Field[] {
  const { sessionState: state } = peer
  return [
    ['Name', `${peer.name}${peer.dynamic ? ', accepted from a dynamic range' : ''}`],
    [
      'State',
      state === 'established' ? `${state} for ${formatSeconds(peer.uptimeSeconds)}` : state,
      styleOfState(state),
    ],
    ['Held down', peer.heldDown && printable(peer.heldDown), 'busy'],
    [
      'Peer',
      `${endpoint(peerAddress(peer), peer.remotePort ?? peer.port)}, ${peerAs(peer)}${identifier(peer)}`,
    ],
    [
      'Local',
      `${peer.localAddress === undefined ? '' : `${endpoint(peer.localAddress, peer.localPort)}, `}AS ${peer.localAs}`,
    ],
    ['Connects', peer.passive ? 'no, waits for the peer (passive)' : 'yes, and accepts'],
    ['TCP MD5', peer.password ? 'key set' : 'no'],
    [
      'TTL',
      peer.ttlSecurityHops === undefined
        ? String(peer.ttl)
        : `GTSM, at most ${hops(peer.ttlSecurityHops)} away`,
    ],
    ['Sessions lost', String(peer.flaps)],
    ['Malformed routes', malformed(peer)],
    ['Last error', peer.lastError && errorInWords(peer.lastError)],
  ]
}

function endpoint(address: string, port: number | undefined): string {
  if (port === undefined) return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

function peerAs({ peerAs }: PeerDetail): string {
  return typeof peerAs === 'number' ? `AS ${peerAs}` : `any ${peerAs} AS`
}

function hops(count: number): string {
  return count === 1 ? '1 hop' : `${count} hops`
}

function identifier({ peerIdentifier }: PeerDetail): string {
  return peerIdentifier === undefined ? '' : `, identifier ${peerIdentifier}`
}

function malformed({ malformed: { count, last } }: PeerDetail): string {
  return last === undefined ? String(count) : `${count}, the last: ${last}`
}

const origins: Readonly<Record<SessionError['origin'], string>> = {
  sent: 'NOTIFICATION sent: ',
  received: 'NOTIFICATION received: ',
  local: '',
}

/** 'at …, NOTIFICATION received: Cease/Administrative Reset (code 6, subcode 4)'. */
function errorInWords({ at, origin, text, code, subcode }: SessionError): string {
  const numbers =
    code === undefined ? '' : ` (code ${code}${subcode === undefined ? '' : `, subcode ${subcode}`})`
  return `${at}, ${origins[origin]}${text}${numbers}`
}

interface TimerRow {
  readonly name: string
  readonly configured: number
  readonly negotiated: number | undefined
}

const timerColumns: readonly Column<TimerRow>[] = [
  { header: 'Timer', cell: ({ name }) => name },
  { header: 'Configured', cell: ({ configured }) => `${configured}s` },
  {
    header: 'Negotiated',
    cell: ({ negotiated }) => (negotiated === undefined ? '-' : `${negotiated}s`),
  },
]

function timers({ timers }: PeerDetail): readonly TimerRow[] {
  return [
    { name: 'hold', configured: timers.holdTimeConfigured, negotiated: timers.holdTimeNegotiated },
    {
      name: 'keepalive',
      configured: timers.keepaliveTimeConfigured,
      negotiated: timers.keepaliveTimeNegotiated,
    },
    { name: 'connect retry', configured: timers.connectRetryTime, negotiated: undefined },
  ]
}

const familyColumns: readonly Column<PeerDetail['families'][number]>[] = [
  { header: 'Family', cell: ({ family }) => family },
  { header: 'Received', cell: ({ received }) => String(received) },
  { header: 'Advertised', cell: ({ advertised }) => String(advertised) },
]

const capabilityColumns: readonly Column<ComparedCapability>[] = [
  { header: 'Capability', cell: ({ name }) => name },
  { header: 'Offered', cell: ({ offered = 'no' }) => offered },
  { header: 'Received', cell: ({ received = 'no' }) => received },
]

function capabilities({ capabilities: { compared, reduced } }: PeerDetail, paint: Paint): string {
  if (compared.length === 0) return ''
  const note = reduced === undefined ? '' : `${printable(reduced)}\n`
  return renderTable(capabilityColumns, compared, paint) + note
}

interface MessageRow {
  readonly name: string
  readonly sent: number
  readonly received: number
}

const messageColumns: readonly Column<MessageRow>[] = [
  { header: 'Message', cell: ({ name }) => name },
  { header: 'Sent', cell: ({ sent }) => String(sent) },
  { header: 'Received', cell: ({ received }) => String(received) },
]

const messageNames: readonly (readonly [key: keyof MessageCounts, name: string])[] = [
  ['open', 'OPEN'],
  ['update', 'UPDATE'],
  ['notification', 'NOTIFICATION'],
  ['keepalive', 'KEEPALIVE'],
  ['routeRefresh', 'ROUTE-REFRESH'],
  ['octets', 'octets in all'],
]

function messages({ messages: { sent, received } }: PeerDetail): readonly MessageRow[] {
  return messageNames.map(([key, name]) => ({ name, sent: sent[key], received: received[key] }))
}

const historyColumns: readonly Column<StateChange>[] = [
  { header: 'At', cell: ({ at }) => at },
  { header: 'From', cell: ({ from }) => from, style: ({ from }) => styleOfState(from) },
  { header: 'To', cell: ({ to }) => to, style: ({ to }) => styleOfState(to) },
  { header: 'Because', cell: ({ because }) => because },
]
