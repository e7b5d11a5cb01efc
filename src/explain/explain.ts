import { familyOfVersion } from '../../bgp/family.js'
import type { LocRib, RibAnnouncement } from '../../bgp/rib/loc-rib.js'
import { type Prefix, versionOf } from '../../net/prefix.js'
import type { ExplainReport, Gate, NodeService } from '../control/api.js'
import type { PeerView } from '../speaker/peer-view.js'
import { failed, passed } from './gate.js'
import { explainPeer } from './peer-gates.js'
import { type Declared, wantedGates } from './wanted.js'

/** What the daemon holds, as far as it decides about one prefix. */
export interface Holdings {
  /** In the order in which they count. */
  readonly sources: readonly Declared[]
  readonly locRib: LocRib
  readonly service: NodeService
  readonly everyPeer: readonly PeerView[]
}

/** Every gate between wanting `prefix` and these peers having it, in order (RFC 4271 §9.1.3, §9.2). */
export function explain(prefix: Prefix, peers: readonly PeerView[], held: Holdings): ExplainReport {
  const gates = [...wantedGates(prefix, held.sources)]
  if (!holds(gates)) return { prefix, holds: false, gates, peers: [] }
  gates.push(serviceGate(held.service))
  if (peers.length === 0) {
    gates.push(failed('peers', 'there is no peer to tell it to', 'add one to `bgp.peers` in the file'))
  }
  const candidates = candidatesFor(prefix, held.locRib)
  if (candidates.length === 0) gates.push(failed('via-bgp', 'its announcement is just changing', 'ask again'))
  if (!holds(gates)) return { prefix, holds: false, gates, peers: [] }
  const explained = peers.map((peer) => explainPeer(peer, { prefix, candidates, ...held }))
  return { prefix, holds: explained.every((each) => each.holds), gates, peers: explained }
}

function holds(gates: readonly Gate[]): boolean {
  return gates.every(({ passed }) => passed)
}

function serviceGate(service: NodeService): Gate {
  switch (service) {
    case 'in-service':
      return passed('in-service', 'this node is in service')
    case 'draining':
      return passed('in-service', 'this node is being drained: its routes carry GRACEFUL_SHUTDOWN, then go')
    case 'drained':
    case 'decommissioned':
      return failed('in-service', `this node is ${service}: nothing is announced`, 'herald drain --undo')
  }
}

function candidatesFor(prefix: Prefix, locRib: LocRib): readonly RibAnnouncement[] {
  const family = familyOfVersion(versionOf(prefix))
  const slot = locRib.ribOf(family).table.slotOf(prefix)
  if (slot === undefined) return []
  return locRib.candidates(family, slot).flatMap((id) => locRib.announcement(id) ?? [])
}
