import type { Family } from '../../bgp/family.js'
import type { Open } from '../../bgp/message.js'
import type { Negotiated } from '../../bgp/negotiated.js'
import type { PeerSettings } from '../../bgp/peer-settings.js'
import type { AdjRibIn } from '../../bgp/rib/adj-rib-in.js'
import type { ExportTarget } from '../../bgp/rib/export.js'
import type { Outbox } from '../../bgp/rib/outbox.js'
import type { Stop } from '../../bgp/stop.js'
import type { Endpoint } from '../../net/endpoint.js'
import type { CallRefusal, DialFailure } from '../transport/transport.js'
import type { PeerRecord } from './peer-record.js'

/** What may be known of a peer from outside: reports are made from it, and nothing is changed through it. */
export interface PeerView {
  readonly settings: PeerSettings
  /** Accepted from a dynamic range. */
  readonly dynamic: boolean
  readonly record: PeerRecord
  /** The OPEN that the next session will offer, or this one did. */
  readonly offer: Open
  /** Present when capabilities are left out because the peer rejected an OPEN that had them. */
  readonly reduced: string | undefined
  /** Why nothing is tried at present, when nothing is; in words. */
  readonly heldDown: string | undefined
  readonly stopped: Stop | undefined
  /** Dials in a row that ended without a connection, and how the last one ended. */
  readonly dialFailures: { readonly count: number; readonly last?: DialFailure }
  /** Until this side tries again, or gives up the attempt that is under way; absent while nothing is to be tried. */
  readonly nextAttemptSeconds: number | undefined
  /** The peer's last call, where this side could not take it; forgotten with the next session. */
  readonly refusedCall: CallRefusal | undefined
  /** What the peer sent: of this session, or of the last one while the peer restarts (RFC 4724). */
  readonly adjRibIn: AdjRibIn | undefined
  /** Present while Established. */
  readonly session: SessionView | undefined
}

export interface SessionView {
  readonly negotiated: Negotiated
  readonly local: Endpoint
  readonly remote: Endpoint
  readonly target: ExportTarget
  readonly outbox: Outbox
}

/** Prefixes received from and advertised to the peer, per family; zeros while there is no session. */
export function familyCounts(
  peer: PeerView,
): readonly { family: Family; received: number; advertised: number }[] {
  const { session } = peer
  return (session?.negotiated.families ?? peer.settings.families).map((family) => ({
    family,
    received: peer.adjRibIn?.received(family) ?? 0,
    advertised: session?.outbox.advertised(family) ?? 0,
  }))
}
