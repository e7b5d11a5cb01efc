import type { Brand } from '../net/brand.js'
import { ok, type Result, refused } from '../net/result.js'

/** An Autonomous System number that a speaker may use: 1–4294967295, without AS_TRANS. */
export type Asn = Brand<number, 'Asn'>

/** Stands for a four-octet AS number in two octets (RFC 6793 §9). */
export const AS_TRANS = 23456

/** AS 0 is never used (RFC 7607), AS_TRANS never configured (RFC 6793 §7). */
export function asn(value: number): Result<Asn> {
  if (!Number.isInteger(value) || value < 1 || value > 0xffffffff) {
    return refused(`${value} is not an AS number; it goes from 1 to 4294967295`)
  }
  if (value === AS_TRANS)
    return refused('23456 is AS_TRANS, a placeholder that no speaker may use (RFC 6793)')
  return ok(value as Asn)
}

/** Reads asplain ('65001') and asdot ('1.10', RFC 5396). */
export function parseAsn(text: string): Result<Asn> {
  const dotted = /^(\d{1,5})\.(\d{1,5})$/.exec(text)
  if (!dotted) return /^\d{1,10}$/.test(text) ? asn(Number(text)) : refused(`'${text}' is not an AS number`)
  const [high, low] = [Number(dotted[1]), Number(dotted[2])]
  return high > 0xffff || low > 0xffff
    ? refused(`'${text}' is not asdot; each half goes to 65535`)
    : asn(high * 0x10000 + low)
}

/** As My Autonomous System carries it: two octets, or AS_TRANS. */
export function twoOctetAs(value: number): number {
  return value > 0xffff ? AS_TRANS : value
}
