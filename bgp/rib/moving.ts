import type { Crossing, Crossings } from './crossing.js'
import type { GroupSeat } from './group-seat.js'
import type { Cursor } from './journal.js'
import { emptyParcel, type Parcel, parcelOf } from './parcel.js'

/** One peer on its way from one update group to another, for one family. */
export class Moving {
  readonly from: GroupSeat
  readonly to: GroupSeat
  readonly #crossings: Crossings
  readonly #crossing: Crossing
  /** Withdrawals read so far, in the journal that the peer leaves. */
  readonly #withdrawn: Cursor
  #begun = false

  constructor(from: GroupSeat, to: GroupSeat, crossings: Crossings) {
    this.from = from
    this.to = to
    this.#crossings = crossings
    this.#crossing = crossings.enter(from.ribOut, from.cursor.at, to.ribOut)
    this.#withdrawn = from.ribOut.journal.open()
    this.#prepare()
  }

  /** Whether the peer may have been given something: only before that there is a way back. */
  get begun(): boolean {
    return this.#begun
  }

  /** Where all of it is a slice or so; a larger table has to wait for its turns. */
  #prepare(): void {
    const [before, now] = [this.from.ribOut, this.to.ribOut]
    if (!before.hasLittleAfter(0)) return
    if (!now.current) now.follow()
    if (now.current && now.hasLittleAfter(0)) this.#crossing.prepare()
  }

  /** The next parcel; undefined once the peer has arrived. */
  pull(): Parcel | undefined {
    const { ribOut } = this.to
    if (!this.#begun) {
      if (!ribOut.current) ribOut.follow()
      if (!ribOut.current) return emptyParcel
      this.#begun = true
      this.#crossing.begin()
    }
    if (this.#withdrawn.at < this.from.ribOut.journal.head) {
      const chunk = this.#crossing.withdrawals(this.#withdrawn.at)
      this.#withdrawn.at = chunk.to
      return parcelOf(chunk)
    }
    if (this.to.cursor.at < this.#crossing.bound) {
      const chunk = this.#crossing.announcements(this.to.cursor.at)
      this.to.cursor.at = chunk.to
      return parcelOf(chunk)
    }
    return undefined
  }

  /** The way is no more; both seats are still held. */
  end(): void {
    this.from.ribOut.journal.close(this.#withdrawn)
    this.#crossings.leave(this.#crossing)
  }
}
