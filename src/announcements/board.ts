import type { AnnouncementId, LocRib, RibAnnouncement } from '../../bgp/rib/loc-rib.js'
import type { Announcement } from '../../config/settings.js'
import { difference, type PrefixRange } from '../../net/prefix-range.js'

/** Who declares announcements; where two want the same prefix, the earlier source counts. */
export type SourceName = 'file' | 'run-time'

const sources: readonly SourceName[] = ['file', 'run-time']
/** More announcements than any source has: precedence is by source, then by place in it. */
const PER_SOURCE = 1_000_000

interface Posted {
  readonly announcement: Announcement
  readonly rib: RibAnnouncement
  readonly id: AnnouncementId
}

/**
 * The desired state: sources declare their whole set, and what is different from before goes into the Loc-RIB.
 * Declaring the same again changes nothing, and so sends nothing.
 */
export class AnnouncementBoard {
  readonly #locRib: LocRib
  readonly #onChange: () => void
  /** By who declared it, its name and its terms; only its ranges may change while it stands. */
  readonly #posted = new Map<string, Posted>()
  readonly #declared = new Set<SourceName>()

  /** @param onChange called after every change, once the Loc-RIB has all of it. */
  constructor(locRib: LocRib, onChange: () => void) {
    this.#locRib = locRib
    this.#onChange = onChange
  }

  /** Whether every source has declared its set: before that, End-of-RIB would be a lie (RFC 4724 §4.1). */
  get complete(): boolean {
    return sources.every((source) => this.#declared.has(source))
  }

  /** Names of peers that some announcement is meant for alone. */
  get namedPeers(): ReadonlySet<string> {
    return new Set([...this.#posted.values()].flatMap(({ rib }) => rib.peers ?? []))
  }

  /** Replaces all that the source wanted. Announcements that BGP does not carry are left out here. */
  declare(source: SourceName, announcements: readonly Announcement[]): void {
    const wanted = new Map<string, { announcement: Announcement; rib: RibAnnouncement }>()
    announcements.forEach((announcement, place) => {
      if (!announcement.via.includes('bgp')) return
      const precedence = sources.indexOf(source) * PER_SOURCE + place
      const rib = ribAnnouncement(source, announcement, precedence)
      wanted.set(JSON.stringify(rib), { announcement, rib })
    })
    // What goes goes first: a prefix whose attributes change is then never wanted twice.
    for (const [terms, posted] of this.#posted) {
      if (posted.rib.source === source && !wanted.has(terms)) this.#takeDown(terms, posted)
    }
    for (const [terms, { announcement, rib }] of wanted) {
      const id = this.#posted.get(terms)?.id ?? this.#locRib.register(rib)
      this.#amend(id, this.#posted.get(terms)?.announcement.ranges ?? [], announcement.ranges)
      this.#posted.set(terms, { announcement, rib, id })
    }
    this.#declared.add(source)
    this.#onChange()
  }

  /** Only what differs is touched. */
  #amend(id: AnnouncementId, before: readonly PrefixRange[], after: readonly PrefixRange[]): void {
    for (const range of difference(before, after)) this.#locRib.remove(id, range)
    for (const range of difference(after, before)) this.#locRib.insert(id, range)
  }

  #takeDown(terms: string, { announcement, id }: Posted): void {
    this.#amend(id, announcement.ranges, [])
    this.#locRib.unregister(id)
    this.#posted.delete(terms)
  }
}

function ribAnnouncement(
  source: SourceName,
  announcement: Announcement,
  precedence: number,
): RibAnnouncement {
  const { name, path, peers } = announcement
  return { name, source, path, precedence, ...(peers && { peers }) }
}
