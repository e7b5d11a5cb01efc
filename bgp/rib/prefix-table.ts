import { addressOf, type IpVersion, ipv4BitsOf, lengthOf, type Prefix, versionOf } from '../../net/prefix.js'
import { advance, ipOfWords, type Span, strideOf, wordsEach, wordsOf } from '../../net/span.js'

/** A prefix's number in its table: small, dense, used again after the last reference is gone. */
export type Slot = number

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
  /** Open addressing with linear probing: slot + 1, or 0 where empty; never more than half full. */
  #index: Int32Array
  #used = 0
  #size = 0
  readonly #free: Slot[] = []
  readonly #key = new Uint32Array(4)

  constructor(version: IpVersion) {
    this.version = version
    this.#wordsEach = wordsEach(version)
    this.#words = new Uint32Array(this.#capacity * this.#wordsEach)
    this.#lengths = new Uint8Array(this.#capacity)
    this.#references = new Uint16Array(this.#capacity)
    this.#index = new Int32Array(this.#capacity * 2)
  }

  /** Octets of memory. */
  get octets(): number {
    const { byteLength } = this.#words
    return byteLength + this.#lengths.byteLength + this.#references.byteLength + this.#index.byteLength
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
    const slot = this.#index[this.#probe(this.#load(prefix))] ?? 0
    return slot === 0 ? undefined : slot - 1
  }

  /** The prefix's slot with one reference more. */
  retain(prefix: Prefix): Slot {
    return this.#retainKey(this.#load(prefix))
  }

  /** Holds the prefix with one reference, unless it has one. */
  ensure(prefix: Prefix): void {
    const length = this.#load(prefix)
    if (this.#index[this.#probe(length)] === 0) this.#retainKey(length)
  }

  /** Makes room for so many prefixes more at once, which costs far less than growing on the way. */
  reserve(prefixes: number): void {
    const wanted = this.#size + prefixes
    while (this.#capacity < wanted) this.#extend()
    let buckets = this.#index.length
    while (wanted * 2 >= buckets - 2) buckets *= 2
    if (buckets > this.#index.length) this.#rehash(buckets)
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
      const slot = this.#index[this.#probe(length)] ?? 0
      if (slot !== 0) visit(slot - 1)
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

  /** The slot's address: one word of 32 bits, or four; valid until the table changes. */
  wordsAt(slot: Slot): Uint32Array {
    return this.#words.subarray(slot * this.#wordsEach, (slot + 1) * this.#wordsEach)
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
    if (this.#size * 2 >= this.#index.length - 2) this.#rehash(this.#index.length * 2)
    const bucket = this.#probe(length)
    const found = this.#index[bucket] ?? 0
    if (found !== 0) {
      this.addReference(found - 1)
      return found - 1
    }
    const slot = this.#free.pop() ?? this.#used++
    if (slot >= this.#capacity) this.#extend()
    for (let i = 0; i < this.#wordsEach; i++) this.#words[slot * this.#wordsEach + i] = this.#key[i] ?? 0
    this.#lengths[slot] = length
    this.#references[slot] = 1
    this.#index[bucket] = slot + 1
    this.#size++
    return slot
  }

  /** The bucket that holds the key, or the empty one where it belongs. */
  #probe(length: number): number {
    const mask = this.#index.length - 1
    let bucket = this.#hash(this.#key, 0, length) & mask
    for (;;) {
      const entry = this.#index[bucket] ?? 0
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

  #homeOf(slot: Slot): number {
    const hash = this.#hash(this.#words, slot * this.#wordsEach, this.#lengths[slot] ?? 0)
    return hash & (this.#index.length - 1)
  }

  /** Backward-shift deletion: what follows moves up, so that probing needs no markers. */
  #forget(slot: Slot): void {
    const mask = this.#index.length - 1
    let hole = this.#homeOf(slot)
    while (this.#index[hole] !== slot + 1) hole = (hole + 1) & mask
    let next = (hole + 1) & mask
    for (;;) {
      const entry = this.#index[next] ?? 0
      if (entry === 0) break
      const distance = (next - this.#homeOf(entry - 1)) & mask
      if (distance >= ((next - hole) & mask)) {
        this.#index[hole] = entry
        hole = next
      }
      next = (next + 1) & mask
    }
    this.#index[hole] = 0
  }

  #extend(): void {
    this.#capacity *= 2
    this.#words = grown(this.#words, new Uint32Array(this.#capacity * this.#wordsEach))
    this.#lengths = grown(this.#lengths, new Uint8Array(this.#capacity))
    this.#references = grown(this.#references, new Uint16Array(this.#capacity))
  }

  #rehash(buckets: number): void {
    const old = this.#index
    this.#index = new Int32Array(buckets)
    const mask = this.#index.length - 1
    for (const entry of old) {
      if (entry === 0) continue
      let bucket = this.#homeOf(entry - 1)
      while (this.#index[bucket] !== 0) bucket = (bucket + 1) & mask
      this.#index[bucket] = entry
    }
  }
}

function grown<T extends Uint32Array | Uint16Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}
