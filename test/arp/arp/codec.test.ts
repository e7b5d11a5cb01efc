import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { decodeArp, encodeArp } from '../../../arp/arp/codec.js'
import type { ArpMessage } from '../../../arp/arp/message.js'
import type { Ipv4 } from '../../../net/ip.js'
import type { Mac } from '../../../net/mac.js'
import { hex } from '../../support/hex.js'
import { anyEthernet, anyIpv4, anyMac } from '../arbitrary.js'

const a = '02:00:00:00:00:0a' as Mac
const b = '02:00:00:00:00:0b' as Mac
const everybody = 'ff:ff:ff:ff:ff:ff' as Mac
const nobody = '00:00:00:00:00:00' as Mac
const ip = (text: string) => text as Ipv4

/** Captured by tcpdump between two network namespaces on Linux 6.18, by the program each name tells. */
const wire: { name: string; bytes: string; padding: number; message: ArpMessage }[] = [
  {
    name: 'request of the kernel, broadcast',
    bytes: `ffffffffffff 02000000000a 0806 // to everybody, from a, ARP
      0001 0800 06 04 0001             // Ethernet, IPv4, lengths, request
      02000000000a c0000201            // sender a, 192.0.2.1
      000000000000 c0000202            // target unknown, 192.0.2.2`,
    padding: 0,
    message: {
      kind: 'request',
      ethernet: { destination: everybody, source: a },
      senderMac: a,
      senderIp: ip('192.0.2.1'),
      targetMac: nobody,
      targetIp: ip('192.0.2.2'),
    },
  },
  {
    name: 'reply of the kernel',
    bytes: `02000000000a 02000000000b 0806
      0001 0800 06 04 0002
      02000000000b c0000202
      02000000000a c0000201`,
    padding: 0,
    message: {
      kind: 'reply',
      ethernet: { destination: a, source: b },
      senderMac: b,
      senderIp: ip('192.0.2.2'),
      targetMac: a,
      targetIp: ip('192.0.2.1'),
    },
  },
  {
    name: 'unicast request of the kernel, to refresh an entry (NUD)',
    bytes: `02000000000a 02000000000b 0806
      0001 0800 06 04 0001
      02000000000b c0000202
      000000000000 c0000201`,
    padding: 0,
    message: {
      kind: 'request',
      ethernet: { destination: a, source: b },
      senderMac: b,
      senderIp: ip('192.0.2.2'),
      targetMac: nobody,
      targetIp: ip('192.0.2.1'),
    },
  },
  {
    name: 'probe of arping -0, with its padding (RFC 5227 §2.1.1)',
    bytes: `ffffffffffff 02000000000a 0806
      0001 0800 06 04 0001
      02000000000a 00000000 // sender address unset
      000000000000 c0000202
      00000000000000000000000000000000`,
    padding: 16,
    message: {
      kind: 'request',
      ethernet: { destination: everybody, source: a },
      senderMac: a,
      senderIp: ip('0.0.0.0'),
      targetMac: nobody,
      targetIp: ip('192.0.2.2'),
    },
  },
  {
    name: 'gratuitous request of the kernel (arp_notify)',
    bytes: `ffffffffffff 02000000000a 0806
      0001 0800 06 04 0001
      02000000000a c0000201
      000000000000 c0000201`,
    padding: 0,
    message: {
      kind: 'request',
      ethernet: { destination: everybody, source: a },
      senderMac: a,
      senderIp: ip('192.0.2.1'),
      targetMac: nobody,
      targetIp: ip('192.0.2.1'),
    },
  },
  {
    name: 'gratuitous reply of arping -P -U, with its padding',
    bytes: `ffffffffffff 02000000000a 0806
      0001 0800 06 04 0002
      02000000000a c0000201
      ffffffffffff c0000201 // the target hardware address that Linux does not take for gratuitous
      00000000000000000000000000000000`,
    padding: 16,
    message: {
      kind: 'reply',
      ethernet: { destination: everybody, source: a },
      senderMac: a,
      senderIp: ip('192.0.2.1'),
      targetMac: everybody,
      targetIp: ip('192.0.2.1'),
    },
  },
  {
    name: 'gratuitous request of keepalived 2.2.7',
    bytes: `ffffffffffff 02000000000a 0806
      0001 0800 06 04 0001
      02000000000a c000020a
      ffffffffffff c000020a`,
    padding: 0,
    message: {
      kind: 'request',
      ethernet: { destination: everybody, source: a },
      senderMac: a,
      senderIp: ip('192.0.2.10'),
      targetMac: everybody,
      targetIp: ip('192.0.2.10'),
    },
  },
]

t.ok(wire.length > 0, 'there are frames')
for (const { name, bytes, padding, message } of wire) {
  t.test(name, async (t) => {
    const frame = hex(bytes)
    t.same(decodeArp(frame), { ok: true, value: message })
    t.same(encodeArp(message), frame.subarray(0, frame.length - padding))
  })
}

const ethernet = 'ffffffffffff 02000000000a'
const body = '02000000000a c0000201 000000000000 c0000202'
const refused = [
  { because: 'short-frame', bytes: '' },
  {
    because: 'short-frame',
    bytes: `${ethernet} 0806 0001 0800 06 04 0001 02000000000a c0000201 000000000000 c00002`,
  },
  { because: 'not-arp', bytes: `${ethernet} 0800 0001 0800 06 04 0001 ${body}` },
  { because: 'not-ethernet-hardware', bytes: `${ethernet} 0806 0006 0800 06 04 0001 ${body}` },
  { because: 'not-for-ipv4', bytes: `${ethernet} 0806 0001 86dd 06 04 0001 ${body}` },
  { because: 'bad-address-length', bytes: `${ethernet} 0806 0001 0800 08 04 0001 ${body}` },
  { because: 'bad-address-length', bytes: `${ethernet} 0806 0001 0800 06 10 0001 ${body}` },
  { because: 'unknown-operation', bytes: `${ethernet} 0806 0001 0800 06 04 0003 ${body}` },
] as const

t.ok(refused.length > 0, 'there are refusals')
for (const { because, bytes } of refused) {
  t.test(`a frame is refused as ${because}: ${bytes}`, async (t) => {
    t.same(decodeArp(hex(bytes)), { ok: false, because })
  })
}

const anyMessage: fc.Arbitrary<ArpMessage> = fc.record(
  {
    kind: fc.constantFrom('request', 'reply'),
    ethernet: anyEthernet,
    senderMac: anyMac,
    senderIp: anyIpv4,
    targetMac: anyMac,
    targetIp: anyIpv4,
  },
  { noNullPrototype: true },
)

t.test('what is encoded decodes to itself', async () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      assert.deepEqual(decodeArp(encodeArp(message)), { ok: true, value: message })
    }),
  )
})

t.test('any octets give a message or a reason', async () => {
  const header = fc.constant(hex(`${ethernet} 0806`))
  const octets = fc
    .tuple(header, fc.uint8Array({ maxLength: 64 }))
    .map(([head, tail]) => Uint8Array.of(...head, ...tail))
  fc.assert(fc.property(octets, (frame) => typeof decodeArp(frame).ok === 'boolean'))
})
