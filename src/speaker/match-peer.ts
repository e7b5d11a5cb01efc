import type { DynamicPeerSettings, PeerSettings } from '../../bgp/peer-settings.js'
import type { Endpoint } from '../../net/endpoint.js'
import { covers, hostPrefix, lengthOf } from '../../net/prefix.js'

/** Who is calling: what an incoming connection shows before its OPEN. */
export interface Caller {
  readonly local: Endpoint
  readonly remote: Endpoint
  readonly interface?: string
}

/** Whether an incoming connection may be this peer's: its address, our address, its link. */
export function mayBe(peer: PeerSettings, caller: Caller): boolean {
  if (peer.address !== caller.remote.address) return false
  if (peer.localAddress !== undefined && peer.localAddress !== caller.local.address) return false
  return peer.interface === undefined || caller.interface === undefined || peer.interface === caller.interface
}

/** The range that takes this caller: the narrowest one. */
export function rangeFor(
  ranges: readonly DynamicPeerSettings[],
  caller: Caller,
): DynamicPeerSettings | undefined {
  const host = hostPrefix(caller.remote.address)
  return ranges
    .filter(({ prefix }) => covers(prefix, host))
    .reduce<DynamicPeerSettings | undefined>(
      (best, range) => (best && lengthOf(best.prefix) >= lengthOf(range.prefix) ? best : range),
      undefined,
    )
}

/** What tells a dynamic peer from others: its address, and its link where that is needed. */
export type Place = Pick<PeerSettings, 'address' | 'interface'>

/** A listed peer's settings for one from a range. */
export function dynamicPeer(range: DynamicPeerSettings, { address, interface: link }: Place): PeerSettings {
  const { name: _, prefix: __, limit: ___, ...session } = range
  return {
    ...session,
    name: address,
    address,
    passive: true,
    ...(link !== undefined && { interface: link }),
  }
}
