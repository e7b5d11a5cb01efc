import ipaddr from 'ipaddr.js'
import type { Brand } from './brand.js'
import { type ByteReader, ByteWriter } from './bytes.js'
import { ok, type Result, refused } from './result.js'
import { Texts } from './texts.js'

/** Dotted quad without leading zeros: '192.0.2.1'. */
export type Ipv4 = Brand<string, 'Ipv4'>
/** In the form of RFC 5952, without a zone: '2001:db8::1'. */
export type Ipv6 = Brand<string, 'Ipv6'>
/** Canonical, so `===` and Map keys are right without effort. */
export type Ip = Ipv4 | Ipv6

/** Reads an address as people write it; the remedy is part of the refusal. */
export function parseIp(text: string): Result<Ip> {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ok(ipFromOctets(octets(ipaddr.IPv4.parse(text))))
  if (text.includes('%')) return refused(`'${text}' carries a zone; name the interface in its own key`)
  if (text.includes('/')) return refused(`'${text}' is a prefix; an address is wanted here, without '/'`)
  // IPv4-mapped addresses are refused: as a peer or a next hop they are always a mistake for the IPv4 form.
  if (text.includes(':') && ipaddr.IPv6.isValid(text)) {
    const ip = ipaddr.IPv6.parse(text)
    if (ip.isIPv4MappedAddress())
      return refused(`'${text}' is IPv4-mapped; write ${ip.toIPv4Address().toString()}`)
    return ok(ipFromOctets(octets(ip)))
  }
  return refused(`'${text}' is not an IPv4 or IPv6 address`)
}

export function isIpv4(ip: Ip): ip is Ipv4 {
  return !ip.includes(':')
}

export function isIpv6(ip: Ip): ip is Ipv6 {
  return ip.includes(':')
}

/** @param octets 4 or 16 of them, network order. @throws RangeError on any other number. */
export function ipFromOctets(octets: Uint8Array): Ip {
  if (octets.length === 4) return octets.join('.') as Ipv4
  if (octets.length === 16) return formatIpv6(octets)
  throw new RangeError(`an IP address has 4 or 16 octets, not ${octets.length}`)
}

/** @param octets 16 of them, network order. @throws RangeError on any other number. */
export function ipv6FromOctets(octets: Uint8Array): Ipv6 {
  if (octets.length !== 16) throw new RangeError(`an IPv6 address has 16 octets, not ${octets.length}`)
  return formatIpv6(octets)
}

/** The next 4 octets, of a station of this LAN. @throws ShortRead */
export function readIpv4(r: ByteReader): Ipv4 {
  return ipv4s.of(r.u32(), 0, 0, 0)
}

/** The next 16 octets, of a station of this LAN. @throws ShortRead */
export function readIpv6(r: ByteReader): Ipv6 {
  return ipv6s.of(r.u32(), r.u32(), r.u32(), r.u32())
}

/** 4 or 16 octets, network order. */
export function octetsOf(ip: Ip): Uint8Array {
  return writeIp(new ByteWriter(isIpv4(ip) ? 4 : 16), ip).finish()
}

/** As `octetsOf`. */
export function writeIp(w: ByteWriter, ip: Ip): ByteWriter {
  return isIpv4(ip) ? w.u32(u32Of(ip)) : writeGroups(w, ip)
}

/** An unsigned 32-bit number, network order: '192.0.2.1' is 0xc0000201. Digit by digit: this is on the path of every prefix. */
export function u32Of(ip: Ipv4): number {
  let value = 0
  let octet = 0
  for (let i = 0; i < ip.length; i++) {
    const code = ip.charCodeAt(i)
    if (code === 0x2e) {
      value = value * 256 + octet
      octet = 0
    } else octet = octet * 10 + code - 0x30
  }
  return value * 256 + octet
}

export function ipv4FromU32(value: number): Ipv4 {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}` as Ipv4
}

function octets(ip: ipaddr.IPv4 | ipaddr.IPv6): Uint8Array {
  return Uint8Array.from(ip.toByteArray())
}

/** RFC 5952 §4: lower case, no leading zeros, the first longest run of two or more zero groups shortened. */
function formatIpv6(octets: Uint8Array): Ipv6 {
  const run = longestZeroRun(octets)
  let text = ''
  for (let i = 0; i < 8; i++) {
    if (run.length > 1 && i === run.start) {
      text += '::'
      i += run.length - 1
      continue
    }
    if (text !== '' && !text.endsWith('::')) text += ':'
    text += groupAt(octets, i).toString(16)
  }
  return text as Ipv6
}

/** In groups of 16 bits. */
function longestZeroRun(octets: Uint8Array): { start: number; length: number } {
  let start = 0
  let longest = 0
  let length = 0
  for (let i = 0; i < 8; i++) {
    length = groupAt(octets, i) === 0 ? length + 1 : 0
    if (length > longest) {
      longest = length
      start = i - length + 1
    }
  }
  return { start, length: longest }
}

function groupAt(octets: Uint8Array, i: number): number {
  return ((octets[2 * i] ?? 0) << 8) | (octets[2 * i + 1] ?? 0)
}

/** As `u32Of`; '::' stands for the groups that are missing. */
function writeGroups(w: ByteWriter, ip: Ipv6): ByteWriter {
  let missing = 8 - groupsIn(ip)
  let group = 0
  let digits = 0
  for (let i = 0; i <= ip.length; i++) {
    const code = i < ip.length ? ip.charCodeAt(i) : colon
    if (code !== colon) {
      group = group * 16 + (code < colon ? code - 0x30 : code - 0x57)
      digits += 1
    } else if (digits > 0) {
      w.u16(group)
      group = 0
      digits = 0
    } else for (; missing > 0; missing--) w.u16(0)
  }
  return w
}

function groupsIn(ip: Ipv6): number {
  let groups = 0
  for (let i = 0; i < ip.length; i++) {
    if (ip.charCodeAt(i) !== colon && (i === 0 || ip.charCodeAt(i - 1) === colon)) groups++
  }
  return groups
}

const colon = 0x3a

const ipv4s = new Texts(ipv4FromU32)

const ipv6s = new Texts((a, b, c, d) => formatIpv6(new ByteWriter(16).u32(a).u32(b).u32(c).u32(d).finish()))
