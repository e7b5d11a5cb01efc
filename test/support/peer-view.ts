import type { Asn } from '../../bgp/asn.js'
import type { CodecContext } from '../../bgp/codec/context.js'
import type { HoldTime } from '../../bgp/hold-time.js'
import type { BgpIdentifier } from '../../bgp/identifier.js'
import type { Negotiated } from '../../bgp/negotiated.js'
import { offer } from '../../bgp/open-offer.js'
import type { PeerSettings, SpeakerSettings } from '../../bgp/peer-settings.js'
import type { ExportTarget } from '../../bgp/rib/export.js'
import type { LocRib } from '../../bgp/rib/loc-rib.js'
import { Outbox } from '../../bgp/rib/outbox.js'
import { UpdateGroups } from '../../bgp/rib/update-group.js'
import type { Clock } from '../../net/clock.js'
import type { Ip, Ipv4, Ipv6 } from '../../net/ip.js'
import { PeerRecord } from '../../src/speaker/peer-record.js'
import type { PeerView, SessionView } from '../../src/speaker/peer-view.js'
import { fakeClock } from './fake-clock.js'

/** Peers as reports see them, without a speaker: node AS 65001 at 10.0.0.11, its router tor-1 AS 65000 at 10.0.0.1. */

export const speaker: SpeakerSettings = {
  node: 'worker-1',
  asn: 65001 as Asn,
  routerId: 0x0a00000b as BgpIdentifier,
}

export function peerSettings(change: Partial<PeerSettings> = {}): PeerSettings {
  return {
    name: 'tor-1',
    address: '10.0.0.1' as Ip,
    remoteAs: 65000 as Asn,
    localAs: 65001 as Asn,
    port: 179,
    ttl: 1,
    passive: false,
    holdTime: 90 as HoldTime,
    keepaliveTimeSeconds: 30,
    connectRetryTimeSeconds: 5,
    families: ['ipv4/unicast', 'ipv6/unicast'],
    gracefulRestart: { enabled: true, restartTimeSeconds: 120 },
    nextHop: {},
    ...change,
  }
}

export function peerRecord(clock: Clock = fakeClock()): PeerRecord {
  return new PeerRecord(clock, () => '2026-03-01T10:00:00.000Z')
}

/** A peer without a session, unless told. */
export function peerView(change: Partial<PeerView> = {}): PeerView {
  const settings = change.settings ?? peerSettings()
  return {
    settings,
    dynamic: false,
    record: peerRecord(),
    offer: offer(speaker, settings, { restarted: false, forwardingPreserved: false }, 'none'),
    reduced: undefined,
    heldDown: undefined,
    stopped: undefined,
    dialFailures: { count: 0 },
    nextAttemptSeconds: undefined,
    refusedCall: undefined,
    adjRibIn: undefined,
    session: undefined,
    ...change,
  }
}

export interface SessionChange {
  readonly negotiated?: Partial<Negotiated>
  readonly target?: Partial<ExportTarget>
}

/** An Established session that has been sent nothing yet. */
export function sessionView(
  locRib: LocRib,
  {
    settings = peerSettings(),
    negotiated: agreed = {},
    target: wanted = {},
  }: SessionChange & {
    readonly settings?: PeerSettings
  } = {},
): SessionView {
  const { families, localAs } = settings
  const negotiated: Negotiated = {
    peerAs: 65000 as Asn,
    peerIdentifier: 0x0a000001 as BgpIdentifier,
    localAs,
    external: true,
    holdTime: 90 as HoldTime,
    keepaliveTimeSeconds: 30,
    families,
    fourOctetAs: true,
    maxMessageLength: 4096,
    routeRefresh: true,
    enhancedRouteRefresh: false,
    extendedNextHop: [],
    offered: [],
    received: [],
    ...agreed,
  }
  const target: ExportTarget = {
    ...(settings.advertise && { advertise: settings.advertise }),
    external: negotiated.external,
    localAs,
    fourOctetAs: true,
    families: negotiated.families,
    extendedNextHop: [],
    maxMessageLength: negotiated.maxMessageLength,
    nextHops: { ipv4: '10.0.0.11' as Ipv4, ipv6: '2001:db8::11' as Ipv6 },
    service: 'in-service',
    ...wanted,
  }
  const context: CodecContext = negotiated
  return {
    negotiated,
    local: { address: '10.0.0.11' as Ip, port: 40_000 },
    remote: { address: '10.0.0.1' as Ip, port: 179 },
    target,
    outbox: new Outbox(new UpdateGroups(locRib), target, context),
  }
}

/** The peer takes all there is. */
export function drain({ outbox }: SessionView, complete = true): void {
  while (outbox.pull(complete) !== undefined);
}
