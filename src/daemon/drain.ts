import type { Cancel } from '../../net/clock.js'
import type { DrainReport, DrainRequest, NodeService } from '../control/api.js'
import type { Speaker } from '../speaker/speaker.js'
import { hasState, removeState, writeState } from '../state/state-file.js'
import type { World } from './world.js'

/** Seconds that routers have to move traffic elsewhere while the routes are still there (RFC 8326 §4). */
export const DEFAULT_DRAIN_WAIT = 10

/** Milliseconds between looks whether every peer has been sent its withdrawals. */
const SETTLING_MS = 20
/** Looks before a peer that takes nothing is left behind. */
const SETTLING_LOOKS = 250

/**
 * Takes this node out of service without loss, and keeps it out over restarts until that is undone: first every route
 * carries GRACEFUL_SHUTDOWN, so that routers prefer others; then they are withdrawn; then the sessions end with
 * Cease/Administrative Shutdown and a word to the other operator (RFC 9003).
 */
export class Drain {
  readonly #speaker: Speaker
  readonly #world: Pick<World, 'clock' | 'wallTime'>
  readonly #file: string
  readonly #tell: (text: string) => void
  #state: NodeService = 'in-service'
  /** Of the drain under way: one that was undone must not go on. */
  #run = 0
  #cancel: Cancel = () => undefined

  /** @param tell called with each step, in words */
  constructor(
    speaker: Speaker,
    world: Pick<World, 'clock' | 'wallTime'>,
    file: string,
    tell: (text: string) => void,
  ) {
    this.#speaker = speaker
    this.#world = world
    this.#file = file
    this.#tell = tell
  }

  get state(): NodeService {
    return this.#state
  }

  /** Before the speaker starts: a node that was drained stays so. */
  restore(): void {
    // The file itself says it, whatever is inside.
    if (!hasState(this.#file)) return
    this.#state = 'drained'
    this.#speaker.serve('withdrawn')
    this.#speaker.shutDown(shutdown)
    this.#tell('this node is drained, no session is opened; `herald drain --undo` brings it back')
  }

  request({ undo, waitSeconds }: DrainRequest): DrainReport {
    return undo ? this.#undo() : this.#begin(waitSeconds ?? DEFAULT_DRAIN_WAIT)
  }

  /** The daemon stops; what is under way goes no further. */
  stop(): void {
    this.#run++
    this.#cancel()
  }

  #begin(waitSeconds: number): DrainReport {
    if (this.#state !== 'in-service') return { service: this.#state, text: `already ${this.#state}` }
    const written = writeState(this.#file, { drained: true })
    const run = ++this.#run
    this.#state = 'draining'
    this.#speaker.serve('graceful-shutdown')
    this.#cancel = this.#world.clock.after(waitSeconds * 1000, () => this.#withdraw(run))
    const text = `routes carry GRACEFUL_SHUTDOWN for ${waitSeconds}s, then they are withdrawn and the sessions end`
    this.#tell(text)
    const warning = written.ok ? '' : `; not kept over a restart: ${written.because}`
    return {
      service: this.#state,
      text: `${text}${warning}`,
      withdrawsAt: this.#world.wallTime(waitSeconds * 1000),
    }
  }

  #withdraw(run: number): void {
    if (run !== this.#run) return
    this.#speaker.serve('withdrawn')
    this.#tell('routes are withdrawn')
    this.#settle(run, SETTLING_LOOKS)
  }

  /** The Cease must not overtake the withdrawals of a peer that reads slowly. */
  #settle(run: number, looks: number): void {
    if (run !== this.#run) return
    if (!this.#speaker.settled && looks > 0) {
      this.#cancel = this.#world.clock.after(SETTLING_MS, () => this.#settle(run, looks - 1))
      return
    }
    this.#state = 'drained'
    this.#speaker.shutDown(shutdown)
    this.#tell('drained: every session has ended')
  }

  #undo(): DrainReport {
    if (this.#state === 'in-service') return { service: this.#state, text: 'this node is in service' }
    this.stop()
    this.#state = 'in-service'
    const removed = removeState(this.#file)
    this.#speaker.serve('in-service')
    this.#speaker.comeBack()
    const text = 'this node is in service again'
    this.#tell(text)
    const warning = removed.ok ? '' : `; after a restart it is drained again: ${removed.because}`
    return { service: this.#state, text: `${text}${warning}` }
  }
}

const shutdown = { why: 'administrative-shutdown', communication: 'drained by its operator' } as const
