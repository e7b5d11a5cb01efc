import { ByteReader, ByteWriter } from '../net/bytes.js'
import { internetChecksum } from '../net/checksum.js'
import { readIpv4, writeIp } from '../net/ip.js'
import { ok, type Result, refused } from '../net/result.js'
import type { IpFault, Ipv4Packet } from './ip-packet.js'

const headerLength = 20
/** RFC 6864 §4.1: with Don't Fragment set and no fragments, the identification means nothing. */
const dontFragment = 0x4000
const moreFragmentsOrOffset = 0x3fff

/** @param octets from the version on; what follows the total length is Ethernet padding. (RFC 791 §3.1) */
export function decodeIpv4(octets: Uint8Array): Result<Ipv4Packet, IpFault> {
  if (octets.length < headerLength) return refused('short-packet')
  const r = new ByteReader(octets)
  const versionAndLength = r.u8()
  if (versionAndLength >>> 4 !== 4) return refused('bad-ip-version')
  const trafficClass = r.u8()
  const totalLength = r.u16()
  const length = (versionAndLength & 15) * 4
  if (length < headerLength || totalLength < length || totalLength > octets.length)
    return refused('bad-ip-length')
  r.u16()
  if ((r.u16() & moreFragmentsOrOffset) !== 0) return refused('fragmented')
  if (internetChecksum(octets.subarray(0, length)) !== 0) return refused('bad-ip-checksum')
  const ttl = r.u8()
  const protocol = r.u8()
  r.u16()
  const source = readIpv4(r)
  const destination = readIpv4(r)
  const payload = octets.subarray(length, totalLength)
  return ok({ version: 4, trafficClass, protocol, ttl, source, destination, payload })
}

/** Header and payload, Don't Fragment set, the header's checksum filled in. (RFC 791 §3.1) */
export function writeIpv4(w: ByteWriter, packet: Ipv4Packet): ByteWriter {
  const first = new ByteWriter(headerLength)
  first
    .u8(0x45)
    .u8(packet.trafficClass)
    .u16(headerLength + packet.payload.length)
  first.u16(0).u16(dontFragment).u8(packet.ttl).u8(packet.protocol).u16(0)
  const header = writeIp(writeIp(first, packet.source), packet.destination).finish()
  const checksum = internetChecksum(header)
  header[10] = checksum >>> 8
  header[11] = checksum
  return w.bytes(header).bytes(packet.payload)
}
