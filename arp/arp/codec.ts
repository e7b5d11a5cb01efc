import { ByteReader, ByteWriter } from '../../net/bytes.js'
import { ipv4FromU32, octetsOf } from '../../net/ip.js'
import { macFromOctets, octetsOfMac } from '../../net/mac.js'
import { ok, type Result, refused } from '../../net/result.js'
import { ethernetHeaderLength, etherType, etherTypeOf, readEthernet, writeEthernet } from '../ethernet.js'
import type { ArpFault, ArpMessage } from './message.js'

/** Octets of frame and packet; what follows is padding to Ethernet's minimum and is ignored. */
const frameLength = ethernetHeaderLength + 28
const ethernetHardware = 1
const request = 1
const reply = 2

/** Any octets give a message or the first reason against it, in the order in which RFC 826 asks. */
export function decodeArp(frame: Uint8Array): Result<ArpMessage, ArpFault> {
  if (frame.length < frameLength) return refused('short-frame')
  if (etherTypeOf(frame) !== etherType.arp) return refused('not-arp')
  const r = new ByteReader(frame)
  const ethernet = readEthernet(r)
  if (r.u16() !== ethernetHardware) return refused('not-ethernet-hardware')
  if (r.u16() !== etherType.ipv4) return refused('not-for-ipv4')
  if (r.u8() !== 6 || r.u8() !== 4) return refused('bad-address-length')
  const operation = r.u16()
  if (operation !== request && operation !== reply) return refused('unknown-operation')
  return ok({
    kind: operation === request ? 'request' : 'reply',
    ethernet,
    senderMac: macFromOctets(r.bytes(6)),
    senderIp: ipv4FromU32(r.u32()),
    targetMac: macFromOctets(r.bytes(6)),
    targetIp: ipv4FromU32(r.u32()),
  })
}

/** 42 octets; the interface pads them to Ethernet's minimum. */
export function encodeArp(message: ArpMessage): Uint8Array {
  return writeEthernet(new ByteWriter(frameLength), message.ethernet, etherType.arp)
    .u16(ethernetHardware)
    .u16(etherType.ipv4)
    .u8(6)
    .u8(4)
    .u16(message.kind === 'request' ? request : reply)
    .bytes(octetsOfMac(message.senderMac))
    .bytes(octetsOf(message.senderIp))
    .bytes(octetsOfMac(message.targetMac))
    .bytes(octetsOf(message.targetIp))
    .finish()
}
