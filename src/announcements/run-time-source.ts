import { type Announcement, RUN_TIME } from '../../config/settings.js'
import type { Prefix } from '../../net/prefix.js'
import { PrefixCollector } from '../../net/prefix-collector.js'
import {
  isEmpty,
  noPrefixes,
  type PrefixSet,
  prefixesOf,
  prefixSetOf,
  sizeOf,
  subtracting,
  union,
} from '../../net/prefix-set.js'
import { ok, type Result, refused } from '../../net/result.js'
import { SetCursor } from '../../net/set-cursor.js'
import type { Span } from '../../net/span.js'
import { finish, finishInTurns, type Steps } from '../../net/steps.js'
import { ChangeLog, type LogRecord } from '../state/change-log.js'
import { SLICE } from './amending.js'
import type { SourceName, TermsChange } from './board.js'
import { type RunTimeRoute, type RunTimeTerms, termsOf } from './run-time.js'
import { announced, read, withdrawn } from './run-time-records.js'
import { type OnPrefix, RunTimeTable, type TermsId } from './run-time-table.js'
import { RunTimeTally } from './run-time-tally.js'
import { TermsBook } from './terms-book.js'

/** Where it says what is different. */
export interface Declaring {
  change(source: SourceName, changes: readonly TermsChange[]): void
  /** Resolves once all that was declared so far is there. */
  whenSettled(): Promise<void>
}

export interface RunTimeChange {
  readonly changed: readonly Prefix[]
  readonly unchanged: readonly Prefix[]
}

/** Of a change of very many: how many prefixes it was. */
export interface RunTimeBulk {
  readonly changed: number
  readonly unchanged: number
}

/** The log is written anew when it is this many times what it has to be, and not while it is small. */
const [OVERGROWN, SMALL_OCTETS] = [8, 4 << 20]
/** Octets of a prefix in it, about. */
const LINE_OCTETS = 20

const BUSY = 'a large change is being written down just now; ask again'

/**
 * Announcements that the CLI made. They survive reloads and restarts: a change is on disk before it is announced
 * and before it is acknowledged, unless it was asked for as ephemeral. What a change costs goes with the change.
 */
export class RunTimeSource {
  readonly #log: ChangeLog
  readonly #board: Declaring
  /** Waits for a turn of the event loop, in changes of very many. */
  readonly #turn: () => Promise<void>
  readonly #table = new RunTimeTable()
  readonly #book = new TermsBook()
  #bulks = Promise.resolve()
  #busy = 0
  #announcements: readonly Announcement[] | undefined
  /** Counts what makes those void. */
  #changes = 0

  constructor(file: string, board: Declaring, later: (work: () => void) => void) {
    this.#log = new ChangeLog(file)
    this.#board = board
    this.#turn = () => new Promise((done) => later(done))
  }

  get size(): number {
    return this.#table.size
  }

  /** Made when they are asked for, and kept until something changes. */
  get announcements(): readonly Announcement[] {
    this.#announcements ??= this.#announcementsOf(this.#table.byTerms())
    return this.#announcements
  }

  /** As `announcements`, in slices. */
  async gathered(): Promise<readonly Announcement[]> {
    if (this.#announcements !== undefined) return this.#announcements
    const changes = this.#changes
    const announcements = this.#announcementsOf(await this.#steps(this.#table.gathering()))
    // What is of a moment that never was is good for one look.
    if (changes === this.#changes) this.#announcements = announcements
    return announcements
  }

  /** Of those, what is for some peers alone. */
  get routesOfPeers(): readonly RunTimeRoute[] {
    if (!this.#book.all.some(({ peers }) => peers !== undefined)) return []
    return [...this.#table.byTerms()].flatMap(([id, prefixes]) => {
      const terms = this.#book.termsOf(id)
      return terms.peers === undefined
        ? []
        : [...prefixesOf(prefixes)].map((prefix) => ({ prefix, ...terms }))
    })
  }

  /** Declares what was kept; what of it could not be used is told in words. */
  restore(): readonly string[] {
    const { records, problems } = this.#log.read()
    const warnings = [...problems]
    for (const record of records) {
      const { change, problems: wrong } = read(record)
      warnings.push(...wrong)
      const id = change?.terms === undefined ? 0 : this.#book.idOf(change.terms)
      const prefixes = change?.prefixes ?? noPrefixes
      if (id !== 0 && this.#table.size === 0) this.#table.reserve(prefixes)
      this.#put(prefixes, id)
    }
    const tally = [...this.#table.byTerms()].map(([id, added]) => ({
      terms: this.#book.declared(id),
      ...{ removed: noPrefixes, added },
    }))
    this.#board.change('run-time', tally)
    return warnings
  }

  /** All of them or, when they cannot be written down, none. */
  announce(routes: readonly RunTimeRoute[]): Result<RunTimeChange> {
    const byId = new Map<TermsId, Prefix[]>()
    const changed = new Set<Prefix>()
    for (const route of routes) {
      const id = this.#book.idOf(termsOf(route))
      if (this.#table.termsOf(route.prefix) === id) continue
      changed.add(route.prefix)
      byId.set(id, [...(byId.get(id) ?? []), route.prefix])
    }
    const sets = [...byId].map(([id, prefixes]) => [id, prefixSetOf(prefixes)] as const)
    const records = sets.flatMap(([id, set]) => this.#records(id, set))
    const written = this.#write(records)
    if (!written.ok) return written
    this.#apply(sets)
    return ok(
      outcome(
        routes.map(({ prefix }) => prefix),
        changed,
      ),
    )
  }

  withdraw(prefixes: readonly Prefix[]): Result<RunTimeChange> {
    const known = prefixes.filter((prefix) => this.#table.termsOf(prefix) !== undefined)
    const set = prefixSetOf(known)
    const written = this.#write(this.#records(0, set))
    if (!written.ok) return written
    this.#apply([[0, set]])
    return ok(outcome(prefixes, new Set(known)))
  }

  /** As `announce` and `withdraw` for very many, in slices; resolves once the Loc-RIB has all of it. */
  async announceAll(prefixes: PrefixSet, terms: RunTimeTerms): Promise<Result<RunTimeBulk>> {
    return this.#exclusively(async () => {
      const id = this.#book.idOf(terms)
      const same = await this.#found(prefixes, (before) => before === id)
      return this.#changeAll(prefixes, await this.#steps(subtracting(prefixes, same)), id)
    })
  }

  async withdrawAll(prefixes: PrefixSet): Promise<Result<RunTimeBulk>> {
    return this.#exclusively(async () => {
      const known = await this.#found(prefixes, () => true)
      return this.#changeAll(prefixes, known, 0)
    })
  }

  /** Resolves once no change of very many is under way. */
  async idle(): Promise<void> {
    while (this.#busy > 0) await this.#bulks
  }

  /** All of them, for good. */
  clear(): Result<number> {
    if (this.#busy > 0) return refused(BUSY)
    const all = union([...this.#table.byTerms().values()])
    const written = this.#log.replace([])
    if (!written.ok) return written
    this.#apply([[0, all]])
    return ok(sizeOf(all))
  }

  /**
   * Peers have other names: what is for them alone follows. Done in any case; refused when it could not be written down.
   * @param names the new one by the old one; peers that are in it are meant by no other name
   */
  rename(names: ReadonlyMap<string, string>): Result<void> {
    if (!this.#book.all.some((terms) => isRenamed(terms, names))) return ok(undefined)
    const moved = [...this.#table.byTerms()].flatMap(([id, prefixes]) => {
      const now = this.#book.idOf(renamed(this.#book.termsOf(id), names))
      return now === id ? [] : [[now, prefixes] as const]
    })
    if (moved.length === 0) return ok(undefined)
    this.#apply(moved)
    return this.#busy > 0 ? refused(BUSY) : this.#log.replace(finish(this.#keeping()))
  }

  #records(id: TermsId, prefixes: PrefixSet): readonly LogRecord[] {
    return finish(this.#recording(id, prefixes))
  }

  /** What the log has to say when these prefixes get these terms. What is ephemeral needs no log that can be written. */
  *#recording(id: TermsId, prefixes: PrefixSet): Steps<readonly LogRecord[]> {
    const terms = id === 0 ? undefined : this.#book.termsOf(id)
    if (terms !== undefined && !terms.ephemeral) return announced(terms, prefixes)
    if (this.#book.all.every(({ ephemeral }) => !ephemeral)) return withdrawn(prefixes)
    const kept = new PrefixCollector()
    for (const cursor = new SetCursor(prefixes); !cursor.done; ) {
      cursor.readTo(cursor.placeAfter(SLICE), (span) => {
        this.#table.find(span, (version, length, words, before) => {
          if (!this.#book.termsOf(before).ephemeral) kept.add(version, length, words)
        })
      })
      // A small change waits for no turn.
      if (!cursor.done) yield
    }
    return withdrawn(yield* kept.building())
  }

  *#keeping(): Steps<readonly LogRecord[]> {
    return [...(yield* this.#table.gathering())].flatMap(([id, prefixes]) => {
      const terms = this.#book.termsOf(id)
      return terms.ephemeral ? [] : announced(terms, prefixes)
    })
  }

  #write(records: readonly LogRecord[]): Result<void> {
    if (records.length === 0) return ok(undefined)
    if (this.#busy > 0) return refused(BUSY)
    const written = this.#log.append(records)
    this.#tidy()
    return written
  }

  /** Writes the log anew once it is mostly about what is gone; not before what is under way is done. */
  #tidy(): void {
    if (this.#log.octets <= SMALL_OCTETS + OVERGROWN * LINE_OCTETS * this.#table.size) return
    void this.#exclusively(async () =>
      this.#log.replaceInTurns(await this.#steps(this.#keeping()), this.#turn),
    )
  }

  #apply(sets: readonly (readonly [TermsId, PrefixSet])[]): void {
    const tally = new RunTimeTally(this.#book)
    for (const [id, set] of sets) this.#put(set, id, tally)
    this.#declare(finish(tally.changes()))
  }

  /** @param id 0 takes them out */
  #put(prefixes: PrefixSet, id: TermsId, tally?: RunTimeTally): void {
    new SetCursor(prefixes).readTo(undefined, this.#putting(id, tally))
  }

  /** What puts spans into the table: made once for all of them. */
  #putting(id: TermsId, tally?: RunTimeTally): (span: Span) => void {
    const visit: OnPrefix = (version, length, words, before) =>
      tally?.count(before, id, version, length, words)
    return id === 0 ? (span) => this.#table.delete(span, visit) : (span) => this.#table.set(span, id, visit)
  }

  #declare(changes: readonly TermsChange[]): void {
    this.#forget()
    if (changes.length > 0) this.#board.change('run-time', changes)
  }

  #forget(): void {
    this.#announcements = undefined
    this.#changes++
  }

  #announcementsOf(byTerms: ReadonlyMap<TermsId, PrefixSet>): readonly Announcement[] {
    return [...byTerms].map(([id, prefixes]) => {
      const { via, path, peers } = this.#book.termsOf(id)
      const share = via.includes('l2') && { l2: { addresses: prefixes } }
      return { name: RUN_TIME, kind: 'prefixes', prefixes, via, ...share, path, ...(peers && { peers }) }
    })
  }

  async #changeAll(asked: PrefixSet, changed: PrefixSet, id: TermsId): Promise<Result<RunTimeBulk>> {
    const counts = { changed: sizeOf(changed), unchanged: sizeOf(asked) - sizeOf(changed) }
    if (isEmpty(changed)) return ok(counts)
    const records = await this.#steps(this.#recording(id, changed))
    const written = records.length === 0 ? ok(undefined) : await this.#log.appendInTurns(records, this.#turn)
    if (!written.ok) return written
    const tally = new RunTimeTally(this.#book)
    if (id !== 0) {
      const known = await this.#found(changed, () => true)
      this.#table.reserve(await this.#steps(subtracting(changed, known)))
    }
    this.#forget()
    await this.#slices(changed, this.#putting(id, tally))
    this.#declare(await this.#steps(tally.changes()))
    this.#tidy()
    await this.#board.whenSettled()
    return ok(counts)
  }

  /** Those of the prefixes that are in the table with terms that match. */
  async #found(prefixes: PrefixSet, match: (id: TermsId) => boolean): Promise<PrefixSet> {
    const found = new PrefixCollector()
    await this.#slices(prefixes, (span) => {
      this.#table.find(span, (version, length, words, before) => {
        if (match(before)) found.add(version, length, words)
      })
    })
    return this.#steps(found.building())
  }

  async #slices(set: PrefixSet, visit: (span: Span) => void): Promise<void> {
    for (const cursor = new SetCursor(set); !cursor.done; ) {
      cursor.readTo(cursor.placeAfter(SLICE), visit)
      await this.#turn()
    }
  }

  #steps<Value>(steps: Steps<Value>): Promise<Value> {
    return finishInTurns(steps, this.#turn)
  }

  /** One after the other: each is a difference from what the one before it leaves. */
  async #exclusively<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#busy++
    const done = this.#bulks.then(work)
    this.#bulks = done.then(
      () => undefined,
      () => undefined,
    )
    try {
      return await done
    } finally {
      this.#busy--
    }
  }
}

function outcome(asked: readonly Prefix[], changed: ReadonlySet<Prefix>): RunTimeChange {
  return {
    changed: asked.filter((prefix) => changed.has(prefix)),
    unchanged: asked.filter((prefix) => !changed.has(prefix)),
  }
}

function isRenamed({ peers = [] }: RunTimeTerms, names: ReadonlyMap<string, string>): boolean {
  return peers.some((name) => (names.get(name) ?? name) !== name)
}

function renamed(terms: RunTimeTerms, names: ReadonlyMap<string, string>): RunTimeTerms {
  const peers = terms.peers?.map((name) => names.get(name) ?? name)
  return peers === undefined ? terms : { ...terms, peers }
}
