import type { CodecContext } from '../codec/context.js'
import { endOfRib } from '../codec/end-of-rib.js'
import { encodeMessage } from '../codec/message.js'
import { afiSafiOf, type Family } from '../family.js'
import type { ExportTarget } from './export.js'
import { GroupSeat } from './group-seat.js'
import type { Cursor, Journal } from './journal.js'
import { Moving } from './moving.js'
import { emptyParcel, type Parcel, parcelOf } from './parcel.js'
import type { UpdateGroups } from './update-group.js'

/** A re-advertisement under way, asked for by ROUTE-REFRESH or by a soft reset. */
interface Repeat {
  readonly journal: Journal
  readonly cursor: Cursor
  begun: boolean
}

/** What one Established peer is still owed of one family. */
export class FamilyOutbox {
  readonly family: Family
  readonly #groups: UpdateGroups
  readonly #context: CodecContext
  #seat: GroupSeat
  /** Until the peer has what there is in its new group. */
  #moving: Moving | undefined
  /** Where it is to go afterwards. */
  #next: ExportTarget | undefined
  /** Until the initial update has ended. */
  #awaitsEndOfRib = true
  #repeat: Repeat | undefined

  constructor(family: Family, groups: UpdateGroups, target: ExportTarget, context: CodecContext) {
    this.family = family
    this.#groups = groups
    this.#context = context
    this.#seat = new GroupSeat(groups, target, family)
  }

  /** The group that the peer follows, or is on its way to. */
  get seat(): GroupSeat {
    return this.#moving?.to ?? this.#seat
  }

  get endOfRibSent(): boolean {
    return !this.#awaitsEndOfRib
  }

  pull(complete: boolean): Parcel | undefined {
    while (this.#moving !== undefined) {
      const parcel = this.#moving.pull()
      if (parcel !== undefined) return parcel
      this.#arrive(this.#moving)
    }
    const { ribOut, cursor } = this.#seat
    if (!ribOut.current && ribOut.hasLittleAfter(cursor.at)) ribOut.follow()
    if (cursor.at < ribOut.journal.head) {
      const chunk = ribOut.chunk(cursor.at)
      cursor.at = chunk.to
      return parcelOf(chunk)
    }
    if (!ribOut.current) return emptyParcel
    if (this.#awaitsEndOfRib && complete) {
      this.#awaitsEndOfRib = false
      return {
        bytes: encodeMessage(endOfRib(this.family), this.#context),
        updates: 1,
        routeRefreshes: 0,
      }
    }
    return this.#repeat && this.#pullRepeat(this.#repeat)
  }

  refresh(): void {
    // RFC 7313 §4: no BoRR before the initial End-of-RIB; what is under way already is the answer.
    if (this.#awaitsEndOfRib) return
    this.#beginRepeat(false)
  }

  move(target: ExportTarget): void {
    this.#next = undefined
    if (this.#moving?.begun === true) {
      this.#next = target
      return
    }
    if (this.#moving !== undefined) this.#turnBack(this.#moving)
    this.#go(target)
  }

  /** Prefixes that the peer has been sent and that stand; on the way to another group, no more than both have. */
  get advertised(): number {
    const { ribOut, cursor } = this.#seat
    const sent = ribOut.advertisedTo(cursor.at)
    return this.#moving === undefined ? sent : Math.min(sent, this.#moving.to.ribOut.journal.live)
  }

  close(): void {
    this.#endRepeat()
    if (this.#moving !== undefined) this.#turnBack(this.#moving)
    this.#seat.leave()
  }

  #go(target: ExportTarget): void {
    const to = new GroupSeat(this.#groups, target, this.family)
    if (to.group === this.#seat.group) {
      to.leave()
      return
    }
    // A peer that has been given nothing begins in its new group.
    if (this.#seat.cursor.at === 0) this.#sit(to)
    else this.#moving = new Moving(this.#seat, to, this.#groups.crossings)
    if (this.#repeat) this.#beginRepeat(this.#repeat.begun)
  }

  #arrive(moving: Moving): void {
    moving.end()
    this.#moving = undefined
    this.#sit(moving.to)
    const next = this.#next
    this.#next = undefined
    if (next !== undefined) this.#go(next)
  }

  #turnBack(moving: Moving): void {
    moving.end()
    moving.to.leave()
    this.#moving = undefined
    if (this.#repeat) this.#beginRepeat(this.#repeat.begun)
  }

  #pullRepeat(repeat: Repeat): Parcel | undefined {
    const { ribOut, cursor } = this.#seat
    if (!repeat.begun) {
      repeat.begun = true
      if (this.#context.enhancedRouteRefresh) return this.#bracket('begin')
    }
    if (repeat.cursor.at < cursor.at) {
      const chunk = ribOut.repeat(repeat.cursor.at, cursor.at)
      repeat.cursor.at = chunk.to
      return parcelOf(chunk)
    }
    this.#endRepeat()
    return this.#context.enhancedRouteRefresh ? this.#bracket('end') : undefined
  }

  /** From the first route on; a peer that was told of the beginning is not told again (RFC 7313 §4). */
  #beginRepeat(begun: boolean): void {
    this.#endRepeat()
    const { journal } = this.seat.ribOut
    this.#repeat = { journal, cursor: journal.open(), begun }
  }

  #endRepeat(): void {
    this.#repeat?.journal.close(this.#repeat.cursor)
    this.#repeat = undefined
  }

  #bracket(subtype: 'begin' | 'end'): Parcel {
    const bytes = encodeMessage(
      { kind: 'route-refresh', family: afiSafiOf(this.family), subtype },
      this.#context,
    )
    return { bytes, updates: 0, routeRefreshes: 1 }
  }

  #sit(seat: GroupSeat): void {
    this.#seat.leave()
    this.#seat = seat
  }
}
