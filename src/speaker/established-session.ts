import type { ReceivedUpdate } from '../../bgp/codec/update.js'
import type { Family } from '../../bgp/family.js'
import type { Negotiated } from '../../bgp/negotiated.js'
import type { PeerSettings } from '../../bgp/peer-settings.js'
import type { AdjRibIn } from '../../bgp/rib/adj-rib-in.js'
import type { ExportTarget, Service } from '../../bgp/rib/export.js'
import { targetKey } from '../../bgp/rib/export.js'
import { Outbox } from '../../bgp/rib/outbox.js'
import type { Parcel } from '../../bgp/rib/parcel.js'
import type { UpdateGroups } from '../../bgp/rib/update-group.js'
import type { Endpoint } from '../../net/endpoint.js'
import type { Ip } from '../../net/ip.js'
import type { HostAddress } from '../os/interfaces.js'
import { nextHopsOf } from './next-hops.js'
import type { PeerRecord } from './peer-record.js'
import type { SessionView } from './peer-view.js'
import { type RouteChange, routeChange } from './route-change.js'
import type { SpeakerEvent } from './speaker-event.js'
import type { Wire } from './wire.js'

/** What a session needs of the speaker. */
export interface SessionServices {
  readonly groups: UpdateGroups
  hostAddresses(): readonly HostAddress[]
  /** Whether an announcement names this peer. */
  isNamed(peer: string): boolean
  /** Whether every source has declared its set. */
  complete(): boolean
  service(): Service
  /** Whether the Loc-RIB has all that was declared; whoever settles it pumps. */
  settled(): boolean
  emit(event: SpeakerEvent): void
  /** Runs `work` after pending I/O; parcels of several peers take turns that way. */
  later(work: () => void): void
}

/** What exists only while a peer is Established: what it has been sent, and what it sent. */
export class EstablishedSession implements SessionView {
  readonly negotiated: Negotiated
  readonly adjRibIn: AdjRibIn
  readonly outbox: Outbox
  readonly #wire: Wire
  readonly #record: PeerRecord
  readonly #services: SessionServices
  #host: readonly HostAddress[] = []
  #settings: PeerSettings
  /** Prefixes over the peer's maximum, as it was last told of. */
  #leftOut = 0
  #target: ExportTarget
  #pumping = false
  #blocked = false
  #closed = false

  constructor(
    wire: Wire,
    negotiated: Negotiated,
    adjRibIn: AdjRibIn,
    settings: PeerSettings,
    record: PeerRecord,
    services: SessionServices,
  ) {
    this.negotiated = negotiated
    this.adjRibIn = adjRibIn
    this.#wire = wire
    this.#record = record
    this.#services = services
    this.#settings = settings
    this.#target = this.#targetOf(settings, services.hostAddresses())
    this.outbox = new Outbox(services.groups, this.#target, negotiated)
  }

  get local(): Endpoint {
    return this.#wire.connection.local
  }

  get remote(): Endpoint {
    return this.#wire.connection.remote
  }

  get target(): ExportTarget {
    return this.#target
  }

  /** Whether the peer has been sent all there is for it, and its kernel has taken it. */
  get settled(): boolean {
    return !this.#pumping && !this.#blocked
  }

  /** Sends what the peer has not had, as far as the kernel takes it. */
  pump(): void {
    if (this.#pumping || this.#blocked || this.#closed) return
    this.#pumping = true
    this.#services.later(() => this.#pull())
  }

  /** The kernel has taken everything. */
  drained(): void {
    this.#blocked = false
    this.pump()
  }

  /** Sends the routes of the family once more (RFC 2918). */
  refresh(family: Family): void {
    if (!this.negotiated.families.includes(family)) return
    this.outbox.refresh(family)
    this.pump()
  }

  /** Follows settings and host addresses that changed: a peer that is to get something else moves to another update group. */
  retarget(settings: PeerSettings, host: readonly HostAddress[]): void {
    this.#settings = settings
    const target = this.#targetOf(settings, host)
    if (targetKey(target) === targetKey(this.#target)) return
    this.outbox.move(target)
    this.#target = target
    this.pump()
  }

  receive(update: ReceivedUpdate): RouteChange {
    const change = routeChange(update, this.negotiated.fourOctetAs)
    if (change.withdrawn.length > 0) this.adjRibIn.withdraw(change.withdrawn)
    for (const { prefixes, attributes } of change.announced) this.adjRibIn.announce(prefixes, attributes)
    return change
  }

  close(): void {
    this.#closed = true
    this.outbox.close()
  }

  /** One parcel a turn: other peers, timers and the API have theirs in between. */
  #pull(): void {
    this.#pumping = false
    if (this.#closed || !this.#services.settled()) return
    const parcel = this.outbox.pull(this.#services.complete())
    if (parcel === undefined) {
      this.#tellLeftOut()
      return
    }
    if (parcel.bytes.length > 0) this.#send(parcel)
    this.pump()
  }

  #send(parcel: Parcel): void {
    this.#record.countSent('update', parcel.bytes.length, parcel.updates)
    if (parcel.routeRefreshes > 0) this.#record.countSent('route-refresh', 0, parcel.routeRefreshes)
    this.#blocked = !this.#wire.write(parcel.bytes)
  }

  /** Once the peer has what there is room for: not at every prefix on the way. */
  #tellLeftOut(): void {
    const { name, maxAdvertisedPrefixes: limit } = this.#settings
    const before = this.#leftOut
    this.#leftOut = this.outbox.leftOut
    if (this.#leftOut <= before || limit === undefined) return
    const many = this.#leftOut === 1 ? '1 prefix is' : `${this.#leftOut} prefixes are`
    const text = `${many} left out: ${name} is sent ${limit} of each family at most (maxAdvertisedPrefixes)`
    this.#services.emit({ kind: 'warning', peer: name, text })
  }

  #targetOf(settings: PeerSettings, now: readonly HostAddress[]): ExportTarget {
    const { name, advertise, allowedPrefixes, maxAdvertisedPrefixes, nextHop } = settings
    const { negotiated } = this
    const { local, interface: link } = this.#wire.connection
    const host = this.#hostAddresses(local.address, now)
    return {
      ...(this.#services.isNamed(name) && { peer: name }),
      ...(advertise && { advertise }),
      ...(allowedPrefixes && { allowedPrefixes }),
      ...(maxAdvertisedPrefixes !== undefined && { maxAdvertisedPrefixes }),
      external: negotiated.external,
      localAs: negotiated.localAs,
      fourOctetAs: negotiated.fourOctetAs,
      families: negotiated.families,
      extendedNextHop: negotiated.extendedNextHop,
      maxMessageLength: negotiated.maxMessageLength,
      service: this.#services.service(),
      nextHops: nextHopsOf(local.address, link, nextHop, host),
    }
  }

  /**
   * The host's addresses, as they were last seen with this session's own among them: an interface that lost its
   * carrier is not listed, and a session that outlives that is not to withdraw anything.
   */
  #hostAddresses(own: Ip, now: readonly HostAddress[]): readonly HostAddress[] {
    if (now.some(({ address }) => address === own)) this.#host = now
    return this.#host
  }
}
