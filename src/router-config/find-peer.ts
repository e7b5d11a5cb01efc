import type { PeerSettings } from '../../bgp/peer-settings.js'
import type { BgpSettings } from '../../config/settings.js'
import { didYouMean } from '../../net/did-you-mean.js'
import { parseIp } from '../../net/ip.js'
import { ok, type Result, refused } from '../../net/result.js'
import { dynamicPeer, rangeFor } from '../speaker/match-peer.js'

/** The peer of this name or address; an address in a dynamic range is what that range would make of it. */
export function findPeer(bgp: BgpSettings, wanted: string): Result<PeerSettings> {
  const { peers, dynamicPeers } = bgp
  const listed = peers.find(({ name }) => name === wanted) ?? peers.find(({ address }) => address === wanted)
  if (listed !== undefined) return ok(listed)
  const ip = parseIp(wanted)
  if (ip.ok) {
    const endpoint = { address: ip.value, port: 0 }
    const range = rangeFor(dynamicPeers, { local: endpoint, remote: endpoint })
    if (range !== undefined) return ok(dynamicPeer(range, endpoint))
  }
  const names = peers.flatMap(({ name, address }) => (name === address ? [name] : [name, address]))
  const meant = didYouMean(wanted, names)
  if (meant !== undefined) return refused(`there is no peer '${wanted}'; did you mean ${meant}?`)
  const known =
    peers.length === 0 ? 'the file lists none' : `the file has ${peers.map(({ name }) => name).join(', ')}`
  return refused(`there is no peer '${wanted}'; ${known}`)
}
