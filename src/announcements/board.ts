import type { AnnouncementId, LocRib, RibAnnouncement } from '../../bgp/rib/loc-rib.js'
import type { Announcement } from '../../config/settings.js'
import { noPrefixes, type PrefixSet, sizeOf, subtracting } from '../../net/prefix-set.js'
import type { Steps } from '../../net/steps.js'
import { Amending, type Amendment } from './amending.js'

/** Who declares announcements; where two want the same prefix, the earlier source counts. */
export type SourceName = 'file' | 'run-time'

const sources: readonly SourceName[] = ['file', 'run-time']
/** More announcements than any source has: precedence is by source, then by place in it. */
const PER_SOURCE = 1_000_000

/** What is announced with one set of terms: all but its prefixes. */
export type Terms = Pick<Announcement, 'name' | 'via' | 'path' | 'peers'>

/** What differs from before, for one set of terms. */
export interface TermsChange {
  readonly terms: Terms
  /** Wanted with these terms so far. */
  readonly removed: PrefixSet
  /** Not wanted with these terms so far. */
  readonly added: PrefixSet
}

interface Posted {
  readonly rib: RibAnnouncement
  readonly id: AnnouncementId
  /** Prefixes wanted, those on their way into the Loc-RIB included. */
  size: number
  /** What was declared, of a source that declares its whole set. */
  declared: PrefixSet
}

export interface BoardServices {
  /** Called after every change, once the Loc-RIB has all that was declared. */
  changed(): void
  /** Runs work after pending I/O. */
  later(work: () => void): void
}

/**
 * The desired state: sources say what they want, and what is different from before goes into the Loc-RIB; a large
 * change in slices, the first of them at once. Declaring the same again changes nothing, and so sends nothing.
 */
export class AnnouncementBoard {
  readonly #locRib: LocRib
  readonly #services: BoardServices
  /** By who declared it, its name and its terms. */
  readonly #posted = new Map<string, Posted>()
  readonly #declared = new Set<SourceName>()
  /** One after the other: each is a difference from what the one before it leaves. */
  readonly #changes: Steps<void>[] = []
  readonly #waiting: (() => void)[] = []

  constructor(locRib: LocRib, services: BoardServices) {
    this.#locRib = locRib
    this.#services = services
  }

  /** Whether every source has declared its set: before that, End-of-RIB would be a lie (RFC 4724 §4.1). */
  get complete(): boolean {
    return this.settled && sources.every((source) => this.#declared.has(source))
  }

  /** Whether the Loc-RIB has all that was declared. */
  get settled(): boolean {
    return this.#changes.length === 0
  }

  /** Names of peers that some announcement is meant for alone. */
  get namedPeers(): ReadonlySet<string> {
    return new Set([...this.#posted.values()].flatMap(({ rib }) => rib.peers ?? []))
  }

  /** Replaces all that the source wanted. Announcements that BGP does not carry are left out here. */
  declare(source: SourceName, announcements: readonly Announcement[]): void {
    this.#declared.add(source)
    this.#begin(this.#declaring(source, announcements))
  }

  /** Changes what the source wants by BGP: what it costs goes with the change, not with the set. */
  change(source: SourceName, changes: readonly TermsChange[]): void {
    this.#declared.add(source)
    this.#begin(this.#changing(source, changes))
  }

  /** All that was declared, at once: for a start, where nobody waits for a turn yet. */
  settle(): void {
    while (!this.settled) this.#step()
  }

  /** Resolves once the Loc-RIB has all that was declared so far. */
  async whenSettled(): Promise<void> {
    if (this.settled) return
    await new Promise<void>((done) => this.#waiting.push(done))
  }

  *#declaring(source: SourceName, announcements: readonly Announcement[]): Steps<void> {
    const wanted = new Map<string, { prefixes: PrefixSet; rib: RibAnnouncement }>()
    announcements.forEach(({ prefixes, via, ...terms }, place) => {
      if (!via.includes('bgp')) return
      const rib = ribAnnouncement(source, terms, place)
      wanted.set(JSON.stringify(rib), { prefixes, rib })
    })
    const amendments: Amendment[] = []
    for (const [key, posted] of this.#posted) {
      if (posted.rib.source !== source || wanted.has(key)) continue
      amendments.push(this.#amend(key, posted, { removed: posted.declared, added: noPrefixes }))
    }
    for (const [key, { prefixes, rib }] of wanted) {
      const posted = this.#post(key, rib)
      const removed = yield* subtracting(posted.declared, prefixes)
      const added = yield* subtracting(prefixes, posted.declared)
      posted.declared = prefixes
      amendments.push(this.#amend(key, posted, { removed, added }, 'keep'))
    }
    yield* this.#amending(amendments)
  }

  *#changing(source: SourceName, changes: readonly TermsChange[]): Steps<void> {
    const byBgp = changes.filter(({ terms }) => terms.via.includes('bgp'))
    const amendments = byBgp.map(({ terms, removed, added }) => {
      const rib = ribAnnouncement(source, terms, 0)
      const key = JSON.stringify(rib)
      return this.#amend(key, this.#post(key, rib), { removed, added })
    })
    yield* this.#amending(amendments)
  }

  *#amending(amendments: readonly Amendment[]): Steps<void> {
    const amending = new Amending(amendments, this.#locRib)
    while (!amending.done) {
      amending.proceed()
      // What fits into one slice is done when the caller has its answer.
      if (!amending.done) yield
    }
  }

  #post(key: string, rib: RibAnnouncement): Posted {
    const known = this.#posted.get(key)
    if (known !== undefined) return known
    const posted = { rib, id: this.#locRib.register(rib), size: 0, declared: noPrefixes }
    this.#posted.set(key, posted)
    return posted
  }

  /** @param emptied what becomes of an announcement without a prefix */
  #amend(
    key: string,
    posted: Posted,
    { removed, added }: Omit<Amendment, 'id'>,
    emptied: 'forget' | 'keep' = 'forget',
  ): Amendment {
    posted.size += sizeOf(added) - sizeOf(removed)
    if (posted.size === 0 && emptied === 'forget') this.#posted.delete(key)
    return { id: posted.id, removed, added }
  }

  #begin(change: Steps<void>): void {
    this.#changes.push(change)
    if (this.#changes.length === 1) this.#proceed()
  }

  #proceed(): void {
    this.#step()
    if (!this.settled) this.#services.later(() => this.#proceed())
  }

  #step(): void {
    const [first] = this.#changes
    if (first === undefined || first.next().done !== true) return
    this.#changes.shift()
    if (!this.settled) return
    this.#forgetAnnouncements()
    this.#services.changed()
    for (const done of this.#waiting.splice(0)) done()
  }

  /** Those that no source wants any more; their prefixes are out of the Loc-RIB. */
  #forgetAnnouncements(): void {
    const posted = new Set([...this.#posted.values()].map(({ id }) => id))
    for (const id of this.#locRib.ids()) if (!posted.has(id)) this.#locRib.unregister(id)
  }
}

function ribAnnouncement(
  source: SourceName,
  { name, path, peers }: Omit<Terms, 'via'>,
  place: number,
): RibAnnouncement {
  const precedence = sources.indexOf(source) * PER_SOURCE + place
  return { name, source, path, precedence, ...(peers && { peers }) }
}
