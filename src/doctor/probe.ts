import type { PeerSettings } from '../../bgp/peer-settings.js'
import type { PeerView } from '../speaker/peer-view.js'
import type { DialOptions, Transport } from '../transport/transport.js'
import type { ProbeOutcome, Probes } from './network-signs.js'

/** Milliseconds that an answer may take: a SYN, and the first time it is sent again. */
const TIMEOUT_MS = 2_000

/**
 * Asks the peer with other SYNs than the session's, where that one gets no answer. A connection that comes of it is
 * closed at once: nothing is said over it, with a key or without.
 */
export async function probesOf(
  { settings, dialFailures, stopped, session }: PeerView,
  transport: Transport,
): Promise<Probes> {
  const silent = dialFailures.last?.because === 'timed-out'
  if (!silent || session !== undefined || stopped !== undefined || settings.passive) return {}
  const { password, ttl } = settings
  const options = optionsFor(settings)
  const [unsigned, everyTtl] = await Promise.all([
    password === undefined ? undefined : probe(transport, { ...options, ...distance(settings) }),
    ttl === 255 ? undefined : probe(transport, { ...options, ttl: 255, ...(password && { key: password }) }),
  ])
  return { ...(unsigned && { unsigned }), ...(everyTtl && { everyTtl }) }
}

function optionsFor({ address, port, localAddress, interface: link, ttl }: PeerSettings): DialOptions {
  return {
    remote: { address, port },
    ttl,
    timeoutMs: TIMEOUT_MS,
    ...(localAddress !== undefined && { localAddress }),
    ...(link !== undefined && { interface: link }),
  }
}

function distance({ ttlSecurityHops }: PeerSettings): Pick<DialOptions, 'ttlSecurityHops'> {
  return ttlSecurityHops === undefined ? {} : { ttlSecurityHops }
}

function probe(transport: Transport, options: DialOptions): Promise<ProbeOutcome> {
  return new Promise((done) => {
    transport.dial(options, (outcome) => {
      if (outcome.is === 'connected') outcome.connection.destroy()
      done(outcome.is === 'connected' ? 'connected' : outcome.because === 'refused' ? 'refused' : 'silent')
    })
  })
}
