import type { ByteReader, ByteWriter } from '../net/bytes.js'
import { type Ip, isIpv4, octetsOf } from '../net/ip.js'
import { type Mac, macFromOctets, readMac, writeMac } from '../net/mac.js'

/** Who a frame is for and which station sent it. VLAN tags are gone: the kernel strips them on receipt. */
export interface Ethernet {
  readonly destination: Mac
  readonly source: Mac
}

/** What follows the Ethernet header. */
export const etherType = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const

/** Octets: two addresses and the EtherType. */
export const ethernetHeaderLength = 14

/** The EtherType of a frame; undefined when it is too short to have one. */
export function etherTypeOf(frame: Uint8Array): number | undefined {
  if (frame.length < ethernetHeaderLength) return undefined
  return ((frame[12] ?? 0) << 8) | (frame[13] ?? 0)
}

/** Leaves the reader behind the EtherType. @throws ShortRead on less than a header */
export function readEthernet(r: ByteReader): Ethernet {
  const destination = readMac(r)
  const source = readMac(r)
  r.u16()
  return { destination, source }
}

export function writeEthernet(w: ByteWriter, { destination, source }: Ethernet, type: number): ByteWriter {
  return writeMac(writeMac(w, destination), source).u16(type)
}

/** Where a multicast group lives on Ethernet: its last 23 bits (RFC 1112 §6.4) or 32 bits (RFC 2464 §7). */
export function groupMac(group: Ip): Mac {
  const octets = octetsOf(group)
  const [a = 0, b = 0, c = 0, d = 0] = octets.subarray(-4)
  return macFromOctets(
    isIpv4(group) ? Uint8Array.of(1, 0, 0x5e, b & 0x7f, c, d) : Uint8Array.of(0x33, 0x33, a, b, c, d),
  )
}
