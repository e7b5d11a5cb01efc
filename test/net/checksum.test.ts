import fc from 'fast-check'
import t from 'tap'
import { internetChecksum, pseudoHeader } from '../../net/checksum.js'
import type { Ip } from '../../net/ip.js'
import { hex } from '../support/hex.js'

t.test('the sum of RFC 1071 §3', async (t) => {
  t.equal(internetChecksum(hex('0001 f203 f4f5 f6f7')), ~0xddf2 & 0xffff)
})

t.test('an IPv4 header with its checksum sums to zero', async (t) => {
  // The header of a keepalived advertisement captured on Linux 6.18.
  t.equal(internetChecksum(hex('45c0 0024 0001 0000 ff70 1895 c0000201 e0000012')), 0)
})

t.test('an odd last octet counts as the high half of a word', async (t) => {
  t.equal(internetChecksum(hex('0102 03')), ~0x0402 & 0xffff)
})

t.test('the largest sum does not overflow', async (t) => {
  t.equal(internetChecksum(new Uint8Array(65_536).fill(0xff), new Uint8Array(65_536).fill(0xff)), 0)
})

t.test('the IPv4 pseudo-header is laid out as RFC 9293 §3.1 draws it', async (t) => {
  t.same(
    pseudoHeader('192.0.2.1' as Ip, '224.0.0.18' as Ip, 112, 16),
    hex(`c0000201 // source
      e0000012    // destination
      00 70 0010  // zero, protocol, length`),
  )
})

t.test('the IPv6 pseudo-header is laid out as RFC 8200 §8.1 draws it', async (t) => {
  t.same(
    pseudoHeader('fe80::ff:fe00:a' as Ip, 'ff02::12' as Ip, 112, 40),
    hex(`fe80000000000000 000000fffe00000a // source
      ff02000000000000 0000000000000012    // destination
      00000028 000000 70                   // length, zero, next header`),
  )
})

t.test('a message that carries its checksum sums to zero, split at any word', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 80 }), fc.nat(39), (octets, cut) => {
      const message = octets.slice(0, octets.length & ~1)
      message[0] = 0
      message[1] = 0
      const sum = internetChecksum(message)
      message[0] = sum >>> 8
      message[1] = sum
      return internetChecksum(message.subarray(0, cut * 2), message.subarray(cut * 2)) === 0
    }),
  )
})
