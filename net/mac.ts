import type { Brand } from './brand.js'
import { type ByteReader, ByteWriter } from './bytes.js'
import { ok, type Result, refused } from './result.js'
import { Texts } from './texts.js'

/** Lower case with colons: '02:00:00:00:00:0a'. Canonical, so `===` and Map keys are right without effort. */
export type Mac = Brand<string, 'Mac'>

/** Every station on the LAN. */
export const broadcastMac = 'ff:ff:ff:ff:ff:ff' as Mac
/** What ARP writes where a hardware address is not known (RFC 5227 §2.1.1). */
export const zeroMac = '00:00:00:00:00:00' as Mac

/** Reads six octets in hexadecimal with colons, as Linux prints them, or hyphens, as IEEE 802 writes them. */
export function parseMac(text: string): Result<Mac> {
  if (/^[0-9a-f]{2}([:-])[0-9a-f]{2}(\1[0-9a-f]{2}){4}$/i.test(text)) {
    return ok(text.toLowerCase().replaceAll('-', ':') as Mac)
  }
  return refused(`'${text}' is not a MAC address; write six octets: 02:00:00:00:00:0a`)
}

/** @param octets 6 of them. @throws RangeError on any other number. */
export function macFromOctets(octets: Uint8Array): Mac {
  if (octets.length !== 6) throw new RangeError(`a MAC address has 6 octets, not ${octets.length}`)
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = octets
  return macs.of((a << 8) | b, ((c << 24) | (d << 16) | (e << 8) | f) >>> 0, 0, 0)
}

/** The next 6 octets. @throws ShortRead */
export function readMac(r: ByteReader): Mac {
  return macs.of(r.u16(), r.u32(), 0, 0)
}

/** 6 octets. */
export function writeMac(w: ByteWriter, mac: Mac): ByteWriter {
  for (let i = 0; i < 6; i++) w.u8(octetAt(mac, i))
  return w
}

/** 6 octets. */
export function octetsOfMac(mac: Mac): Uint8Array {
  return writeMac(new ByteWriter(6), mac).finish()
}

/** Whether the individual/group bit is set: multicast, and broadcast with it. Never the address of one station. */
export function isGroupMac(mac: Mac): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1
}

/** Whether one station can have it: neither a group nor nobody. */
export function isStationMac(mac: Mac): boolean {
  return mac !== zeroMac && !isGroupMac(mac)
}

/** Whether software made the address up: virtual machines, containers, the private addresses of telephones. */
export function isLocallyAdministered(mac: Mac): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 2) === 2
}

/** The three octets that IEEE registers to a vendor ('b8:27:eb'); undefined when software made the address up. */
export function vendorPrefix(mac: Mac): string | undefined {
  return isLocallyAdministered(mac) ? undefined : mac.slice(0, 8)
}

/** Digit by digit: this is on the path of every answered frame. */
function octetAt(mac: Mac, i: number): number {
  return hexDigit(mac, 3 * i) * 16 + hexDigit(mac, 3 * i + 1)
}

/** Of canonical text, so a digit or a lower case letter. */
function hexDigit(mac: Mac, at: number): number {
  const code = mac.charCodeAt(at)
  return code < 0x3a ? code - 0x30 : code - 0x57
}

const hexOctets = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'))

/** By the first 16 bits and the last 32. */
const macs = new Texts((high, low) => {
  const hex = (octet: number) => hexOctets[octet & 255]
  const end = `${hex(low >>> 24)}:${hex(low >>> 16)}:${hex(low >>> 8)}:${hex(low)}`
  return `${hex(high >>> 8)}:${hex(high)}:${end}` as Mac
})
