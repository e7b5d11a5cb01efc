import type { Brand } from './brand.js'
import { type Ip, ipFromOctets, isIpv4, octetsOf, parseIp } from './ip.js'
import { ok, type Result, refused } from './result.js'

/** Canonical, host bits zero: '192.0.2.1/32', '2001:db8::/64'. */
export type Prefix = Brand<string, 'Prefix'>

export type IpVersion = 4 | 6

export const ipVersions: readonly IpVersion[] = [4, 6]

const [DOT, SLASH, ZERO] = [0x2e, 0x2f, 0x30]

/** Reads ADDRESS/LENGTH; host bits are refused, not cut off, because they are nearly always a typing error. */
export function parsePrefix(text: string): Result<Prefix> {
  const [address = '', length, ...rest] = text.split('/')
  if (length === undefined || rest.length > 0)
    return refused(`'${text}' is not a prefix; write ADDRESS/LENGTH`)
  const ip = parseIp(address)
  if (!ip.ok) return ip
  const bits = maxLength(ipVersionOf(ip.value))
  if (!/^\d{1,3}$/.test(length) || Number(length) > bits) {
    return refused(`'${text}' has the length '${length}'; it goes from 0 to ${bits}`)
  }
  const network = networkOf(ip.value, Number(length))
  if (addressOf(network) !== ip.value) {
    return refused(
      `'${text}' has host bits set; write ${network}, or ${ip.value}/${bits} for that one address`,
    )
  }
  return ok(network)
}

/** The prefix of `length` bits that holds `ip`: host bits are cleared. @throws RangeError on an impossible length. */
export function networkOf(ip: Ip, length: number): Prefix {
  const octets = octetsOf(ip)
  if (!Number.isInteger(length) || length < 0 || length > octets.length * 8) {
    throw new RangeError(`no prefix of ${ip} has the length ${length}`)
  }
  return `${ipFromOctets(octets.map((octet, i) => octet & maskOctet(length, i)))}/${length}` as Prefix
}

/** The prefix that covers this one address: /32 or /128. */
export function hostPrefix(ip: Ip): Prefix {
  return `${ip}/${maxLength(ipVersionOf(ip))}` as Prefix
}

export function addressOf(prefix: Prefix): Ip {
  return prefix.slice(0, prefix.lastIndexOf('/')) as Ip
}

/**
 * The address of a canonical IPv4 prefix as an unsigned 32-bit number, digit by digit and without a string in between:
 * this is on the path of every route of a full table.
 */
export function ipv4BitsOf(prefix: Prefix): number {
  let bits = 0
  let octet = 0
  for (let i = 0; i < prefix.length; i++) {
    const code = prefix.charCodeAt(i)
    if (code === SLASH) break
    if (code === DOT) {
      bits = (bits << 8) | octet
      octet = 0
    } else octet = octet * 10 + code - ZERO
  }
  return ((bits << 8) | octet) >>> 0
}

/** In bits. */
export function lengthOf(prefix: Prefix): number {
  return Number(prefix.slice(prefix.lastIndexOf('/') + 1))
}

export function versionOf(prefix: Prefix): IpVersion {
  return prefix.includes(':') ? 6 : 4
}

export function ipVersionOf(ip: Ip): IpVersion {
  return isIpv4(ip) ? 4 : 6
}

export function isHost(prefix: Prefix): boolean {
  return lengthOf(prefix) === maxLength(versionOf(prefix))
}

/** Whether every address of `inner` lies in `outer`; false across IP versions. */
export function covers(outer: Prefix, inner: Prefix): boolean {
  const length = lengthOf(outer)
  if (versionOf(outer) !== versionOf(inner) || lengthOf(inner) < length) return false
  return networkOf(addressOf(inner), length) === outer
}

/** 32 or 128. */
export function maxLength(version: IpVersion): number {
  return version === 4 ? 32 : 128
}

/** By version, then address, then length: the order people expect of a table. */
export function comparePrefixes(a: Prefix, b: Prefix): number {
  const byVersion = versionOf(a) - versionOf(b)
  if (byVersion !== 0) return byVersion
  const left = octetsOf(addressOf(a))
  const right = octetsOf(addressOf(b))
  for (let i = 0; i < left.length; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return lengthOf(a) - lengthOf(b)
}

function maskOctet(length: number, index: number): number {
  const bits = Math.min(8, Math.max(0, length - 8 * index))
  return (0xff << (8 - bits)) & 0xff
}
