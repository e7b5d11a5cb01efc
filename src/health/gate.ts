import { isDeepStrictEqual } from 'node:util'
import type { HealthCheck } from '../../config/health-check.js'
import type { Announcement } from '../../config/settings.js'
import type { Cancel } from '../../net/clock.js'
import { noPrefixes } from '../../net/prefix-set.js'
import { Check, type CheckServices } from './check.js'
import { heldBackBy } from './held-back.js'
import type { Transition } from './state.js'
import { Turns } from './turns.js'

/**
 * Commands at one time: with the defaults, twice as many services as this can all be slow at once and none waits for
 * another. Connections are not counted, they cost next to nothing.
 */
export const MAX_COMMANDS = 128

export interface GateOptions extends Omit<CheckServices, 'turns'> {
  /** What is announced from now on; those that are held back are there, without a prefix or an address. */
  publish(announcements: readonly Announcement[]): void
  onTransition(announcement: string, transition: Transition): void
}

/**
 * Stands between a source of announcements and the board: those with a health check get through while it passes. One
 * that is held back keeps its place and its name and loses only its prefixes, so that nothing else moves.
 */
export class HealthGate {
  readonly #options: GateOptions
  readonly #services: CheckServices
  readonly #checks = new Map<string, Check>()
  #announcements: readonly Announcement[] = []
  #settled = false
  #publishing = false
  #cancelDeadline: Cancel = () => undefined

  constructor(options: GateOptions) {
    this.#options = options
    this.#services = { ...options, turns: new Turns(MAX_COMMANDS, options.later) }
  }

  /**
   * Whether every check has had its first verdict since the start, or its time to. Before that, the set that is
   * published lacks what may only not have been asked yet, and End-of-RIB would purge it (RFC 4724 §4.1).
   */
  get settled(): boolean {
    return this.#settled
  }

  /** In the order of the announcements. */
  get checks(): readonly Check[] {
    return this.#announcements.flatMap(({ name }) => this.#checks.get(name) ?? [])
  }

  /** Why an announcement is kept from the routers; undefined when it is not. */
  heldBackBy(announcement: string): string | undefined {
    const check = this.#checks.get(announcement)
    return check && heldBackBy(check)
  }

  /** The announcements that are held back, whole. */
  get heldBack(): readonly Announcement[] {
    return this.#announcements.filter(({ name }) => this.heldBackBy(name) !== undefined)
  }

  /** The first set; `settleWithinMs` bounds the wait for first verdicts. */
  start(announcements: readonly Announcement[], settleWithinMs: number): void {
    this.#cancelDeadline = this.#options.clock.after(settleWithinMs, () => {
      this.#settled = true
      this.#publishSoon()
    })
    this.declare(announcements)
    // At once: what a session begins with is there before the session.
    this.#publish()
  }

  /**
   * Another set. A check that did not change goes on as if nothing had happened; one that did begins anew, and its
   * announcement stays as it is, announced or not, until the new check has a verdict.
   */
  declare(announcements: readonly Announcement[]): void {
    const before = new Map(this.#announcements.map((announcement) => [announcement.name, announcement]))
    const wanted = new Map(announcements.map((announcement) => [announcement.name, announcement.healthCheck]))
    const announced = (name: string) => before.has(name) && (this.#checks.get(name)?.announces ?? true)
    this.#announcements = announcements
    for (const [name, definition] of wanted) {
      if (isDeepStrictEqual(this.#checks.get(name)?.definition, definition)) continue
      this.#replace(name, definition, announced(name))
    }
    for (const name of this.#checks.keys()) if (!wanted.has(name)) this.#replace(name, undefined, false)
    this.#judge()
    this.#publish()
  }

  stop(): void {
    this.#cancelDeadline()
    for (const check of this.#checks.values()) check.stop()
  }

  #replace(announcement: string, definition: HealthCheck | undefined, announced: boolean): void {
    this.#checks.get(announcement)?.stop()
    this.#checks.delete(announcement)
    if (definition === undefined) return
    const check = new Check({ announcement, definition, announced }, this.#services, (transition) => {
      if (transition === undefined) return
      this.#options.onTransition(announcement, transition)
      this.#judge()
      this.#publishSoon()
    })
    this.#checks.set(announcement, check)
    check.start()
  }

  #judge(): void {
    if (this.#settled || [...this.#checks.values()].some(({ state }) => state.is === 'unknown')) return
    this.#settled = true
    this.#cancelDeadline()
  }

  /** Once for all that happens in one turn; also where no announcement changed, for End-of-RIB may wait for it. */
  #publishSoon(): void {
    if (this.#publishing) return
    this.#publishing = true
    this.#options.later(() => {
      this.#publishing = false
      this.#publish()
    })
  }

  #publish(): void {
    this.#options.publish(
      this.#announcements.map((announcement) =>
        this.heldBackBy(announcement.name) === undefined ? announcement : withoutPrefixes(announcement),
      ),
    )
  }
}

function withoutPrefixes({ l2, ...announcement }: Announcement): Announcement {
  return { ...announcement, prefixes: noPrefixes, ...(l2 && { l2: { ...l2, addresses: noPrefixes } }) }
}
