import type { Announcement } from '../../config/settings.js'
import type { Prefix } from '../../net/prefix.js'
import { ok, type Result } from '../../net/result.js'
import { copyAside, readState, writeState } from '../state/state-file.js'
import type { SourceName } from './board.js'
import { announcementsOf, fromStored, type RunTimeRoute, sameTerms, sorted, storedForm } from './run-time.js'

/** The form of the state file; a later form gets another number. */
const VERSION = 1
/** Routes left out of it that are told of one by one. */
const TOLD = 10
/** Characters of such a route. */
const QUOTED = 200

/** Where a source says what it wants, whatever carries it. */
export interface Declaring {
  declare(source: SourceName, announcements: readonly Announcement[]): void
}

export interface RunTimeChange {
  readonly changed: readonly Prefix[]
  readonly unchanged: readonly Prefix[]
}

/**
 * Announcements that the CLI made. They survive reloads and restarts: a change is on disk before it is announced
 * and before it is acknowledged, unless it was asked for as ephemeral.
 */
export class RunTimeSource {
  readonly #file: string
  readonly #board: Declaring
  #routes = new Map<Prefix, RunTimeRoute>()

  constructor(file: string, board: Declaring) {
    this.#file = file
    this.#board = board
  }

  get size(): number {
    return this.#routes.size
  }

  get routes(): readonly RunTimeRoute[] {
    return [...this.#routes.values()]
  }

  /** As they are declared. */
  get announcements(): readonly Announcement[] {
    return announcementsOf(this.#routes.values())
  }

  /** Declares what was kept; what of it could not be used is told in words. */
  restore(): readonly string[] {
    const state = readState(this.#file, isStored)
    const warnings = state.is === 'set-aside' ? [state.text] : []
    let leftOut = 0
    if (state.is === 'read') {
      for (const stored of state.value.routes) {
        const route = fromStored(stored)
        if (route.ok) this.#routes.set(route.value.prefix, route.value)
        else if (++leftOut <= TOLD) {
          warnings.push(`${this.#file}: a route is left out (${route.because}): ${quoted(stored)}`)
        }
      }
    }
    // The next change writes the file anew, without them.
    if (leftOut > 0) warnings.push(`${this.#file}: ${leftOut} left out in all; ${copyAside(this.#file)}`)
    this.#declare()
    return warnings
  }

  /** All of them or, when they cannot be written down, none. */
  announce(routes: readonly RunTimeRoute[]): Result<RunTimeChange> {
    const next = new Map(this.#routes)
    for (const route of routes) next.set(route.prefix, route)
    const same = (route: RunTimeRoute) => {
      const present = this.#routes.get(route.prefix)
      return present !== undefined && present.ephemeral === route.ephemeral && sameTerms(present, route)
    }
    return this.#replace(
      next,
      routes.map((route) => [route.prefix, same(route)]),
    )
  }

  withdraw(prefixes: readonly Prefix[]): Result<RunTimeChange> {
    const next = new Map(this.#routes)
    for (const prefix of prefixes) next.delete(prefix)
    return this.#replace(
      next,
      prefixes.map((prefix) => [prefix, !this.#routes.has(prefix)]),
    )
  }

  /** All of them, for good. */
  clear(): Result<RunTimeChange> {
    return this.withdraw([...this.#routes.keys()])
  }

  /**
   * Peers have other names: what is for them alone follows. Done in any case; refused when it could not be written down.
   * @param names the new one by the old one; peers that are in it are meant by no other name
   */
  rename(names: ReadonlyMap<string, string>): Result<void> {
    const renamed = [...this.#routes.values()].map((route) => {
      const peers = route.peers?.map((name) => names.get(name) ?? name)
      return peers === undefined ? route : { ...route, peers }
    })
    if (renamed.every((route) => sameTerms(route, this.#routes.get(route.prefix) ?? route)))
      return ok(undefined)
    this.#routes = new Map(renamed.map((route) => [route.prefix, route]))
    this.#declare()
    return writeState(this.#file, keptForm(renamed))
  }

  #replace(
    next: Map<Prefix, RunTimeRoute>,
    outcome: readonly (readonly [prefix: Prefix, same: boolean])[],
  ): Result<RunTimeChange> {
    const changed = outcome.filter(([, same]) => !same).map(([prefix]) => prefix)
    const unchanged = outcome.filter(([, same]) => same).map(([prefix]) => prefix)
    if (changed.length > 0) {
      const written = this.#keep(next)
      if (!written.ok) return written
      this.#routes = next
      this.#declare()
    }
    return ok({ changed, unchanged })
  }

  /** What is ephemeral needs no state directory that can be written. */
  #keep(next: ReadonlyMap<Prefix, RunTimeRoute>): Result<void> {
    const before = keptForm(this.#routes.values())
    const after = keptForm(next.values())
    return JSON.stringify(before) === JSON.stringify(after) ? ok(undefined) : writeState(this.#file, after)
  }

  #declare(): void {
    this.#board.declare('run-time', this.announcements)
  }
}

/** As it is in the file, cut where it is long. */
function quoted(stored: unknown): string {
  try {
    const text = JSON.stringify(stored)
    return text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text
  } catch {
    return 'nested too deeply to be shown'
  }
}

/** What the state file holds for these routes. */
function keptForm(routes: Iterable<RunTimeRoute>) {
  const kept = sorted(routes).filter(({ ephemeral }) => !ephemeral)
  return { version: VERSION, routes: kept.map(storedForm) }
}

function isStored(value: unknown): value is { version: number; routes: readonly unknown[] } {
  if (typeof value !== 'object' || value === null) return false
  const { version, routes } = value as Record<string, unknown>
  return version === VERSION && Array.isArray(routes)
}
