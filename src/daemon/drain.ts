import type { Cancel } from '../../net/clock.js'
import { type Result, refused } from '../../net/result.js'
import type { DrainReport, DrainRequest, NodeService } from '../control/api/service.js'
import type { Speaker } from '../speaker/speaker.js'
import { hasState, removeState, stateFile, writeState } from '../state/state-file.js'
import type { World } from './world.js'

/** Milliseconds between looks whether every peer has been sent its withdrawals. */
const SETTLING_MS = 20
/** Looks before a peer that takes nothing is left behind. */
const SETTLING_LOOKS = 250

type OutOfService = 'drained' | 'decommissioned'

/** How the sessions end, and why the peers stay down. */
const stops = {
  drained: {
    why: 'administrative-shutdown',
    communication: 'drained by its operator',
  },
  decommissioned: { why: 'decommission' },
} as const

/** What this node is on the LAN, as far as going out of service concerns it. */
export interface LanService {
  readonly configured: boolean
  leave(): Promise<void>
  comeBack(): void
}

export interface DrainOptions {
  /** Whether there are routers that need time. */
  speaksBgp(): boolean
  /** How long routers have to move traffic elsewhere while the routes are still there (RFC 8326 §4). */
  waitSeconds(): number
  /** Called with each step, in words. */
  tell(text: string): void
}

export interface Decommissioning {
  readonly service: NodeService
  readonly text: string
  /** Refused where it is not kept over a restart. */
  readonly warning: Result<void>
}

/**
 * Takes this node out of service and keeps it out, over restarts too, until that is undone.
 *
 * Draining loses nothing: first every route carries GRACEFUL_SHUTDOWN, so that routers prefer others; then they are
 * withdrawn; then the sessions end with Cease/Administrative Shutdown and a word to the other operator (RFC 9003).
 * Addresses on the LAN are handed over at once, to whichever node takes them.
 * Decommissioning waits for nothing: Cease/Peer De-configured, and peers that would keep the routes over a restart are
 * told not to (Hard Reset, RFC 8538 §3).
 */
export class Drain {
  readonly #speaker: Speaker
  readonly #lan: LanService
  readonly #world: Pick<World, 'clock' | 'wallTime'>
  readonly #files: Readonly<Record<OutOfService, string>>
  readonly #options: DrainOptions
  #state: NodeService = 'in-service'
  /** Of the drain under way: one that was undone must not go on. */
  #run = 0
  /** Whether the addresses on the LAN are handed over, or never were ours. */
  #handedOver = true
  #cancel: Cancel = () => undefined

  constructor(
    { speaker, lan }: { readonly speaker: Speaker; readonly lan: LanService },
    world: Pick<World, 'clock' | 'wallTime'>,
    stateDirectory: string,
    options: DrainOptions,
  ) {
    this.#speaker = speaker
    this.#lan = lan
    this.#world = world
    this.#files = {
      drained: stateFile(stateDirectory, 'drained.json'),
      decommissioned: stateFile(stateDirectory, 'decommissioned.json'),
    }
    this.#options = options
  }

  get state(): NodeService {
    return this.#state
  }

  /** Before the speaker starts: a node that was out of service stays so. */
  restore(): void {
    const { drained, decommissioned } = this.#files
    // The file itself says it, whatever is inside.
    if (hasState(decommissioned)) this.#leave('decommissioned')
    else if (hasState(drained)) this.#leave('drained')
    else return
    this.#options.tell(
      `this node is ${this.#state}, no session is opened; \`herald drain --undo\` brings it back`,
    )
  }

  request({ undo, waitSeconds }: DrainRequest): DrainReport {
    if (undo) return this.#undo()
    return this.#begin(waitSeconds ?? (this.#options.speaksBgp() ? this.#options.waitSeconds() : 0))
  }

  decommission(): Decommissioning {
    this.stop()
    const warning = this.#keep('decommissioned')
    const again = this.#state === 'decommissioned'
    if (!again) this.#leave('decommissioned')
    const text = again
      ? 'already decommissioned'
      : 'decommissioned: every session has ended, and its routes with it'
    if (!again) this.#options.tell(text)
    return { service: this.#state, text, warning }
  }

  /** The daemon stops; what is under way goes no further. */
  stop(): void {
    this.#run++
    this.#cancel()
  }

  #begin(waitSeconds: number): DrainReport {
    if (this.#state !== 'in-service') return { service: this.#state, text: `already ${this.#state}` }
    const written = this.#keep('drained')
    const run = ++this.#run
    this.#state = 'draining'
    this.#speaker.serve('graceful-shutdown')
    this.#leaveLan(run)
    this.#cancel = this.#world.clock.after(waitSeconds * 1000, () => this.#withdraw(run))
    const routes = `routes carry GRACEFUL_SHUTDOWN for ${waitSeconds}s, then they are withdrawn and the sessions end`
    const text = [
      ...(this.#lan.configured ? ['addresses on the LAN are left to other nodes'] : []),
      ...(this.#options.speaksBgp() ? [routes] : []),
    ].join('; ')
    this.#options.tell(text)
    return {
      service: this.#state,
      text: written.ok ? text : `${text}; ${written.because}`,
      withdrawsAt: this.#world.wallTime(waitSeconds * 1000),
    }
  }

  #withdraw(run: number): void {
    if (run !== this.#run) return
    this.#speaker.serve('withdrawn')
    if (this.#options.speaksBgp()) this.#options.tell('routes are withdrawn')
    this.#settle(run, SETTLING_LOOKS)
  }

  #leaveLan(run: number): void {
    this.#handedOver = false
    void this.#lan.leave().then(() => {
      if (run === this.#run) this.#handedOver = true
    })
  }

  /** The Cease must not overtake the withdrawals of a peer that reads slowly; a successor on the LAN takes its time. */
  #settle(run: number, looks: number): void {
    if (run !== this.#run) return
    if ((!this.#speaker.settled && looks > 0) || !this.#handedOver) {
      this.#cancel = this.#world.clock.after(SETTLING_MS, () => this.#settle(run, looks - 1))
      return
    }
    this.#leave('drained')
    this.#options.tell(this.#options.speaksBgp() ? 'drained: every session has ended' : 'drained')
  }

  /** No session, and nothing to announce should one come up all the same. */
  #leave(state: OutOfService): void {
    this.#state = state
    this.#speaker.shutDown(stops[state])
    this.#speaker.serve('withdrawn')
    void this.#lan.leave()
  }

  #keep(state: OutOfService): Result<void> {
    const written = writeState(this.#files[state], { [state]: true })
    return written.ok ? written : refused(`not kept over a restart: ${written.because}`)
  }

  #undo(): DrainReport {
    if (this.#state === 'in-service') return { service: this.#state, text: 'this node is in service' }
    this.stop()
    this.#state = 'in-service'
    const removed = Object.values(this.#files).map(removeState)
    this.#speaker.serve('in-service')
    this.#speaker.comeBack()
    this.#lan.comeBack()
    const text = 'this node is in service again'
    this.#options.tell(text)
    const problems = removed.flatMap((done) =>
      done.ok ? [] : [`after a restart it is out of service again: ${done.because}`],
    )
    return { service: this.#state, text: [text, ...problems].join('; ') }
  }
}
