import type { Change } from '../../config/change.js'
import { classify, resets as sessionsReset } from '../../config/diff.js'
import type { Loaded } from '../../config/load.js'
import { formatProblem } from '../../config/problem.js'
import type { Settings } from '../../config/settings.js'
import type { Cancel } from '../../net/clock.js'
import {
  ApiError,
  type PlannedChange,
  type ReloadPlan,
  type ReloadReport,
  type ReloadRequest,
} from '../control/api.js'
import type { PeerView } from '../speaker/peer-view.js'
import type { Daemon } from './daemon.js'
import type { World } from './world.js'

interface Unconfirmed {
  readonly before: Settings
  readonly cancel: Cancel
}

type Plan = Pick<ReloadPlan, 'changes' | 'resets'>

/** Applies the file anew: what changes is told before it happens, and can be taken back. */
export class Reloader {
  readonly #daemon: Daemon
  readonly #load: () => Loaded
  readonly #world: Pick<World, 'clock' | 'wallTime'>
  #last: ReloadReport | undefined
  #unconfirmed: Unconfirmed | undefined

  constructor(daemon: Daemon, load: () => Loaded, world: Pick<World, 'clock' | 'wallTime'>) {
    this.#daemon = daemon
    this.#load = load
    this.#world = world
  }

  get last(): ReloadReport | undefined {
    return this.#last
  }

  /** @throws ApiError 409 with every problem of the file, or every session that would reset; what runs stays. */
  reload(request: ReloadRequest): ReloadPlan {
    if (request.confirm) return this.#confirm()
    const loaded = this.#load()
    if (!loaded.ok) throw this.#refused('the file is invalid', loaded.problems.map(formatProblem))
    const before = this.#daemon.settings
    const plan = withFloods(planFor(before, loaded.settings), this.#daemon.speaker.peers, loaded.settings)
    if (request.dryRun) return { applied: false, ...plan }
    if (request.refuseReset && plan.resets.length > 0) {
      const lines = plan.changes.map(({ text }) => text)
      throw this.#refused(`these sessions would reset: ${plan.resets.join(', ')}`, lines)
    }
    const applied = this.#daemon.apply(loaded.settings)
    if (!applied.ok) throw this.#refused(applied.because)
    this.#report(true, summary(plan), told(plan))
    return { applied: true, ...plan, ...this.#await(request.confirmWithinSeconds, before) }
  }

  /** Nothing is rolled back any more: the daemon stops. */
  stop(): void {
    this.#unconfirmed?.cancel()
    this.#unconfirmed = undefined
  }

  /**
   * A reload that nobody confirms is taken back, for the case that it cut off the one who would. Several in one such
   * time are taken back together; one without a time confirms those before it.
   */
  #await(seconds: number | undefined, before: Settings): { confirmBefore?: string } {
    const origin = this.#unconfirmed?.before ?? before
    this.stop()
    if (seconds === undefined) return {}
    const cancel = this.#world.clock.after(seconds * 1000, () => {
      this.#unconfirmed = undefined
      this.#rollBack(origin, `nobody confirmed within ${seconds}s`)
    })
    this.#unconfirmed = { before: origin, cancel }
    return { confirmBefore: this.#world.wallTime(seconds * 1000) }
  }

  #confirm(): ReloadPlan {
    if (this.#unconfirmed === undefined) throw new ApiError(409, 'no reload waits to be confirmed')
    this.stop()
    this.#report(true, 'confirmed')
    return { applied: true, changes: [], resets: [] }
  }

  #rollBack(origin: Settings, because: string): void {
    const plan = planFor(this.#daemon.settings, origin)
    const applied = this.#daemon.apply(origin)
    if (applied.ok) this.#report(true, `rolled back: ${because}`, told(plan))
    else this.#report(false, `${because}, and it cannot be rolled back: ${applied.because}`)
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

/**
 * A limit below what a peer has sent already ends its session at once: the plan says so before it happens, though
 * the key as such resets nothing.
 */
function withFloods(plan: Plan, peers: readonly PeerView[], { bgp }: Settings): Plan {
  const over = (bgp?.peers ?? []).flatMap(({ name, maxPrefixes }) => {
    const peer = peers.find(({ settings, session }) => settings.name === name && session !== undefined)
    const received = peer?.adjRibIn?.total ?? 0
    return maxPrefixes !== undefined && received > maxPrefixes ? [{ name, maxPrefixes, received }] : []
  })
  const changes = over.map(({ name, maxPrefixes, received }) => ({
    what: 'peer',
    effect: 'reset' as const,
    text: `peer ${name}: ${received} prefixes are received, maxPrefixes ${maxPrefixes} ends the session until \`herald reset ${name}\``,
  }))
  const resets = [...new Set([...plan.resets, ...over.map(({ name }) => name)])]
  return { changes: [...plan.changes, ...changes], resets }
}

function planFor(before: Settings, after: Settings): Plan {
  const changes = classify(before, after)
  return { changes: changes.flatMap(planned), resets: sessionsReset(changes, before) }
}

/** For the log: what changed, in words. */
function told({ changes, resets }: Plan) {
  return { changes: changes.map(({ text }) => text), resets }
}

function planned(change: Change): readonly PlannedChange[] {
  return change.lines.map((text) => ({ what: change.of, effect: change.effect, text }))
}

function summary({ changes }: Plan): string {
  const count = changes.length
  return count === 0 ? 'nothing changed' : `${count} ${count === 1 ? 'change' : 'changes'} applied`
}
