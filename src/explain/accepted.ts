import type { Prefix } from '../../net/prefix.js'
import type { Gate } from '../control/api/explain.js'
import type { PeerView, SessionView } from '../speaker/peer-view.js'
import { passed } from './gate.js'

/**
 * The one proof there is that a peer took a route: it comes back, from the peer itself, as FRR does, or over another
 * one, with both our AS numbers in its path, ours last. Empty without proof, which proves nothing.
 */
export function acceptedGate(
  { prefix, everyPeer }: { readonly prefix: Prefix; readonly everyPeer: readonly PeerView[] },
  peer: PeerView,
  { negotiated: { localAs, peerAs, external } }: SessionView,
): readonly Gate[] {
  if (!external) return []
  for (const { settings, adjRibIn } of everyPeer) {
    const path = asPathOf(adjRibIn?.routeOf(prefix))
    const at = path.indexOf(localAs)
    if (at < 1 || path[at - 1] !== peerAs) continue
    const text = `${settings.name} sends it back with the AS path ${path.join(' ')}: ${peer.settings.name} has accepted it`
    return [passed('accepted', text)]
  }
  return []
}

function asPathOf(route: ReturnType<NonNullable<PeerView['adjRibIn']>['routeOf']>): readonly number[] {
  return (route?.attributes ?? []).flatMap((attribute) =>
    attribute.kind === 'as-path' ? attribute.segments.flatMap(({ ases }) => ases) : [],
  )
}
