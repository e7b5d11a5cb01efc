import type { Brand } from '../net/brand.js'
import { ipv4FromU32 } from '../net/ip.js'

/** Four octets, not zero, compared as an unsigned number (RFC 6286). */
export type BgpIdentifier = Brand<number, 'BgpIdentifier'>

export function bgpIdentifier(value: number): BgpIdentifier | undefined {
  const fits = Number.isInteger(value) && value > 0 && value <= 0xffffffff
  return fits ? (value as BgpIdentifier) : undefined
}

/** As a dotted quad, the form every router shows. */
export function formatIdentifier(identifier: BgpIdentifier): string {
  return ipv4FromU32(identifier)
}
