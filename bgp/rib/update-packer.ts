import { afiSafiOf, type Family, ipVersionOf } from '../family.js'
import type { AttributeBlock } from './attribute-block.js'
import type { PrefixTable, Slot } from './prefix-table.js'

/** Marker, length and type (RFC 4271 §4.1). */
const HEADER = 19
/** The two length fields of an UPDATE. */
const LENGTHS = 4
/** Flags, type and two octets of length. */
const LONG_ATTRIBUTE = 4

const UPDATE = 2
const MP_REACH_NLRI = 14
const MP_UNREACH_NLRI = 15
/** Optional, extended length; every router resets a session over 0xC0 here. */
const MP_FLAGS = 0x90

/**
 * Writes UPDATEs with as many prefixes as a message may hold, straight from the prefix table: a million prefixes
 * of one attribute set make 1,236 messages, and no object per route. RFC 7606 §5.1 is kept: one kind of
 * reachability in a message, MP attributes first.
 */
export class UpdatePacker {
  readonly #family: Family
  readonly #table: PrefixTable
  readonly #maxMessageLength: number
  #out = new Uint8Array(1 << 16)
  #length = 0
  #messages = 0

  /** @param maxMessageLength octets: 4096, or 65535 with RFC 8654. */
  constructor(family: Family, table: PrefixTable, maxMessageLength: number) {
    this.#family = family
    this.#table = table
    this.#maxMessageLength = maxMessageLength
  }

  /** UPDATEs written since the last `take`. */
  get messages(): number {
    return this.#messages
  }

  /** The messages written, which are then the caller's; the packer begins anew. */
  take(): Uint8Array {
    const taken = this.#out.slice(0, this.#length)
    this.#length = 0
    this.#messages = 0
    return taken
  }

  /**
   * Announces slots that share one attribute set.
   * @param rest 'leave' writes full messages only, for when more of the same is to come
   * @returns how many of the slots were written; with 'leave' none where they fill no message
   */
  announce(slots: readonly Slot[], block: AttributeBlock, rest: 'write' | 'leave' = 'write'): number {
    const { mpReachHead: head, attributes } = block
    return this.#fill(
      slots,
      rest,
      HEADER + LENGTHS + attributes.length + (head ? LONG_ATTRIBUTE + head.length : 0),
      {
        before: (at) => {
          this.#u16(at, 0)
          return head ? this.#mpHead(at + 4, MP_REACH_NLRI, head) : this.#bytes(at + 4, attributes)
        },
        after: (start, nlri, end) => {
          if (head === undefined) {
            this.#u16(start + 2, attributes.length)
            return end
          }
          this.#u16(start + 6, head.length + end - nlri)
          const done = this.#bytes(end, attributes)
          this.#u16(start + 2, done - start - 4)
          return done
        },
      },
    )
  }

  /** As `announce`, for withdrawals. */
  withdraw(slots: readonly Slot[], rest: 'write' | 'leave' = 'write'): number {
    const multiprotocol = ipVersionOf(this.#family) === 6
    const head = multiprotocol ? this.#mpUnreachHead() : undefined
    return this.#fill(slots, rest, HEADER + LENGTHS + (head ? LONG_ATTRIBUTE + head.length : 0), {
      before: (at) => {
        this.#u16(at, 0)
        return head ? this.#mpHead(at + 4, MP_UNREACH_NLRI, head) : at + 2
      },
      after: (start, nlri, end) => {
        if (head === undefined) {
          this.#u16(start, end - nlri)
          this.#u16(end, 0)
          return end + 2
        }
        this.#u16(start + 2, end - start - 4)
        this.#u16(start + 6, head.length + end - nlri)
        return end
      },
    })
  }

  /** Whether at least one prefix of any length fits beside these attributes. */
  fits({ mpReachHead, attributes }: AttributeBlock): boolean {
    const longestNlri = 17
    const fixed = HEADER + LENGTHS + LONG_ATTRIBUTE + (mpReachHead?.length ?? 0) + attributes.length
    return fixed + longestNlri <= this.#maxMessageLength
  }

  /**
   * One message after another until every slot is written. `overhead` is what a message holds besides prefixes;
   * `before` writes from the first length field up to the prefixes, `after` what follows them, and both return
   * where they ended.
   */
  #fill(
    slots: readonly Slot[],
    rest: 'write' | 'leave',
    overhead: number,
    part: { before(at: number): number; after(start: number, nlri: number, end: number): number },
  ): number {
    const room = this.#maxMessageLength - overhead
    let next = 0
    while (next < slots.length) {
      const first = next
      this.#reserve(this.#maxMessageLength)
      const message = this.#length
      const start = message + HEADER
      const nlri = part.before(start)
      let end = nlri
      for (; next < slots.length; next++) {
        const slot = slots[next] ?? 0
        if (end - nlri + this.#table.nlriLength(slot) > room) break
        end = this.#table.writeNlri(slot, this.#out, end)
      }
      if (end === nlri) throw new RangeError('the attributes leave no room for a prefix')
      if (rest === 'leave' && next === slots.length) return first
      this.#length = part.after(start, nlri, end)
      this.#header(message)
    }
    return next
  }

  #header(at: number): void {
    this.#out.fill(0xff, at, at + 16)
    this.#u16(at + 16, this.#length - at)
    this.#out[at + 18] = UPDATE
    this.#messages++
  }

  /** Its length is filled in once the prefixes are there. */
  #mpHead(at: number, type: number, head: Uint8Array): number {
    this.#out[at] = MP_FLAGS
    this.#out[at + 1] = type
    return this.#bytes(at + LONG_ATTRIBUTE, head)
  }

  #mpUnreachHead(): Uint8Array {
    const { afi, safi } = afiSafiOf(this.#family)
    return Uint8Array.of(afi >>> 8, afi & 0xff, safi)
  }

  #u16(at: number, value: number): void {
    this.#out[at] = value >>> 8
    this.#out[at + 1] = value
  }

  #bytes(at: number, octets: Uint8Array): number {
    this.#out.set(octets, at)
    return at + octets.length
  }

  #reserve(octets: number): void {
    if (this.#length + octets <= this.#out.length) return
    const larger = new Uint8Array(Math.max(this.#out.length * 2, this.#length + octets))
    larger.set(this.#out.subarray(0, this.#length))
    this.#out = larger
  }
}
