import { addressOf, type IpVersion, ipv4BitsOf, lengthOf, type Prefix, versionOf } from '../../net/prefix.js'
import { advance, ipOfWords, type Span, strideOf, wordsEach, wordsOf } from '../../net/span.js'

/** A prefix's number in its table: small, dense, used again after the last reference is gone. */
export type Slot = number

/** Parts of the index: each grows alone, and at another fill than the others, so that no growth takes long. */
const PARTS = 16
/** Shift that leaves the part of a hash. */
const PART_SHIFT = 28
/** Buckets of a part that are full when the first of the parts grows, and when the last one does. */
const [LEAST_FILL, MOST_FILL] = [0.5, 0.7]
/** Prefixes that are put into a larger index in one go, in a millisecond or two. */
const QUICK = 1 << 15

/**
 * Prefixes of one IP version, each stored once and known by its slot, so that every other table is an array of
 * numbers. A million /32 prefixes cost about 20 octets each here; a Map of strings costs ten times that.
 */
export class PrefixTable {
  readonly version: IpVersion
  readonly #wordsEach: 1 | 4
  #capacity = 64
  #words: Uint32Array
  #lengths: Uint8Array
  #references: Uint16Array
  /** Open addressing with linear probing: slot + 1, or 0 where empty. By the upper bits of the hash. */
  readonly #parts = Array.from({ length: PARTS }, () => new Int32Array(8))
  /** How many prefixes more each part takes before it grows. */
  readonly #room = Int32Array.from(this.#parts, ({ length }, at) => roomIn(length, at))
  #used = 0
  #size = 0
  readonly #free: Slot[] = []
  readonly #key = new Uint32Array(4)
  /** What `wordsAt` answers with. */
  readonly #shown: Uint32Array

  constructor(version: IpVersion) {
    this.version = version
    this.#wordsEach = wordsEach(version)
    this.#shown = new Uint32Array(this.#wordsEach)
    this.#words = new Uint32Array(this.#capacity * this.#wordsEach)
    this.#lengths = new Uint8Array(this.#capacity)
    this.#references = new Uint16Array(this.#capacity)
  }

  /** Octets of memory. */
  get octets(): number {
    const index = this.#parts.reduce((sum, { byteLength }) => sum + byteLength, 0)
    return this.#words.byteLength + this.#lengths.byteLength + this.#references.byteLength + index
  }

  /** How many prefixes are referenced. */
  get size(): number {
    return this.#size
  }

  /** Slots are below this number. */
  get slots(): number {
    return this.#used
  }

  slotOf(prefix: Prefix): Slot | undefined {
    const slot = this.#find(this.#load(prefix))
    return slot < 0 ? undefined : slot
  }

  /** The prefix's slot with one reference more. */
  retain(prefix: Prefix): Slot {
    return this.#retainKey(this.#load(prefix))
  }

  /** Holds the prefix with one reference, unless it has one. */
  ensure(prefix: Prefix): void {
    const length = this.#load(prefix)
    if (this.#find(length) < 0) this.#retainKey(length)
  }

  /**
   * Makes room for so many prefixes more at once, which costs far less than growing on the way; the index of a table
   * that is large already grows on the way nevertheless.
   */
  reserve(prefixes: number): void {
    const wanted = this.#size + prefixes
    while (this.#capacity < wanted) this.#extend()
    if (this.#size > QUICK) return
    for (let at = 0; at < PARTS; at++) {
      let times = 1
      while (wanted > (this.#parts[at] ?? none).length * times * LEAST_FILL * PARTS) times *= 2
      if (times > 1) this.#rehash(at, times)
    }
  }

  /** As `retain` for each prefix of the span, in order, without a string; `visit` must not look prefixes up. */
  retainSpan({ length, words, count }: Span, visit: (slot: Slot) => void): void {
    const stride = strideOf(this.version, length)
    this.#key.set(words)
    for (let i = 0; i < count; i++) {
      visit(this.#retainKey(length))
      advance(this.#key, 0, this.#wordsEach, stride)
    }
  }

  /** Visits the slots of those prefixes of the span that are in the table; `visit` must not look others up. */
  findSpan({ length, words, count }: Span, visit: (slot: Slot) => void): void {
    const stride = strideOf(this.version, length)
    this.#key.set(words)
    for (let i = 0; i < count; i++) {
      const slot = this.#find(length)
      if (slot >= 0) visit(slot)
      advance(this.#key, 0, this.#wordsEach, stride)
    }
  }

  /** One reference more to a slot that has one. */
  addReference(slot: Slot): void {
    this.#references[slot] = (this.#references[slot] ?? 0) + 1
  }

  /** One reference less; the slot is free for another prefix once none is left. */
  release(slot: Slot): void {
    const left = (this.#references[slot] ?? 0) - 1
    if (left < 0) throw new RangeError(`slot ${slot} has no reference to release`)
    this.#references[slot] = left
    if (left > 0) return
    this.#forget(slot)
    this.#free.push(slot)
    this.#size--
  }

  /** Every prefix that is referenced; none may come or go meanwhile but the one just given. */
  *prefixes(): Iterable<Prefix> {
    for (let slot = 0; slot < this.#used; slot++) {
      if ((this.#references[slot] ?? 0) > 0) yield this.prefixAt(slot)
    }
  }

  /** In bits. */
  lengthAt(slot: Slot): number {
    return this.#lengths[slot] ?? 0
  }

  /** The slot's address: one word of 32 bits, or four; valid until the next call, because a view of each is garbage. */
  wordsAt(slot: Slot): Uint32Array {
    const each = this.#wordsEach
    for (let i = 0; i < each; i++) this.#shown[i] = this.#words[slot * each + i] ?? 0
    return this.#shown
  }

  prefixAt(slot: Slot): Prefix {
    const ip = ipOfWords(this.version, this.#words, slot * this.#wordsEach)
    return `${ip}/${this.#lengths[slot] ?? 0}` as Prefix
  }

  /** How many octets `writeNlri` writes for this slot. */
  nlriLength(slot: Slot): number {
    return 1 + (((this.#lengths[slot] ?? 0) + 7) >>> 3)
  }

  /** Writes length and significant octets (RFC 4271 §4.3); returns where the next NLRI begins. */
  writeNlri(slot: Slot, into: Uint8Array, at: number): number {
    const length = this.#lengths[slot] ?? 0
    into[at] = length
    const octets = (length + 7) >>> 3
    if (this.#wordsEach === 1) {
      const word = this.#words[slot] ?? 0
      for (let i = 0; i < octets; i++) into[at + 1 + i] = word >>> (24 - 8 * i)
    } else {
      for (let i = 0; i < octets; i++) into[at + 1 + i] = this.#octet(slot, i)
    }
    return at + 1 + octets
  }

  #octet(slot: Slot, i: number): number {
    const word = this.#words[slot * this.#wordsEach + (i >>> 2)] ?? 0
    return (word >>> (24 - 8 * (i & 3))) & 0xff
  }

  /** Puts the prefix into the key registers; returns its length in bits. */
  #load(prefix: Prefix): number {
    if (versionOf(prefix) !== this.version) throw new RangeError(`${prefix} is not IPv${this.version}`)
    if (this.version === 4) this.#key[0] = ipv4BitsOf(prefix)
    else this.#key.set(wordsOf(addressOf(prefix)))
    return lengthOf(prefix)
  }

  #retainKey(length: number): Slot {
    const hash = this.#hash(this.#key, 0, length)
    const at = hash >>> PART_SHIFT
    if (this.#room[at] === 0) this.#rehash(at, 2)
    const part = this.#parts[at] ?? none
    const bucket = this.#probe(part, hash, length)
    const found = part[bucket] ?? 0
    if (found !== 0) {
      this.addReference(found - 1)
      return found - 1
    }
    const slot = this.#free.pop() ?? this.#used++
    if (slot >= this.#capacity) this.#extend()
    for (let i = 0; i < this.#wordsEach; i++) this.#words[slot * this.#wordsEach + i] = this.#key[i] ?? 0
    this.#lengths[slot] = length
    this.#references[slot] = 1
    part[bucket] = slot + 1
    this.#room[at] = (this.#room[at] ?? 0) - 1
    this.#size++
    return slot
  }

  /** The slot of the key; -1 where there is none. */
  #find(length: number): Slot {
    const hash = this.#hash(this.#key, 0, length)
    const part = this.#partOf(hash)
    return (part[this.#probe(part, hash, length)] ?? 0) - 1
  }

  /** The bucket that holds the key, or the empty one where it belongs. */
  #probe(part: Int32Array, hash: number, length: number): number {
    const mask = part.length - 1
    let bucket = hash & mask
    for (;;) {
      const entry = part[bucket] ?? 0
      if (entry === 0 || this.#holdsKey(entry - 1, length)) return bucket
      bucket = (bucket + 1) & mask
    }
  }

  #holdsKey(slot: Slot, length: number): boolean {
    if (this.#lengths[slot] !== length) return false
    for (let i = 0; i < this.#wordsEach; i++) {
      if (this.#words[slot * this.#wordsEach + i] !== this.#key[i]) return false
    }
    return true
  }

  #hash(words: Uint32Array, at: number, length: number): number {
    let hash = Math.imul(length + 1, 0x9e3779b1)
    for (let i = 0; i < this.#wordsEach; i++) {
      hash = Math.imul(hash ^ (words[at + i] ?? 0), 0x85ebca6b)
      hash ^= hash >>> 15
    }
    return (Math.imul(hash, 0xc2b2ae35) ^ (hash >>> 13)) >>> 0
  }

  #hashOf(slot: Slot): number {
    return this.#hash(this.#words, slot * this.#wordsEach, this.#lengths[slot] ?? 0)
  }

  #partOf(hash: number): Int32Array {
    return this.#parts[hash >>> PART_SHIFT] ?? none
  }

  /** Backward-shift deletion: what follows moves up, so that probing needs no markers. */
  #forget(slot: Slot): void {
    const hash = this.#hashOf(slot)
    const part = this.#partOf(hash)
    const mask = part.length - 1
    let hole = hash & mask
    while (part[hole] !== slot + 1) hole = (hole + 1) & mask
    let next = (hole + 1) & mask
    for (;;) {
      const entry = part[next] ?? 0
      if (entry === 0) break
      const distance = (next - this.#hashOf(entry - 1)) & mask
      if (distance >= ((next - hole) & mask)) {
        part[hole] = entry
        hole = next
      }
      next = (next + 1) & mask
    }
    part[hole] = 0
    const at = hash >>> PART_SHIFT
    this.#room[at] = (this.#room[at] ?? 0) + 1
  }

  #extend(): void {
    this.#capacity *= 2
    this.#words = grown(this.#words, new Uint32Array(this.#capacity * this.#wordsEach))
    this.#lengths = grown(this.#lengths, new Uint8Array(this.#capacity))
    this.#references = grown(this.#references, new Uint16Array(this.#capacity))
  }

  /** Puts a part into an array so many times as long: a power of two. */
  #rehash(at: number, times: number): void {
    const old = this.#parts[at] ?? none
    const part = new Int32Array(old.length * times)
    const mask = part.length - 1
    for (let i = 0; i < old.length; i++) {
      const entry = old[i] ?? 0
      if (entry === 0) continue
      let bucket = this.#hashOf(entry - 1) & mask
      while (part[bucket] !== 0) bucket = (bucket + 1) & mask
      part[bucket] = entry
    }
    this.#parts[at] = part
    this.#room[at] = (this.#room[at] ?? 0) + roomIn(part.length, at) - roomIn(old.length, at)
  }
}

const none = new Int32Array(1)

/** Prefixes that a part of so many buckets takes. */
function roomIn(buckets: number, at: number): number {
  return Math.floor(buckets * (LEAST_FILL + ((MOST_FILL - LEAST_FILL) * at) / (PARTS - 1)))
}

function grown<T extends Uint32Array | Uint16Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}
