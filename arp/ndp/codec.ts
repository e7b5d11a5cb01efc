import { ByteReader, ByteWriter } from '../../net/bytes.js'
import { internetChecksum, pseudoHeader } from '../../net/checksum.js'
import { readIpv6, writeIp } from '../../net/ip.js'
import { ok, type Result, refused } from '../../net/result.js'
import { ethernetHeaderLength, etherType, etherTypeOf, readEthernet, writeEthernet } from '../ethernet.js'
import { type Ipv6Packet, ipProtocol } from '../ip-packet.js'
import { decodeIpv6, writeIpv6 } from '../ipv6.js'
import { isMulticast, solicitedNodeGroup, unspecifiedIpv6 } from './group.js'
import { linkLayerAddress, type NdpFault, type NdpMessage } from './message.js'
import { decodeOptions, writeOption } from './option.js'

const solicitation = 135
const advertisement = 136
/** Octets of type, code, checksum, flags and target, before the options. */
const fixedLength = 24
const routerFlag = 0x80
const solicitedFlag = 0x40
const overrideFlag = 0x20

/** Any octets give a message that RFC 4861 §7.1 lets its receivers use, or the first reason against it. */
export function decodeNdp(frame: Uint8Array): Result<NdpMessage, NdpFault> {
  if (frame.length < ethernetHeaderLength) return refused('short-frame')
  if (etherTypeOf(frame) !== etherType.ipv6) return refused('not-ipv6')
  const packet = decodeIpv6(frame.subarray(ethernetHeaderLength))
  if (!packet.ok) return packet
  const fault = faultOfPacket(packet.value)
  if (fault !== undefined) return refused(fault)
  const read = readMessage(frame, packet.value)
  if (!read.ok) return read
  const invalid = faultOfMessage(read.value)
  return invalid === undefined ? read : refused(invalid)
}

/** The hop limit is 255 and the checksum is filled in. */
export function encodeNdp(message: NdpMessage): Uint8Array {
  const { source, destination } = message
  const icmp = new ByteWriter(32)
  icmp.u8(message.kind === 'neighbor-solicitation' ? solicitation : advertisement).u24(0)
  writeIp(icmp.u8(flagsOf(message)).u24(0), message.target)
  for (const option of message.options) writeOption(icmp, option)
  const payload = icmp.finish()
  const pseudo = pseudoHeader(source, destination, ipProtocol.icmpv6, payload.length)
  const checksum = internetChecksum(pseudo, payload)
  payload[2] = checksum >>> 8
  payload[3] = checksum
  const w = writeEthernet(
    new ByteWriter(ethernetHeaderLength + 40 + payload.length),
    message.ethernet,
    etherType.ipv6,
  )
  const { icmpv6: protocol } = ipProtocol
  return writeIpv6(w, {
    version: 6,
    trafficClass: 0,
    protocol,
    ttl: 255,
    source,
    destination,
    payload,
  }).finish()
}

function faultOfPacket({ protocol, ttl, payload, source, destination }: Ipv6Packet): NdpFault | undefined {
  if (protocol !== ipProtocol.icmpv6) return 'not-icmpv6'
  if (payload[0] !== solicitation && payload[0] !== advertisement) return 'not-neighbor-discovery'
  if (ttl !== 255) return 'hop-limit-not-255'
  const pseudo = pseudoHeader(source, destination, protocol, payload.length)
  if (internetChecksum(pseudo, payload) !== 0) return 'bad-checksum'
  if (payload[1] !== 0) return 'code-not-zero'
  return payload.length < fixedLength ? 'short-message' : undefined
}

function readMessage(frame: Uint8Array, packet: Ipv6Packet): Result<NdpMessage, NdpFault> {
  const ethernet = readEthernet(new ByteReader(frame))
  const r = new ByteReader(packet.payload)
  const type = r.u8()
  r.u24()
  const flags = r.u32() >>> 24
  const target = readIpv6(r)
  const options = decodeOptions(r)
  if (!options.ok) return options
  const { source, destination } = packet
  // Every field by its name: objects that are spread cost more than all else that is done for a frame.
  if (type === solicitation) {
    return ok({
      kind: 'neighbor-solicitation',
      ethernet,
      source,
      destination,
      target,
      options: options.value,
    })
  }
  return ok({
    kind: 'neighbor-advertisement',
    ethernet,
    source,
    destination,
    target,
    options: options.value,
    router: (flags & routerFlag) !== 0,
    solicited: (flags & solicitedFlag) !== 0,
    override: (flags & overrideFlag) !== 0,
  })
}

function faultOfMessage(message: NdpMessage): NdpFault | undefined {
  if (isMulticast(message.target)) return 'multicast-target'
  if (isMulticast(message.source)) return 'multicast-source'
  if (message.kind === 'neighbor-advertisement') {
    return message.solicited && isMulticast(message.destination) ? 'solicited-to-a-group' : undefined
  }
  if (message.source !== unspecifiedIpv6) return undefined
  if (message.destination !== solicitedNodeGroup(message.target)) return 'dad-not-to-solicited-node-group'
  const named = linkLayerAddress(message, 'source-link-layer-address') !== undefined
  return named ? 'dad-with-source-link-layer-address' : undefined
}

function flagsOf(message: NdpMessage): number {
  if (message.kind === 'neighbor-solicitation') return 0
  const { router, solicited, override } = message
  return (router ? routerFlag : 0) | (solicited ? solicitedFlag : 0) | (override ? overrideFlag : 0)
}
