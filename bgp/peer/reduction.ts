import type { Direction, Ended, Session } from '../fsm/session.js'
import { type Reduction, reductions } from '../open-offer.js'
import type { PeerState } from './peer.js'
import { change, type Turn } from './turn.js'

/** Every how many of our connections in a row that the peer closes without a word, one is tried with less. */
const SILENT_CLOSES = 4

/**
 * What the OPEN of a new connection leaves out.
 *
 * A peer that says why it rejects our OPEN is remembered until it is reset. One that only hangs up may do so for any
 * reason, as a rule because it does not know us yet: then one call in some is a trial with less, and what the peer
 * opens itself, having just learned to know us, gets the full offer.
 */
export function reductionFor({ reduction, silentCloses }: PeerState, direction: Direction): Reduction {
  const trial = direction === 'outgoing' && silentCloses % SILENT_CLOSES === SILENT_CLOSES - 1
  if (!trial || reduction !== 'none') return reduction
  return Math.floor(silentCloses / SILENT_CLOSES) % 2 === 0 ? 'optional' : 'all-but-essential'
}

/** Draws the conclusion for the next OPEN from how a session ended (RFC 5492 §3). */
export function afterEnd(turn: Turn, session: Session, ended: Ended): void {
  if (rejectsOurOpen(session, ended)) stepDown(turn, ended.text)
  const hungUp =
    session.state === 'OpenSent' && session.direction === 'outgoing' && ended.kind === 'connection-lost'
  if (hungUp) change(turn, { silentCloses: turn.peer.silentCloses + 1 })
  else if (session.state !== 'OpenSent') change(turn, { silentCloses: 0 })
}

/** 2/0 Unspecific, 2/4 Unsupported Optional Parameter, 2/7 Unsupported Capability: IOS and old Quagga use all three. */
function rejectsOurOpen({ state }: Session, { origin, notification }: Ended): boolean {
  if (state === 'Established' || origin !== 'received' || notification?.code !== 2) return false
  const { subcode, data } = notification
  // RFC 5492 §5: data with 2/7 lists what the peer misses in our OPEN. Offering less is no help there.
  return subcode === 0 || subcode === 4 || (subcode === 7 && data.length === 0)
}

/** After the last rung the first again: it was something else, and may have been corrected meanwhile. */
function stepDown(turn: Turn, because: string): void {
  // Without any capability only IPv4 unicast can be spoken.
  const speaksIpv4 = turn.context.settings.families.includes('ipv4/unicast')
  const rungs = reductions.filter((rung) => rung !== 'all' || speaksIpv4)
  const next = rungs[(rungs.indexOf(turn.peer.reduction) + 1) % rungs.length] ?? 'none'
  change(turn, { reduction: next })
  turn.actions.push({ do: 'reduced', to: next, because })
}
