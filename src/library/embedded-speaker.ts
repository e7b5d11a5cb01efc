import { randomInt } from 'node:crypto'
import type { Announcement } from '../../config/settings.js'
import { type Endpoint, formatEndpoint } from '../../net/endpoint.js'
import { prefixSetOf } from '../../net/prefix-set.js'
import { finish } from '../../net/steps.js'
import { AnnouncementBoard } from '../announcements/board.js'
import { systemClock, wallTime } from '../clock.js'
import { peerReport } from '../daemon/peer-report.js'
import { listingAdvertised, listingReceived } from '../daemon/routes-report.js'
import { inTurns } from '../in-turns.js'
import { hostAddressReader } from '../os/interfaces.js'
import { farewell } from '../speaker/farewell.js'
import type { PeerView } from '../speaker/peer-view.js'
import { Speaker as Engine, type SpeakerConfiguration } from '../speaker/speaker.js'
import { tcpTransport } from '../transport/tcp.js'
import { hostDiscovery } from '../unnumbered/discovery.js'
import { type Announced, announcing, withdrawing } from './announced.js'
import { EventQueue } from './event-queue.js'
import type { AnnouncementOptions, PeerChanges, PeerOptions, SpeakerOptions, StopOptions } from './options.js'
import { heardEvent, publicEvent } from './public-event.js'
import { readAnnounced, readOptions, readPrefixes } from './read-options.js'
import type { PeerStatus, Route, SpeakerEvent } from './report.js'
import type { Speaker } from './speaker.js'
import { SpeakerError } from './speaker-error.js'

/** Behind `createSpeaker`: the daemon's engine and board, without its files. */
export class EmbeddedSpeaker implements Speaker {
  #engine: Engine
  #board: AnnouncementBoard
  readonly #later = inTurns(setImmediate, systemClock.now)
  readonly #listeners = new Set<(event: SpeakerEvent) => void>()
  readonly #queues = new Set<EventQueue<SpeakerEvent>>()
  readonly #listen: readonly Endpoint[]
  /** Peers that are told of the restart until their first session. */
  readonly #met = new Set<string>()
  #options: SpeakerOptions
  #announced: Announced
  #life: 'new' | 'running' | 'over' = 'new'

  /** @throws SpeakerError 'invalid' */
  constructor(options: SpeakerOptions) {
    const { configuration, listen } = readOptions(options)
    this.#announced = readAnnounced(options.announcements ?? [], 'announcements')
    this.#options = options
    this.#listen = listen
    this.#engine = this.#newEngine(configuration)
    this.#board = newBoard(this.#engine, this.#later)
  }

  start(): void {
    if (this.#life !== 'new') throw new SpeakerError('wrong-moment', 'start: it has been started already')
    const failures = this.#engine.listen(this.#listen)
    if (failures.length > 0) {
      this.#life = 'over'
      this.#engine.stop(() => true)
      throw new SpeakerError('cannot-listen', failures.map(({ text }) => text).join('\n'))
    }
    this.#life = 'running'
    // The board has two sources in the daemon, and End-of-RIB waits for both.
    this.#board.declare('run-time', [])
    this.#board.declare('file', this.#announced)
    this.#engine.start()
  }

  get listening(): readonly string[] {
    return this.#engine.bound.map(formatEndpoint)
  }

  addPeer(peer: PeerOptions): void {
    this.#configure([...this.#peerOptions, peer])
  }

  changePeer(name: string, changes: PeerChanges): void {
    const at = this.#placeOf(name)
    const changed = this.#peerOptions.map((peer, i) => (i === at ? { ...peer, ...changes } : peer))
    // A key that became undefined is one that is not there; address and asn are missed by the parser if they are.
    this.#configure(changed as readonly PeerOptions[])
  }

  removePeer(name: string): void {
    const at = this.#placeOf(name)
    this.#configure(this.#peerOptions.filter((_, i) => i !== at))
  }

  setAnnouncements(announcements: readonly AnnouncementOptions[]): void {
    this.#declare(readAnnounced(announcements, ''))
  }

  announce(announcement: AnnouncementOptions): void {
    const added = readAnnounced([announcement], '').reduce(announcing, this.#announced)
    this.#declare(added)
  }

  withdraw(prefixes: readonly string[]): void {
    this.#declare(withdrawing(this.#announced, prefixSetOf(readPrefixes(prefixes))))
  }

  peers(): readonly PeerStatus[] {
    return this.#engine.peers.map((peer) => {
      const { node: _, ...status } = peerReport('', peer)
      return status
    })
  }

  received(peer?: string): readonly Route[] {
    return finish(listingReceived(this.#views(peer), Number.POSITIVE_INFINITY)).routes
  }

  advertised(peer?: string): readonly Route[] {
    return finish(listingAdvertised(this.#engine.locRib, this.#views(peer), Number.POSITIVE_INFINITY)).routes
  }

  on(listener: (event: SpeakerEvent) => void): () => void {
    // One function may listen twice, and stop once.
    const one = (event: SpeakerEvent) => listener(event)
    this.#listeners.add(one)
    return () => this.#listeners.delete(one)
  }

  events(): EventQueue<SpeakerEvent> {
    const queue = new EventQueue<SpeakerEvent>(() => this.#queues.delete(queue))
    if (this.#life === 'over') queue.end()
    else this.#queues.add(queue)
    return queue
  }

  async stop({ restart = false, communication = '' }: StopOptions = {}): Promise<void> {
    if (this.#life === 'running') {
      this.#life = 'over'
      // Where graceful restart was not agreed, the engine says its Cease all the same.
      this.#engine.stop(() => restart, communication)
      await farewell(this.#engine, systemClock)
    }
    this.#life = 'over'
    for (const queue of this.#queues) queue.end()
  }

  get #peerOptions(): readonly PeerOptions[] {
    return this.#options.peers ?? []
  }

  #configure(peers: readonly PeerOptions[]): void {
    this.#assertNotOver()
    const options = { ...this.#options, peers }
    const { configuration } = readOptions(options)
    this.#options = options
    if (this.#life === 'new') {
      // Nothing runs yet, and an engine that is configured starts its new peers.
      this.#engine = this.#newEngine(configuration)
      this.#board = newBoard(this.#engine, this.#later)
    } else {
      this.#engine.configure(configuration)
      this.#engine.announced(this.#board.namedPeers)
    }
  }

  #newEngine(configuration: SpeakerConfiguration): Engine {
    return new Engine(configuration, {
      clock: systemClock,
      transport: tcpTransport(systemClock),
      wallTime,
      random: () => randomInt(2 ** 32) / 2 ** 32,
      hostAddresses: hostAddressReader(),
      discovery: hostDiscovery,
      hints: ({ name }) => this.#hints(name),
      complete: () => this.#board.complete,
      settled: () => this.#board.settled,
      later: this.#later,
      onEvent: (event) => {
        if (event.kind === 'peer-state' && event.change.to === 'established') this.#met.add(event.peer)
        this.#tell(() => publicEvent(wallTime(), event))
      },
      onHeard: (peer, heard) => this.#tell(() => heardEvent(wallTime(), peer, heard)),
    })
  }

  #declare(announced: readonly Announcement[]): void {
    this.#assertNotOver()
    this.#announced = announced
    if (this.#life === 'running') this.#board.declare('file', announced)
  }

  #assertNotOver(): void {
    if (this.#life === 'over') throw new SpeakerError('wrong-moment', 'the speaker has been stopped')
  }

  /** Settings stand in the order of the options. */
  #placeOf(name: string): number {
    const at = this.#engine.configuration.peers.findIndex((peer) => peer.name === name)
    if (at < 0) throw noSuchPeer(name)
    return at
  }

  #views(name: string | undefined): readonly PeerView[] {
    if (name === undefined) return this.#engine.peers
    const found = this.#engine.find(name)
    if (found === undefined) throw noSuchPeer(name)
    return [found]
  }

  #hints(peer: string) {
    const { hostname, restarted = false } = this.#options
    const returning = restarted && !this.#met.has(peer)
    return {
      ...(hostname !== undefined && { hostname }),
      restarted: returning,
      forwardingPreserved: returning,
    }
  }

  /** @param make called only where somebody listens */
  #tell(make: () => SpeakerEvent | undefined): void {
    if (this.#listeners.size === 0 && this.#queues.size === 0) return
    const event = make()
    if (event === undefined) return
    for (const listener of this.#listeners) listener(event)
    for (const queue of this.#queues) queue.push(event)
  }
}

function newBoard(engine: Engine, later: (work: () => void) => void): AnnouncementBoard {
  const board: AnnouncementBoard = new AnnouncementBoard(engine.locRib, {
    changed: () => engine.announced(board.namedPeers),
    later,
  })
  return board
}

function noSuchPeer(name: string): SpeakerError {
  return new SpeakerError('no-such-peer', `there is no peer '${name}'`)
}
