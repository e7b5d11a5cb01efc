import { restartWindow } from '../../bgp/graceful-restart.js'
import type { LocRib } from '../../bgp/rib/loc-rib.js'
import { peerIdentities } from '../../config/diff.js'
import { pair } from '../../config/pair.js'
import type { Settings } from '../../config/settings.js'
import { formatEndpoint } from '../../net/endpoint.js'
import { ok, type Result, refused } from '../../net/result.js'
import { finishInTurns, type Steps } from '../../net/steps.js'
import { AnnouncementBoard } from '../announcements/board.js'
import { type Declaring, RunTimeSource } from '../announcements/run-time-source.js'
import type { MonitorEvent } from '../control/api/monitor.js'
import type { DecommissionReport } from '../control/api/service.js'
import type { Holdings } from '../explain/explain.js'
import { HealthGate } from '../health/gate.js'
import type { L2Event } from '../l2/event.js'
import type { Log } from '../log.js'
import { Speaker, type SpeakerConfiguration } from '../speaker/speaker.js'
import type { SpeakerEvent } from '../speaker/speaker-event.js'
import { OwnedAddresses } from '../state/owned-addresses.js'
import { RestartMarker } from '../state/restart-marker.js'
import { stateFile } from '../state/state-file.js'
import { describeListenFailures } from '../transport/listen-failure.js'
import { Doctor } from './doctor.js'
import { Drain } from './drain.js'
import { EventLog, monitorEvent } from './event-log.js'
import { healthEvent } from './health-report.js'
import { l2Event } from './l2-event.js'
import { Lan } from './lan.js'
import { type LanViews, lanViews } from './lan-views.js'
import { OwnershipMemory } from './ownership-memory.js'
import { keepsRoutes, RestartWatch } from './restart-watch.js'
import { speakerConfiguration } from './speaker-configuration.js'
import { Web } from './web.js'
import type { World } from './world.js'

/** How long End-of-RIB waits for the first verdicts of health checks, where no peer's restart time is shorter. */
const FIRST_VERDICTS_MS = 30_000

/** The parts put together: sources, board, speaker, state, and whoever follows what happens. */
export class Daemon {
  readonly #world: World
  readonly #log: Log
  readonly #eventLog: EventLog
  readonly #restart: RestartWatch
  readonly #followers = new Set<(event: MonitorEvent) => void>()
  #settings: Settings
  #restored = false
  readonly speaker: Speaker
  readonly board: AnnouncementBoard
  readonly runTime: RunTimeSource
  /** Between the file's announcements and the board. */
  readonly health: HealthGate
  readonly lan: Lan
  readonly web: Web
  readonly drain: Drain
  readonly doctor: Doctor

  private constructor(
    settings: Settings,
    speakerSettings: ConstructorParameters<typeof Speaker>[0],
    world: World,
    log: Log,
  ) {
    this.#settings = settings
    this.#world = world
    this.#log = log
    this.#eventLog = new EventLog(log, world.clock)
    const { stateDirectory } = settings.control
    this.speaker = new Speaker(speakerSettings, {
      ...world,
      hints: (peer) => ({ hostname: this.#settings.node, ...this.#restart.hints(peer) }),
      complete: () => this.board.complete && this.health.settled,
      settled: () => this.board.settled,
      onEvent: (event) => this.#onEvent(event),
    })
    this.#restart = new RestartWatch(
      new RestartMarker(stateFile(stateDirectory, 'restart.json'), world.boot),
      () => this.speaker.peers,
      world.clock,
      (problem) => log.warn({ problem }, 'state'),
    )
    this.doctor = new Doctor(world, this.speaker)
    this.board = new AnnouncementBoard(this.speaker.locRib, {
      changed: () => this.speaker.announced(this.board.namedPeers),
      later: (work) => world.later(work),
    })
    this.lan = new Lan({
      ...world,
      memory: new OwnershipMemory(
        new OwnedAddresses(stateFile(stateDirectory, 'owned.json'), world.boot),
        world.clock,
        (problem) => log.warn({ problem }, 'state'),
      ),
      onEvent: (event) => this.#onL2Event(event),
    })
    this.web = new Web(log)
    const boards: Declaring = {
      change: (source, changes) => {
        this.board.change(source, changes)
        this.lan.change(changes)
      },
      whenSettled: () => this.board.whenSettled(),
    }
    this.runTime = new RunTimeSource(stateFile(stateDirectory, 'run-time.log'), boards, (work) =>
      world.later(work),
    )
    this.health = new HealthGate({
      ...world,
      publish: (announcements) => {
        this.board.declare('file', announcements)
        this.lan.declare(announcements, this.health.heldBack)
      },
      onTransition: (announcement, transition) =>
        this.tell(healthEvent(announcement, transition), transition.to === 'unhealthy' ? 'warn' : 'info'),
    })
    this.drain = new Drain(this, world, stateDirectory, {
      speaksBgp: () => this.#settings.bgp !== undefined,
      waitSeconds: () => this.#settings.drain.waitSeconds,
      tell: (text) => this.tell({ kind: 'drain', text }),
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

  /** For `explain` and `doctor`. */
  lanViews(): Promise<LanViews> {
    return lanViews(this, this.#world)
  }

  /** For `explain`. */
  async holdings(): Promise<Holdings> {
    const runTime = await this.runTime.gathered()
    return {
      sources: [
        {
          source: 'file',
          announcements: this.#settings.announcements,
          heldBackBy: (announcement) => this.health.heldBackBy(announcement),
        },
        { source: 'run-time', announcements: runTime },
      ],
      locRib: this.locRib,
      service: this.drain.state,
      everyPeer: this.speaker.peers,
    }
  }

  /** Takes the steps of long work in turns with all else. */
  inTurns<Value>(steps: Steps<Value>): Promise<Value> {
    return finishInTurns(steps, () => new Promise((done) => this.#world.later(done)))
  }

  get locRib(): LocRib {
    return this.speaker.locRib
  }

  /** Takes up what the life before has left, before anybody can ask for changes of it. */
  restore(): void {
    if (this.#restored) return
    this.#restored = true
    for (const warning of this.runTime.restore()) this.#log.warn({ problem: warning }, 'state')
    this.drain.restore()
  }

  /** Binds, declares, and starts every peer. Refused when the file names an endpoint that cannot be bound. */
  start(): Result<void> {
    this.restore()
    const { bgp } = this.#settings
    if (bgp !== undefined) {
      const failures = this.speaker.listen(bgp.listen.endpoints)
      const text = describeListenFailures(failures)
      if (failures.length > 0 && bgp.listen.explicit) {
        this.speaker.stop(() => true)
        return refused(text)
      }
      // The default pair is a wish: without it herald still dials.
      if (failures.length > 0) this.#log.warn({ problem: text }, 'not listening; connecting only')
    }
    const applied = this.#applyParts(this.#settings)
    if (!applied.ok) {
      this.speaker.stop(() => true)
      return applied
    }
    this.health.start(this.#settings.announcements, firstVerdictsMs(this.#settings))
    // A peer is let in once it can be told everything: a million prefixes take a tenth of a second.
    this.board.settle()
    this.speaker.start()
    this.#restart.start()
    this.doctor.start()
    const listening = this.speaker.bound.map(formatEndpoint)
    this.#log.info({ node: this.#settings.node, listening, peers: bgp?.peers.length ?? 0 }, 'herald is up')
    return ok(undefined)
  }

  /** What these settings would make of the speaker that runs. */
  speakerConfiguration(settings: Settings): Result<SpeakerConfiguration> {
    return speakerConfiguration(settings, this.#world.hostAddresses(), {
      settings: this.#settings,
      speaker: this.speaker.configuration.speaker,
    })
  }

  /** Takes new settings, which `classify` has judged; sessions that need not reset do not. */
  apply(settings: Settings): Result<void> {
    const configuration = this.speakerConfiguration(settings)
    if (!configuration.ok) return configuration
    const applied = this.#applyParts(settings)
    if (!applied.ok) return applied
    const { both } = pair(this.#settings.bgp?.peers ?? [], settings.bgp?.peers ?? [], peerIdentities)
    this.#settings = settings
    this.#log.level = settings.log.level
    this.speaker.configure(configuration.value)
    const renamed = this.runTime.rename(new Map(both.map(([was, is]) => [was.name, is.name])))
    if (!renamed.ok) this.#log.warn({ problem: renamed.because }, 'state')
    this.health.declare(settings.announcements)
    return ok(undefined)
  }

  /** What may be refused, all of it or nothing. */
  #applyParts(settings: Settings): Result<void> {
    const web = this.web.apply(settings.http)
    if (!web.ok) return web
    const lan = this.lan.apply(settings)
    if (!lan.ok) this.web.apply(this.#settings.http)
    return lan
  }

  /** Ends every session, so that nothing is lost where graceful restart was agreed, and withdraws everywhere else. */
  stop(): void {
    this.health.stop()
    this.web.close()
    this.#restart.stop(this.drain.state !== 'in-service')
    this.doctor.stop()
    this.drain.stop()
    this.speaker.stop(keepsRoutes)
    this.#eventLog.stop()
  }

  /** This node goes for good: every peer forgets it at once, and it forgets what would outlive that. */
  decommission(): DecommissionReport {
    const notTold =
      this.drain.state === 'in-service' || this.drain.state === 'draining' ? this.#notTold() : []
    const { service, text, warning } = this.drain.decommission()
    const cleared = this.runTime.clear()
    const problems = [warning, this.#restart.forget(), cleared].flatMap((done) =>
      done.ok ? [] : [done.because],
    )
    const forgotten = cleared.ok ? cleared.value : 0
    return { service, text: [text, ...problems].join('; '), forgotten, notTold }
  }

  /** Peers that may be keeping routes of the session before, and cannot be told to drop them. */
  #notTold(): readonly string[] {
    const away = this.speaker.peers.filter(({ session }) => session === undefined)
    return away
      .filter(({ settings }) => settings.gracefulRestart.enabled)
      .map(({ settings }) => settings.name)
  }

  follow(listener: (event: MonitorEvent) => void): () => void {
    this.#followers.add(listener)
    return () => this.#followers.delete(listener)
  }

  /** What herald itself did: for the log, and for whoever follows. */
  tell(event: Omit<MonitorEvent, 'at'>, level: 'info' | 'warn' | 'error' = 'info'): void {
    const { kind, text, details } = event
    this.#log[level]({ text, ...details }, kind)
    this.#tellFollowers({ at: this.#world.wallTime(), ...event })
  }

  #onEvent(event: SpeakerEvent): void {
    this.#eventLog.write(event)
    const shown = monitorEvent(this.#world.wallTime(), event)
    if (shown !== undefined) this.#tellFollowers(shown)
    if (event.kind === 'peer-state' && event.change.to === 'established') this.#restart.touch()
  }

  #onL2Event(event: L2Event): void {
    const { level, ...told } = l2Event(event)
    this.tell(told, level)
  }

  #tellFollowers(event: MonitorEvent): void {
    for (const listener of this.#followers) listener(event)
  }
}

/** A peer that keeps our routes over a restart does so for as long as it was asked to, so End-of-RIB may wait that long. */
function firstVerdictsMs({ bgp }: Settings): number {
  const times = (bgp?.peers ?? [])
    .filter(({ gracefulRestart }) => gracefulRestart.enabled)
    .map(({ gracefulRestart }) => restartWindow(gracefulRestart) * 1000)
  return Math.min(FIRST_VERDICTS_MS, ...times)
}
