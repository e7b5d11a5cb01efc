import { families } from '../../bgp/family.js'
import type { OfferHints } from '../../bgp/open-offer.js'
import {
  type DynamicPeerSettings,
  type PeerSettings,
  type SpeakerSettings,
  unnumbered,
} from '../../bgp/peer-settings.js'
import type { Service } from '../../bgp/rib/export.js'
import { LocRib } from '../../bgp/rib/loc-rib.js'
import { UpdateGroups } from '../../bgp/rib/update-group.js'
import { describeStop, type Stop } from '../../bgp/stop.js'
import { peerIdentities } from '../../config/diff.js'
import { peerEffects } from '../../config/effect.js'
import { keyChanges } from '../../config/key-change.js'
import { pair } from '../../config/pair.js'
import type { Cancel, Clock } from '../../net/clock.js'
import type { Endpoint } from '../../net/endpoint.js'
import { finishInTurns } from '../../net/steps.js'
import type { HostAddress } from '../os/interfaces.js'
import type { Incoming, Listener, ListenFailure, Transport } from '../transport/transport.js'
import { type Discovery, Links, type Neighbourhood } from '../unnumbered/links.js'
import { Neighbours } from '../unnumbered/neighbours.js'
import { CallRate } from './call-rate.js'
import { DynamicPeers } from './dynamic-peers.js'
import { changedKeys, type ListenerKeys, listenerKeys } from './listener-keys.js'
import { type Owner, ownerOf } from './owner.js'
import { PeerDriver, type PeerServices } from './peer-driver.js'
import type { PeerView } from './peer-view.js'
import type { Heard } from './route-change.js'
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
  /** How the neighbours of unnumbered peers are found. */
  readonly discovery: Discovery
  /** What OPENs say about restarts. */
  hints(peer: PeerSettings): OfferHints
  /** Whether every source has said what it wants: End-of-RIB waits for it. */
  complete(): boolean
  /** Whether the Loc-RIB has all that was declared; while it has not, nobody is sent routes. `announced` follows. */
  settled(): boolean
  /** Runs work after pending I/O. */
  later(work: () => void): void
  onEvent(event: SpeakerEvent): void
  /** After the Adj-RIB-In has it; called for every UPDATE, so it must not be slow. */
  onHeard?(peer: string, heard: Heard): void
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
  readonly #groups = new UpdateGroups(this.locRib, {
    retire: (closing) => void finishInTurns(closing, () => new Promise((done) => this.#options.later(done))),
  })
  readonly #services: PeerServices
  readonly #strangers: Strangers
  readonly #callRate: CallRate
  readonly #neighbours = new Neighbours()
  readonly #links: Links
  #configuration: SpeakerConfiguration
  readonly #peers = new Map<string, PeerDriver>()
  readonly #dynamic = new DynamicPeers((settings) => this.#started(settings, true))
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
    this.#callRate = new CallRate(options.clock)
    this.#links = new Links({
      ...options.discovery,
      clock: options.clock,
      random: () => options.random(),
      hostAddresses: () => options.hostAddresses(),
      onChange: (link, neighbourhood) => this.#neighbourhood(link, neighbourhood),
      onWarning: (text) => options.onEvent({ kind: 'warning', text }),
    })
    this.#services = {
      clock: options.clock,
      transport: options.transport,
      groups: this.#groups,
      wallTime: () => options.wallTime(),
      random: () => options.random(),
      hostAddresses: () => options.hostAddresses(),
      hints: (peer) => options.hints(peer),
      complete: () => options.complete(),
      service: () => this.#service,
      settled: () => options.settled(),
      later: (work) => options.later(work),
      speaker: () => this.#configuration.speaker,
      isNamed: (peer) => this.#named.has(peer),
      emit: (event) => options.onEvent(event),
      onHeard: (peer, heard) => options.onHeard?.(peer, heard),
      idle: (driver) => this.#dynamic.forget(driver),
      closed: () => this.#checkQuiet(),
    }
  }

  get configuration(): SpeakerConfiguration {
    return this.#configuration
  }

  get bound(): readonly Endpoint[] {
    return this.#listener?.bound ?? []
  }

  get unbound(): readonly ListenFailure[] {
    return this.#listener?.failures ?? []
  }

  /** Listed peers in the order of the file, then dynamic ones. */
  get peers(): readonly PeerView[] {
    return this.#drivers()
  }

  /** Binds what it can; what it cannot is for the caller to judge. Before `start`, so that keys precede every SYN. */
  listen(endpoints: readonly Endpoint[]): readonly ListenFailure[] {
    if (endpoints.length === 0) return []
    this.#listener = this.#options.transport.listen({
      endpoints,
      keys: [...this.#listenerKeys()].map(([peers, key]) => ({ peers, key })),
      onIncoming: (incoming) => this.#incoming(incoming),
      onAcceptFailed: (text) => this.#options.onEvent({ kind: 'warning', text }),
    })
    return this.#listener.failures
  }

  start(): void {
    for (const settings of this.#configuration.peers) this.#add(settings)
    this.#links.watch(linksOf(this.#configuration))
    this.#keepLooking()
  }

  /**
   * Takes another configuration: only sessions that a changed key resets are touched. What the others are sent
   * follows with `announced`, so that a peer whose settings change along with announcements is sent the sum.
   */
  configure(next: SpeakerConfiguration): void {
    const before = this.#configuration
    const keys = this.#listenerKeys()
    this.#configuration = next
    this.#replaceKeys(keys)
    const anew = !sameSpeaker(before.speaker, next.speaker)
    const { removed, both } = pair(before.peers, next.peers, peerIdentities)
    // A peer that is no longer wanted keeps nothing of ours: a Hard Reset where the N bit is agreed (RFC 8538).
    for (const { name } of removed) this.#peers.get(name)?.end({ why: 'peer-de-configured' })
    const kept = new Map(both.map(([was, now]) => [now, this.#peers.get(was.name)]))
    // The map keeps the order of the file, which is the order of every table.
    this.#peers.clear()
    for (const settings of next.peers) {
      const driver = kept.get(settings)
      if (driver === undefined) this.#add(settings)
      else {
        this.#peers.set(settings.name, driver)
        this.#change(driver, this.#neighbours.locate(settings), anew)
      }
    }
    this.#links.watch(linksOf(next))
    this.#dynamic.follow(next.dynamicPeers, (driver, settings) => this.#change(driver, settings, anew))
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
    for (const driver of this.#drivers()) this.#begin(driver)
  }

  /** Starts a peer, or keeps it down with all the others, or until its neighbour is known. */
  #begin(driver: PeerDriver): void {
    const stop = this.#down ?? this.#neighbours.missing(driver.settings)
    if (stop === undefined) driver.start()
    else driver.stop(stop)
  }

  /** The neighbour on a link is known, or another one, or there is another reason why it is not. */
  #neighbourhood(link: string, neighbourhood: Neighbourhood): void {
    const keys = this.#listenerKeys()
    this.#neighbours.set(link, neighbourhood)
    this.#replaceKeys(keys)
    for (const settings of this.#configuration.peers) {
      const driver = this.#peers.get(settings.name)
      if (driver === undefined || settings.address !== unnumbered || settings.interface !== link) continue
      if (neighbourhood.is === 'known') this.#change(driver, this.#neighbours.locate(settings), false)
      else this.#begin(driver)
    }
  }

  #retarget(): void {
    // Routes in between would go to peers whose settings are new already, and messages out half full.
    if (!this.#options.settled()) return
    const host = this.#options.hostAddresses()
    for (const driver of this.#drivers()) {
      driver.session?.retarget(driver.settings, host)
      driver.pump()
    }
  }

  /** By its name, or else by its address. */
  find(name: string): PeerDriver | undefined {
    const drivers = this.#drivers()
    const called = drivers.find(({ settings }) => settings.name === name)
    return called ?? drivers.find(({ settings }) => settings.address === name)
  }

  /**
   * Ends every session.
   * @param silent no NOTIFICATION, so that peers in graceful restart keep our routes
   * @param communication a word to the operators of the others (RFC 9003)
   */
  stop(silent: (peer: PeerView) => boolean, communication = 'herald stops'): void {
    this.#stopLooking()
    this.#links.stop()
    this.#listener?.close()
    this.#leaving = this.#drivers()
    for (const driver of this.#leaving) {
      driver.end(silent(driver) ? { why: 'restart' } : { why: 'administrative-shutdown', communication })
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
    return [...this.#peers.values(), ...this.#dynamic.drivers]
  }

  #add(settings: PeerSettings): void {
    this.#dynamic.giveWayTo(settings)
    this.#peers.set(settings.name, this.#started(this.#neighbours.locate(settings), false))
  }

  #started(settings: PeerSettings, dynamic: boolean): PeerDriver {
    const driver = new PeerDriver(settings, dynamic, this.#services)
    this.#begin(driver)
    return driver
  }

  #change(driver: PeerDriver, settings: PeerSettings, anew: boolean): void {
    const changes = keyChanges(peerEffects, driver.settings, settings)
    if (anew || changes.some(({ effect }) => effect === 'reset')) {
      driver.stop({ why: 'other-configuration-change' })
      driver.adopt(settings)
      // A dynamic peer is forgotten by now, and comes back as a new one.
      if (!driver.dynamic) this.#begin(driver)
    } else if (changes.length > 0) driver.adopt(settings)
  }

  #incoming(incoming: Incoming): void {
    const { address } = incoming.remote
    const owner = this.#ownerOf(incoming)
    if ('nobody' in owner) {
      incoming.reject()
      this.#strangers.refused(address, owner.nobody)
      return
    }
    const { driver } = owner
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
    if (driver.dynamic && driver.connections === 0) this.#dynamic.forget(driver)
  }

  #ownerOf(incoming: Incoming): Owner {
    if (this.#down !== undefined) return { nobody: describeStop(this.#down) }
    if (this.#callRate.exceeds(incoming.remote.address)) return { nobody: 'it calls too often' }
    return ownerOf(incoming, this.#peers.values(), this.#dynamic, this.#configuration.dynamicPeers)
  }

  #listenerKeys(): ListenerKeys {
    const { peers, dynamicPeers } = this.#configuration
    return listenerKeys({ peers: peers.map((peer) => this.#neighbours.locate(peer)), dynamicPeers })
  }

  #replaceKeys(before: ListenerKeys): void {
    for (const { peers, key } of changedKeys(before, this.#listenerKeys())) {
      const set = this.#listener?.setKey(peers, key)
      if (set !== undefined && !set.ok) this.#options.onEvent({ kind: 'warning', text: set.because })
    }
  }
}

/** Where neighbours have to be looked for. */
function linksOf({ peers }: SpeakerConfiguration): ReadonlySet<string> {
  const links = peers.map((peer) => (peer.address === unnumbered ? peer.interface : undefined))
  return new Set(links.filter((link) => link !== undefined))
}

function sameSpeaker(a: SpeakerSettings, b: SpeakerSettings): boolean {
  return a.asn === b.asn && a.routerId === b.routerId
}
