import type { Prefix } from '../../net/prefix.js'
import type { Gate } from '../control/api.js'
import type { PeerView, SessionView } from '../speaker/peer-view.js'
import { passed } from './gate.js'

/**
 * The one proof there is that a peer took a route: another peer sends it back with both our AS numbers in its path,
 * ours last. Empty without proof, which proves nothing.
 */
export function acceptedGate(
  { prefix, everyPeer }: { readonly prefix: Prefix; readonly everyPeer: readonly PeerView[] },
  peer: PeerView,
  { negotiated: { localAs, peerAs, external } }: SessionView,
): readonly Gate[] {
  if (!external) return []
  for (const { settings, adjRibIn } of everyPeer) {
    const route = settings.name === peer.settings.name ? undefined : adjRibIn?.routeOf(prefix)
    const path = route?.attributes.flatMap((attribute) =>
      attribute.kind === 'as-path' ? attribute.segments.flatMap(({ ases }) => ases) : [],
    )
    const at = path?.indexOf(localAs) ?? -1
    if (path === undefined || at < 1 || path[at - 1] !== peerAs) continue
    const text = `${settings.name} sends it back with the AS path ${path.join(' ')}: ${peer.settings.name} has accepted it`
    return [passed('accepted', text)]
  }
  return []
}
