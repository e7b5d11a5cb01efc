import { type Ip, isIpv4, parseIp } from '../net/ip.js'
import { type IpKind, kindOf } from '../net/ip-kind.js'
import { addressOf, lengthOf, type Prefix, parsePrefix } from '../net/prefix.js'
import { lastAddressOf, rangeCovering } from '../net/prefix-range.js'
import { ok, type Result, refused } from '../net/result.js'

/** Addresses from one to another, both included. */
export interface AddressSpan {
  readonly from: Ip
  readonly to: Ip
}

/** A prefix that may leave this node: never a default route, nor space that no router forwards (RFC 6890). */
export function announceable(prefix: Prefix): Result<Prefix> {
  if (lengthOf(prefix) === 0) {
    return refused(
      `${prefix} is a default route; herald never announces one, name the prefixes that are yours`,
    )
  }
  const fault = [addressOf(prefix), lastAddressOf(prefix)].map(kindOf).find((kind) => kind !== 'unicast')
  return fault === undefined ? ok(prefix) : refused(`${prefix} ${notRouted(fault)}`)
}

/** Reads an address, FIRST-LAST or a prefix: what stands in `loadBalancerIPs`. */
export function parseSpan(text: string): Result<AddressSpan> {
  const span = text.includes('/') ? prefixSpan(text) : text.includes('-') ? dashSpan(text) : hostSpan(text)
  if (!span.ok) return span
  const { from, to } = span.value
  const fault = [from, to].map(kindOf).find((kind) => kind !== 'unicast')
  return fault === undefined ? span : refused(`${text} ${notRouted(fault)}`)
}

function hostSpan(text: string): Result<AddressSpan> {
  const ip = parseIp(text)
  return ip.ok ? ok({ from: ip.value, to: ip.value }) : ip
}

function prefixSpan(text: string): Result<AddressSpan> {
  const prefix = parsePrefix(text)
  if (!prefix.ok) return prefix
  if (lengthOf(prefix.value) === 0)
    return refused(`${text} is every address there is; name those that are yours`)
  return ok({ from: addressOf(prefix.value), to: lastAddressOf(prefix.value) })
}

function dashSpan(text: string): Result<AddressSpan> {
  const [first = '', last = '', ...rest] = text.split(/\s*-\s*/)
  if (rest.length > 0) return refused(`'${text}' is not a range; write FIRST-LAST`)
  const from = parseIp(first)
  if (!from.ok) return from
  if (/^\d{1,3}$/.test(last) && isIpv4(from.value)) {
    const whole = `${first.slice(0, first.lastIndexOf('.'))}.${last}`
    return refused(`'${text}' is cut short; write both ends in full: ${first}-${whole}`)
  }
  const to = parseIp(last)
  if (!to.ok) return to
  // Length 0 fits any two addresses: what is left to refuse is their order and their versions.
  const order = rangeCovering(from.value, to.value, 0)
  return order.ok ? ok({ from: from.value, to: to.value }) : order
}

function notRouted(kind: Exclude<IpKind, 'unicast'>): string {
  return `is or holds ${kind} space, which routers do not forward; announce unicast addresses`
}
