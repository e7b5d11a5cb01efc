import t from 'tap'
import type { Asn } from '../../../bgp/asn.js'
import { families } from '../../../bgp/family.js'
import type { Ended, Session } from '../../../bgp/fsm/session.js'
import type { Notification, Open } from '../../../bgp/message.js'
import { describeNotification } from '../../../bgp/notification.js'
import { offer } from '../../../bgp/open-offer.js'
import type { PeerSettings } from '../../../bgp/peer-settings.js'
import { AdjRibIn } from '../../../bgp/rib/adj-rib-in.js'
import { LocRib } from '../../../bgp/rib/loc-rib.js'
import type { Ip } from '../../../net/ip.js'
import type { Prefix } from '../../../net/prefix.js'
import { rangeOf } from '../../../net/prefix-range.js'
import { Secret } from '../../../net/secret.js'
import { spanOf } from '../../../net/span.js'
import type { Certainty, PeerCause } from '../../../src/control/api/doctor.js'
import { diagnose } from '../../../src/doctor/diagnose.js'
import { type NetworkSigns, noSigns } from '../../../src/doctor/network-signs.js'
import type { PeerView } from '../../../src/speaker/peer-view.js'
import type { DialFailureCause } from '../../../src/transport/transport.js'
import { fakeClock } from '../../support/fake-clock.js'
import { drain, peerRecord, peerSettings, peerView, sessionView, speaker } from '../../support/peer-view.js'
import { noDrops } from '../../support/quiet-kernel.js'

export const password = new Secret('Sesame')
export const nothing = noSigns(noDrops)
export const onLink = { destination: '10.0.0.0/24' as Prefix, interface: 'eth0', metric: 0, rejects: false }
export const viaRouter = { ...onLink, destination: '0.0.0.0/0' as Prefix, gateway: '10.0.0.254' as Ip }

export interface Row {
  readonly name: string
  readonly peer: PeerView
  readonly network?: Partial<NetworkSigns>
  /** All of them, in order. */
  readonly expected: readonly (readonly [Certainty, PeerCause])[]
  /** Of the first. */
  readonly text: RegExp
  readonly here?: RegExp
  readonly there?: RegExp
}

/** A peer whose dials end like this. */
export function failing(because: DialFailureCause, settings: Partial<PeerSettings> = {}): PeerView {
  const last = { because, text: `${because}: 10.0.0.1:179` }
  return peerView({ settings: peerSettings(settings), dialFailures: { count: 3, last } })
}

export const silent = (settings: Partial<PeerSettings> = {}) => failing('timed-out', settings)

export type End = Pick<Ended, 'origin'> & { readonly kind?: Ended['kind']; readonly from?: Session['state'] }

/** A peer with which connections ended like this, the last one last. */
export function ended(
  ends: readonly (readonly [End, Notification?])[],
  { open, ...change }: Partial<PeerView> & { readonly open?: Open } = {},
): PeerView {
  const record = peerRecord()
  if (open !== undefined) record.heard(open)
  for (const [{ origin, kind, from }, notification] of ends) {
    record.ended(from ?? 'OpenSent', {
      origin,
      kind: kind ?? (notification ? 'error' : 'connection-lost'),
      text: notification ? describeNotification(notification) : 'the peer closed the connection',
      ...(notification && { notification }),
    })
  }
  return peerView({ ...change, record })
}

export function notification(code: number, subcode: number, data: readonly number[] = []): Notification {
  return { kind: 'notification', code, subcode, data: Uint8Array.from(data) }
}

/** The OPEN of tor-1. */
export function theirs(change: Partial<PeerSettings> = {}): Open {
  const settings = peerSettings({ localAs: 65000 as Asn, ...change })
  return offer(speaker, settings, { restarted: false, forwardingPreserved: false }, 'none')
}

export const sent: End = { origin: 'sent' }
export const received: End = { origin: 'received' }
export const lost: End = { origin: 'local' }

/** A peer that is up, with one route announced to it. */
export function established(
  change: Parameters<typeof sessionView>[1] & {
    readonly view?: Partial<PeerView>
    /** None: false. */
    readonly wanted?: string | false
  } = {},
): PeerView {
  const locRib = new LocRib(families)
  const id = locRib.register({
    name: 'pods',
    source: 'file',
    path: { origin: 'igp', communities: [], asPathPrepend: 0 },
    precedence: 0,
  })
  const { wanted = '10.244.1.0/24' } = change
  if (wanted !== false) locRib.insert(id, spanOf(rangeOf(wanted as Prefix)))
  const session = sessionView(locRib, change)
  drain(session)
  const record = peerRecord()
  record.moved('Established', 'KEEPALIVE received')
  return peerView({ session, record, ...(change.settings && { settings: change.settings }), ...change.view })
}

export const received3 = new AdjRibIn(['ipv4/unicast'])
received3.announce(['0.0.0.0/0' as Prefix], [])

/** The same session ten minutes later. */
export function lasting(peer: PeerView): PeerView {
  const clock = fakeClock()
  const record = peerRecord(clock)
  record.moved('Established', 'KEEPALIVE received')
  clock.advance(600_000)
  return { ...peer, record }
}

/** Each row is a test: what is diagnosed, in its order, and the words of the first. */
export function testEach(rows: readonly Row[]): void {
  t.ok(rows.length > 0, 'there are conditions to diagnose')
  for (const { name, peer, network, expected, text, here, there } of rows) {
    t.test(name, async (t) => {
      const diagnoses = diagnose(peer, { ...nothing, ...network })
      t.same(
        diagnoses.map(({ certainty, cause }) => [certainty, cause]),
        expected,
      )
      t.match(diagnoses[0]?.text ?? '', text)
      if (here !== undefined) t.match(diagnoses[0]?.here, here)
      if (there !== undefined) t.match(diagnoses[0]?.there, there)
      for (const diagnosis of diagnoses) t.notMatch(JSON.stringify(diagnosis), 'Sesame')
    })
  }
}
