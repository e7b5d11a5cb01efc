import { familyOfVersion } from '../../bgp/family.js'
import type { LocRib, RibAnnouncement } from '../../bgp/rib/loc-rib.js'
import { type Prefix, versionOf } from '../../net/prefix.js'
import type { ExplainReport, Gate } from '../control/api/explain.js'
import type { NodeService } from '../control/api/service.js'
import type { LanView } from '../l2/lan-check.js'
import type { PeerView } from '../speaker/peer-view.js'
import { failed, passed } from './gate.js'
import { lanGates } from './lan-gates.js'
import { explainPeer } from './peer-gates.js'
import { type Declared, type Wanting, wantedGates, wantingOf } from './wanted.js'

/** What the daemon holds, as far as it decides about one prefix. */
export interface Holdings {
  /** In the order in which they count. */
  readonly sources: readonly Declared[]
  readonly locRib: LocRib
  readonly service: NodeService
  readonly everyPeer: readonly PeerView[]
  /** What decides about that prefix on the LAN; absent without `l2`. */
  readonly lan?: LanView
}

/**
 * Every gate between wanting `prefix` and these peers having it, in order (RFC 4271 §9.1.3, §9.2), and those between
 * wanting it on the LAN and one station answering for it.
 * @param peers of one that was asked for by name, that one alone
 */
export function explain(
  prefix: Prefix,
  { peers, named }: { readonly peers: readonly PeerView[]; readonly named: boolean },
  held: Holdings,
): ExplainReport {
  const wanting = wantingOf(prefix, held.sources)
  const onLan = !named && wanting.some((each) => each.onLan)
  const asksForBgp = !onLan || wanting.some(({ byBgp }) => byBgp)
  const gates = [...wantedGates(prefix, held.sources, { wanting, asksForBgp: asksForBgp && !onLan })]
  if (!holds(gates)) return { prefix, holds: false, gates, peers: [] }
  gates.push(serviceGate(held.service))
  const lan = onLan && holds(gates) ? { lan: lanOf(prefix, wanting, held) } : {}
  const lanHolds = holds(lan.lan ?? [])
  if (!asksForBgp) return { prefix, holds: holds(gates) && lanHolds, gates, peers: [], ...lan }
  if (peers.length === 0) {
    gates.push(failed('peers', 'there is no peer to tell it to', 'add one to `bgp.peers` in the file'))
  }
  const candidates = candidatesFor(prefix, held.locRib)
  if (candidates.length === 0) gates.push(failed('via-bgp', 'its announcement is just changing', 'ask again'))
  if (!holds(gates)) return { prefix, holds: false, gates, peers: [], ...lan }
  const explained = peers.map((peer) => explainPeer(peer, { prefix, candidates, ...held }))
  return { prefix, holds: lanHolds && explained.every((each) => each.holds), gates, peers: explained, ...lan }
}

function lanOf(prefix: Prefix, wanting: readonly Wanting[], { lan, service }: Holdings): readonly Gate[] {
  const group =
    wanting.find(({ onLan }) => onLan)?.announcement.l2?.group ?? lan?.settings.groups[0]?.name ?? ''
  if (lan === undefined)
    return [failed('via-l2', 'l2 is not configured any more', 'write l2: {} in the file')]
  if (service === 'in-service') return lanGates(prefix, group, lan)
  const text = `this node is ${service}: its addresses are handed over`
  return [
    passed('via-l2', `announced on the LAN, in group ${group}`),
    failed('owner', text, 'herald drain --undo'),
  ]
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
