import { families } from '../../bgp/family.js'
import type { OfferHints } from '../../bgp/open-offer.js'
import type { DynamicPeerSettings, PeerSettings, SpeakerSettings } from '../../bgp/peer-settings.js'
import type { Service } from '../../bgp/rib/export.js'
import { LocRib } from '../../bgp/rib/loc-rib.js'
import { UpdateGroups } from '../../bgp/rib/update-group.js'
import type { Stop } from '../../bgp/stop.js'
import { peerEffects } from '../../config/effect.js'
import { keyChanges } from '../../config/key-change.js'
import type { Cancel, Clock } from '../../net/clock.js'
import type { Endpoint } from '../../net/endpoint.js'
import { hostPrefix, type Prefix } from '../../net/prefix.js'
import type { Secret } from '../../net/secret.js'
import type { HostAddress } from '../os/interfaces.js'
import type { Incoming, Listener, ListenFailure, Transport } from '../transport/transport.js'
import { type Caller, dynamicPeer, mayBe, rangeFor } from './match-peer.js'
import { PeerDriver, type PeerServices } from './peer-driver.js'
import type { PeerView } from './peer-view.js'
import type { SpeakerEvent } from './speaker-event.js'
import { Strangers } from './strangers.js'

/** The world as the speaker sees it: everything with effects is handed in. */
export interface SpeakerOptions {
  readonly clock: Clock
  readonly transport: Transport
  /** ISO 8601, for the record. */
  wallTime(): string
  /** In [0, 1). */
  random(): number
  hostAddresses(): readonly HostAddress[]
  /** What OPENs say about restarts. */
  hints(): OfferHints
  /** Whether every source has said what it wants: End-of-RIB waits for it. */
  complete(): boolean
  /** Runs work after pending I/O. */
  later(work: () => void): void
  onEvent(event: SpeakerEvent): void
}

/** How often the host's addresses are looked at: one that comes late is a next hop this much later. */
const HOST_ADDRESSES_MS = 2000

/** Who the speaker is and whom it talks to. */
export interface SpeakerConfiguration {
  readonly speaker: SpeakerSettings
  readonly peers: readonly PeerSettings[]
  readonly dynamicPeers: readonly DynamicPeerSettings[]
}

/** BGP-4 towards any number of peers: one Loc-RIB, one driver per peer, one listener. */
export class Speaker {
  readonly locRib = new LocRib(families)
  readonly #options: SpeakerOptions
  readonly #groups = new UpdateGroups(this.locRib)
  readonly #services: PeerServices
  readonly #strangers: Strangers
  #configuration: SpeakerConfiguration
  readonly #peers = new Map<string, PeerDriver>()
  readonly #dynamic = new Map<string, { readonly driver: PeerDriver; readonly range: DynamicPeerSettings }>()
  #listener: Listener | undefined
  #named: ReadonlySet<string> = new Set()
  #service: Service = 'in-service'
  /** Why no peer is to be up, while none is. */
  #down: Stop | undefined
  /** Of `stop`: drivers whose connections are still closing, and who waits for them. */
  #leaving: readonly PeerDriver[] = []
  #onQuiet: () => void = () => undefined
  #stopLooking: Cancel = () => undefined

  constructor(configuration: SpeakerConfiguration, options: SpeakerOptions) {
    this.#configuration = configuration
    this.#options = options
    this.#strangers = new Strangers(options.clock, (text) => options.onEvent({ kind: 'warning', text }))
    this.#services = {
      clock: options.clock,
      transport: options.transport,
      groups: this.#groups,
      wallTime: () => options.wallTime(),
      random: () => options.random(),
      hostAddresses: () => options.hostAddresses(),
      hints: () => options.hints(),
      complete: () => options.complete(),
      service: () => this.#service,
      later: (work) => options.later(work),
      speaker: () => this.#configuration.speaker,
      isNamed: (peer) => this.#named.has(peer),
      emit: (event) => options.onEvent(event),
      idle: (driver) => this.#forgetDynamic(driver),
      closed: () => this.#checkQuiet(),
    }
  }

  get configuration(): SpeakerConfiguration {
    return this.#configuration
  }

  get bound(): readonly Endpoint[] {
    return this.#listener?.bound ?? []
  }

  /** Listed peers in the order of the file, then dynamic ones. */
  get peers(): readonly PeerView[] {
    return [...this.#peers.values(), ...[...this.#dynamic.values()].map(({ driver }) => driver)]
  }

  /** Binds what it can; what it cannot is for the caller to judge. Before `start`, so that keys precede every SYN. */
  listen(endpoints: readonly Endpoint[]): readonly ListenFailure[] {
    if (endpoints.length === 0) return []
    this.#listener = this.#options.transport.listen({
      endpoints,
      keys: [...this.#keys()].map(([peers, key]) => ({ peers, key })),
      onIncoming: (incoming) => this.#incoming(incoming),
      onAcceptFailed: (text) => this.#options.onEvent({ kind: 'warning', text }),
    })
    return this.#listener.failures
  }

  start(): void {
    for (const settings of this.#configuration.peers) this.#add(settings)
    this.#keepLooking()
  }

  /** Takes another configuration: only sessions that a changed key resets are touched. */
  configure(next: SpeakerConfiguration): void {
    const before = this.#configuration
    const keysBefore = this.#keys()
    this.#configuration = next
    this.#replaceKeys(keysBefore)
    const anew = !sameSpeaker(before.speaker, next.speaker)
    const wanted = new Map(next.peers.map((settings) => [settings.name, settings]))
    for (const [name, driver] of this.#peers) {
      const settings = wanted.get(name)
      if (settings === undefined) this.#remove(name, driver)
      else this.#change(driver, settings, anew)
    }
    for (const settings of next.peers) if (!this.#peers.has(settings.name)) this.#add(settings)
    this.#reorder(next.peers)
    this.#changeDynamic(next.dynamicPeers, anew)
  }

  /** The Loc-RIB has changed. @param named peers that some announcement is meant for alone */
  announced(named: ReadonlySet<string>): void {
    this.#named = named
    this.#retarget()
  }

  get service(): Service {
    return this.#service
  }

  /** Takes this node in or out of service: every peer is sent what that means for its routes. */
  serve(service: Service): void {
    this.#service = service
    this.#retarget()
  }

  /** Whether every peer has been sent all there is for it. */
  get settled(): boolean {
    return this.#drivers().every(({ session }) => session === undefined || session.settled)
  }

  /** Ends every session and opens none until `comeBack`; peers that are added meanwhile stay down as well. */
  shutDown(stop: Stop): void {
    this.#down = stop
    for (const driver of this.#drivers()) driver.stop(stop)
  }

  comeBack(): void {
    this.#down = undefined
    for (const driver of this.#drivers()) driver.start()
  }

  /** Starts a peer, or keeps it down with all the others. */
  #begin(driver: PeerDriver): void {
    if (this.#down === undefined) driver.start()
    else driver.stop(this.#down)
  }

  #retarget(): void {
    for (const driver of this.#drivers()) {
      driver.session?.retarget(driver.settings)
      driver.pump()
    }
  }

  find(name: string): PeerDriver | undefined {
    return this.#drivers().find(({ settings }) => settings.name === name || settings.address === name)
  }

  /** Ends every session. @param silent no NOTIFICATION, so that peers in graceful restart keep our routes */
  stop(silent: (peer: PeerView) => boolean): void {
    this.#stopLooking()
    this.#listener?.close()
    this.#leaving = this.#drivers()
    for (const driver of this.#leaving) {
      driver.stop(
        silent(driver)
          ? { why: 'restart' }
          : { why: 'administrative-shutdown', communication: 'herald stops' },
      )
    }
  }

  /** Resolves when, after `stop`, the last connection has closed: our last words have been taken. */
  quiet(): Promise<void> {
    return new Promise((done) => {
      this.#onQuiet = done
      this.#checkQuiet()
    })
  }

  /** Next hops follow the host's addresses: an IPv6 address may come long after the IPv4 session. */
  #keepLooking(): void {
    this.#stopLooking = this.#options.clock.after(HOST_ADDRESSES_MS, () => {
      this.#retarget()
      this.#keepLooking()
    })
  }

  #checkQuiet(): void {
    if (this.#leaving.every(({ connections }) => connections === 0)) this.#onQuiet()
  }

  #drivers(): readonly PeerDriver[] {
    return [...this.#peers.values(), ...[...this.#dynamic.values()].map(({ driver }) => driver)]
  }

  #add(settings: PeerSettings): void {
    const driver = new PeerDriver(settings, false, this.#services)
    this.#peers.set(settings.name, driver)
    this.#begin(driver)
  }

  /** A peer that is no longer wanted keeps nothing of ours: a Hard Reset where the N bit is agreed (RFC 8538). */
  #remove(name: string, driver: PeerDriver): void {
    driver.stop({ why: 'peer-de-configured' })
    this.#peers.delete(name)
  }

  #change(driver: PeerDriver, settings: PeerSettings, anew: boolean): void {
    const changes = keyChanges(peerEffects, driver.settings, settings)
    if (!anew && changes.length === 0) return
    if (!anew && changes.every(({ effect }) => effect !== 'reset')) {
      driver.adopt(settings)
      return
    }
    driver.stop({ why: 'other-configuration-change' })
    driver.adopt(settings)
    this.#begin(driver)
  }

  /** The map keeps the order of the file, which is the order of every table. */
  #reorder(peers: readonly PeerSettings[]): void {
    for (const { name } of peers) {
      const driver = this.#peers.get(name)
      if (driver === undefined) continue
      this.#peers.delete(name)
      this.#peers.set(name, driver)
    }
  }

  #changeDynamic(ranges: readonly DynamicPeerSettings[], anew: boolean): void {
    for (const [key, { driver, range }] of this.#dynamic) {
      const next = ranges.find(({ prefix }) => prefix === range.prefix)
      if (next === undefined) {
        driver.stop({ why: 'peer-de-configured' })
        this.#dynamic.delete(key)
        continue
      }
      const { name, address, interface: link } = driver.settings
      const { prefix: _, limit: __, ...session } = next
      const settings = {
        ...session,
        name,
        address,
        passive: true,
        ...(link !== undefined && { interface: link }),
      }
      this.#dynamic.set(key, { driver, range: next })
      this.#change(driver, settings, anew)
    }
  }

  #incoming(incoming: Incoming): void {
    const driver = this.#ownerOf(incoming)
    if (driver === undefined || !driver.accepts()) {
      incoming.reject()
      this.#strangers.refused(incoming.remote.address, driver?.heldDown)
      return
    }
    const { ttl, ttlSecurityHops, password } = driver.settings
    const accepted = incoming.accept({
      ttl,
      ...(ttlSecurityHops !== undefined && { ttlSecurityHops }),
      ...(password !== undefined && { key: password }),
    })
    if (accepted.ok) {
      driver.incoming(accepted.value)
      return
    }
    driver.refuses(accepted)
    if (driver.dynamic && driver.connections === 0) this.#forgetDynamic(driver)
  }

  #ownerOf(caller: Caller): PeerDriver | undefined {
    const listed = [...this.#peers.values()].filter(({ settings }) => mayBe(settings, caller))
    // Several peers on one address differ in the port that we dial; a call shows none of it, so it goes to the one
    // that is waiting.
    const waiting = listed.find((driver) => driver.session === undefined && driver.accepts())
    return waiting ?? listed[0] ?? this.#dynamicFor(caller)
  }

  #dynamicFor(caller: Caller): PeerDriver | undefined {
    const key = `${caller.remote.address}%${caller.interface ?? ''}`
    const known = this.#dynamic.get(key)
    if (known !== undefined) return known.driver
    const range = rangeFor(this.#configuration.dynamicPeers, caller)
    if (range === undefined) return undefined
    const taken = [...this.#dynamic.values()].filter((each) => each.range.prefix === range.prefix).length
    if (taken >= range.limit) {
      this.#strangers.overLimit(caller.remote.address, range)
      return undefined
    }
    const driver = new PeerDriver(dynamicPeer(range, caller), true, this.#services)
    this.#dynamic.set(key, { driver, range })
    driver.start()
    return driver
  }

  /** Dynamic peers leave nothing behind: what was known of them goes with their last connection. */
  #forgetDynamic(driver: PeerDriver): void {
    for (const [key, each] of this.#dynamic) {
      if (each.driver !== driver) continue
      this.#dynamic.delete(key)
      driver.stop({ why: 'peer-de-configured' })
    }
  }

  #keys(): ReadonlyMap<Prefix, Secret> {
    const keys = new Map<Prefix, Secret>()
    for (const { prefix, password } of this.#configuration.dynamicPeers)
      if (password) keys.set(prefix, password)
    for (const { address, password } of this.#configuration.peers) {
      if (password) keys.set(hostPrefix(address), password)
    }
    return keys
  }

  #replaceKeys(before: ReadonlyMap<Prefix, Secret>): void {
    const after = this.#keys()
    for (const prefix of new Set([...before.keys(), ...after.keys()])) {
      const [old, now] = [before.get(prefix), after.get(prefix)]
      if (old === now || old?.equals(now)) continue
      const set = this.#listener?.setKey(prefix, now)
      if (set !== undefined && !set.ok) this.#options.onEvent({ kind: 'warning', text: set.because })
    }
  }
}

function sameSpeaker(a: SpeakerSettings, b: SpeakerSettings): boolean {
  return a.asn === b.asn && a.routerId === b.routerId
}
