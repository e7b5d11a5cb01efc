import type { IpVersion } from '../../net/prefix.js'
import type { Span } from '../../net/span.js'
import { type Family, familyOfVersion, ipVersionOf } from '../family.js'
import type { Path } from '../path.js'
import { Journal } from './journal.js'
import { PrefixTable, type Slot } from './prefix-table.js'

/** Prefixes that are wanted with one set of attributes, towards the same peers. */
export interface RibAnnouncement {
  readonly name: string
  /** Who declared it, for people: the file, the CLI. */
  readonly source: string
  readonly path: Path
  /** Names of peers; absent means all. */
  readonly peers?: readonly string[]
  /** Where two announcements want the same prefix, the lower one counts. */
  readonly precedence: number
}

/** An announcement's number in the Loc-RIB, at least 1. */
export type AnnouncementId = number

/** One family's routes: every prefix wanted, and which announcements want it. */
export interface FamilyRib {
  readonly family: Family
  readonly table: PrefixTable
  /** Slot to the announcement that counts; update groups follow its changes. */
  readonly journal: Journal
}

/**
 * The routes that this node wants announced (RFC 4271 §3.2), before any peer's policy. Sources put in and take out
 * whole spans; readers follow the journals.
 */
export class LocRib {
  readonly #families: ReadonlyMap<Family, FamilyRib>
  readonly #announcements = new Map<AnnouncementId, RibAnnouncement>()
  /** Only for slots that more than one announcement wants: all of them, in order of precedence. */
  readonly #contested = new Map<Family, Map<Slot, AnnouncementId[]>>()
  #nextId: AnnouncementId = 1

  constructor(families: readonly Family[]) {
    this.#families = new Map(families.map((family) => [family, familyRib(family, ipVersionOf(family))]))
    for (const family of families) this.#contested.set(family, new Map())
  }

  ribOf(family: Family): FamilyRib {
    const rib = this.#families.get(family)
    if (rib === undefined) throw new RangeError(`the Loc-RIB has no ${family}`)
    return rib
  }

  /** Distinct prefixes wanted, all families. */
  get size(): number {
    return [...this.#families.values()].reduce((sum, { journal }) => sum + journal.live, 0)
  }

  announcement(id: AnnouncementId): RibAnnouncement | undefined {
    return this.#announcements.get(id)
  }

  /** Of those registered, also while they want nothing. */
  ids(): Iterable<AnnouncementId> {
    return this.#announcements.keys()
  }

  announcements(): Iterable<RibAnnouncement> {
    return this.#announcements.values()
  }

  /** The announcements that want this slot, the one that counts first. */
  candidates(family: Family, slot: Slot): readonly AnnouncementId[] {
    const contested = this.#contested.get(family)?.get(slot)
    if (contested !== undefined) return contested
    const only = this.ribOf(family).journal.valueOf(slot)
    return only === 0 ? [] : [only]
  }

  register(announcement: RibAnnouncement): AnnouncementId {
    const id = this.#nextId++
    this.#announcements.set(id, announcement)
    return id
  }

  /** Forgets an announcement whose prefixes have been taken out. */
  unregister(id: AnnouncementId): void {
    this.#announcements.delete(id)
  }

  /** Makes room for prefixes that are about to be inserted. */
  reserve(version: IpVersion, prefixes: number): void {
    const { table, journal } = this.ribOf(familyOfVersion(version))
    table.reserve(prefixes)
    journal.reserve(Math.max(table.slots, table.size + prefixes))
  }

  /** Wants every prefix of the span for this announcement; a prefix it wants already stays as it is. */
  insert(id: AnnouncementId, span: Span): void {
    const family = familyOfVersion(span.version)
    const { table, journal } = this.ribOf(family)
    table.retainSpan(span, (slot) => {
      const present = journal.valueOf(slot)
      if (present === 0) journal.set(slot, id)
      else if (!this.candidates(family, slot).includes(id)) this.#contest(family, slot, [present, id])
      // The journal holds a reference of its own; this one only kept the slot alive until then.
      table.release(slot)
    })
  }

  /** Takes back what `insert` wanted; prefixes of the span that it did not want are left alone. */
  remove(id: AnnouncementId, span: Span): void {
    const family = familyOfVersion(span.version)
    const { table, journal } = this.ribOf(family)
    table.findSpan(span, (slot) => {
      const contested = this.#contested.get(family)?.get(slot)
      if (contested === undefined) {
        if (journal.valueOf(slot) === id) journal.set(slot, 0)
        return
      }
      const rest = contested.filter((other) => other !== id)
      if (rest.length < contested.length) this.#settle(family, slot, rest)
    })
  }

  #contest(family: Family, slot: Slot, added: readonly AnnouncementId[]): void {
    const all = new Set([...(this.#contested.get(family)?.get(slot) ?? []), ...added])
    const precedence = (id: AnnouncementId) => this.#announcements.get(id)?.precedence ?? 0
    this.#settle(
      family,
      slot,
      [...all].sort((a, b) => precedence(a) - precedence(b) || a - b),
    )
  }

  #settle(family: Family, slot: Slot, candidates: AnnouncementId[]): void {
    const contested = this.#contested.get(family)
    if (candidates.length > 1) contested?.set(slot, candidates)
    else contested?.delete(slot)
    const { journal } = this.ribOf(family)
    // A peer that is not to have the first may be entitled to the second, so every change of the list is news.
    if (!journal.set(slot, candidates[0] ?? 0)) journal.touch(slot)
  }
}

function familyRib(family: Family, version: IpVersion): FamilyRib {
  const table = new PrefixTable(version)
  const journal = new Journal({
    retain: (slot) => table.addReference(slot),
    release: (slot) => table.release(slot),
  })
  return { family, table, journal }
}
