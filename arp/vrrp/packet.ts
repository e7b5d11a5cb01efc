import { ByteReader, ByteWriter } from '../../net/bytes.js'
import { type Ip, type Ipv4, ipv4FromU32, isIpv4 } from '../../net/ip.js'
import { isLinkLocal } from '../../net/ip-kind.js'
import { type Mac, macFromOctets } from '../../net/mac.js'
import { type Result, refused } from '../../net/result.js'
import {
  type Ethernet,
  ethernetHeaderLength,
  etherType,
  etherTypeOf,
  groupMac,
  readEthernet,
  writeEthernet,
} from '../ethernet.js'
import { type IpPacket, ipProtocol } from '../ip-packet.js'
import { decodeIpv4, writeIpv4 } from '../ipv4.js'
import { decodeIpv6, writeIpv6 } from '../ipv6.js'
import { linkLocalGroup } from '../ndp/group.js'
import { decodeAdvertisement, encodeAdvertisement, type ReceivedAdvertisement } from './codec.js'
import type { Advertisement, ChecksumForm, VirtualRouterId, VrrpFault } from './message.js'

/** Where advertisements go (RFC 9568 §5.1.1.2, §5.1.2.2). */
export const vrrpGroupIpv4: Ipv4 = ipv4FromU32(0xe0000012)
export const vrrpGroupIpv6 = linkLocalGroup(Uint8Array.of(0x12))

/** DSCP CS6, network control. */
const trafficClass = 0xc0
/** Octets of an Ethernet payload. */
const mtu = 1500

export interface AdvertisementFrame extends ReceivedAdvertisement {
  readonly ethernet: Ethernet
}

/** 00-00-5E-00-01-VRID for IPv4, 00-00-5E-00-02-VRID for IPv6 (RFC 9568 §7.3). */
export function virtualMac(version: 4 | 6, id: VirtualRouterId): Mac {
  return macFromOctets(Uint8Array.of(0, 0, 0x5e, 0, version === 4 ? 1 : 2, id))
}

/** Never throws. */
export function decodeAdvertisementFrame(
  frame: Uint8Array,
  knows: (id: VirtualRouterId) => boolean,
): Result<AdvertisementFrame, VrrpFault> {
  if (frame.length < ethernetHeaderLength) return refused('short-frame')
  const packet = ipPacketOf(frame)
  if (!packet.ok) return packet
  const received = decodeAdvertisement(packet.value, knows)
  if (!received.ok) return received
  return { ok: true, value: { ...received.value, ethernet: readEthernet(new ByteReader(frame)) } }
}

/** @throws RangeError as `encodeAdvertisement` does */
export function encodeAdvertisementFrame(
  advertisement: Advertisement,
  from: { readonly mac: Mac; readonly ip: Ip; readonly checksum: ChecksumForm },
): Uint8Array {
  const { ip: source, checksum, mac } = from
  const destination = isIpv4(source) ? vrrpGroupIpv4 : vrrpGroupIpv6
  const payload = encodeAdvertisement(advertisement, { source, destination, checksum })
  const ethernet = { destination: groupMac(destination), source: mac }
  const fields = { trafficClass, protocol: ipProtocol.vrrp, ttl: 255, payload }
  const w = new ByteWriter(ethernetHeaderLength + 40 + payload.length)
  if (isIpv4(source)) {
    const packet = { version: 4, source, destination: vrrpGroupIpv4, ...fields } as const
    return writeIpv4(writeEthernet(w, ethernet, etherType.ipv4), packet).finish()
  }
  const packet = { version: 6, source, destination: vrrpGroupIpv6, ...fields } as const
  return writeIpv6(writeEthernet(w, ethernet, etherType.ipv6), packet).finish()
}

/**
 * The addresses that an advertisement names: in IPv6 a link-local one first (RFC 9568 §5.2.9), and no more than one
 * Ethernet frame holds. Receivers only compare the list with their own, so the rest is moved all the same.
 */
export function advertisedAddresses(addresses: readonly Ip[]): readonly Ip[] {
  const [first] = addresses
  if (first === undefined || isIpv4(first)) return addresses.slice(0, 255)
  const linkLocal = addresses.filter(isLinkLocal)
  const others = addresses.filter((ip) => !isLinkLocal(ip))
  return [...linkLocal, ...others].slice(0, Math.floor((mtu - 40 - 8) / 16))
}

function ipPacketOf(frame: Uint8Array): Result<IpPacket, VrrpFault> {
  const octets = frame.subarray(ethernetHeaderLength)
  switch (etherTypeOf(frame)) {
    case etherType.ipv4:
      return decodeIpv4(octets)
    case etherType.ipv6:
      return decodeIpv6(octets)
    default:
      return refused('not-ip')
  }
}
