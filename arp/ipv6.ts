import { ByteReader, type ByteWriter } from '../net/bytes.js'
import { readIpv6, writeIp } from '../net/ip.js'
import { ok, type Result, refused } from '../net/result.js'
import type { IpFault, Ipv6Packet } from './ip-packet.js'

const headerLength = 40
const fragmentHeader = 44

/**
 * Extension headers other than Fragment are left in place: their number is the packet's protocol, so that the protocol
 * above refuses it. @param octets from the version on; what follows the payload length is padding. (RFC 8200 §3)
 */
export function decodeIpv6(octets: Uint8Array): Result<Ipv6Packet, IpFault> {
  if (octets.length < headerLength) return refused('short-packet')
  const r = new ByteReader(octets)
  const first = r.u32()
  if (first >>> 28 !== 6) return refused('bad-ip-version')
  const trafficClass = (first >>> 20) & 0xff
  const payloadLength = r.u16()
  const protocol = r.u8()
  const ttl = r.u8()
  const source = readIpv6(r)
  const destination = readIpv6(r)
  if (payloadLength > r.left) return refused('bad-ip-length')
  // RFC 6980: no fragmented Neighbor Discovery; VRRP has no reason to fragment either.
  if (protocol === fragmentHeader) return refused('fragmented')
  return ok({ version: 6, trafficClass, protocol, ttl, source, destination, payload: r.bytes(payloadLength) })
}

/** Header and payload; flow label 0. (RFC 8200 §3) */
export function writeIpv6(w: ByteWriter, packet: Ipv6Packet): ByteWriter {
  w.u8(0x60 | (packet.trafficClass >>> 4))
    .u8((packet.trafficClass & 15) << 4)
    .u16(0)
  w.u16(packet.payload.length).u8(packet.protocol).u8(packet.ttl)
  return writeIp(writeIp(w, packet.source), packet.destination).bytes(packet.payload)
}
