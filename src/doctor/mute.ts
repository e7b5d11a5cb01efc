import type { Diagnosis } from '../control/api/doctor.js'
import type { PeerView } from '../speaker/peer-view.js'
import { likely, make, possible } from './diagnosis.js'
import type { NetworkSigns } from './network-signs.js'
import { gtsmThere, ttlSecurityRemedies } from './silence.js'

/** How long, in seconds, an end of that kind says something. */
const RECENT = 600

/**
 * TCP connects, and no session comes of it or one that does not last. Routers answer a SYN before they know whose it
 * is: what GTSM demands (RFC 5082) is checked only of what follows, sometimes not even of the OPEN, and the kernel of
 * either side drops that without a word.
 */
export function whyMute(peer: PeerView, network: NetworkSigns): readonly Diagnosis[] {
  const { record, settings } = peer
  const last = record.endsWithin(RECENT).at(-1)
  const gaveUp = last?.origin === 'sent' && last.notification?.code === 4
  // A session that has lasted for a hold time has been heard.
  const unproven = record.state !== 'established' || record.uptimeSeconds <= settings.holdTime
  const connected = !['idle', 'connect', 'active'].includes(record.state)
  if (!(connected && unproven) && !gaveUp) return []
  const { name, ttl, ttlSecurityHops } = settings
  if (ttlSecurityHops !== undefined) {
    const { minTtl = 0 } = network.drops ?? {}
    if (minTtl === 0) return []
    const text = `TCP connects to ${name}, and what follows has a TTL below ${256 - ttlSecurityHops}, so that this kernel has just dropped ${minTtl} segments`
    const certainty = network.otherSuspects === 0 ? 'likely' : 'possible'
    return [make(certainty, 'ttl-security-here', text, ttlSecurityRemedies(name, ttlSecurityHops))]
  }
  if (ttl === 255) return []
  if (network.unacknowledged) {
    const text = `TCP connects to ${name}, which acknowledges nothing that follows with TTL ${ttl}: it has GTSM (ttl-security)`
    return [likely('ttl-security-there', text, gtsmThere(name))]
  }
  if (!gaveUp || last.from === 'Established') return []
  const text = `TCP connects to ${name}, and then nothing comes: GTSM (ttl-security) there drops what has TTL ${ttl}`
  return [possible('ttl-security-there', text, gtsmThere(name))]
}
