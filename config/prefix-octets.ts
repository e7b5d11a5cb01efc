/** A prefix as numbers; the same object is used for every line. */
export interface ReadPrefix {
  version: 4 | 6
  length: number
  /** One word of 32 bits, or four, network order. */
  readonly words: Uint32Array
}

const [DOT, SLASH, COLON, ZERO, LOWER_CASE] = [0x2e, 0x2f, 0x3a, 0x30, 0x20]

/**
 * Reads the ADDRESS or ADDRESS/LENGTH at [from, to) without making a string: a million lines take a tenth of a second,
 * and seconds otherwise. False for all that is not plainly a prefix that may leave this node: whoever asks looks at
 * that more closely, and finds what is wrong, if anything is.
 */
export function readOctets(bytes: Uint8Array, from: number, to: number, into: ReadPrefix): boolean {
  for (let i = from; i < to && i < from + 5; i++) {
    if (bytes[i] === COLON) return readIpv6(bytes, from, to, into)
    if (bytes[i] === DOT) return readIpv4(bytes, from, to, into)
  }
  return false
}

function readIpv4(bytes: Uint8Array, from: number, to: number, into: ReadPrefix): boolean {
  let at = from
  let address = 0
  for (let part = 0; part < 4; part++) {
    if (part > 0 && bytes[at++] !== DOT) return false
    const begin = at
    let octet = 0
    for (; at < to; at++) {
      const digit = (bytes[at] ?? 0) - ZERO
      if (digit < 0 || digit > 9) break
      octet = octet * 10 + digit
    }
    if (at === begin || at - begin > 3 || octet > 255 || (bytes[begin] === ZERO && at - begin > 1))
      return false
    address = address * 256 + octet
  }
  const length = readLength(bytes, at, to, 32)
  // Within one /8 of unicast space both ends are unicast.
  if (length < 8 || address % 2 ** (32 - length) !== 0) return false
  const [a, b] = [address >>> 24, (address >>> 16) & 0xff]
  if (a === 0 || a === 127 || a >= 224 || (a === 169 && b === 254)) return false
  into.version = 4
  into.length = length
  into.words[0] = address
  return true
}

function readIpv6(bytes: Uint8Array, from: number, to: number, into: ReadPrefix): boolean {
  const { words } = into
  words.fill(0)
  let at = from
  let groups = 0
  let gap = -1
  for (;;) {
    const begin = at
    let group = 0
    for (; at < to && at - begin <= 4; at++) {
      const digit = hexDigit(bytes[at] ?? 0)
      if (digit < 0) break
      group = group * 16 + digit
    }
    if (at === begin || at - begin > 4 || groups > 7) return false
    setGroup(words, groups++, group)
    if (at >= to || bytes[at] !== COLON) break
    at++
    if (bytes[at] === COLON) {
      if (gap >= 0) return false
      gap = groups
      at++
      if (at >= to || bytes[at] === SLASH) break
    }
  }
  if (groups === 8 ? gap >= 0 : gap < 0) return false
  if (gap >= 0) spread(words, gap, groups)
  const length = readLength(bytes, at, to, 128)
  // 2000::/3 and fc00::/7, where both ends are unicast.
  const top = (words[0] ?? 0) >>> 24
  if (length < 8 || (top >>> 5 !== 1 && top >>> 1 !== 0x7e) || !hostBitsZero(words, length)) return false
  into.version = 6
  into.length = length
  return true
}

/** What follows the address: nothing, or '/LENGTH'; -1 for anything else. */
function readLength(bytes: Uint8Array, from: number, to: number, most: number): number {
  if (from === to) return most
  if (bytes[from] !== SLASH || to - from < 2 || to - from > 4) return -1
  let length = 0
  for (let at = from + 1; at < to; at++) {
    const digit = (bytes[at] ?? 0) - ZERO
    if (digit < 0 || digit > 9) return -1
    length = length * 10 + digit
  }
  return length > most ? -1 : length
}

function hexDigit(code: number): number {
  const digit = code - ZERO
  if (digit >= 0 && digit <= 9) return digit
  const letter = (code | LOWER_CASE) - 0x61
  return letter >= 0 && letter < 6 ? letter + 10 : -1
}

function setGroup(words: Uint32Array, group: number, value: number): void {
  const word = words[group >>> 1] ?? 0
  words[group >>> 1] = group % 2 === 0 ? (word & 0xffff) | (value << 16) : (word & 0xffff0000) | value
}

function groupAt(words: Uint32Array, group: number): number {
  return ((words[group >>> 1] ?? 0) >>> (group % 2 === 0 ? 16 : 0)) & 0xffff
}

/** Moves the groups behind '::' to the end. */
function spread(words: Uint32Array, gap: number, groups: number): void {
  for (let i = 1; i <= groups - gap; i++) {
    setGroup(words, 8 - i, groupAt(words, groups - i))
    setGroup(words, groups - i, 0)
  }
}

function hostBitsZero(words: Uint32Array, length: number): boolean {
  for (let word = 0; word < 4; word++) {
    const bits = Math.min(32, Math.max(0, length - 32 * word))
    if ((words[word] ?? 0) % 2 ** (32 - bits) !== 0) return false
  }
  return true
}
