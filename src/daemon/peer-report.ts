import type { Capability } from '../../bgp/capability.js'
import { capabilityWords, describeCapability } from '../../bgp/describe-capability.js'
import { formatIdentifier } from '../../bgp/identifier.js'
import type { ComparedCapability, PeerDetail, PeerReport } from '../control/api/peers.js'
import { familyCounts, type PeerView } from '../speaker/peer-view.js'

/** A row group of `herald peers`. */
export function peerReport(node: string, peer: PeerView): PeerReport {
  const { settings, record, session, dynamic } = peer
  return {
    node,
    name: settings.name,
    address: settings.address,
    port: settings.port,
    ...(settings.interface !== undefined && { interface: settings.interface }),
    dynamic,
    localAs: settings.localAs,
    peerAs: session?.negotiated.peerAs ?? settings.remoteAs,
    sessionState: record.state,
    uptimeSeconds: record.uptimeSeconds,
    families: familyCounts(peer),
    ...(record.lastError && { lastError: record.lastError }),
  }
}

/** Everything known of one peer. */
export function peerDetail(node: string, peer: PeerView, hints: readonly string[]): PeerDetail {
  const { settings, record, session } = peer
  return {
    ...peerReport(node, peer),
    ...(session && {
      localAddress: session.local.address,
      localPort: session.local.port,
      remotePort: session.remote.port,
      peerIdentifier: formatIdentifier(session.negotiated.peerIdentifier),
    }),
    passive: settings.passive,
    password: settings.password !== undefined,
    ttl: settings.ttl,
    ...(settings.ttlSecurityHops !== undefined && { ttlSecurityHops: settings.ttlSecurityHops }),
    ...(peer.heldDown !== undefined && { heldDown: peer.heldDown }),
    timers: {
      holdTimeConfigured: settings.holdTime,
      keepaliveTimeConfigured: settings.keepaliveTimeSeconds,
      connectRetryTime: settings.connectRetryTimeSeconds,
      ...(session && {
        holdTimeNegotiated: session.negotiated.holdTime,
        keepaliveTimeNegotiated: session.negotiated.keepaliveTimeSeconds,
      }),
    },
    capabilities: {
      offered: peer.offer.capabilities.map(describeCapability),
      received: session?.negotiated.received.map(describeCapability) ?? [],
      compared: compared(peer.offer.capabilities, session?.negotiated.received ?? []),
      ...(peer.reduced !== undefined && { reduced: peer.reduced }),
    },
    messages: { sent: { ...record.sent }, received: { ...record.received } },
    flaps: record.flaps,
    malformed: record.malformed,
    history: [...record.history],
    hints,
  }
}

function compared(
  offered: readonly Capability[],
  received: readonly Capability[],
): readonly ComparedCapability[] {
  const [ours, theirs] = [valuesByName(offered), valuesByName(received)]
  return [...new Set([...ours.keys(), ...theirs.keys()])].map((name) => {
    const [mine, yours] = [ours.get(name), theirs.get(name)]
    return {
      name,
      ...(mine !== undefined && { offered: mine }),
      ...(yours !== undefined && { received: yours }),
    }
  })
}

function valuesByName(capabilities: readonly Capability[]): ReadonlyMap<string, string> {
  return new Map(capabilities.map(capabilityWords).map(({ name, value = 'yes' }) => [name, value]))
}
