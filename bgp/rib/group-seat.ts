import type { Family } from '../family.js'
import type { AdjRibOut } from './adj-rib-out.js'
import type { ExportTarget } from './export.js'
import type { Cursor } from './journal.js'
import type { UpdateGroup, UpdateGroups } from './update-group.js'

/** A peer's place in an update group, for one family: as long as it is held, the group is there. */
export class GroupSeat {
  readonly group: UpdateGroup
  readonly ribOut: AdjRibOut
  /** What the peer has been given. */
  readonly cursor: Cursor
  readonly #groups: UpdateGroups

  constructor(groups: UpdateGroups, target: ExportTarget, family: Family) {
    this.#groups = groups
    this.group = groups.join(target)
    this.ribOut = this.group.ribOf(family)
    this.cursor = this.ribOut.journal.open()
  }

  leave(): void {
    this.ribOut.journal.close(this.cursor)
    this.#groups.leave(this.group)
  }
}
