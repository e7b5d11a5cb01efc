import type { CodecContext } from '../codec/context.js'
import type { Family } from '../family.js'
import type { AdjRibOut } from './adj-rib-out.js'
import type { ExportTarget } from './export.js'
import { FamilyOutbox } from './family-outbox.js'
import type { Parcel } from './parcel.js'
import type { UpdateGroups } from './update-group.js'

/** What the peer has been given: every change of the Adj-RIB-Out's journal before `at`. */
export interface OutboxPosition {
  readonly ribOut: AdjRibOut
  readonly at: number
  readonly endOfRibSent: boolean
}

/**
 * What one Established peer is still owed. Nothing is queued: the peer's socket pulls, and gets the latest state of
 * what it has not seen. The session begins with an empty Adj-RIB-Out and ends its first pass with End-of-RIB.
 */
export class Outbox {
  readonly #families: Map<Family, FamilyOutbox>

  /** @param target with the session's families, which stay the same */
  constructor(groups: UpdateGroups, target: ExportTarget, context: CodecContext) {
    this.#families = new Map(
      target.families.map((family) => [family, new FamilyOutbox(family, groups, target, context)]),
    )
  }

  /**
   * The next parcel, or undefined when the peer has all there is. Each costs a few milliseconds, also where it comes
   * out empty.
   * @param complete whether all sources have said what they want: before that no End-of-RIB goes out.
   */
  pull(complete: boolean): Parcel | undefined {
    for (const family of this.#families.values()) {
      const parcel = family.pull(complete)
      if (parcel !== undefined) return parcel
    }
    return undefined
  }

  /** Sends everything of the family again (RFC 2918 §4); without Enhanced Route Refresh it is not bracketed. */
  refresh(family: Family): void {
    this.#families.get(family)?.refresh()
  }

  /** Follows the group of another target from now on; only what differs between the two is sent. */
  move(target: ExportTarget): void {
    for (const family of this.#families.values()) family.move(target)
  }

  /** Prefixes, of all families, that the peer's maximum has no room for. */
  get leftOut(): number {
    let sum = 0
    for (const { seat } of this.#families.values()) sum += seat.ribOut.leftOut
    return sum
  }

  /** Prefixes of the family that the peer has been sent and that stand. */
  advertised(family: Family): number {
    return this.#families.get(family)?.advertised ?? 0
  }

  /** The Adj-RIB-Out of the family and how far the peer has been given it. */
  position(family: Family): OutboxPosition | undefined {
    const outbox = this.#families.get(family)
    if (outbox === undefined) return undefined
    const { seat, endOfRibSent } = outbox
    return { ribOut: seat.ribOut, at: seat.cursor.at, endOfRibSent }
  }

  /** Lets go of the update groups; the outbox is of no use afterwards. */
  close(): void {
    for (const family of this.#families.values()) family.close()
    this.#families.clear()
  }
}
