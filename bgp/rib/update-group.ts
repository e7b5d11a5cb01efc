import { finish, type Steps } from '../../net/steps.js'
import type { Family } from '../family.js'
import { AdjRibOut } from './adj-rib-out.js'
import { SLICE } from './chunk.js'
import { Crossings } from './crossing.js'
import { type ExportTarget, targetKey } from './export.js'
import type { LocRib } from './loc-rib.js'

/** Peers that are sent the same: one Adj-RIB-Out per negotiated family, encoded once for all of them. */
export class UpdateGroup {
  readonly key: string
  readonly target: ExportTarget
  readonly #ribs: readonly AdjRibOut[]

  constructor(locRib: LocRib, target: ExportTarget, slice: number) {
    this.key = targetKey(target)
    this.target = target
    this.#ribs = target.families.map((family) => new AdjRibOut(family, locRib, target, slice))
  }

  ribOf(family: Family): AdjRibOut {
    const found = this.#ribs.find((rib) => rib.family === family)
    if (found === undefined) throw new RangeError(`the update group has no ${family}`)
    return found
  }

  /** Gives back what it holds, in steps; the group is of no use any more. */
  *closing(): Steps<void> {
    for (const rib of this.#ribs) yield* rib.closing()
  }
}

export interface UpdateGroupsOptions {
  /** Changes that are worked through at a time. */
  readonly slice?: number
  /** Takes the steps in which a group without members gives back its table; by default at once. */
  retire?(closing: Steps<void>): void
}

/** The update groups in use: one is made with its first member and gone with its last. */
export class UpdateGroups {
  readonly crossings = new Crossings()
  readonly #locRib: LocRib
  readonly #slice: number
  readonly #retire: (closing: Steps<void>) => void
  readonly #groups = new Map<string, { readonly group: UpdateGroup; members: number }>()

  constructor(locRib: LocRib, { slice = SLICE, retire = finish }: UpdateGroupsOptions = {}) {
    this.#locRib = locRib
    this.#slice = slice
    this.#retire = retire
  }

  get size(): number {
    return this.#groups.size
  }

  join(target: ExportTarget): UpdateGroup {
    const key = targetKey(target)
    const entry = this.#groups.get(key) ?? {
      group: new UpdateGroup(this.#locRib, target, this.#slice),
      members: 0,
    }
    entry.members++
    this.#groups.set(key, entry)
    return entry.group
  }

  leave(group: UpdateGroup): void {
    const entry = this.#groups.get(group.key)
    if (entry === undefined) return
    entry.members--
    if (entry.members > 0) return
    this.#groups.delete(group.key)
    this.#retire(group.closing())
  }
}
