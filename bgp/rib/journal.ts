import type { Steps } from '../../net/steps.js'
import type { Slot } from './prefix-table.js'

/** Slots that are given back in a step: a few milliseconds. */
const STEP = 1 << 14

/** How far one reader has followed a journal; kept right by the journal when it compacts. */
export interface Cursor {
  /** The position that will be read next. */
  at: number
}

/**
 * A table from slot to value that also remembers the order of the last changes. A reader is a cursor into that
 * order: from the beginning it meets every slot that has a value exactly once, later only what changed, and a slot
 * that changed twice before it was read is met once, with its last value. A reader that lags costs nothing.
 *
 * The value 0 means "none". A slot that had a value keeps its entry with 0, as the news of a withdrawal, until
 * every cursor has passed it.
 */
export class Journal {
  #values = new Uint32Array(64)
  /** Where in the log the slot's last change stands, plus 1; 0 for a slot that is in the log nowhere. */
  #positions = new Uint32Array(64)
  /** Where the slot's present life began: a reader that is not past it cannot know of the slot. May be -1. */
  #since = new Int32Array(64)
  #log = new Uint32Array(64)
  #head = 0
  #live = 0
  #entries = 0
  #generation = 0
  readonly #cursors = new Set<Cursor>()
  readonly #retain: (slot: Slot) => void
  readonly #release: (slot: Slot) => void
  readonly #onCompact: () => void

  /**
   * @param retain called when a slot enters the journal, `release` when it has left it for good.
   * @param onCompact positions known from before mean nothing any more.
   */
  constructor(hooks: { retain(slot: Slot): void; release(slot: Slot): void; onCompact?(): void }) {
    this.#retain = hooks.retain
    this.#release = hooks.release
    this.#onCompact = hooks.onCompact ?? (() => undefined)
  }

  /** The position of the next change. */
  get head(): number {
    return this.#head
  }

  /** Positions that were noted in another generation mean nothing any more; those of cursors are kept right. */
  get generation(): number {
    return this.#generation
  }

  /** Octets of memory. */
  get octets(): number {
    return (
      this.#values.byteLength + this.#positions.byteLength + this.#since.byteLength + this.#log.byteLength
    )
  }

  /** How many slots have a value. */
  get live(): number {
    return this.#live
  }

  get readers(): number {
    return this.#cursors.size
  }

  /** The position that every reader has reached. */
  get slowest(): number {
    let slowest = this.#head
    for (const cursor of this.#cursors) slowest = Math.min(slowest, cursor.at)
    return slowest
  }

  /** A reader that has read nothing yet; `close` it, or withdrawals are kept for it for ever. */
  open(at = 0): Cursor {
    const cursor = { at }
    this.#cursors.add(cursor)
    return cursor
  }

  close(cursor: Cursor): void {
    this.#cursors.delete(cursor)
  }

  valueOf(slot: Slot): number {
    return this.#values[slot] ?? 0
  }

  /** Where the slot's last change stands; -1 for a slot that is in the journal nowhere. */
  positionOf(slot: Slot): number {
    return (this.#positions[slot] ?? 0) - 1
  }

  /** Whether a reader at this position may know a value of the slot; true in doubt, but never at position 0. */
  knownBefore(slot: Slot, position: number): boolean {
    return position > 0 && (this.#positions[slot] ?? 0) !== 0 && (this.#since[slot] ?? 0) < position
  }

  /** Whether the slot's last change lies before this position. */
  settledBefore(slot: Slot, position: number): boolean {
    const at = this.#positions[slot] ?? 0
    return at !== 0 && at <= position
  }

  /** Makes room at once for slots below `slots`, each with an entry. */
  reserve(slots: number): void {
    if (slots > this.#values.length) this.#extendSlots(slots)
    if (slots <= this.#log.length) return
    const larger = new Uint32Array(roomFor(slots))
    larger.set(this.#log)
    this.#log = larger
  }

  /** Sets a value, 0 to withdraw; setting what is there already changes nothing and returns false. */
  set(slot: Slot, value: number): boolean {
    if (slot >= this.#values.length) this.#extendSlots(slot + 1)
    const before = this.#values[slot] ?? 0
    if (before === value) return false
    // First, because compaction must still see the value that readers may know.
    if (this.#head >= this.#log.length) this.#makeRoom()
    this.#values[slot] = value
    if (before === 0) this.#live++
    if (value === 0) this.#live--
    this.#append(slot)
    return true
  }

  /** Makes every reader meet the slot again, its value unchanged; a slot without a value is left alone. */
  touch(slot: Slot): void {
    if (this.valueOf(slot) === 0) return
    if (this.#head >= this.#log.length) this.#makeRoom()
    this.#append(slot)
  }

  /** Visits what changed last at positions [from, to), oldest first; `visit` gets the value, 0 when withdrawn. */
  read(from: number, to: number, visit: (slot: Slot, value: number, position: number) => void): void {
    const end = Math.min(to, this.#head)
    for (let at = from; at < end; at++) {
      const slot = this.#log[at] ?? 0
      if (this.#positions[slot] === at + 1) visit(slot, this.#values[slot] ?? 0, at)
    }
  }

  /** Forgets every slot, in steps; nobody may write meanwhile, or rely on what is read. */
  *clearing(): Steps<void> {
    for (let at = 0; at < this.#head; at += STEP) {
      if (at > 0) yield
      this.read(at, at + STEP, (slot) => {
        this.#positions[slot] = 0
        this.#values[slot] = 0
        this.#release(slot)
      })
    }
    this.#head = 0
    this.#live = 0
    this.#entries = 0
    for (const cursor of this.#cursors) cursor.at = 0
    this.#generation++
    this.#onCompact()
  }

  #append(slot: Slot): void {
    if (this.#positions[slot] === 0) {
      this.#retain(slot)
      this.#entries++
      this.#since[slot] = this.#head
    }
    this.#log[this.#head++] = slot
    this.#positions[slot] = this.#head
  }

  /** Half the log being superseded is worth a rewrite; a log that is nearly all live is worth a larger one. */
  #makeRoom(): void {
    if (this.#head > 1024 && this.#entries * 2 <= this.#head) {
      this.#compact()
      return
    }
    if (this.#head > 1024 && this.#live * 2 <= this.#head && this.slowest === this.#head) {
      this.#compact()
      return
    }
    const larger = new Uint32Array(this.#log.length * 2)
    larger.set(this.#log)
    this.#log = larger
  }

  /** Rewrites the log without superseded entries and without withdrawals that every cursor has passed. */
  #compact(): void {
    const { slowest } = this
    const moved = new Uint32Array(this.#head + 1)
    // Position 0 is for readers that have read nothing. One that has must stay past it, even where all that it read
    // is superseded: the first entry is one that nobody meets, because no slot has its last change there.
    const kept = new Uint32Array(this.#entries + 1)
    let count = 1
    for (let at = 0; at < this.#head; at++) {
      if (at > 0) moved[at] = count
      const slot = this.#log[at] ?? 0
      if (this.#positions[slot] !== at + 1) continue
      if (this.#values[slot] === 0 && at < slowest) {
        this.#positions[slot] = 0
        this.#entries--
        this.#release(slot)
      } else kept[count++] = slot
    }
    moved[this.#head] = count
    this.#log[0] = 0
    for (let at = 1; at < count; at++) {
      const slot = kept[at] ?? 0
      this.#log[at] = slot
      this.#positions[slot] = at + 1
      // One less, because a reader that was past the slot's beginning must still be past it when all that
      // lay between has gone: a needless withdrawal is harmless, a missing one leaves a route behind.
      const since = this.#since[slot] ?? 0
      this.#since[slot] = since < 0 ? since : (moved[since] ?? 0) - 1
    }
    this.#head = count
    for (const cursor of this.#cursors) cursor.at = moved[cursor.at] ?? 0
    this.#generation++
    this.#onCompact()
  }

  #extendSlots(needed: number): void {
    const capacity = roomFor(needed)
    const [values, positions, since] = [this.#values, this.#positions, this.#since]
    this.#values = new Uint32Array(capacity)
    this.#values.set(values)
    this.#positions = new Uint32Array(capacity)
    this.#positions.set(positions)
    this.#since = new Int32Array(capacity)
    this.#since.set(since)
  }
}

/** A power of two, as the prefix table's: what grows with it grows as often. */
function roomFor(needed: number): number {
  let room = 64
  while (room < needed) room *= 2
  return room
}
