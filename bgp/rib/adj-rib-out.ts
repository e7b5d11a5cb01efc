import { Coverage } from '../../net/coverage.js'
import type { Prefix } from '../../net/prefix.js'
import type { Steps } from '../../net/steps.js'
import { type Family, ipVersionOf } from '../family.js'
import { type AttributeBlock, attributeBlock } from './attribute-block.js'
import { type Chunk, ChunkCache, SLICE } from './chunk.js'
import { type ExportTarget, type ExportVerdict, exportVerdict, type RejectedBecause } from './export.js'
import { type Cursor, Journal } from './journal.js'
import type { FamilyRib, LocRib, RibAnnouncement } from './loc-rib.js'
import type { Slot } from './prefix-table.js'
import { UpdatePacker } from './update-packer.js'

/** An attribute set's number in one Adj-RIB-Out, at least 1. */
type BlockId = number

/**
 * What one update group's peers are sent for one family (RFC 4271 §3.2, shared by peers with equal targets). It
 * follows the Loc-RIB's journal through export policy into a journal of its own, which the peers follow.
 */
export class AdjRibOut {
  readonly family: Family
  readonly journal: Journal
  readonly #locRib: LocRib
  readonly #rib: FamilyRib
  readonly #target: ExportTarget
  readonly #packer: UpdatePacker
  readonly #followed: Cursor
  readonly #blocks = new Map<BlockId, AttributeBlock>()
  readonly #blockIds = new Map<string, BlockId>()
  #verdicts = new WeakMap<RibAnnouncement, BlockId>()
  #nextBlock: BlockId = 1
  readonly #chunks = new ChunkCache()
  readonly #slice: number
  readonly #allowed: Coverage | undefined
  readonly #maximum: number
  /** What the maximum has no room for, oldest first. */
  readonly #leftOut = new Set<Slot>()

  /** @param slice changes taken over, and journal entries packed, at a time */
  constructor(family: Family, locRib: LocRib, target: ExportTarget, slice = SLICE) {
    this.#slice = slice
    this.family = family
    this.#locRib = locRib
    this.#rib = locRib.ribOf(family)
    this.#target = target
    this.#allowed = target.allowedPrefixes && new Coverage(target.allowedPrefixes)
    this.#maximum = target.maxAdvertisedPrefixes ?? Number.POSITIVE_INFINITY
    this.#packer = new UpdatePacker(family, this.#rib.table, target.maxMessageLength)
    this.#followed = this.#rib.journal.open()
    this.journal = new Journal({
      retain: (slot) => this.#rib.table.addReference(slot),
      release: (slot) => this.#rib.table.release(slot),
      onCompact: () => this.#forgetPositions(),
    })
  }

  /** Prefixes of the family that this node announces to anybody, policy aside. */
  get wanted(): number {
    return this.#rib.journal.live
  }

  /** Whether every change of the Loc-RIB has been taken over. */
  get current(): boolean {
    return this.#followed.at === this.#rib.journal.head
  }

  /** Whether a reader at this position would not fill a slice: time to take over more. */
  hasLittleAfter(position: number): boolean {
    return this.journal.head - position < this.#slice
  }

  /** Takes over the next changes of the Loc-RIB, at most a slice. */
  follow(): void {
    const to = Math.min(this.#followed.at + this.#slice, this.#rib.journal.head)
    this.journal.reserve(this.#rib.table.slots)
    this.#rib.journal.read(this.#followed.at, to, (slot) => this.#take(slot, this.#blockFor(slot)))
    this.#followed.at = to
    this.#fillUp()
  }

  /** How many prefixes the maximum has no room for. */
  get leftOut(): number {
    return this.#leftOut.size
  }

  /** Why this very prefix is not sent, whoever announces it; undefined when nothing forbids it. */
  refusalOf(prefix: Prefix): RejectedBecause | undefined {
    const slot = this.#rib.table.slotOf(prefix)
    if (slot === undefined) return undefined
    if (!this.#isAllowed(slot)) return 'outside-the-allowed-prefixes'
    return this.#leftOut.has(slot) ? 'over-the-maximum' : undefined
  }

  /** The UPDATEs from a peer's position on; encoded once for all peers that ask from the same position. */
  chunk(from: number): Chunk {
    const known = this.#chunks.get(from)
    if (known !== undefined) return known
    const chunk = this.#pack(from)
    if (this.journal.readers > 1) this.#chunks.put(from, chunk)
    return chunk
  }

  /** What is advertised for this slot, once the peer is up to date. */
  routeOf(slot: Slot): AttributeBlock | undefined {
    return this.#blocks.get(this.journal.valueOf(slot))
  }

  /** Announcements again of what a peer that has read up to `to` was sent from `from` on: no withdrawals. */
  repeat(from: number, to: number): Chunk {
    const end = Math.min(from + this.#slice, to)
    const announced = new Map<BlockId, Slot[]>()
    this.journal.read(from, end, (slot, block) => {
      if (block !== 0) collect(announced, block, slot)
    })
    return this.#encode(end, [], announced)
  }

  /**
   * Withdrawals of what is not here, for a peer that knows another Adj-RIB-Out up to `known`.
   * @param bound what came here later is read as news: it is withdrawn even if it is here
   * @param from a position in the other's journal, as is the chunk's end
   */
  withdrawalsAfter(before: AdjRibOut, known: number, bound: number, from: number): Chunk {
    const end = Math.min(from + this.#slice, before.journal.head)
    const withdrawn: Slot[] = []
    before.journal.read(from, end, (slot, block, at) => {
      if (!before.#isKnown(slot, block, at, known)) return
      if (this.journal.valueOf(slot) === 0 || !this.journal.knownBefore(slot, bound)) withdrawn.push(slot)
    })
    const written = this.#packer.withdraw(withdrawn, end < before.journal.head ? 'leave' : 'write')
    const next = withdrawn[written]
    if (next !== undefined && this.#packer.messages === 0) this.#packer.withdraw(withdrawn)
    else if (next !== undefined) return this.#taken(before.journal.positionOf(next))
    return this.#taken(end)
  }

  /**
   * Announcements of what is here, for a peer that knows another Adj-RIB-Out up to `known`, without what that one has
   * with the same attributes.
   * @param from a position in this journal, and before `bound`, as is the chunk's end
   */
  announcementsAfter(before: AdjRibOut, known: number, bound: number, from: number): Chunk {
    const end = Math.min(from + this.#slice, bound)
    const announced = new Map<BlockId, Slot[]>()
    const isSame = this.#comparisonWith(before)
    this.journal.read(from, end, (slot, block) => {
      if (block === 0) return
      if (before.journal.settledBefore(slot, known) && isSame(before.journal.valueOf(slot), block)) return
      collect(announced, block, slot)
    })
    return end < bound ? this.#encodeWhole(end, [], announced) : this.#encode(end, [], announced)
  }

  /** How many prefixes stand with a peer that has been given this much. */
  advertisedTo(position: number): number {
    if (position === this.journal.head) return this.journal.live
    let count = 0
    this.journal.read(0, position, (_, block) => {
      if (block !== 0) count++
    })
    return count
  }

  /** Leaves the Loc-RIB's journal and gives every slot back; in steps, of which the first may be all. */
  *closing(): Steps<void> {
    this.#rib.journal.close(this.#followed)
    let released = 0
    for (const slot of this.#leftOut) {
      this.#letIn(slot)
      if (++released % this.#slice === 0) yield
    }
    yield* this.journal.clearing()
  }

  verdictOf(announcement: RibAnnouncement): ExportVerdict {
    const verdict = exportVerdict(announcement, this.family, this.#target)
    if (verdict.is === 'rejected') return verdict
    const block = attributeBlock(this.family, verdict.route, this.#target)
    const fits = block !== undefined && this.#packer.fits(block)
    return fits ? verdict : { is: 'rejected', because: 'attributes-too-long' }
  }

  /** Whether a peer that has been given this much may have a route of the slot. */
  #isKnown(slot: Slot, block: BlockId, at: number, position: number): boolean {
    return at < position ? block !== 0 : this.journal.knownBefore(slot, position)
  }

  /** Whether an attribute set there is the same as one here. A table has few of them, most often in long rows. */
  #comparisonWith(before: AdjRibOut): (there: BlockId, here: BlockId) => boolean {
    let last = { there: 0, here: 0, same: false }
    return (there, here) => {
      if (there !== last.there || here !== last.here) {
        const [old, now] = [before.#blocks.get(there), this.#blocks.get(here)]
        last = { there, here, same: old !== undefined && now !== undefined && old.key === now.key }
      }
      return last.same
    }
  }

  /** What is sent already stays; what comes when the maximum is reached waits for room. */
  #take(slot: Slot, block: BlockId): void {
    const full = block !== 0 && this.journal.live >= this.#maximum && this.journal.valueOf(slot) === 0
    if (full) this.#leaveOut(slot)
    else {
      this.#letIn(slot)
      this.journal.set(slot, block)
    }
  }

  #fillUp(): void {
    for (const slot of this.#leftOut) {
      if (this.journal.live >= this.#maximum) return
      this.journal.set(slot, this.#blockFor(slot))
      this.#letIn(slot)
    }
  }

  #leaveOut(slot: Slot): void {
    if (this.#leftOut.has(slot)) return
    this.#rib.table.addReference(slot)
    this.#leftOut.add(slot)
  }

  #letIn(slot: Slot): void {
    if (this.#leftOut.delete(slot)) this.#rib.table.release(slot)
  }

  #isAllowed(slot: Slot): boolean {
    const { table } = this.#rib
    return this.#allowed?.covers(ipVersionOf(this.family), table.lengthAt(slot), table.wordsAt(slot)) ?? true
  }

  /** The first announcement that policy lets through counts; 0 when none does. */
  #blockFor(slot: Slot): BlockId {
    if (!this.#isAllowed(slot)) return 0
    for (const id of this.#locRib.candidates(this.family, slot)) {
      const announcement = this.#locRib.announcement(id)
      const block = announcement === undefined ? 0 : this.#blockOf(announcement)
      if (block !== 0) return block
    }
    return 0
  }

  #blockOf(announcement: RibAnnouncement): BlockId {
    const known = this.#verdicts.get(announcement)
    if (known !== undefined) return known
    const verdict = this.verdictOf(announcement)
    const block =
      verdict.is === 'rejected' ? undefined : attributeBlock(this.family, verdict.route, this.#target)
    const id = block === undefined ? 0 : this.#intern(block)
    this.#verdicts.set(announcement, id)
    return id
  }

  /** Equal attributes have equal numbers, so that announcing them anew changes nothing and sends nothing. */
  #intern(block: AttributeBlock): BlockId {
    const known = this.#blockIds.get(block.key)
    if (known !== undefined) return known
    const id = this.#nextBlock++
    this.#blockIds.set(block.key, id)
    this.#blocks.set(id, block)
    return id
  }

  #pack(from: number): Chunk {
    const to = Math.min(from + this.#slice, this.journal.head)
    const withdrawn: Slot[] = []
    const announced = new Map<BlockId, Slot[]>()
    this.journal.read(from, to, (slot, block) => {
      if (block !== 0) collect(announced, block, slot)
      else if (this.journal.knownBefore(slot, from)) withdrawn.push(slot)
    })
    const more = to < this.journal.head || !this.current
    return more ? this.#encodeWhole(to, withdrawn, announced) : this.#encode(to, withdrawn, announced)
  }

  /**
   * As `#encode`, where more is to come: of the attributes that stand last, and likely go on, full messages alone. The
   * rest goes with the next chunk, unless something else stands behind it.
   */
  #encodeWhole(
    end: number,
    withdrawn: readonly Slot[],
    announced: ReadonlyMap<BlockId, readonly Slot[]>,
  ): Chunk {
    const last = [...announced].at(-1)
    const block = last && this.#blocks.get(last[0])
    if (last === undefined || block === undefined) return this.#encode(end, withdrawn, announced)
    const others = new Map([...announced].slice(0, -1))
    const behind = Math.max(...[withdrawn, ...others.values()].map((slots) => this.#lastPosition(slots)))
    this.#write(withdrawn, others)
    const [, slots] = last
    const written = this.#packer.announce(slots, block, 'leave')
    const next = slots[written]
    const to = next === undefined ? end : this.journal.positionOf(next)
    if (to > behind && this.#packer.messages > 0) return this.#taken(to)
    this.#packer.announce(slots.slice(written), block)
    return this.#taken(end)
  }

  #lastPosition(slots: readonly Slot[]): number {
    const last = slots.at(-1)
    return last === undefined ? -1 : this.journal.positionOf(last)
  }

  #encode(to: number, withdrawn: readonly Slot[], announced: ReadonlyMap<BlockId, readonly Slot[]>): Chunk {
    this.#write(withdrawn, announced)
    return this.#taken(to)
  }

  #write(withdrawn: readonly Slot[], announced: ReadonlyMap<BlockId, readonly Slot[]>): void {
    this.#packer.withdraw(withdrawn)
    for (const [id, slots] of announced) {
      const block = this.#blocks.get(id)
      if (block !== undefined) this.#packer.announce(slots, block)
    }
  }

  #taken(to: number): Chunk {
    const { messages } = this.#packer
    return { to, bytes: this.#packer.take(), messages }
  }

  #forgetPositions(): void {
    this.#chunks.clear()
    const used = new Set<BlockId>()
    this.journal.read(0, this.journal.head, (_, block) => used.add(block))
    for (const [key, id] of this.#blockIds) {
      if (used.has(id)) continue
      this.#blockIds.delete(key)
      this.#blocks.delete(id)
    }
    this.#verdicts = new WeakMap()
  }
}

function collect(into: Map<BlockId, Slot[]>, block: BlockId, slot: Slot): void {
  const slots = into.get(block)
  if (slots === undefined) into.set(block, [slot])
  else slots.push(slot)
}
