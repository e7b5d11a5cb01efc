import { ByteReader, ByteWriter } from '../../net/bytes.js'
import { internetChecksum, pseudoHeader } from '../../net/checksum.js'
import { type Ip, readIpv4, readIpv6, writeIp } from '../../net/ip.js'
import { ok, type Result, refused } from '../../net/result.js'
import { type IpPacket, ipProtocol } from '../ip-packet.js'
import {
  type Advertisement,
  advertisementInterval,
  type ChecksumForm,
  type VirtualRouterId,
  type VrrpFault,
  virtualRouterId,
} from './message.js'

const versionAndType = 0x31
const headerLength = 8

export interface ReceivedAdvertisement {
  readonly advertisement: Advertisement
  /** The sender's primary address, by which equal priorities are ordered. */
  readonly source: Ip
  readonly checksum: ChecksumForm
}

/**
 * The checks of RFC 9568 §7.1, in its order: any packet gives an advertisement or the first reason against it.
 * @param knows whether a virtual router is configured where the packet came in
 */
export function decodeAdvertisement(
  packet: IpPacket,
  knows: (id: VirtualRouterId) => boolean,
): Result<ReceivedAdvertisement, VrrpFault> {
  const { payload, source } = packet
  if (packet.protocol !== ipProtocol.vrrp) return refused('not-vrrp')
  if (packet.ttl !== 255) return refused('ttl-not-255')
  if (payload.length < 1) return refused('incomplete')
  const r = new ByteReader(payload)
  const first = r.u8()
  if (first >>> 4 !== versionAndType >>> 4) return refused('bad-version')
  if ((first & 15) !== (versionAndType & 15)) return refused('bad-type')
  if (payload.length < headerLength) return refused('incomplete')
  const id = virtualRouterId(r.u8())
  const priority = r.u8()
  const count = r.u8()
  const size = packet.version === 4 ? 4 : 16
  if (payload.length < headerLength + count * size) return refused('incomplete')
  const checksum = checksumForm(packet)
  if (checksum === undefined) return refused('bad-checksum')
  if (id === undefined || !knows(id)) return refused('unknown-virtual-router')
  if (count === 0) return refused('no-addresses')
  // Four reserved bits come first and are ignored.
  const maxAdvertiseInterval = advertisementInterval(r.u16() & 0xfff)
  if (maxAdvertiseInterval === undefined) return refused('zero-interval')
  r.u16()
  const addresses = Array.from({ length: count }, () => (size === 4 ? readIpv4(r) : readIpv6(r)))
  const advertisement = { virtualRouterId: id, priority, maxAdvertiseInterval, addresses }
  return ok({ advertisement, source, checksum })
}

/**
 * @param to the packet's addresses, which the checksum may cover
 * @returns the payload of an IP packet with protocol 112 and TTL 255
 * @throws RangeError on no address, or on more than 255
 */
export function encodeAdvertisement(
  { virtualRouterId, priority, maxAdvertiseInterval, addresses }: Advertisement,
  to: { readonly source: Ip; readonly destination: Ip; readonly checksum: ChecksumForm },
): Uint8Array {
  const count = addresses.length
  if (count === 0 || count > 255)
    throw new RangeError(`an advertisement has 1 to 255 addresses, not ${count}`)
  const w = new ByteWriter(headerLength + count * 16)
  w.u8(versionAndType).u8(virtualRouterId).u8(priority).u8(count).u16(maxAdvertiseInterval).u16(0)
  for (const address of addresses) writeIp(w, address)
  const payload = w.finish()
  const checksum = internetChecksum(summedBefore(to, payload.length), payload)
  payload[6] = checksum >>> 8
  payload[7] = checksum
  return payload
}

function checksumForm({ version, source, destination, payload }: IpPacket): ChecksumForm | undefined {
  const pseudo = pseudoHeader(source, destination, ipProtocol.vrrp, payload.length)
  if (internetChecksum(pseudo, payload) === 0) return 'with-pseudo-header'
  return version === 4 && internetChecksum(payload) === 0 ? 'without-pseudo-header' : undefined
}

function summedBefore(
  { source, destination, checksum }: { source: Ip; destination: Ip; checksum: ChecksumForm },
  length: number,
): Uint8Array {
  const pseudo = pseudoHeader(source, destination, ipProtocol.vrrp, length)
  const isIpv6 = pseudo.length > 12
  return isIpv6 || checksum === 'with-pseudo-header' ? pseudo : new Uint8Array(0)
}
