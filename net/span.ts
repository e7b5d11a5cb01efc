import { type Ip, ipFromOctets, ipv4FromU32, octetsOf } from './ip.js'
import { addressOf, type IpVersion, lengthOf, maxLength, type Prefix, versionOf } from './prefix.js'
import type { PrefixRange } from './prefix-range.js'

/** Prefixes in one span or range: more than any table holds, few enough that sums of them stay exact. */
export const MAX_SPAN = 0xffffffff

/** Consecutive prefixes of one length as numbers: what a `PrefixRange` is where there are a million of them. */
export interface Span {
  readonly version: IpVersion
  /** In bits. */
  readonly length: number
  /** The address of the first: one word of 32 bits, or four, network order. */
  readonly words: Uint32Array
  /** From 1 to `MAX_SPAN`. */
  readonly count: number
}

export function spanOf({ first, count }: PrefixRange): Span {
  return {
    version: versionOf(first),
    length: lengthOf(first),
    words: wordsOf(addressOf(first)),
    count,
  }
}

export function rangeOfSpan({ version, length, words, count }: Span): PrefixRange {
  return { first: `${ipOfWords(version, words)}/${length}` as Prefix, count }
}

/** Of 32 bits each. */
export function wordsEach(version: IpVersion): 1 | 4 {
  return version === 4 ? 1 : 4
}

export function wordsOf(ip: Ip): Uint32Array {
  const octets = octetsOf(ip)
  const words = new Uint32Array(octets.length / 4)
  for (let i = 0; i < words.length; i++) {
    const [a = 0, b = 0, c = 0, d = 0] = octets.subarray(4 * i, 4 * i + 4)
    words[i] = (a << 24) | (b << 16) | (c << 8) | d
  }
  return words
}

/** @param words of the version's number, from `at` on */
export function ipOfWords(version: IpVersion, words: Uint32Array, at = 0): Ip {
  if (version === 4) return ipv4FromU32(words[at] ?? 0)
  const octets = new Uint8Array(16)
  for (let i = 0; i < octets.length; i++) octets[i] = (words[at + (i >>> 2)] ?? 0) >>> (24 - 8 * (i & 3))
  return ipFromOctets(octets)
}

/** How far apart prefixes of this length are: in addresses, a power of two. */
export function strideOf(version: IpVersion, length: number): number {
  return 2 ** (maxLength(version) - length)
}

/**
 * How many prefixes lie from the address at `a[i]` to the one at `b[j]`; negative when it comes before. Exact up to
 * 2^53, beyond that only of the right sign and size: nothing has that many.
 */
export function distance(
  a: Uint32Array,
  i: number,
  b: Uint32Array,
  j: number,
  each: 1 | 4,
  stride: number,
): number {
  let difference = 0
  for (let word = 0; word < each; word++) {
    difference = difference * 2 ** 32 + ((b[j + word] ?? 0) - (a[i + word] ?? 0))
  }
  return difference / stride
}

/** Moves the address at `words[at]` on by so many addresses; past the end of the address space it begins anew. */
export function advance(words: Uint32Array, at: number, each: 1 | 4, addresses: number): void {
  let carry = 0
  let left = addresses
  for (let word = each - 1; word >= 0 && (left > 0 || carry > 0); word--) {
    const sum = (words[at + word] ?? 0) + (left % 2 ** 32) + carry
    words[at + word] = sum
    carry = sum >= 2 ** 32 ? 1 : 0
    left = Math.floor(left / 2 ** 32)
  }
}
