/** A reader was asked for more octets than its bounds hold; codecs turn this into their own fault. */
export class ShortRead extends Error {
  readonly wanted: number
  readonly available: number

  constructor(wanted: number, available: number) {
    super(`${wanted} octets wanted, ${available} left`)
    this.name = 'ShortRead'
    this.wanted = wanted
    this.available = available
  }
}

/** A cursor over octets in network order that never reads past its end. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Octets not yet read. */
  get left(): number {
    return this.#bytes.length - this.#at
  }

  /** Octets read so far. */
  get position(): number {
    return this.#at
  }

  u8(): number {
    return this.#bytes[this.#advance(1)] ?? 0
  }

  u16(): number {
    const at = this.#advance(2)
    return ((this.#bytes[at] ?? 0) << 8) | (this.#bytes[at + 1] ?? 0)
  }

  u24(): number {
    return this.u16() * 0x100 + this.u8()
  }

  /** Unsigned. */
  u32(): number {
    return this.u16() * 0x10000 + this.u16()
  }

  u64(): bigint {
    return (BigInt(this.u32()) << 32n) | BigInt(this.u32())
  }

  /** A view, not a copy: the caller copies what outlives the buffer. */
  bytes(length: number): Uint8Array {
    const at = this.#advance(length)
    return this.#bytes.subarray(at, at + length)
  }

  /** A reader of its own for an inner block, so that the block cannot read past its declared length. */
  take(length: number): ByteReader {
    return new ByteReader(this.bytes(length))
  }

  /** Everything that is left, as a view. */
  rest(): Uint8Array {
    return this.bytes(this.left)
  }

  #advance(length: number): number {
    if (length > this.left) throw new ShortRead(length, this.left)
    const at = this.#at
    this.#at += length
    return at
  }
}

/** Appends octets in network order; lengths are filled in by the writer, never computed by the caller. */
export class ByteWriter {
  #bytes: Uint8Array
  #length = 0

  /** @param capacity octets to start with; it grows as needed. */
  constructor(capacity = 64) {
    this.#bytes = new Uint8Array(capacity)
  }

  /** Octets written so far. */
  get length(): number {
    return this.#length
  }

  u8(value: number): this {
    // Not one expression: `this.#bytes[this.#extend(1)]` would take the buffer from before it grew.
    const at = this.#extend(1)
    this.#bytes[at] = value
    return this
  }

  u16(value: number): this {
    const at = this.#extend(2)
    this.#bytes[at] = value >>> 8
    this.#bytes[at + 1] = value
    return this
  }

  u24(value: number): this {
    return this.u8(value >>> 16).u16(value)
  }

  u32(value: number): this {
    return this.u16(value >>> 16).u16(value)
  }

  u64(value: bigint): this {
    return this.u32(Number((value >> 32n) & 0xffffffffn)).u32(Number(value & 0xffffffffn))
  }

  bytes(octets: Uint8Array): this {
    const at = this.#extend(octets.length)
    this.#bytes.set(octets, at)
    return this
  }

  /**
   * Writes what `body` writes, preceded by its length in octets.
   * @throws RangeError when the body does not fit the length field.
   */
  lengthPrefixed(bits: 8 | 16, body: (writer: this) => void): this {
    const size = bits / 8
    const at = this.#extend(size)
    body(this)
    const length = this.#length - at - size
    if (length >= 2 ** bits) throw new RangeError(`${length} octets do not fit a length of ${bits} bits`)
    if (bits === 16) this.#bytes[at] = length >>> 8
    this.#bytes[at + size - 1] = length
    return this
  }

  /** The octets written, in a buffer of exactly their size; without a copy where the capacity was that. */
  finish(): Uint8Array {
    if (this.#length === this.#bytes.length) return this.#bytes
    return this.#bytes.slice(0, this.#length)
  }

  #extend(length: number): number {
    const at = this.#length
    const needed = at + length
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
      grown.set(this.#bytes)
      this.#bytes = grown
    }
    this.#length = needed
    return at
  }
}
