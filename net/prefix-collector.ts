import type { IpVersion } from './prefix.js'
import type { PrefixSet, SpanList } from './prefix-set.js'
import { radixOrder } from './radix-order.js'
import { advance, distance, MAX_SPAN, type Span, strideOf, wordsEach } from './span.js'
import { finish, type Steps } from './steps.js'

/** Spans that are merged in a step. */
const STEP = 1 << 15

/** Told of what was collected before: its tag, that of the one it repeats, and what it is, valid during the call. */
export type OnRepeat = (tag: number, before: number, span: Span) => void

/** Takes prefixes in any order, and makes a set of them. */
export class PrefixCollector {
  readonly #heaps = new Map<number, Heap>()

  /**
   * @param words of the first address, network order, from `at` on
   * @param tag what a repetition is told by: the number of a line, for one
   */
  add(version: IpVersion, length: number, words: Uint32Array, count = 1, tag = 0): void {
    const key = version * 256 + length
    let heap = this.#heaps.get(key)
    if (heap === undefined) {
      heap = new Heap(version, length)
      this.#heaps.set(key, heap)
    }
    heap.add(words, count, tag)
  }

  /** The collector is of no use afterwards. */
  build(onRepeat?: OnRepeat): PrefixSet {
    return finish(this.building(onRepeat))
  }

  /** As `build`, in steps. */
  *building(onRepeat: OnRepeat = () => undefined): Steps<PrefixSet> {
    const lists: SpanList[] = []
    for (const key of [...this.#heaps.keys()].sort((a, b) => a - b)) {
      const heap = this.#heaps.get(key)
      this.#heaps.delete(key)
      if (heap !== undefined) lists.push(yield* heap.merging(onRepeat))
    }
    return { lists }
  }
}

/** Spans of one version and length, as they came. */
class Heap {
  readonly #version: IpVersion
  readonly #length: number
  readonly #each: 1 | 4
  readonly #stride: number
  #words: Uint32Array
  #counts = new Uint32Array(16)
  #tags = new Uint32Array(16)
  #used = 0
  #ascending = true

  constructor(version: IpVersion, length: number) {
    this.#version = version
    this.#length = length
    this.#each = wordsEach(version)
    this.#stride = strideOf(version, length)
    this.#words = new Uint32Array(16 * this.#each)
  }

  add(words: Uint32Array, count: number, tag: number): void {
    const each = this.#each
    if (this.#used === this.#counts.length) this.#grow()
    const at = this.#used++
    for (let i = 0; i < each; i++) this.#words[at * each + i] = words[i] ?? 0
    this.#counts[at] = count
    this.#tags[at] = tag
    if (at > 0 && this.#ascending) this.#ascending = this.#distance(this.#words, at - 1, at) >= 0
  }

  /** None overlaps or touches another, ascending. */
  *merging(onRepeat: OnRepeat): Steps<SpanList> {
    const each = this.#each
    const order = this.#ascending ? undefined : yield* radixOrder(this.#words, each, this.#used)
    const words = new Uint32Array(this.#used * each)
    const counts = new Uint32Array(this.#used)
    let last = -1
    let tag = 0
    for (let i = 0; i < this.#used; i++) {
      if (i % STEP === STEP - 1) yield
      const from = order === undefined ? i : (order[i] ?? 0)
      const count = this.#counts[from] ?? 0
      const before = tag
      tag = this.#tags[from] ?? 0
      const have = last < 0 ? 0 : (counts[last] ?? 0)
      const apart = last < 0 ? 1 : distance(words, last * each, this.#words, from * each, each, this.#stride)
      if (apart < have) {
        const first = this.#words.subarray(from * each, (from + 1) * each)
        onRepeat(tag, before, { version: this.#version, length: this.#length, words: first, count })
      }
      if (apart > have || last < 0) {
        last++
        for (let w = 0; w < each; w++) words[last * each + w] = this.#words[from * each + w] ?? 0
        counts[last] = count
      } else if (Math.max(have, apart + count) <= MAX_SPAN) {
        counts[last] = Math.max(have, apart + count)
      } else {
        words.copyWithin((last + 1) * each, last * each, (last + 1) * each)
        last++
        advance(words, last * each, each, have * this.#stride)
        counts[last] = apart + count - have
      }
    }
    // Room that merging left is given back, where it is worth a copy.
    const used = last + 1
    return {
      ...{ version: this.#version, length: this.#length },
      words: used === counts.length ? words : words.slice(0, used * each),
      counts: used === counts.length ? counts : counts.slice(0, used),
    }
  }

  #distance(words: Uint32Array, i: number, j: number): number {
    return distance(words, i * this.#each, words, j * this.#each, this.#each, 1)
  }

  #grow(): void {
    const room = this.#counts.length * 2
    this.#words = grown(this.#words, room * this.#each)
    this.#counts = grown(this.#counts, room)
    this.#tags = grown(this.#tags, room)
  }
}

function grown(from: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(length)
  to.set(from)
  return to
}
