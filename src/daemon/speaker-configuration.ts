import type { Asn } from '../../bgp/asn.js'
import { bgpIdentifier } from '../../bgp/identifier.js'
import type { SpeakerSettings } from '../../bgp/peer-settings.js'
import type { Settings } from '../../config/settings.js'
import { u32Of } from '../../net/ip.js'
import { ok, type Result, refused } from '../../net/result.js'
import { defaultRouterId, type HostAddress } from '../os/interfaces.js'
import { readDefaultRouteInterface } from '../os/proc-net.js'
import type { SpeakerConfiguration } from '../speaker/speaker.js'

/**
 * What the speaker is to be; without `bgp` in the file, one that talks to nobody.
 * @param running what it is now, if it runs
 */
export function speakerConfiguration(
  { node, bgp }: Settings,
  host: readonly HostAddress[],
  running?: { readonly settings: Settings; readonly speaker: SpeakerSettings },
): Result<SpeakerConfiguration> {
  // One that was chosen stays: an address that comes or goes must not reset every session at the next reload.
  const present = running?.settings.bgp && !running.settings.bgp.routerId && running.speaker.routerId
  const chosen = bgp?.routerId ?? (present || hostIdentifier(host))
  if (bgp !== undefined && chosen === undefined) {
    return refused(
      'bgp.routerId: this host has no IPv4 address to take as its BGP identifier; write one: routerId: 10.0.0.11',
    )
  }
  const routerId = chosen ?? bgpIdentifier(1)
  if (routerId === undefined) return refused('bgp.routerId: not an identifier')
  // Without `bgp` nobody is told an AS number; the speaker wants one all the same.
  const asn = bgp?.asn ?? (1 as Asn)
  return ok({
    speaker: { node, asn, routerId },
    peers: bgp?.peers ?? [],
    dynamicPeers: bgp?.dynamicPeers ?? [],
  })
}

function hostIdentifier(host: readonly HostAddress[]) {
  const address = defaultRouterId(host, readDefaultRouteInterface())
  return address === undefined ? undefined : bgpIdentifier(u32Of(address))
}
