import type { CodecContext } from '../codec/context.js'
import { endOfRib } from '../codec/end-of-rib.js'
import { encodeMessage } from '../codec/message.js'
import { afiSafiOf, type Family } from '../family.js'
import { type AdjRibOut, SLICE } from './adj-rib-out.js'
import type { Cursor } from './journal.js'
import type { UpdateGroup } from './update-group.js'

/** Octets for the peer, whole messages. */
export interface Parcel {
  readonly bytes: Uint8Array
  readonly updates: number
  readonly routeRefreshes: number
}

/** What the peer has been given: every change of the Adj-RIB-Out's journal before `at`. */
export interface OutboxPosition {
  readonly ribOut: AdjRibOut
  readonly at: number
  readonly endOfRibSent: boolean
}

/** How one family stands with one peer. */
interface FamilyOutbox {
  ribOut: AdjRibOut
  /** What the peer has been given. */
  cursor: Cursor
  /** Where the initial update ends; absent before it is known and after End-of-RIB was sent. */
  awaitsEndOfRib: boolean
  /** A re-advertisement under way, asked for by ROUTE-REFRESH or by a soft reset. */
  repeat?: { readonly cursor: Cursor; begun: boolean }
  /** What takes the peer from its former update group to this one. */
  transition?: Parcel
}

/**
 * What one Established peer is still owed. Nothing is queued: the peer's socket pulls, and gets the latest state of
 * what it has not seen. The session begins with an empty Adj-RIB-Out and ends its first pass with End-of-RIB.
 */
export class Outbox {
  readonly #families = new Map<Family, FamilyOutbox>()
  readonly #context: CodecContext

  constructor(group: UpdateGroup, context: CodecContext) {
    this.#context = context
    for (const ribOut of group.ribs()) {
      this.#families.set(ribOut.family, { ribOut, cursor: ribOut.journal.open(), awaitsEndOfRib: true })
    }
  }

  /**
   * The next parcel, or undefined when the peer has all there is. Each costs well under ten milliseconds.
   * @param complete whether all sources have said what they want: before that no End-of-RIB goes out.
   */
  pull(complete: boolean): Parcel | undefined {
    for (const [family, outbox] of this.#families) {
      const parcel = this.#pullFamily(family, outbox, complete)
      if (parcel !== undefined) return parcel
    }
    return undefined
  }

  /** Sends everything of the family again (RFC 2918 §4); without Enhanced Route Refresh it is not bracketed. */
  refresh(family: Family): void {
    const outbox = this.#families.get(family)
    // RFC 7313 §4: no BoRR before the initial End-of-RIB; what is under way already is the answer.
    if (outbox === undefined || outbox.awaitsEndOfRib) return
    if (outbox.repeat) outbox.ribOut.journal.close(outbox.repeat.cursor)
    outbox.repeat = { cursor: outbox.ribOut.journal.open(), begun: false }
  }

  /** Follows another group from now on; only what differs between the two is sent. */
  move(group: UpdateGroup): void {
    for (const ribOut of group.ribs()) {
      const outbox = this.#families.get(ribOut.family)
      if (outbox === undefined || outbox.ribOut === ribOut) continue
      while (!ribOut.current) ribOut.follow()
      const { bytes, messages } = ribOut.difference(outbox.ribOut, outbox.cursor.at)
      outbox.transition = joined(outbox.transition, { bytes, updates: messages, routeRefreshes: 0 })
      outbox.ribOut.journal.close(outbox.cursor)
      if (outbox.repeat) this.#endRepeat(outbox)
      outbox.ribOut = ribOut
      outbox.cursor = ribOut.journal.open(ribOut.journal.head)
    }
  }

  /** Prefixes, of all families, that the peer's maximum has no room for. */
  get leftOut(): number {
    let sum = 0
    for (const { ribOut } of this.#families.values()) sum += ribOut.leftOut
    return sum
  }

  /** Prefixes of the family that the peer has been sent and that stand. */
  advertised(family: Family): number {
    const outbox = this.#families.get(family)
    if (outbox === undefined) return 0
    const { journal } = outbox.ribOut
    if (outbox.cursor.at === journal.head) return journal.live
    let count = 0
    journal.read(0, outbox.cursor.at, (_, value) => {
      if (value !== 0) count++
    })
    return count
  }

  /** The Adj-RIB-Out of the family and how far the peer has been given it. */
  position(family: Family): OutboxPosition | undefined {
    const outbox = this.#families.get(family)
    return outbox && { ribOut: outbox.ribOut, at: outbox.cursor.at, endOfRibSent: !outbox.awaitsEndOfRib }
  }

  /** Lets go of the journals; the outbox is of no use afterwards. */
  close(): void {
    for (const outbox of this.#families.values()) {
      outbox.ribOut.journal.close(outbox.cursor)
      if (outbox.repeat) this.#endRepeat(outbox)
    }
    this.#families.clear()
  }

  #pullFamily(family: Family, outbox: FamilyOutbox, complete: boolean): Parcel | undefined {
    if (outbox.transition !== undefined) {
      const { transition } = outbox
      delete outbox.transition
      if (transition.bytes.length > 0) return transition
    }
    for (;;) {
      const { ribOut, cursor } = outbox
      if (!ribOut.current && ribOut.journal.head - cursor.at < SLICE) ribOut.follow()
      else if (cursor.at < ribOut.journal.head) {
        const { to, bytes, messages } = ribOut.chunk(cursor.at)
        cursor.at = to
        if (messages > 0) return { bytes, updates: messages, routeRefreshes: 0 }
      } else break
    }
    if (outbox.awaitsEndOfRib && complete) {
      outbox.awaitsEndOfRib = false
      return { bytes: encodeMessage(endOfRib(family), this.#context), updates: 1, routeRefreshes: 0 }
    }
    return outbox.repeat === undefined ? undefined : this.#pullRepeat(family, outbox, outbox.repeat)
  }

  #pullRepeat(
    family: Family,
    outbox: FamilyOutbox,
    repeat: NonNullable<FamilyOutbox['repeat']>,
  ): Parcel | undefined {
    if (!repeat.begun) {
      repeat.begun = true
      if (this.#context.enhancedRouteRefresh) return this.#bracket(family, 'begin')
    }
    while (repeat.cursor.at < outbox.cursor.at) {
      const { to, bytes, messages } = outbox.ribOut.repeat(repeat.cursor.at, outbox.cursor.at)
      repeat.cursor.at = to
      if (messages > 0) return { bytes, updates: messages, routeRefreshes: 0 }
    }
    this.#endRepeat(outbox)
    return this.#context.enhancedRouteRefresh ? this.#bracket(family, 'end') : undefined
  }

  #endRepeat(outbox: FamilyOutbox): void {
    if (outbox.repeat) outbox.ribOut.journal.close(outbox.repeat.cursor)
    delete outbox.repeat
  }

  #bracket(family: Family, subtype: 'begin' | 'end'): Parcel {
    const bytes = encodeMessage({ kind: 'route-refresh', family: afiSafiOf(family), subtype }, this.#context)
    return { bytes, updates: 0, routeRefreshes: 1 }
  }
}

function joined(first: Parcel | undefined, second: Parcel): Parcel {
  if (first === undefined) return second
  const bytes = new Uint8Array(first.bytes.length + second.bytes.length)
  bytes.set(first.bytes)
  bytes.set(second.bytes, first.bytes.length)
  return {
    bytes,
    updates: first.updates + second.updates,
    routeRefreshes: first.routeRefreshes + second.routeRefreshes,
  }
}
