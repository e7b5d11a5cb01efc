import type { Brand } from '../net/brand.js'
import { ok, type Result, refused } from '../net/result.js'

/** RFC 1997, four octets as an unsigned number. */
export type StandardCommunity = Brand<number, 'StandardCommunity'>
/** RFC 4360, eight octets as 16 lower-case hex digits. */
export type ExtendedCommunity = Brand<string, 'ExtendedCommunity'>
/** RFC 8092, canonical 'GLOBAL:LOCAL1:LOCAL2', each 0–4294967295. */
export type LargeCommunity = Brand<string, 'LargeCommunity'>

export type Community =
  | { readonly kind: 'standard'; readonly value: StandardCommunity }
  | { readonly kind: 'extended'; readonly value: ExtendedCommunity }
  | { readonly kind: 'large'; readonly value: LargeCommunity }

/** A stale route that is kept for longer than its speaker's restart time (RFC 9494 §3.2). */
export const LLGR_STALE = 0xffff0006 as StandardCommunity
/** On a route that is not to be kept that long (RFC 9494 §3.3). */
export const NO_LLGR = 0xffff0007 as StandardCommunity

/** The IANA registry of well-known communities, by the names that routers print. */
const wellKnown: readonly (readonly [name: string, value: number])[] = [
  ['graceful-shutdown', 0xffff0000],
  ['accept-own', 0xffff0001],
  ['route-filter-translated-v4', 0xffff0002],
  ['route-filter-v4', 0xffff0003],
  ['route-filter-translated-v6', 0xffff0004],
  ['route-filter-v6', 0xffff0005],
  ['llgr-stale', LLGR_STALE],
  ['no-llgr', NO_LLGR],
  ['accept-own-nexthop', 0xffff0008],
  ['standby-pe', 0xffff0009],
  ['blackhole', 0xffff029a],
  ['no-export', 0xffffff01],
  ['no-advertise', 0xffffff02],
  ['no-export-subconfed', 0xffffff03],
  ['no-peer', 0xffffff04],
]

/** Names that other products use for the same values. */
const aliases: readonly (readonly [alias: string, value: number])[] = [
  ['planned-shut', 0xffff0000],
  ['gshut', 0xffff0000],
  ['internet', 0x00000000],
  ['local-as', 0xffffff03],
  ['nopeer', 0xffffff04],
]

export const wellKnownNames: readonly string[] = wellKnown.map(([name]) => name)

/** Type and subtype of the extended communities people write by name (RFC 4360 §4, §5). */
const extendedNames: readonly (readonly [name: string, subtype: number])[] = [
  ['rt', 0x02],
  ['soo', 0x03],
]

/**
 * Reads what people write: 'no-export', '65001:100', '4259905636', '65001:1:2' (large), 'large:65001:1:2',
 * 'rt:65001:100', 'soo:192.0.2.1:7', 'ext:0002fde900000064'.
 */
export function parseCommunity(text: string): Result<Community> {
  const lower = text.toLowerCase()
  const named = [...wellKnown, ...aliases].find(([name]) => name === lower)
  if (named) return ok(standard(named[1]))
  const [head = '', ...rest] = lower.split(':')
  if (head === 'large') return rest.length === 3 ? large(rest, text) : refused(notACommunity(text))
  if (head === 'ext') return extendedHex(rest, text)
  const subtype = extendedNames.find(([name]) => name === head)?.[1]
  if (subtype !== undefined) return extended(subtype, rest, text)
  if (rest.length === 2) return large([head, ...rest], text)
  return standardNumber([head, ...rest], text)
}

/** The name of a well-known community, else 'HIGH:LOW'. */
export function formatStandard(value: StandardCommunity): string {
  return wellKnown.find(([, known]) => known === value)?.[0] ?? `${value >>> 16}:${value & 0xffff}`
}

/** 'rt:65001:100' where the value has such a form, else 'ext:' and its 16 hex digits. */
export function formatExtended(value: ExtendedCommunity): string {
  const octets = [0, 2, 4, 6, 8, 10, 12, 14].map((at) => Number.parseInt(value.slice(at, at + 2), 16))
  const [type = 0, subtype = 0, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = octets
  const name = extendedNames.find(([, known]) => known === subtype)?.[0]
  if (name === undefined) return `ext:${value}`
  switch (type) {
    case 0x00:
      return `${name}:${a * 256 + b}:${c * 2 ** 24 + d * 2 ** 16 + e * 256 + f}`
    case 0x01:
      return `${name}:${a}.${b}.${c}.${d}:${e * 256 + f}`
    case 0x02:
      // A small AS number in the form of a large one would be read back as another value.
      if (a === 0 && b === 0) return `ext:${value}`
      return `${name}:${a * 2 ** 24 + b * 2 ** 16 + c * 256 + d}:${e * 256 + f}`
    default:
      return `ext:${value}`
  }
}

export function formatCommunity(community: Community): string {
  switch (community.kind) {
    case 'standard':
      return formatStandard(community.value)
    case 'extended':
      return formatExtended(community.value)
    case 'large':
      return community.value
  }
}

function standard(value: number): Community {
  return { kind: 'standard', value: value as StandardCommunity }
}

function standardNumber(parts: readonly string[], text: string): Result<Community> {
  const numbers = parts.map((part) => number(part, parts.length === 1 ? 0xffffffff : 0xffff))
  const [high, low] = numbers
  if (parts.length > 2 || numbers.includes(undefined) || high === undefined)
    return refused(notACommunity(text))
  return ok(standard(low === undefined ? high : high * 0x10000 + low))
}

function large(parts: readonly string[], text: string): Result<Community> {
  const numbers = parts.map((part) => number(part, 0xffffffff))
  if (numbers.includes(undefined)) return refused(notACommunity(text))
  return ok({ kind: 'large', value: numbers.join(':') as LargeCommunity })
}

function extendedHex(parts: readonly string[], text: string): Result<Community> {
  const [hex = '', ...rest] = parts
  if (rest.length > 0 || !/^[0-9a-f]{16}$/.test(hex)) return refused(notACommunity(text))
  return ok({ kind: 'extended', value: hex as ExtendedCommunity })
}

/** Two-octet AS, IPv4 address or four-octet AS as the global part, in that order of preference (RFC 4360, 5668). */
function extended(subtype: number, parts: readonly string[], text: string): Result<Community> {
  const [global = '', local = '', ...rest] = parts
  if (rest.length > 0) return refused(notACommunity(text))
  const quad = /^\d+\.\d+\.\d+\.\d+$/.test(global)
    ? global.split('.').map((part) => number(part, 255))
    : undefined
  const as = number(global, 0xffffffff)
  const wide = number(local, 0xffffffff)
  const narrow = number(local, 0xffff)
  const make = (type: number, body: string) =>
    ok<Community>({
      kind: 'extended',
      value: `${hex(type, 1)}${hex(subtype, 1)}${body}` as ExtendedCommunity,
    })
  if (quad && !quad.includes(undefined) && narrow !== undefined) {
    return make(0x01, quad.map((octet) => hex(octet ?? 0, 1)).join('') + hex(narrow, 2))
  }
  if (as !== undefined && as <= 0xffff && wide !== undefined) return make(0x00, hex(as, 2) + hex(wide, 4))
  if (as !== undefined && narrow !== undefined) return make(0x02, hex(as, 4) + hex(narrow, 2))
  return refused(notACommunity(text))
}

function number(text: string, max: number): number | undefined {
  const value = Number(text)
  return /^\d{1,10}$/.test(text) && value <= max ? value : undefined
}

function hex(value: number, octets: number): string {
  return value.toString(16).padStart(2 * octets, '0')
}

function notACommunity(text: string): string {
  return `'${text}' is not a community; write 65001:100, 65001:1:2 (large), rt:65001:100 or a name: ${wellKnownNames.join(', ')}`
}
