import { addressOf, type IpVersion, lengthOf, type Prefix, versionOf } from './prefix.js'
import { wordsOf } from './span.js'

interface Area {
  readonly length: number
  /** The first address: one word of 32 bits, or four, network order. */
  readonly words: Uint32Array
}

/** Prefixes that cover others, for many questions without a string in between. */
export class Coverage {
  readonly #areas: Readonly<Record<IpVersion, readonly Area[]>>

  constructor(prefixes: readonly Prefix[]) {
    const of = (version: IpVersion) =>
      prefixes
        .filter((prefix) => versionOf(prefix) === version)
        .map((prefix) => ({ length: lengthOf(prefix), words: wordsOf(addressOf(prefix)) }))
    this.#areas = { 4: of(4), 6: of(6) }
  }

  /** Whether one of them is the prefix, or covers it. @param words of its first address, as in `Area` */
  covers(version: IpVersion, length: number, words: Uint32Array): boolean {
    return this.#areas[version].some(
      (area) => area.length <= length && sameBits(area.words, words, area.length),
    )
  }
}

function sameBits(a: Uint32Array, b: Uint32Array, bits: number): boolean {
  for (let i = 0, left = bits; left > 0; i++, left -= 32) {
    const difference = (a[i] ?? 0) ^ (b[i] ?? 0)
    if (left >= 32 ? difference !== 0 : difference >>> (32 - left) !== 0) return false
  }
  return true
}
