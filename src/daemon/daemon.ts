import type { OfferHints } from '../../bgp/open-offer.js'
import type { LocRib } from '../../bgp/rib/loc-rib.js'
import type { Settings } from '../../config/settings.js'
import type { Cancel } from '../../net/clock.js'
import { formatEndpoint } from '../../net/endpoint.js'
import { ok, type Result, refused } from '../../net/result.js'
import { AnnouncementBoard } from '../announcements/board.js'
import { RunTimeSource } from '../announcements/run-time-source.js'
import type { MonitorEvent } from '../control/api.js'
import type { Holdings } from '../explain/explain.js'
import type { Log } from '../log.js'
import { dropsSince, type TcpDrops } from '../os/tcp-statistics.js'
import type { PeerView } from '../speaker/peer-view.js'
import { Speaker } from '../speaker/speaker.js'
import type { SpeakerEvent } from '../speaker/speaker-event.js'
import { RestartMarker } from '../state/restart-marker.js'
import { stateFile } from '../state/state-file.js'
import { Drain } from './drain.js'
import { logEvent, monitorEvent } from './event-log.js'
import { speakerConfiguration } from './speaker-configuration.js'
import type { World } from './world.js'

/** How often the restart marker is brought up to date: a crash is known to this precision. */
const MARKER_MS = 10_000

/** The parts put together: sources, board, speaker, state, and whoever follows what happens. */
export class Daemon {
  readonly #world: World
  readonly #log: Log
  readonly #marker: RestartMarker
  readonly #md5DropsBefore: TcpDrops
  readonly #followers = new Set<(event: MonitorEvent) => void>()
  #settings: Settings
  #stopTouching: Cancel = () => undefined
  readonly speaker: Speaker
  readonly board: AnnouncementBoard
  readonly runTime: RunTimeSource
  readonly drain: Drain

  private constructor(
    settings: Settings,
    speakerSettings: ConstructorParameters<typeof Speaker>[0],
    world: World,
    log: Log,
  ) {
    this.#settings = settings
    this.#world = world
    this.#md5DropsBefore = world.kernel.drops()
    this.#log = log
    const { stateDirectory } = settings.control
    this.#marker = new RestartMarker(stateFile(stateDirectory, 'restart.json'), world.boot)
    this.speaker = new Speaker(speakerSettings, {
      ...world,
      hints: () => this.#hints(),
      complete: () => this.board.complete,
      onEvent: (event) => this.#onEvent(event),
    })
    this.board = new AnnouncementBoard(this.speaker.locRib, () =>
      this.speaker.announced(this.board.namedPeers),
    )
    this.runTime = new RunTimeSource(stateFile(stateDirectory, 'run-time.json'), this.board)
    this.drain = new Drain(this.speaker, world.clock, stateFile(stateDirectory, 'drained.json'), (text) => {
      log.info({ text }, 'drain')
      this.tell({ kind: 'drain', text })
    })
  }

  /** Refused, with the remedy, when the settings cannot be had on this host. Opens no socket. */
  static create(settings: Settings, world: World, log: Log): Result<Daemon> {
    const configuration = speakerConfiguration(settings, world.hostAddresses())
    return configuration.ok ? ok(new Daemon(settings, configuration.value, world, log)) : configuration
  }

  get settings(): Settings {
    return this.#settings
  }

  /** Segments that the kernel dropped for their TCP MD5 signature since herald was started, whosesoever they were. */
  get md5Drops(): TcpDrops {
    return dropsSince(this.#md5DropsBefore, this.#world.kernel.drops())
  }

  /** For `explain`. */
  get holdings(): Holdings {
    return {
      sources: [
        { source: 'file', announcements: this.#settings.announcements },
        { source: 'run-time', announcements: this.runTime.announcements },
      ],
      locRib: this.locRib,
      service: this.drain.state,
      everyPeer: this.speaker.peers,
    }
  }

  get locRib(): LocRib {
    return this.speaker.locRib
  }

  /** Binds, declares, and starts every peer. Refused when the file names an endpoint that cannot be bound. */
  start(): Result<void> {
    for (const warning of this.runTime.restore()) this.#log.warn({ problem: warning }, 'state')
    this.drain.restore()
    this.board.declare('file', this.#settings.announcements)
    const { bgp } = this.#settings
    if (bgp !== undefined) {
      const failures = this.speaker.listen(bgp.listen.endpoints)
      const text = failures.map((failure) => failure.text).join('; ')
      if (failures.length > 0 && bgp.listen.explicit) {
        this.speaker.stop(() => true)
        return refused(text)
      }
      // The default pair is a wish: without it herald still dials.
      if (failures.length > 0) this.#log.warn({ problem: text }, 'not listening; connecting only')
    }
    this.speaker.start()
    this.#keepTouching()
    const listening = this.speaker.bound.map(formatEndpoint)
    this.#log.info({ node: this.#settings.node, listening, peers: bgp?.peers.length ?? 0 }, 'herald is up')
    return ok(undefined)
  }

  /** Takes new settings, which `classify` has judged; sessions that need not reset do not. */
  apply(settings: Settings): Result<void> {
    const configuration = speakerConfiguration(settings, this.#world.hostAddresses())
    if (!configuration.ok) return configuration
    this.#settings = settings
    this.#log.level = settings.log.level
    this.speaker.configure(configuration.value)
    this.board.declare('file', settings.announcements)
    return ok(undefined)
  }

  /** Ends every session, so that nothing is lost where graceful restart was agreed, and withdraws everywhere else. */
  stop(): void {
    this.#stopTouching()
    const kept = this.speaker.peers.some(keepsRoutes)
    if (kept) this.#marker.touch()
    else this.#marker.remove()
    this.speaker.stop(keepsRoutes)
  }

  follow(listener: (event: MonitorEvent) => void): () => void {
    this.#followers.add(listener)
    return () => this.#followers.delete(listener)
  }

  tell(event: Omit<MonitorEvent, 'at'>): void {
    const told = { at: this.#world.wallTime(), ...event }
    for (const listener of this.#followers) listener(told)
  }

  #onEvent(event: SpeakerEvent): void {
    logEvent(this.#log, event)
    const told = monitorEvent(this.#world.wallTime(), event)
    for (const listener of this.#followers) listener(told)
    if (event.kind === 'peer-state' && event.change.to === 'established') this.#touch()
  }

  #hints(): OfferHints {
    const times =
      this.#settings.bgp?.peers.map(({ gracefulRestart }) => gracefulRestart.restartTimeSeconds) ?? []
    return { hostname: this.#settings.node, ...this.#marker.hints(Math.max(0, ...times)) }
  }

  #keepTouching(): void {
    this.#stopTouching = this.#world.clock.after(MARKER_MS, () => {
      this.#touch()
      this.#keepTouching()
    })
  }

  #touch(): void {
    if (this.speaker.peers.some(keepsRoutes)) this.#marker.touch()
  }
}

/** Whether the peer keeps our routes when the connection ends without a word. */
function keepsRoutes({ settings, session }: PeerView): boolean {
  const agreed = session?.negotiated.gracefulRestart
  return settings.gracefulRestart.enabled && agreed !== undefined
}
