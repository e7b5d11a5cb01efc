import { type DynamicPeerSettings, describeRange } from '../../bgp/peer-settings.js'
import type { DynamicPeers } from './dynamic-peers.js'
import { type Caller, mayBe } from './match-peer.js'
import type { PeerDriver } from './peer-driver.js'

/** Who takes a call, or why nobody does. */
export type Owner = { readonly driver: PeerDriver } | { readonly nobody: string }

/** A listed peer, or else one from a range, known or new. */
export function ownerOf(
  caller: Caller,
  peers: Iterable<PeerDriver>,
  dynamic: DynamicPeers,
  ranges: readonly DynamicPeerSettings[],
): Owner {
  const listed = [...peers].filter(({ settings }) => mayBe(settings, caller))
  // Several peers on one address differ in the port that we dial; a call shows none of it, so it goes to the one
  // that is waiting.
  const waiting = listed.find((driver) => driver.session === undefined && driver.accepts())
  const driver = waiting ?? listed[0]
  if (driver !== undefined) return ownedBy(driver)
  const membership = dynamic.admit(caller, ranges)
  switch (membership.is) {
    case 'member':
      return ownedBy(membership.driver)
    case 'in-no-range':
      return { nobody: 'it is no configured peer' }
    case 'over-limit': {
      const { range } = membership
      return { nobody: `${describeRange(range)} has its limit of ${range.limit} dynamic peers` }
    }
  }
}

function ownedBy(driver: PeerDriver): Owner {
  return driver.accepts() ? { driver } : { nobody: `that peer is held down: ${driver.heldDown}` }
}
