import { addressOf, type IpVersion, lengthOf, networkOf, type Prefix, versionOf } from './prefix.js'
import { PrefixCollector } from './prefix-collector.js'
import type { PrefixRange } from './prefix-range.js'
import {
  advance,
  distance,
  ipOfWords,
  rangeOfSpan,
  type Span,
  spanOf,
  strideOf,
  wordsEach,
  wordsOf,
} from './span.js'
import { finish, type Steps } from './steps.js'

/** Spans that are looked at in a step: some milliseconds. */
const STEP = 1 << 15

/**
 * Any number of prefixes, each once. A run of consecutive ones of the same length costs 8 octets for IPv4 and 20 for
 * IPv6, so that a million addresses cost nothing as a range and some megabytes as a list. Equal sets are equal values.
 */
export interface PrefixSet {
  /** Ordered by version and length. */
  readonly lists: readonly SpanList[]
}

/** The prefixes of one length; no span overlaps or touches another, ascending, at least one. */
export interface SpanList {
  readonly version: IpVersion
  readonly length: number
  /** The first address of each span: one word of 32 bits, or four, network order. */
  readonly words: Uint32Array
  readonly counts: Uint32Array
}

export const noPrefixes: PrefixSet = { lists: [] }

export function prefixSet(ranges: Iterable<PrefixRange>): PrefixSet {
  const collector = new PrefixCollector()
  for (const range of ranges) {
    const { version, length, words, count } = spanOf(range)
    collector.add(version, length, words, count)
  }
  return collector.build()
}

export function prefixSetOf(prefixes: Iterable<Prefix>): PrefixSet {
  const collector = new PrefixCollector()
  for (const prefix of prefixes) {
    collector.add(versionOf(prefix), lengthOf(prefix), wordsOf(addressOf(prefix)))
  }
  return collector.build()
}

/** How many prefixes. */
export function sizeOf(set: PrefixSet): number {
  return sizeOfVersion(set, 4) + sizeOfVersion(set, 6)
}

export function sizeOfVersion({ lists }: PrefixSet, version: IpVersion): number {
  let size = 0
  for (const list of lists) {
    if (list.version !== version) continue
    const { counts } = list
    for (let i = 0; i < counts.length; i++) size += counts[i] ?? 0
  }
  return size
}

export function isEmpty({ lists }: PrefixSet): boolean {
  return lists.length === 0
}

/** Whether this very prefix is in the set: a longer or shorter one is not. */
export function has(set: PrefixSet, prefix: Prefix): boolean {
  const version = versionOf(prefix)
  const length = lengthOf(prefix)
  const list = set.lists.find((each) => each.version === version && each.length === length)
  return list !== undefined && holds(list, wordsOf(addressOf(prefix)))
}

/** The longest prefix of the set that covers this one and is not this one itself. */
export function closestCovering(set: PrefixSet, prefix: Prefix): Prefix | undefined {
  const kin = set.lists.filter(
    ({ version, length }) => version === versionOf(prefix) && length < lengthOf(prefix),
  )
  for (const list of kin.toReversed()) {
    const network = networkOf(addressOf(prefix), list.length)
    if (holds(list, wordsOf(addressOf(network)))) return network
  }
  return undefined
}

/** A run of the set of which longer prefixes lie in this one. */
export function firstWithin(set: PrefixSet, prefix: Prefix): PrefixRange | undefined {
  for (const list of set.lists) {
    const { version, length, words, counts } = list
    if (version !== versionOf(prefix) || length <= lengthOf(prefix)) continue
    const each = wordsEach(version)
    const stride = strideOf(version, length)
    const address = wordsOf(addressOf(prefix))
    const at = firstThat(counts.length, (i) => {
      return distance(words, i * each, address, 0, each, stride) < (counts[i] ?? 0)
    })
    const before = distance(address, 0, words, at * each, each, stride)
    if (at === counts.length || before >= 2 ** (length - lengthOf(prefix))) continue
    const first = words.subarray(at * each, (at + 1) * each)
    return rangeOfSpan({ version, length, words: first, count: counts[at] ?? 0 })
  }
  return undefined
}

export function union(sets: readonly PrefixSet[]): PrefixSet {
  return finish(uniting(sets))
}

/** As `union`, in steps. */
export function* uniting(sets: readonly PrefixSet[]): Steps<PrefixSet> {
  const [only, ...others] = sets.filter((set) => !isEmpty(set))
  if (only === undefined) return noPrefixes
  if (others.length === 0) return only
  const collector = new PrefixCollector()
  let spans = 0
  for (const set of [only, ...others]) {
    for (const { version, length, words, count } of spansOf(set)) {
      collector.add(version, length, words, count)
      if (++spans % STEP === 0) yield
    }
  }
  return yield* collector.building()
}

/** The prefixes of `set` that are not in `without`. */
export function minus(set: PrefixSet, without: PrefixSet): PrefixSet {
  return finish(subtracting(set, without))
}

/** As `minus`, in steps. */
export function* subtracting(set: PrefixSet, without: PrefixSet): Steps<PrefixSet> {
  const lists: SpanList[] = []
  for (const list of set.lists) {
    const holes = without.lists.find((each) => each.version === list.version && each.length === list.length)
    if (holes === undefined) lists.push(list)
    else if (!areEqual(list, holes)) lists.push(...(yield* cutting(list, holes)))
  }
  return { lists }
}

/** Ordered by version, length and address; made when they are asked for. */
export function* rangesOf(set: PrefixSet): Generator<PrefixRange, void, undefined> {
  for (const span of spansOf(set)) yield rangeOfSpan(span)
}

/** Each prefix in order, made when it is asked for. */
export function* prefixesOf({ lists }: PrefixSet): Generator<Prefix, void, undefined> {
  for (const { version, length, words, counts } of lists) {
    const each = wordsEach(version)
    const stride = strideOf(version, length)
    const address = new Uint32Array(each)
    for (let span = 0; span < counts.length; span++) {
      for (let i = 0; i < each; i++) address[i] = words[span * each + i] ?? 0
      for (let left = counts[span] ?? 0; left > 0; left--) {
        yield `${ipOfWords(version, address)}/${length}` as Prefix
        advance(address, 0, each, stride)
      }
    }
  }
}

/** As `rangesOf`, without text. */
export function* spansOf({ lists }: PrefixSet): Generator<Span, void, undefined> {
  for (const { version, length, words, counts } of lists) {
    const each = wordsEach(version)
    for (let i = 0; i < counts.length; i++) {
      yield { version, length, words: words.subarray(i * each, (i + 1) * each), count: counts[i] ?? 0 }
    }
  }
}

function holds({ version, length, words, counts }: SpanList, address: Uint32Array): boolean {
  const each = wordsEach(version)
  const stride = strideOf(version, length)
  const apart = (i: number) => distance(words, i * each, address, 0, each, stride)
  const at = firstThat(counts.length, (i) => apart(i) < (counts[i] ?? 0))
  return at < counts.length && apart(at) >= 0
}

/** The first index below `end` that does, of which those after it do as well; `end` when none does. */
function firstThat(end: number, does: (index: number) => boolean): number {
  let [low, high] = [0, end]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (does(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** Of two lists of one version and length; far quicker than taking one from the other. */
function areEqual(a: SpanList, b: SpanList): boolean {
  return a === b || (sameNumbers(a.counts, b.counts) && sameNumbers(a.words, b.words))
}

function sameNumbers(a: Uint32Array, b: Uint32Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

function* cutting({ version, length, words, counts }: SpanList, holes: SpanList): Steps<readonly SpanList[]> {
  const each = wordsEach(version)
  const stride = strideOf(version, length)
  const collector = new PrefixCollector()
  const first = new Uint32Array(each)
  const keep = (span: number, from: number, to: number) => {
    for (let i = 0; i < each; i++) first[i] = words[span * each + i] ?? 0
    advance(first, 0, each, from * stride)
    collector.add(version, length, first, to - from)
  }
  let next = 0
  let steps = 0
  for (let span = 0; span < counts.length; span++) {
    if (++steps % STEP === 0) yield
    const count = counts[span] ?? 0
    const toSpan = (hole: number) => distance(holes.words, hole * each, words, span * each, each, stride)
    // What ends before this span ends before those after it too.
    while (next < holes.counts.length && toSpan(next) >= (holes.counts[next] ?? 0)) {
      next++
      if (++steps % STEP === 0) yield
    }
    let from = 0
    for (let hole = next; hole < holes.counts.length && from < count; hole++) {
      const begins = -toSpan(hole)
      if (begins >= count) break
      if (begins > from) keep(span, from, begins)
      from = Math.max(from, begins + (holes.counts[hole] ?? 0))
      if (++steps % STEP === 0) yield
    }
    if (from < count) keep(span, from, count)
  }
  return (yield* collector.building()).lists
}
