import type { HealthCheck } from '../../config/health-check.js'
import type { Cancel } from '../../net/clock.js'
import { type AttemptServices, attempt } from './attempt.js'
import { announces, begin, type CheckResult, type CheckState, step, type Transition } from './state.js'
import type { Turns } from './turns.js'

/** What checks share. */
export interface CheckServices extends AttemptServices {
  /** Commands wait here for their turn. */
  readonly turns: Turns
  /** In [0, 1). */
  random(): number
  wallTime(): string
}

/** What came of the last look. */
export interface LastResult {
  /** ISO 8601. */
  readonly at: string
  readonly result: CheckResult
}

/** Without a verdict a check does not wait out a long interval: a restart is to know soon what still serves. */
const FIRST_PACE_MS = 1000

/** One health check, running: looks at its service again and again, never twice at a time. */
export class Check {
  readonly announcement: string
  readonly definition: HealthCheck
  readonly #services: CheckServices
  readonly #onResult: (transition: Transition | undefined) => void
  #state: CheckState
  #since: string
  #last: LastResult | undefined
  #passed = 0
  #failed = 0
  #running = false
  /** Ends the wait or the probe under way. */
  #interrupt: Cancel = () => undefined

  /** @param onResult called after each result, once the state has it */
  constructor(
    of: { readonly announcement: string; readonly definition: HealthCheck; readonly announced: boolean },
    services: CheckServices,
    onResult: (transition: Transition | undefined) => void,
  ) {
    this.announcement = of.announcement
    this.definition = of.definition
    this.#state = begin(of.announced)
    this.#services = services
    this.#since = services.wallTime()
    this.#onResult = onResult
  }

  get state(): CheckState {
    return this.#state
  }

  get announces(): boolean {
    return announces(this.#state)
  }

  /** When the state began, ISO 8601. */
  get since(): string {
    return this.#since
  }

  get last(): LastResult | undefined {
    return this.#last
  }

  /** Results since the check began. */
  get counts(): { readonly passed: number; readonly failed: number } {
    return { passed: this.#passed, failed: this.#failed }
  }

  /** Begins at a random point of its interval, so that checks that were configured together do not run together. */
  start(): void {
    this.#running = true
    this.#wait(this.#services.random() * this.#pace)
  }

  /** Ends it for good, its command too. */
  stop(): void {
    this.#running = false
    this.#interrupt()
  }

  get #pace(): number {
    const { intervalMs } = this.definition
    return this.#state.is === 'unknown' ? Math.min(intervalMs, FIRST_PACE_MS) : intervalMs
  }

  #wait(ms: number): void {
    this.#interrupt = this.#services.clock.after(Math.max(0, ms), () => this.#look())
  }

  #look(): void {
    const { disable } = this.definition
    if (disable === undefined) {
      this.#ask()
      return
    }
    this.#services.probing.exists(disable, (exists) => {
      if (!this.#running) return
      if (!exists) {
        this.#ask()
        return
      }
      this.#conclude({ is: 'disabled', text: `${disable} exists` })
      this.#wait(this.#pace)
    })
  }

  #ask(): void {
    if (this.definition.probe.kind === 'exec') {
      this.#interrupt = this.#services.turns.take((release) => this.#probe(release))
    } else this.#probe(() => undefined)
  }

  /** The time that a command waited for its turn is no time that the service took. */
  #probe(release: () => void): void {
    const start = this.#services.clock.now()
    const context = { announcement: this.announcement, verdict: this.#state.is }
    this.#interrupt = attempt(this.definition, context, this.#services, {
      onOutcome: ({ passed, text }) => {
        if (this.#running) this.#conclude({ is: passed ? 'passed' : 'failed', text })
      },
      onEnded: () => {
        release()
        if (this.#running) this.#wait(start + this.#pace - this.#services.clock.now())
      },
    })
  }

  #conclude(result: CheckResult): void {
    if (result.is === 'passed') this.#passed++
    if (result.is === 'failed') this.#failed++
    const { state, transition } = step(this.#state, result, this.definition)
    const at = this.#services.wallTime()
    this.#state = state
    this.#last = { at, result }
    if (transition !== undefined) this.#since = at
    this.#onResult(transition)
  }
}
