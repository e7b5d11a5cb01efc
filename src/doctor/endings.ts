import { CEASE, HARD_RESET } from '../../bgp/cease.js'
import type { Notification, Open } from '../../bgp/message.js'
import { familiesOf, peerAsOf, statedAs } from '../../bgp/negotiate.js'
import { describeNotification, shutdownCommunication } from '../../bgp/notification.js'
import type { Diagnosis } from '../control/api/doctor.js'
import type { SessionEnd } from '../speaker/peer-record.js'
import type { PeerView } from '../speaker/peer-view.js'
import { certain, likely, possible } from './diagnosis.js'
import type { NetworkSigns } from './network-signs.js'

/** How long, in seconds, what happened says something of why there is no session now. */
const RECENT = 600

/** Why connections come to nothing; empty when none of late did. */
export function whyNoSession(peer: PeerView, network: NetworkSigns): readonly Diagnosis[] {
  const ends = peer.record.endsWithin(RECENT).filter(({ kind }) => kind !== 'stopped' && kind !== 'replaced')
  const collision = collides(peer, ends, network)
  if (collision !== undefined) return [collision]
  // A peer that has said why often hangs up afterwards without a word: what it said counts.
  const said = ends.findLast(({ notification, kind }) => notification !== undefined && kind !== 'collision')
  if (said !== undefined && wasCorrected(peer, said)) return []
  if (said?.notification !== undefined) return [whatWasSaid(peer, said, innermost(said.notification))]
  const last = ends.at(-1)
  return last === undefined || last.kind === 'collision' ? [] : [hungUp(peer, last)]
}

/** What we found wrong with the peer's AS number is right by now: the file has another one since. */
function wasCorrected({ settings, record: { lastOpen } }: PeerView, end: SessionEnd): boolean {
  const { origin, notification } = end
  if (origin !== 'sent' || notification?.code !== 2 || notification.subcode !== 2) return false
  return lastOpen !== undefined && peerAsOf(lastOpen, settings).ok
}

/** Another speaker with this node's address (RFC 4271 §6.8): the peer keeps its session, and dumps ours. */
function collides(
  { settings: { name } }: PeerView,
  ends: readonly SessionEnd[],
  { foreignSessions: { count, owners } }: NetworkSigns,
): Diagnosis | undefined {
  const remedies = {
    here: 'stop the other speaker, or give it another address and peer',
    there: 'herald wants this neighbour for itself: its session with the other speaker must end',
  }
  if (count > 0) {
    const who = owners.map(({ pid, name: process }) => `${process} (process ${pid})`).join(', ')
    const text = `${who === '' ? 'another process' : who} of this host has a session with ${name}, which takes one from this address`
    return certain('collision', text, remedies)
  }
  const dumped = ends.filter(
    ({ origin, notification }) =>
      origin === 'received' && notification?.code === CEASE && [5, 7].includes(notification.subcode),
  )
  if (dumped.length === 0 || dumped.at(-1) !== ends.at(-1)) return undefined
  const text = `${name} dumps our connections for another that it has with this address: another speaker runs on this host, or another host has its address`
  return dumped.length > 1 ? likely('collision', text, remedies) : possible('collision', text, remedies)
}

/** RFC 8538 §3: a Hard Reset has the reason in its data. */
function innermost(notification: Notification): Notification {
  const { code, subcode, data } = notification
  const [inner, innerSubcode] = data
  if (code !== CEASE || subcode !== HARD_RESET || inner === undefined || innerSubcode === undefined) {
    return notification
  }
  return { kind: 'notification', code: inner, subcode: innerSubcode, data: data.subarray(2) }
}

type Explain = (peer: PeerView, end: SessionEnd, notification: Notification) => Diagnosis

function whatWasSaid(peer: PeerView, end: SessionEnd, notification: Notification): Diagnosis {
  const { code, subcode } = notification
  const row = rows[`${code}/${subcode}`] ?? rows[String(code)] ?? other
  return row(peer, end, notification)
}

/** By code and subcode, or by code for all others of it. */
const rows: Readonly<Record<string, Explain>> = {
  '2/2': wrongAs,
  '2/3': routerIdClash,
  '2/6': holdTimeRejected,
  '2/0': capabilitiesRejected,
  '2/4': capabilitiesRejected,
  '2/7': capabilitiesRejected,
  '4': holdTimer,
  '6/1': maxPrefixes,
  '6/2': shutDown,
  '6/3': unknownThere,
  '6/5': unknownThere,
  '6': endedThere,
}

function wrongAs({ settings, record }: PeerView, { origin, text }: SessionEnd): Diagnosis {
  const { name, remoteAs, localAs } = settings
  const says = record.lastOpen && statedAs(record.lastOpen)
  if (origin === 'sent') {
    const wanted = typeof remoteAs === 'number' ? `AS ${remoteAs}` : `an ${remoteAs} AS`
    return certain(
      'wrong-as-here',
      says === undefined
        ? text
        : `${name} says that it is AS ${says}, and here ${wanted} is configured for it`,
      {
        here: `set \`asn\` of ${name} to ${says ?? 'its AS'}`,
        there: `or let it be ${wanted} towards this node (in FRR: local-as)`,
      },
    )
  }
  return certain(
    'wrong-as-there',
    `${name}${says === undefined ? '' : `, AS ${says},`} does not want this node to be AS ${localAs}, which it says it is`,
    {
      here: `or set \`bgp.asn\`, or \`localAsn\` of ${name}, to the AS that it expects`,
      there: `remote-as ${localAs} for this neighbour`,
    },
  )
}

function routerIdClash({ settings: { name } }: PeerView, { text, origin }: SessionEnd): Diagnosis {
  // RFC 6286: of what a router may say, 0 alone is wrong by itself.
  if (origin === 'sent' && text.endsWith('it is 0')) {
    return certain('router-id-clash', `${name} has no BGP identifier: it says 0.0.0.0`, {
      there: 'give the router a router-id (in FRR: bgp router-id), or an interface with an IPv4 address',
    })
  }
  return certain('router-id-clash', `the BGP identifiers of ${name} and this node clash: ${text}`, {
    here: 'give this node another `bgp.routerId`',
    there: 'or give the router another router-id',
  })
}

function holdTimeRejected({ settings, record }: PeerView, { origin }: SessionEnd): Diagnosis {
  const { name, holdTime } = settings
  const theirs = record.lastOpen?.holdTimeSeconds
  if (origin === 'sent') {
    const text = `${name} offers a hold time of ${theirs ?? 1}s, which RFC 4271 forbids: it is 0 or at least 3s`
    return certain('hold-time-rejected', text, { there: 'set another hold time for this neighbour' })
  }
  return certain(
    'hold-time-rejected',
    `${name} rejects the hold time of ${holdTime}s that this node offers`,
    {
      here: `raise \`holdTime\` of ${name}`,
      there: 'lower its minimum hold time (in FRR: bgp minimum-holdtime)',
    },
  )
}

function capabilitiesRejected(
  peer: PeerView,
  { origin, text }: SessionEnd,
  notification: Notification,
): Diagnosis {
  const { settings, record, offer, reduced } = peer
  const { name } = settings
  const disjoint = record.lastOpen !== undefined && noneInCommon(offer, record.lastOpen)
  // RFC 5492 §5: what the data lists is missed in the OPEN of the side that is told.
  if (disjoint || (notification.subcode === 7 && (origin === 'sent' || notification.data.length > 0))) {
    const [ours, theirs] = [offer, record.lastOpen].map((open) => open && familiesOf(open).join(', '))
    const they = theirs === undefined ? text : `${name} offers ${theirs || 'none that herald speaks'}`
    return certain('no-common-family', `no address family in common: this node offers ${ours}; ${they}`, {
      here: `add one of its families to \`families\` of ${name}`,
      there: `activate ${ours} for this neighbour`,
    })
  }
  const ladder = reduced === undefined ? '' : `; now ${reduced}`
  return likely('capabilities-rejected', `${name} rejects what our OPEN offers: ${text}${ladder}`, {
    here: 'nothing: herald tries with fewer capabilities by itself',
    there: 'if that does not help either: newer software, or an override of capabilities for this neighbour',
  })
}

function noneInCommon(ours: Open, theirs: Open): boolean {
  return !familiesOf(ours).some((family) => familiesOf(theirs).includes(family))
}

function holdTimer({ settings: { name, holdTime } }: PeerView, { origin, from }: SessionEnd): Diagnosis {
  if (origin === 'sent' && from !== 'Established') {
    return possible('hold-timer', `${name} takes the TCP connection and falls silent: its BGP hangs`, {
      there: 'look at the state and the load of its BGP process',
    })
  }
  const text =
    origin === 'sent'
      ? `nothing came from ${name} for a whole hold time, though TCP was up`
      : `${name} heard nothing of this node for a whole hold time`
  return likely('hold-timer', text, {
    here: `look for loss on the path (an MTU that is too large stops UPDATEs alone), and for a hold time that is too short (${holdTime}s)`,
    there: 'look at the load of the router, and at policers for its control plane',
  })
}

function maxPrefixes({ settings: { name } }: PeerView, { origin, text }: SessionEnd): Diagnosis {
  if (origin === 'sent') return tooManyHere(name)
  return certain('max-prefixes-there', `${name} takes no more prefixes from this node: ${text}`, {
    here: `announce less to ${name} (advertise, peers, aggregateLength)`,
    there:
      'raise maximum-prefix for this neighbour, and clear it if the router does not restart it by itself',
  })
}

export function tooManyHere(name: string, limit?: number): Diagnosis {
  const more =
    limit === undefined
      ? 'more prefixes than `maxPrefixes` allows'
      : `more than the ${limit} prefixes that \`maxPrefixes\` allows`
  return certain('max-prefixes-here', `${name} sent ${more}; the session stays down`, {
    here: `raise \`maxPrefixes\` of ${name}; then: herald reset ${name}`,
    there: 'send less to this neighbour',
  })
}

function shutDown(
  { settings: { name } }: PeerView,
  { origin, text }: SessionEnd,
  said: Notification,
): Diagnosis {
  if (origin === 'sent') return certain('shut-down-here', `this side shut the session down: ${text}`)
  const words = shutdownCommunication(said)
  return certain(
    'shut-down-there',
    `the operator of ${name} has shut this neighbour down${words === undefined ? '' : `, and says: "${words}"`}`,
    { there: 'no shutdown for this neighbour' },
  )
}

function unknownThere({ settings: { name } }: PeerView, { text }: SessionEnd): Diagnosis {
  return certain('unknown-there', `${name} does not want this node as its neighbour: ${text}`, {
    here: `if it expects another address of this node, set \`localAddress\` of ${name}`,
    there: "configure this node's address as a neighbour",
  })
}

function endedThere(peer: PeerView, end: SessionEnd, notification: Notification): Diagnosis {
  if (end.origin === 'sent') return other(peer, end)
  return certain(
    'ended-there',
    `${peer.settings.name} ended the session: ${describeNotification(notification)}`,
    {
      there: 'its log says more',
    },
  )
}

function other({ settings: { name } }: PeerView, { origin, text }: SessionEnd): Diagnosis {
  const who =
    origin === 'sent' ? `${name} sent what is no BGP-4` : `${name} could not read what this node sent`
  return certain('protocol-error', `${who}: ${text}`, {
    here: 'report it, with the log of this node',
    there: 'report it, with the log of the router',
  })
}

function hungUp({ settings: { name } }: PeerView, { from, kind, text }: SessionEnd): Diagnosis {
  if (kind === 'error' || from === 'Established') {
    return likely('hangs-up', `the session with ${name} was lost: ${text}`, { there: 'its log says more' })
  }
  return likely(
    'hangs-up',
    `${name} accepts the TCP connection and hangs up before a session: it does not know this address as a neighbour, or has that neighbour shut down`,
    {
      here: `if it expects another address of this node, set \`localAddress\` of ${name}`,
      there: "configure this node's address as a neighbour, and no shutdown",
    },
  )
}
