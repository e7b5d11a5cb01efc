import { ByteReader, ByteWriter } from '../../net/bytes.js'
import { readIpv4, writeIp } from '../../net/ip.js'
import { readMac, writeMac } from '../../net/mac.js'
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
    senderMac: readMac(r),
    senderIp: readIpv4(r),
    targetMac: readMac(r),
    targetIp: readIpv4(r),
  })
}

/** 42 octets; the interface pads them to Ethernet's minimum. */
export function encodeArp(message: ArpMessage): Uint8Array {
  const w = writeEthernet(new ByteWriter(frameLength), message.ethernet, etherType.arp)
  w.u16(ethernetHardware).u16(etherType.ipv4).u8(6).u8(4)
  w.u16(message.kind === 'request' ? request : reply)
  writeIp(writeMac(w, message.senderMac), message.senderIp)
  writeIp(writeMac(w, message.targetMac), message.targetIp)
  return w.finish()
}
