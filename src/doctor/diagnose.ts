import type { Diagnosis, PeerCause } from '../control/api/doctor.js'
import type { PeerView } from '../speaker/peer-view.js'
import { certain, inOneLine, possible, ranked } from './diagnosis.js'
import { whyNotConnected } from './dialling.js'
import { tooManyHere, whyNoSession } from './endings.js'
import { whyIncomplete } from './established.js'
import { whyMute } from './mute.js'
import type { NetworkSigns } from './network-signs.js'

/** What is wrong with a peer, most certain first; empty when nothing is known to be wrong. */
export function diagnose(peer: PeerView, network: NetworkSigns): readonly Diagnosis[] {
  const { session, stopped } = peer
  if (session !== undefined) return ranked([...whyMute(peer, network), ...whyIncomplete(peer, session)])
  if (stopped !== undefined) return [onPurpose(peer, stopped)]
  if (network.ourselves && foundOurselves(peer)) return [ourselves(peer)]
  const found = ranked([
    ...whyNotConnected(peer, network),
    ...whyMute(peer, network),
    ...whyNoSession(peer, network),
  ])
  return found.length > 0 ? found : [trying(peer)]
}

/** Two speakers on one host are fine: only where it is herald that answers is it a mistake. */
function foundOurselves({ record: { lastOpen }, offer }: PeerView): boolean {
  return lastOpen !== undefined && lastOpen.identifier === offer.identifier
}

function ourselves({ settings: { name, address } }: PeerView): Diagnosis {
  return certain(
    'own-address',
    `${address}, the address of ${name}, is this node's own: herald calls itself`,
    {
      here: `set \`address\` of ${name} to that of the router`,
    },
  )
}

/** Told, and no reason to call a peer ill that is up: to offer every family is the default, to want one is no fault. */
const remarks: readonly PeerCause[] = ['capabilities-reduced', 'family-missing']

export function isHealthy({ session }: PeerView, diagnoses: readonly Diagnosis[]): boolean {
  return (
    session !== undefined &&
    diagnoses.every(({ cause, certainty }) => certainty === 'possible' || remarks.includes(cause))
  )
}

/** For `herald peers NAME`: what is wrong, and no guesses about a session that is up. */
export function hintsFor(peer: PeerView, network: NetworkSigns): readonly string[] {
  return diagnose(peer, network)
    .filter(({ cause, certainty }) =>
      peer.session === undefined ? cause !== 'trying' : certainty !== 'possible',
    )
    .map(inOneLine)
}

function onPurpose(
  { settings: { name }, heldDown }: PeerView,
  stop: NonNullable<PeerView['stopped']>,
): Diagnosis {
  switch (stop.why) {
    case 'maximum-prefixes':
      return tooManyHere(name, stop.limit)
    case 'administrative-shutdown':
    case 'decommission':
      return certain('shut-down-here', `this side has shut the session down: ${heldDown}`, {
        here: 'herald drain --undo, if this node is drained or decommissioned',
      })
    case 'no-neighbour':
      return certain('no-neighbour', stop.because, {
        there:
          'a session on this interface without an address (FRR: neighbor ethN interface remote-as external)',
      })
    case 'administrative-reset':
    case 'peer-de-configured':
    case 'other-configuration-change':
    case 'out-of-resources':
    case 'bfd-down':
    case 'restart':
      return certain('shut-down-here', `this side keeps the session down: ${heldDown}`)
  }
}

function trying({ settings: { name }, nextAttemptSeconds, record }: PeerView): Diagnosis {
  const again = nextAttemptSeconds === undefined ? '' : `; ask again in ${nextAttemptSeconds}s`
  return possible('trying', `an attempt to reach ${name} is under way (${record.state})${again}`)
}
