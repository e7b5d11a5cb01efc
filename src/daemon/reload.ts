import type { Loaded } from '../../config/load.js'
import { formatProblem } from '../../config/problem.js'
import type { Settings } from '../../config/settings.js'
import type { Cancel } from '../../net/clock.js'
import type { Steps } from '../../net/steps.js'
import { ApiError } from '../control/api/answer.js'
import type { ReloadPlan, ReloadReport, ReloadRequest } from '../control/api/reload.js'
import type { Daemon } from './daemon.js'
import { planning, summary, told } from './reload-plan.js'
import type { World } from './world.js'

interface Unconfirmed {
  readonly before: Settings
  readonly cancel: Cancel
  /** ISO 8601. */
  readonly confirmBefore: string
}

const STOPPING = 'herald is stopping'

/**
 * Applies the file anew: what changes is told before it happens, and can be taken back. A file may name a million
 * prefixes: it is read and compared in steps, and one reload waits for the other.
 */
export class Reloader {
  readonly #daemon: Daemon
  readonly #load: () => Steps<Loaded>
  readonly #world: Pick<World, 'clock' | 'wallTime'>
  #lastDone = Promise.resolve()
  #stopped = false
  #last: ReloadReport | undefined
  #unconfirmed: Unconfirmed | undefined

  constructor(daemon: Daemon, load: () => Steps<Loaded>, world: Pick<World, 'clock' | 'wallTime'>) {
    this.#daemon = daemon
    this.#load = load
    this.#world = world
  }

  get last(): ReloadReport | undefined {
    const { confirmBefore } = this.#unconfirmed ?? {}
    return this.#last && { ...this.#last, ...(confirmBefore !== undefined && { confirmBefore }) }
  }

  /** @throws ApiError 409 with every problem of the file, or every session that would reset; what runs stays. */
  reload(request: ReloadRequest): Promise<ReloadPlan> {
    return this.#inOrder(() => (request.confirm ? this.#confirm() : this.#reload(request)))
  }

  /** Nothing is applied or rolled back any more: the daemon stops. */
  stop(): void {
    this.#stopped = true
    this.#keep()
  }

  async #reload(request: ReloadRequest): Promise<ReloadPlan> {
    const loaded = await this.#daemon.inTurns(this.#load())
    if (!loaded.ok) throw this.#refused('the file is invalid', loaded.problems.map(formatProblem))
    const before = this.#daemon.settings
    const planned = await this.#daemon.inTurns(planning(this.#daemon, loaded.settings))
    if (!planned.ok) throw this.#refused(planned.because)
    const warnings = loaded.warnings.map(formatProblem)
    const plan = { ...planned.value, ...(warnings.length > 0 && { warnings }) }
    if (request.dryRun) return { applied: false, ...plan }
    if (request.refuseReset && plan.resets.length > 0) {
      const lines = plan.changes.map(({ text }) => text)
      throw this.#refused(`these sessions would reset: ${plan.resets.join(', ')}`, lines)
    }
    if (this.#stopped) throw this.#refused(STOPPING)
    const applied = this.#daemon.apply(loaded.settings)
    if (!applied.ok) throw this.#refused(applied.because)
    this.#report(true, summary(plan), { ...told(plan), ...(warnings.length > 0 && { warnings }) })
    // Nothing to take back is nothing to wait for.
    const idle = plan.changes.length === 0 && this.#unconfirmed === undefined
    const confirmation = idle ? {} : this.#await(request.confirmWithinSeconds, before)
    return { applied: true, ...plan, ...confirmation }
  }

  /** What was applied stays. */
  #keep(): void {
    this.#unconfirmed?.cancel()
    this.#unconfirmed = undefined
  }

  /**
   * A reload that nobody confirms is taken back, for the case that it cut off the one who would. Several in one such
   * time are taken back together; one without a time confirms those before it.
   */
  #await(seconds: number | undefined, before: Settings): { confirmBefore?: string } {
    const origin = this.#unconfirmed?.before ?? before
    this.#keep()
    if (seconds === undefined || this.#stopped) return {}
    const cancel = this.#world.clock.after(seconds * 1000, () => {
      this.#unconfirmed = undefined
      void this.#inOrder(() => this.#rollBack(origin, `nobody confirmed within ${seconds}s`))
    })
    const confirmBefore = this.#world.wallTime(seconds * 1000)
    this.#unconfirmed = { before: origin, cancel, confirmBefore }
    return { confirmBefore }
  }

  async #confirm(): Promise<ReloadPlan> {
    if (this.#unconfirmed === undefined) throw new ApiError(409, 'no reload waits to be confirmed')
    this.#keep()
    this.#report(true, 'confirmed')
    return { applied: true, changes: [], resets: [] }
  }

  async #rollBack(origin: Settings, because: string): Promise<void> {
    const plan = await this.#daemon.inTurns(planning(this.#daemon, origin))
    if (this.#stopped) return
    const applied = plan.ok ? this.#daemon.apply(origin) : plan
    if (plan.ok && applied.ok) this.#report(true, `rolled back: ${because}`, told(plan.value))
    if (!applied.ok) this.#report(false, `${because}, and it cannot be rolled back: ${applied.because}`)
  }

  /** One after the other: each is a difference from what the one before it leaves. */
  #inOrder<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.#lastDone.then(work)
    this.#lastDone = done.then(
      () => undefined,
      () => undefined,
    )
    return done
  }

  #refused(because: string, problems: readonly string[] = []): ApiError {
    this.#report(false, because, { problems })
    return new ApiError(409, `nothing was applied, the running configuration stays: ${because}`, problems)
  }

  /** @param details what changed and what reset, or every problem */
  #report(applied: boolean, summary: string, details: Readonly<Record<string, unknown>> = {}): void {
    this.#last = { at: this.#world.wallTime(), applied, summary }
    const text = applied ? summary : `refused: ${summary}`
    this.#daemon.tell({ kind: 'reload', text, details }, applied ? 'info' : 'error')
  }
}
