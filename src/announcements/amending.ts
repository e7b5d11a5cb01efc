import type { AnnouncementId, LocRib } from '../../bgp/rib/loc-rib.js'
import { type IpVersion, ipVersions } from '../../net/prefix.js'
import { isEmpty, type PrefixSet, sizeOfVersion } from '../../net/prefix-set.js'
import { isBefore, type PrefixPlace, SetCursor } from '../../net/set-cursor.js'

/** What changes for one announcement of the Loc-RIB. */
export interface Amendment {
  readonly id: AnnouncementId
  readonly removed: PrefixSet
  readonly added: PrefixSet
}

/** Prefixes taken out or put in at a time: some milliseconds. */
export const SLICE = 4096
/** Prefixes of one set at least, so that many sets do not make slices of nothing. */
const STRIDE = 64

interface Side {
  readonly id: AnnouncementId
  readonly cursor: SetCursor
}

/**
 * Amendments on their way into the Loc-RIB, a slice at a time. Slices follow the order of prefixes, not that of
 * announcements: what becomes of a prefix is settled in one slice, and no peer ever sees one go that only changes hands.
 */
export class Amending {
  readonly #locRib: LocRib
  #removed: readonly Side[]
  #added: readonly Side[]
  /** What the Loc-RIB is to have room for before anything goes in. */
  #room: readonly { readonly version: IpVersion; readonly prefixes: number }[]

  constructor(amendments: readonly Amendment[], locRib: LocRib) {
    this.#locRib = locRib
    this.#removed = sides(amendments, 'removed')
    this.#added = sides(amendments, 'added')
    this.#room = ipVersions.map((version) => {
      const more = amendments.reduce((sum, { added }) => sum + sizeOfVersion(added, version), 0)
      const fewer = amendments.reduce((sum, { removed }) => sum + sizeOfVersion(removed, version), 0)
      return { version, prefixes: Math.max(0, more - fewer) }
    })
  }

  get done(): boolean {
    return this.#removed.length === 0 && this.#added.length === 0
  }

  /** The next slice, or what is left of it; before the first of many, room for all of them, which costs as much. */
  proceed(): void {
    if (this.#makeRoom() > SLICE) return
    for (let left = SLICE; left > 0 && !this.done; ) left -= this.#step(left)
  }

  /** Once. Answers for how many prefixes. */
  #makeRoom(): number {
    let sum = 0
    for (const { version, prefixes } of this.#room) {
      if (prefixes > 0) this.#locRib.reserve(version, prefixes)
      sum += prefixes
    }
    this.#room = []
    return sum
  }

  /** Up to the nearest of the places that the sets would reach. Answers how many prefixes that were. */
  #step(most: number): number {
    // Where nothing goes, nothing changes hands: one set after the other packs best.
    const [removed, added] =
      this.#removed.length > 0 ? [this.#removed, this.#added] : [[], this.#added.slice(0, 1)]
    const all = [...removed, ...added]
    const each = Math.max(STRIDE, Math.floor(most / all.length))
    let end: PrefixPlace | undefined
    for (const { cursor } of all) {
      const place = cursor.placeAfter(each)
      if (isBefore(place, end)) end = place
    }
    let count = 0
    // What goes goes first: a prefix is then never wanted twice.
    for (const { id, cursor } of removed) {
      cursor.readTo(end, (span) => {
        count += span.count
        this.#locRib.remove(id, span)
      })
    }
    for (const { id, cursor } of added) {
      cursor.readTo(end, (span) => {
        count += span.count
        this.#locRib.insert(id, span)
      })
    }
    this.#removed = this.#removed.filter(({ cursor }) => !cursor.done)
    this.#added = this.#added.filter(({ cursor }) => !cursor.done)
    return count
  }
}

function sides(amendments: readonly Amendment[], which: 'removed' | 'added'): readonly Side[] {
  return amendments
    .filter((amendment) => !isEmpty(amendment[which]))
    .map((amendment) => ({ id: amendment.id, cursor: new SetCursor(amendment[which]) }))
}
