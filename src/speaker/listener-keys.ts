import { type DynamicPeerSettings, type PeerSettings, unnumbered } from '../../bgp/peer-settings.js'
import { hostPrefix, type Prefix } from '../../net/prefix.js'
import type { Secret } from '../../net/secret.js'

/** The TCP MD5 key that a SYN from each place must carry; a listed peer's counts before that of its range. */
export type ListenerKeys = ReadonlyMap<Prefix, Secret>

export function listenerKeys({
  peers,
  dynamicPeers,
}: {
  readonly peers: readonly PeerSettings[]
  readonly dynamicPeers: readonly DynamicPeerSettings[]
}): ListenerKeys {
  const keys = new Map<Prefix, Secret>()
  for (const { prefix, password } of dynamicPeers) if (password) keys.set(prefix, password)
  for (const { address, password } of peers)
    if (password && address !== unnumbered) keys.set(hostPrefix(address), password)
  return keys
}

/** What has to be set, or removed, where a listener has the keys of before. */
export function changedKeys(
  before: ListenerKeys,
  after: ListenerKeys,
): readonly { readonly peers: Prefix; readonly key: Secret | undefined }[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((peers) => ({ peers, key: after.get(peers) }))
    .filter(({ peers, key }) => key === undefined || !key.equals(before.get(peers)))
}
