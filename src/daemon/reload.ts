import type { Change } from '../../config/change.js'
import { classify, resets } from '../../config/diff.js'
import type { Loaded } from '../../config/load.js'
import { formatProblem } from '../../config/problem.js'
import type { Settings } from '../../config/settings.js'
import type { Cancel, Clock } from '../../net/clock.js'
import { wallTimeAfter } from '../clock.js'
import {
  ApiError,
  type PlannedChange,
  type ReloadPlan,
  type ReloadReport,
  type ReloadRequest,
} from '../control/api.js'
import type { Daemon } from './daemon.js'

interface Unconfirmed {
  readonly before: Settings
  readonly cancel: Cancel
}

/** Applies the file anew: what changes is told before it happens, and can be taken back. */
export class Reloader {
  readonly #daemon: Daemon
  readonly #load: () => Loaded
  readonly #clock: Clock
  readonly #wallTime: () => string
  #last: ReloadReport | undefined
  #unconfirmed: Unconfirmed | undefined

  constructor(daemon: Daemon, load: () => Loaded, world: { readonly clock: Clock; wallTime(): string }) {
    this.#daemon = daemon
    this.#load = load
    this.#clock = world.clock
    this.#wallTime = () => world.wallTime()
  }

  get last(): ReloadReport | undefined {
    return this.#last
  }

  /** @throws ApiError 409 with every problem of the file; the running configuration stays. */
  reload(request: ReloadRequest): ReloadPlan {
    if (request.confirm) return this.#confirm()
    const loaded = this.#load()
    if (!loaded.ok) {
      const problems = loaded.problems.map(formatProblem)
      this.#report(false, `the file has ${problems.length} problems; the running configuration stays`)
      throw new ApiError(409, 'the file is invalid; the running configuration stays', problems)
    }
    const before = this.#daemon.settings
    const changes = classify(before, loaded.settings)
    const plan = { changes: changes.flatMap(planned), resets: resets(changes, before) }
    if (request.dryRun) return { applied: false, ...plan }
    if (request.refuseReset && plan.resets.length > 0) {
      const sessions = plan.resets.join(', ')
      this.#report(false, `refused: sessions would reset: ${sessions}`)
      throw new ApiError(
        409,
        `nothing was applied: these sessions would reset: ${sessions}`,
        plan.changes.map(({ text }) => text),
      )
    }
    this.#apply(loaded.settings)
    this.#report(true, summary(changes))
    return { applied: true, ...plan, ...this.#await(request.confirmWithinSeconds, before) }
  }

  #apply(settings: Settings): void {
    const applied = this.#daemon.apply(settings)
    if (!applied.ok) throw new ApiError(409, `${applied.because}; the running configuration stays`)
  }

  /** A reload that nobody confirms is taken back, for the case that it cut off the one who would. */
  #await(seconds: number | undefined, before: Settings): { confirmBefore?: string } {
    // Several reloads in one such time are taken back together.
    const origin = this.#unconfirmed?.before ?? before
    this.#unconfirmed?.cancel()
    this.#unconfirmed = undefined
    if (seconds === undefined) return {}
    const cancel = this.#clock.after(seconds * 1000, () => {
      this.#unconfirmed = undefined
      this.#apply(origin)
      this.#report(true, `rolled back: nobody confirmed within ${seconds}s`)
    })
    this.#unconfirmed = { before: origin, cancel }
    return { confirmBefore: wallTimeAfter(seconds * 1000) }
  }

  #confirm(): ReloadPlan {
    if (this.#unconfirmed === undefined) throw new ApiError(409, 'no reload waits to be confirmed')
    this.#unconfirmed.cancel()
    this.#unconfirmed = undefined
    this.#report(true, 'confirmed')
    return { applied: true, changes: [], resets: [] }
  }

  #report(applied: boolean, text: string): void {
    this.#last = { at: this.#wallTime(), applied, summary: text }
    this.#daemon.tell({ kind: 'reload', text })
  }
}

function planned(change: Change): readonly PlannedChange[] {
  return change.lines.map((text) => ({ what: change.of, effect: change.effect, text }))
}

function summary(changes: readonly Change[]): string {
  const count = changes.length
  return count === 0 ? 'nothing changed' : `${count} ${count === 1 ? 'change' : 'changes'} applied`
}
