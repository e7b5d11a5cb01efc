/** A power of two. */
const slots = 256

/**
 * The texts of addresses that come again and again: on a LAN the same few stations ask for the same few addresses. A text
 * that is not made anew costs no memory, and has its hash already where it is looked up. Those of more than 256
 * addresses push each other out, and are made anew.
 */
export class Texts<T extends string> {
  readonly #format: (a: number, b: number, c: number, d: number) => T
  readonly #words = new Uint32Array(slots * 4)
  readonly #texts: T[] = []

  /** @param format given up to 128 bits as words of 32; what it answers must depend on nothing else */
  constructor(format: (a: number, b: number, c: number, d: number) => T) {
    this.#format = format
    const none = format(0, 0, 0, 0)
    for (let slot = 0; slot < slots; slot++) this.#texts.push(none)
  }

  /** @param a words of 32 bits, unsigned, as are the others */
  of(a: number, b: number, c: number, d: number): T {
    const slot = slotOf(a, b, c, d)
    const [words, at] = [this.#words, 4 * slot]
    const known = this.#texts[slot]
    if (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d && known)
      return known
    const text = this.#format(a, b, c, d)
    words[at] = a
    words[at + 1] = b
    words[at + 2] = c
    words[at + 3] = d
    this.#texts[slot] = text
    return text
  }
}

/** Addresses of one LAN differ in their last bits, wherever these stand in the words. */
function slotOf(a: number, b: number, c: number, d: number): number {
  const mixed = Math.imul(a ^ Math.imul(b ^ Math.imul(c ^ Math.imul(d, 31), 31), 31), 0x9e3779b1)
  return mixed >>> 24
}
