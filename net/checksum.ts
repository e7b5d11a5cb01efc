import { ByteWriter } from './bytes.js'
import { type Ip, isIpv4, writeIp } from './ip.js'

/**
 * The Internet checksum (RFC 1071): the one's complement of the one's complement sum of 16-bit words, over the blocks
 * one after the other. Each block counts as if padded with a zero octet to whole words, so only the last may be odd.
 * Over octets that carry a right checksum the answer is 0.
 */
export function internetChecksum(...blocks: readonly Uint8Array[]): number {
  let sum = 0
  for (const block of blocks) sum = fold(sum + wordSum(block))
  return ~sum & 0xffff
}

/**
 * What ICMPv6, VRRP and others put before their own octets when they sum (RFC 8200 §8.1; RFC 9293 §3.1 for IPv4).
 * @param destination of the same IP version as `source`
 * @param protocol the IPv4 protocol or the IPv6 next header
 * @param length octets of the upper layer's message
 */
export function pseudoHeader(source: Ip, destination: Ip, protocol: number, length: number): Uint8Array {
  const version4 = isIpv4(source)
  const w = writeIp(writeIp(new ByteWriter(version4 ? 12 : 40), source), destination)
  return version4 ? w.u16(protocol).u16(length).finish() : w.u32(length).u32(protocol).finish()
}

/** At most 2^32: a block is no longer than a jumbo frame, and 64 KiB of words of all ones make 2^31. */
function wordSum(block: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < block.length; i += 2) sum += ((block[i] ?? 0) << 8) | (block[i + 1] ?? 0)
  return sum
}

/** End-around carry. */
function fold(sum: number): number {
  let folded = sum
  while (folded > 0xffff) folded = (folded >>> 16) + (folded & 0xffff)
  return folded
}
