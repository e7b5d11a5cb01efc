import { type Ip, ipFromOctets, ipv4FromU32, isIpv4, octetsOf } from './ip.js'
import {
  addressOf,
  hostPrefix,
  type IpVersion,
  lengthOf,
  maxLength,
  type Prefix,
  versionOf,
} from './prefix.js'
import { ok, type Result, refused } from './result.js'

/**
 * Consecutive prefixes of one length, kept as its first and their number: one line of a file may mean a million
 * addresses, and nobody expands it before the routes are needed.
 */
export interface PrefixRange {
  readonly first: Prefix
  /** At least 1; `first` and those after it never pass the end of the address space. */
  readonly count: number
}

/** Prefixes in one range: more than any table holds, few enough that sums of ranges stay exact. */
export const MAX_RANGE = 0xffffffff

export function rangeOf(prefix: Prefix): PrefixRange {
  return { first: prefix, count: 1 }
}

/** The prefixes of `length` bits that make up `prefix`: its host routes for 32 or 128. Length 24 of a /25 is its /24. */
export function rangeOfCidr(prefix: Prefix, length: number): Result<PrefixRange> {
  return rangeCovering(addressOf(prefix), lastAddressOf(prefix), length)
}

/** The host prefixes from one address to another, both included. */
export function rangeBetween(from: Ip, to: Ip): Result<PrefixRange> {
  return rangeCovering(from, to, lengthOf(hostPrefix(from)))
}

/**
 * The fewest prefixes of `length` bits that hold every address from one to another.
 * Refused: two IP versions, an end before its start, more than MAX_RANGE prefixes.
 * @throws RangeError on a length that the IP version does not have.
 */
export function rangeCovering(from: Ip, to: Ip, length: number): Result<PrefixRange> {
  const version = isIpv4(from) ? 4 : 6
  if (isIpv4(from) !== isIpv4(to)) return refused(`${from} and ${to} are of two IP versions; a range has one`)
  const shift = shiftOf(version, length)
  const [low, high] = [numberOf(from), numberOf(to)]
  if (high < low) return refused(`${to} comes before ${from}; write ${to}-${from}`)
  const count = (high >> shift) - (low >> shift) + 1n
  if (count > BigInt(MAX_RANGE)) return refused(`these are ${count} prefixes of length ${length}, too many`)
  return ok(make(version, length, low >> shift, Number(count)))
}

/** The prefixes of `length` bits that cover the range, each once; a range of that length or shorter stays as it is. */
export function aggregate(range: PrefixRange, length: number): PrefixRange {
  const { version, length: own, start, count } = spanOf(range)
  if (length >= own) return range
  const shift = shiftOf(version, length) - shiftOf(version, own)
  const first = start >> shift
  const last = (start + BigInt(count) - 1n) >> shift
  return make(version, length, first, Number(last - first) + 1)
}

/** Each prefix in order, made when it is asked for. */
export function* expandRange(range: PrefixRange): Generator<Prefix, void, undefined> {
  const { version, length, start, count } = spanOf(range)
  for (let i = 0; i < count; i++) yield prefixAt(version, length, start + BigInt(i))
}

/** How many prefixes, of all ranges together. */
export function countPrefixes(ranges: readonly PrefixRange[]): number {
  return ranges.reduce((sum, range) => sum + range.count, 0)
}

export function lastOf(range: PrefixRange): Prefix {
  const { version, length, start, count } = spanOf(range)
  return prefixAt(version, length, start + BigInt(count - 1))
}

/** '192.0.2.255' for '192.0.2.0/24'. */
export function lastAddressOf(prefix: Prefix): Ip {
  const version = versionOf(prefix)
  const size = 1n << shiftOf(version, lengthOf(prefix))
  return addressAt(version, numberOf(addressOf(prefix)) + size - 1n)
}

/** Whether this very prefix is one of the range: a longer one inside it is not. */
export function contains(range: PrefixRange, prefix: Prefix): boolean {
  return overlaps(range, rangeOf(prefix))
}

/** Whether a prefix is in both; prefixes of different lengths never are, even where one covers the other. */
export function overlaps(a: PrefixRange, b: PrefixRange): boolean {
  const [left, right] = [spanOf(a), spanOf(b)]
  return sameKind(left, right) && left.start < endOf(right) && right.start < endOf(left)
}

/** The same prefixes in the fewest ranges: none overlaps or touches another, ordered by version, length, address. */
export function union(ranges: readonly PrefixRange[]): readonly PrefixRange[] {
  const merged: Span[] = []
  for (const span of ranges.map(spanOf).sort(compareSpans)) {
    const before = merged.at(-1)
    if (before === undefined || !sameKind(before, span) || endOf(before) < span.start) merged.push(span)
    else if (endOf(span) > endOf(before)) merged.splice(-1, 1, joined(before, span))
  }
  return merged.map(({ version, length, start, count }) => make(version, length, start, count))
}

/** The prefixes of `ranges` that are not in `without`, in the fewest ranges. */
export function difference(
  ranges: readonly PrefixRange[],
  without: readonly PrefixRange[],
): readonly PrefixRange[] {
  const holes = union(without).map(spanOf)
  const left: Span[] = []
  let next = 0
  for (const span of union(ranges).map(spanOf)) {
    while (holes[next] !== undefined && endsBefore(holes[next] as Span, span)) next++
    let { start } = span
    for (let at = next; at < holes.length; at++) {
      const hole = holes[at] as Span
      if (!sameKind(hole, span) || hole.start >= endOf(span)) break
      if (hole.start > start) left.push({ ...span, start, count: Number(hole.start - start) })
      if (endOf(hole) > start) start = endOf(hole)
    }
    if (start < endOf(span)) left.push({ ...span, start, count: Number(endOf(span) - start) })
  }
  return left.map(({ version, length, start, count }) => make(version, length, start, count))
}

/** Every prefix of `length` bits within `prefix`: what a router's prefix list says in one line. */
export interface PrefixBlock {
  readonly prefix: Prefix
  readonly length: number
}

/** The prefixes of the range and no others, in the fewest blocks: at most two for each bit of its count. */
export function blocksOf(range: PrefixRange): readonly PrefixBlock[] {
  const { version, length, start, count } = spanOf(range)
  const end = start + BigInt(count)
  const blocks: PrefixBlock[] = []
  for (let at = start; at < end; ) {
    let bits = 0
    const grows = () => bits < length && (at >> BigInt(bits)) % 2n === 0n && at + (2n << BigInt(bits)) <= end
    while (grows()) bits++
    blocks.push({ prefix: prefixAt(version, length - bits, at >> BigInt(bits)), length })
    at += 1n << BigInt(bits)
  }
  return blocks
}

/** How many prefixes of `ranges` are not in `without`. */
export function countMissing(ranges: readonly PrefixRange[], without: readonly PrefixRange[]): number {
  return countPrefixes(union([...ranges, ...without])) - countPrefixes(union(without))
}

/** '192.0.2.10/32', or '192.0.2.20/32 to 192.0.2.29/32'. */
export function formatRange(range: PrefixRange): string {
  return range.count === 1 ? range.first : `${range.first} to ${lastOf(range)}`
}

/** A range as numbers: addresses without their host bits. */
interface Span {
  readonly version: IpVersion
  readonly length: number
  readonly start: bigint
  readonly count: number
}

function spanOf({ first, count }: PrefixRange): Span {
  const version = versionOf(first)
  const length = lengthOf(first)
  return { version, length, start: numberOf(addressOf(first)) >> shiftOf(version, length), count }
}

function endOf({ start, count }: Span): bigint {
  return start + BigInt(count)
}

function sameKind(a: Span, b: Span): boolean {
  return a.version === b.version && a.length === b.length
}

/** Whether nothing of `span`, nor of what is ordered after it, can lie in `hole`. */
function endsBefore(hole: Span, span: Span): boolean {
  return sameKind(hole, span) ? endOf(hole) <= span.start : compareSpans(hole, span) < 0
}

function joined(a: Span, b: Span): Span {
  return { ...a, count: Number(endOf(b) - a.start) }
}

function compareSpans(a: Span, b: Span): number {
  if (!sameKind(a, b)) return a.version - b.version || a.length - b.length
  return a.start < b.start ? -1 : a.start > b.start ? 1 : 0
}

/** Host bits of a prefix. */
function shiftOf(version: IpVersion, length: number): bigint {
  const host = maxLength(version) - length
  if (!Number.isInteger(host) || host < 0 || length < 0) {
    throw new RangeError(`no IPv${version} prefix has the length ${length}`)
  }
  return BigInt(host)
}

function make(version: IpVersion, length: number, start: bigint, count: number): PrefixRange {
  return { first: prefixAt(version, length, start), count }
}

function prefixAt(version: IpVersion, length: number, index: bigint): Prefix {
  return `${addressAt(version, index << shiftOf(version, length))}/${length}` as Prefix
}

function numberOf(ip: Ip): bigint {
  return octetsOf(ip).reduce((value, octet) => (value << 8n) | BigInt(octet), 0n)
}

function addressAt(version: IpVersion, value: bigint): Ip {
  if (version === 4) return ipv4FromU32(Number(value))
  return ipFromOctets(
    Uint8Array.from({ length: 16 }, (_, i) => Number((value >> BigInt(120 - 8 * i)) & 0xffn)),
  )
}
