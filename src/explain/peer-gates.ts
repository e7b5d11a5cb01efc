import { type Family, familyOfVersion } from '../../bgp/family.js'
import type { ExportedRoute, RejectedBecause } from '../../bgp/rib/export.js'
import type { LocRib, RibAnnouncement } from '../../bgp/rib/loc-rib.js'
import { covers, type Prefix, versionOf } from '../../net/prefix.js'
import type { SourceName } from '../announcements/board.js'
import type { Gate, GateName, PeerExplanation } from '../control/api/explain.js'
import type { PeerView, SessionView } from '../speaker/peer-view.js'
import { acceptedGate } from './accepted.js'
import { beyond } from './beyond.js'
import { failed, passed } from './gate.js'
import { sourceWords } from './wanted.js'

/** What is asked, for each peer the same. */
export interface Question {
  readonly prefix: Prefix
  readonly locRib: LocRib
  /** Those that want the prefix by BGP, the one that counts first; at least one. */
  readonly candidates: readonly RibAnnouncement[]
  readonly everyPeer: readonly PeerView[]
}

/** One announcement towards one peer. */
interface Attempt {
  readonly announcement: RibAnnouncement
  readonly gates: readonly Gate[]
  /** What goes out, where policy lets it. */
  readonly route?: ExportedRoute
}

export function explainPeer(peer: PeerView, question: Question): PeerExplanation {
  const family = familyOfVersion(versionOf(question.prefix))
  const attempts = question.candidates.map((announcement) =>
    attempt(question.prefix, announcement, family, peer),
  )
  // As in Adj-RIB-Out: the first that may go there counts.
  const chosen = attempts.find(({ gates }) => gates.every(ofPolicy)) ?? attempts[0]
  const { session, settings } = peer
  const gates = [...precedence(attempts, chosen), ...(chosen?.gates ?? [])]
  const route = chosen?.route
  if (session !== undefined && route !== undefined && holds(gates)) {
    gates.push(...sentGates(question, family, session), ...acceptedGate(question, peer, session))
    if (holds(gates)) {
      const known = gates.some(({ gate }) => gate === 'accepted')
      const hints = known ? [] : beyond(question.prefix, route, peer, session)
      return { peer: settings.name, holds: true, gates, beyond: hints }
    }
  }
  return { peer: settings.name, holds: false, gates, beyond: [] }
}

/** What decides between announcements: not whether a session is up. */
function ofPolicy({ gate, passed }: Gate): boolean {
  return passed || gate === 'session'
}

function holds(gates: readonly Gate[]): boolean {
  return gates.every(({ passed }) => passed)
}

function precedence(attempts: readonly Attempt[], chosen: Attempt | undefined): readonly Gate[] {
  if (attempts.length < 2 || chosen === undefined) return []
  const words = ({ announcement: { name, source } }: Attempt) =>
    `'${name}' of ${sourceWords[source as SourceName]}`
  const others = attempts.filter((each) => each !== chosen).map(words)
  return [passed('precedence', `${words(chosen)} counts here, before ${others.join(', ')}`)]
}

function attempt(prefix: Prefix, announcement: RibAnnouncement, family: Family, peer: PeerView): Attempt {
  const { session } = peer
  const gates = [
    advertiseGate(announcement, peer),
    namedGate(announcement, peer),
    ...allowedGate(prefix, peer),
    familyGate(family, peer),
    sessionGate(peer),
  ]
  const ribOut = session?.outbox.position(family)?.ribOut
  const verdict = ribOut?.verdictOf(announcement)
  if (ribOut === undefined || verdict === undefined || !holds(gates)) return { announcement, gates }
  const refusal = ribOut.refusalOf(prefix)
  if (refusal !== undefined) return { announcement, gates: [...gates, ...rejection(refusal, peer)] }
  if (verdict.is === 'rejected')
    return { announcement, gates: [...gates, ...rejection(verdict.because, peer)] }
  const { nextHop } = verdict.route
  return {
    announcement,
    route: verdict.route,
    gates: [
      ...gates,
      passed('next-hop', `the next hop is ${nextHop}`),
      passed('attributes', 'its attributes fit a message'),
    ],
  }
}

function advertiseGate({ name }: RibAnnouncement, { settings }: PeerView): Gate {
  const { advertise } = settings
  if (advertise === undefined)
    return passed('advertise-list', 'this peer has no `advertise` list: it gets all')
  if (advertise.includes(name)) return passed('advertise-list', `'${name}' is in its \`advertise\` list`)
  const listed = advertise.length === 0 ? 'is empty' : `has ${advertise.join(', ')} alone`
  return failed(
    'advertise-list',
    `'${name}' is not in the \`advertise\` list of ${settings.name}, which ${listed}`,
    `add ${name} to \`advertise\` of ${settings.name}`,
  )
}

function allowedGate(prefix: Prefix, { settings }: PeerView): readonly Gate[] {
  const { allowedPrefixes, name } = settings
  if (allowedPrefixes === undefined) return []
  const area = allowedPrefixes.find((each) => covers(each, prefix))
  if (area !== undefined) return [passed('allowed-prefixes', `it lies in ${area}, which ${name} may be sent`)]
  const text = `${prefix} lies in none of \`allowedPrefixes\` of ${name}: ${allowedPrefixes.join(', ')}`
  return [failed('allowed-prefixes', text, `add it to \`allowedPrefixes\` of ${name}, if it is to leave`)]
}

function namedGate({ name, source, peers }: RibAnnouncement, { settings }: PeerView): Gate {
  if (peers === undefined) return passed('named-peers', `'${name}' names no peers: it is for all`)
  if (peers.includes(settings.name)) return passed('named-peers', `'${name}' names this peer`)
  return failed(
    'named-peers',
    `'${name}' is for ${peers.join(', ')} alone`,
    source === 'run-time'
      ? `announce it anew, with --peer ${settings.name}, or without --peer for all`
      : `add ${settings.name} to \`peers\` of ${name}, or take \`peers\` out`,
  )
}

function familyGate(family: Family, { settings, session }: PeerView): Gate {
  if (!settings.families.includes(family)) {
    const text = `${family} is not in \`families\` of ${settings.name}`
    return failed('family', text, `add ${family} to \`families\` of ${settings.name}`)
  }
  if (session === undefined) return passed('family', `${family} is offered`)
  if (session.negotiated.families.includes(family)) return passed('family', `${family} is agreed on`)
  return failed(
    'family',
    `${settings.name} did not offer ${family}`,
    `activate ${family} for this neighbour on ${settings.name}`,
  )
}

function sessionGate({ settings: { name }, session, record, heldDown }: PeerView): Gate {
  if (session !== undefined) return passed('session', `established for ${record.uptimeSeconds}s`)
  const why = heldDown ?? record.lastError?.text
  return failed(
    'session',
    `the session is ${record.state}${why === undefined ? '' : `: ${why}`}`,
    `herald doctor ${name} says what to change`,
  )
}

/** The gate that each refusal of export policy fails. */
const gateOf: Readonly<Record<RejectedBecause, GateName>> = {
  'family-not-negotiated': 'family',
  'not-in-the-peers-advertise-list': 'advertise-list',
  'announced-to-other-peers-only': 'named-peers',
  'outside-the-allowed-prefixes': 'allowed-prefixes',
  'over-the-maximum': 'maximum',
  'no-usable-next-hop': 'next-hop',
  'attributes-too-long': 'attributes',
  drained: 'in-service',
}

function rejection(
  because: RejectedBecause,
  { settings: { name, maxAdvertisedPrefixes: maximum } }: PeerView,
): readonly Gate[] {
  const gate = gateOf[because]
  switch (because) {
    case 'no-usable-next-hop':
      return [
        failed(
          gate,
          'the interface of this session has no address that can be the next hop of this family',
          `give it one, or set \`nextHop\` of ${name}`,
        ),
      ]
    case 'attributes-too-long':
      return [
        passed('next-hop', 'there is a usable next hop'),
        failed(gate, 'its attributes alone fill a message', 'announce it with fewer communities or prepends'),
      ]
    case 'over-the-maximum':
      return [
        failed(
          gate,
          `${name} has as many prefixes of this family as it may be sent: ${maximum}`,
          `raise \`maxAdvertisedPrefixes\` of ${name}, or announce less`,
        ),
      ]
    case 'drained':
      return [failed(gate, 'this node is drained', 'herald drain --undo')]
    case 'family-not-negotiated':
    case 'not-in-the-peers-advertise-list':
    case 'announced-to-other-peers-only':
    case 'outside-the-allowed-prefixes':
      // The settings say otherwise by now: the change is on its way.
      return [failed(gate, 'the settings of this peer are just changing', 'ask again')]
  }
}

/** Where the route stands in Adj-RIB-Out, and how far the peer has been given that. */
function sentGates({ prefix, locRib }: Question, family: Family, { outbox }: SessionView): readonly Gate[] {
  const position = outbox.position(family)
  const slot = locRib.ribOf(family).table.slotOf(prefix)
  if (position === undefined || slot === undefined) return []
  const { journal } = position.ribOut
  const sent = journal.valueOf(slot) !== 0 && journal.settledBefore(slot, position.at)
  if (!sent) {
    const before = Math.max(0, journal.positionOf(slot) - position.at)
    const text = `not sent yet: ${before} changes go before it`
    return [failed('sent', text, 'ask again; if this stays, the peer does not read what it is sent')]
  }
  return [
    passed('sent', 'sent, and not changed since'),
    position.endOfRibSent
      ? passed('end-of-rib', 'End-of-RIB is sent')
      : failed(
          'end-of-rib',
          'End-of-RIB is not sent yet: a source or a health check has not had its say',
          'ask again',
        ),
  ]
}
