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
import { MAX_SPAN } from './span.js'

/**
 * Consecutive prefixes of one length, kept as its first and their number: one line of a file may mean a million
 * addresses, and nobody expands it before the routes are needed.
 */
export interface PrefixRange {
  readonly first: Prefix
  /** At least 1; `first` and those after it never pass the end of the address space. */
  readonly count: number
}

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
 * Refused: two IP versions, an end before its start, more than MAX_SPAN prefixes.
 * @throws RangeError on a length that the IP version does not have.
 */
export function rangeCovering(from: Ip, to: Ip, length: number): Result<PrefixRange> {
  const version = isIpv4(from) ? 4 : 6
  if (isIpv4(from) !== isIpv4(to)) return refused(`${from} and ${to} are of two IP versions; a range has one`)
  const shift = shiftOf(version, length)
  const [low, high] = [numberOf(from), numberOf(to)]
  if (high < low) return refused(`${to} comes before ${from}; write ${to}-${from}`)
  const count = (high >> shift) - (low >> shift) + 1n
  if (count > BigInt(MAX_SPAN)) return refused(`these are ${count} prefixes of length ${length}, too many`)
  return ok(make(version, length, low >> shift, Number(count)))
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
