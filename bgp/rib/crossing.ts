import type { AdjRibOut } from './adj-rib-out.js'
import { type Chunk, ChunkCache } from './chunk.js'
import type { Cursor } from './journal.js'

/**
 * The way from one Adj-RIB-Out to another, for peers that know the first up to the same position: withdrawals of what
 * the second does not have, then announcements of what it has otherwise. Made in slices, each once for all of them.
 *
 * The second may change meanwhile. `bound` is where its journal ended when the crossing began: what stands before it
 * and is known already need not be sent, what stands behind it is read as news.
 */
export class Crossing {
  readonly before: AdjRibOut
  readonly now: AdjRibOut
  readonly #known: Cursor
  #bound: Cursor | undefined
  #members = 0
  readonly #withdrawals = new ChunkCache()
  readonly #announcements = new ChunkCache()
  #generation = ''
  #prepared = false

  constructor(before: AdjRibOut, known: number, now: AdjRibOut) {
    this.before = before
    this.now = now
    this.#known = before.journal.open(known)
  }

  /** How far the peers know the first. */
  get known(): number {
    return this.#known.at
  }

  /** Where the announcements end and the second's journal goes on as for every other peer. */
  get bound(): number {
    return this.#bound?.at ?? 0
  }

  /** How many peers are on this way. */
  get members(): number {
    return this.#members
  }

  enter(): void {
    this.#members++
  }

  /** The last one closes it behind itself. */
  leave(): void {
    this.#members--
    if (this.#members > 0) return
    this.before.journal.close(this.#known)
    if (this.#bound !== undefined) this.now.journal.close(this.#bound)
  }

  /** For when the second has all of the Loc-RIB: before that, much would be withdrawn that only is not there yet. */
  begin(): void {
    this.#bound ??= this.now.journal.open(this.now.journal.head)
  }

  /**
   * Makes what begins it now, while the first still has what the peers know: a route that goes from there in the same
   * breath, and is here with the same attributes, is then not sent again.
   */
  prepare(): void {
    if (this.#prepared) return
    this.#prepared = true
    this.begin()
    this.withdrawals(0)
    if (this.bound > 0) this.announcements(0)
  }

  /** @param from a position in the first's journal */
  withdrawals(from: number): Chunk {
    return this.#once(this.#withdrawals, from, () =>
      this.now.withdrawalsAfter(this.before, this.known, this.bound, from),
    )
  }

  /** @param from a position in the second's journal, before `bound` */
  announcements(from: number): Chunk {
    return this.#once(this.#announcements, from, () =>
      this.now.announcementsAfter(this.before, this.known, this.bound, from),
    )
  }

  #once(cache: ChunkCache, from: number, make: () => Chunk): Chunk {
    this.#forgetPositions()
    const known = cache.get(from)
    if (known !== undefined) return known
    const chunk = make()
    if (this.#members > 1 || this.#prepared) cache.put(from, chunk)
    return chunk
  }

  /** Those from before one of the journals was compacted. */
  #forgetPositions(): void {
    const generation = `${this.before.journal.generation} ${this.now.journal.generation}`
    if (generation === this.#generation) return
    this.#generation = generation
    this.#withdrawals.clear()
    this.#announcements.clear()
  }
}

/** Those under way: peers that go the same way from the same position share one. */
export class Crossings {
  readonly #all = new Set<Crossing>()

  /** The peer enters; it has to `leave`, here. */
  enter(before: AdjRibOut, known: number, now: AdjRibOut): Crossing {
    const crossing = this.#find(before, known, now) ?? new Crossing(before, known, now)
    this.#all.add(crossing)
    crossing.enter()
    return crossing
  }

  leave(crossing: Crossing): void {
    crossing.leave()
    if (crossing.members === 0) this.#all.delete(crossing)
  }

  #find(before: AdjRibOut, known: number, now: AdjRibOut): Crossing | undefined {
    for (const crossing of this.#all) {
      if (crossing.before === before && crossing.now === now && crossing.known === known) return crossing
    }
    return undefined
  }
}
