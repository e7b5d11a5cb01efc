import type { IpVersion } from './prefix.js'
import type { PrefixSet, SpanList } from './prefix-set.js'
import { advance, distance, type Span, strideOf, wordsEach } from './span.js'

/** A place in the order of prefixes: by version, then length, then address. */
export interface PrefixPlace {
  readonly version: IpVersion
  readonly length: number
  readonly words: Uint32Array
}

/** Reads a set bit by bit, in order. */
export class SetCursor {
  readonly #set: PrefixSet
  #list = 0
  #span = 0
  /** Prefixes of the span that have been read. */
  #offset = 0
  readonly #first = { 4: new Uint32Array(1), 6: new Uint32Array(4) }

  constructor(set: PrefixSet) {
    this.#set = set
  }

  get done(): boolean {
    return this.#list >= this.#set.lists.length
  }

  /** Where `count` prefixes from here on end; undefined when there are no more than that. */
  placeAfter(count: number): PrefixPlace | undefined {
    let left = count + this.#offset
    let span = this.#span
    for (let i = this.#list; i < this.#set.lists.length; i++, span = 0) {
      const list = this.#set.lists[i]
      if (list === undefined) return undefined
      const { version, length, counts } = list
      for (; span < counts.length; span++) {
        if (left < (counts[span] ?? 0))
          return { version, length, words: this.#address(list, span, left).slice() }
        left -= counts[span] ?? 0
      }
    }
    return undefined
  }

  /** Visits what lies before that place, all where it is undefined; `visit` must not keep the span. */
  readTo(end: PrefixPlace | undefined, visit: (span: Span) => void): void {
    while (!this.done) {
      const list = this.#set.lists[this.#list]
      if (list === undefined) return
      const { version, length, counts } = list
      const order = end === undefined ? -1 : version - end.version || length - end.length
      if (order > 0) return
      const count = this.#before(order < 0 ? undefined : end)
      if (count <= 0) return
      visit({ version, length, words: this.#address(list, this.#span, this.#offset), count })
      this.#offset += count
      if (this.#offset < (counts[this.#span] ?? 0)) return
      this.#offset = 0
      this.#span++
      if (this.#span < counts.length) continue
      this.#span = 0
      this.#list++
    }
  }

  /** The address of one prefix of a span, valid until the next call: this is on the path of every span. */
  #address({ version, length, words }: SpanList, span: number, offset: number): Uint32Array {
    const each = wordsEach(version)
    const address = this.#first[version]
    for (let i = 0; i < each; i++) address[i] = words[span * each + i] ?? 0
    advance(address, 0, each, offset * strideOf(version, length))
    return address
  }

  /** Prefixes of the span that are left and lie before that place, which is of the same version and length. */
  #before(end: PrefixPlace | undefined): number {
    const list = this.#set.lists[this.#list]
    if (list === undefined) return 0
    const left = (list.counts[this.#span] ?? 0) - this.#offset
    if (end === undefined) return left
    const each = wordsEach(list.version)
    const stride = strideOf(list.version, list.length)
    const apart = distance(list.words, this.#span * each, end.words, 0, each, stride)
    return Math.min(left, apart - this.#offset)
  }
}

/** Whether `a` comes before `b`; undefined is the end of all. */
export function isBefore(a: PrefixPlace | undefined, b: PrefixPlace | undefined): boolean {
  if (a === undefined) return false
  if (b === undefined) return true
  const order = a.version - b.version || a.length - b.length
  if (order !== 0) return order < 0
  return distance(a.words, 0, b.words, 0, wordsEach(a.version), 1) > 0
}
