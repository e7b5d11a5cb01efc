import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { decodeAdvertisement, encodeAdvertisement } from '../../../arp/vrrp/codec.js'
import {
  type Advertisement,
  type AdvertisementInterval,
  advertisementInterval,
  type ChecksumForm,
  type VirtualRouterId,
  virtualRouterId,
} from '../../../arp/vrrp/message.js'
import {
  advertisedAddresses,
  decodeAdvertisementFrame,
  encodeAdvertisementFrame,
  virtualMac,
} from '../../../arp/vrrp/packet.js'
import type { Ip, Ipv4 } from '../../../net/ip.js'
import type { Mac } from '../../../net/mac.js'
import { hex } from '../../support/hex.js'
import { anyIpv4, unicastIpv6 } from '../arbitrary.js'

const mac = '02:00:00:00:00:0a' as Mac
const any = () => true
const id = (n: number) => n as VirtualRouterId
const interval = (n: number) => n as AdvertisementInterval

const ethernetIpv4 = '01005e000012 02000000000a 0800'
/** Without the identification, which keepalived counts and we leave out, and the checksum over it. */
const headerIpv4 = '45c0 0024 0000 4000 ff70 d895 c0000201 e0000012'

/** Advertisements of keepalived 2.2.7 captured by tcpdump on Linux 6.18, but for the second, whose checksum is RFC 9568's. */
const wire: {
  name: string
  frame: string
  payload: string
  source: string
  checksum: ChecksumForm
  advertisement: Advertisement
}[] = [
  {
    name: 'IPv4 of keepalived, its checksum over the pseudo-header',
    frame: `${ethernetIpv4} 45c0 0024 0001 0000 ff70 1895 c0000201 e0000012`,
    payload: `31 33 96 02 000a 1215 // version 3 type 1, VRID 51, priority 150, 2 addresses, 10 cs, checksum
      c000020a c000020b`,
    source: '192.0.2.1',
    checksum: 'with-pseudo-header',
    advertisement: {
      virtualRouterId: id(51),
      priority: 150,
      maxAdvertiseInterval: interval(10),
      addresses: ['192.0.2.10' as Ip, '192.0.2.11' as Ip],
    },
  },
  {
    name: 'IPv4 with the checksum of RFC 9568 §5.2.8',
    frame: `${ethernetIpv4} ${headerIpv4}`,
    payload: '31 33 96 02 000a b4a9 c000020a c000020b',
    source: '192.0.2.1',
    checksum: 'without-pseudo-header',
    advertisement: {
      virtualRouterId: id(51),
      priority: 150,
      maxAdvertiseInterval: interval(10),
      addresses: ['192.0.2.10' as Ip, '192.0.2.11' as Ip],
    },
  },
  {
    name: 'priority 0, with which keepalived stops',
    frame: `${ethernetIpv4} 45c0 0024 003a 0000 ff70 185c c0000201 e0000012`,
    payload: '31 33 00 02 000a a815 c000020a c000020b',
    source: '192.0.2.1',
    checksum: 'with-pseudo-header',
    advertisement: {
      virtualRouterId: id(51),
      priority: 0,
      maxAdvertiseInterval: interval(10),
      addresses: ['192.0.2.10' as Ip, '192.0.2.11' as Ip],
    },
  },
  {
    name: 'IPv6 of keepalived',
    frame: `333300000012 02000000000a 86dd 6c01a019 0028 70 ff
      fe80000000000000000000fffe00000a ff020000000000000000000000000012`,
    payload: `31 34 64 02 0064 40d3 // VRID 52, priority 100, 2 addresses, 100 cs
      fe800000000000000000000000000010
      20010db8000000000000000000000010`,
    source: 'fe80::ff:fe00:a',
    checksum: 'with-pseudo-header',
    advertisement: {
      virtualRouterId: id(52),
      priority: 100,
      maxAdvertiseInterval: interval(100),
      addresses: ['fe80::10' as Ip, '2001:db8::10' as Ip],
    },
  },
]

t.ok(wire.length > 0, 'there are frames')
for (const { name, frame, payload, source, checksum, advertisement } of wire) {
  t.test(name, async (t) => {
    const destination = (source.includes(':') ? 'ff02::12' : '224.0.0.18') as Ip
    t.match(decodeAdvertisementFrame(hex(frame + payload), any), {
      ok: true,
      value: { advertisement, source, checksum, ethernet: { source: mac } },
    })
    t.same(encodeAdvertisement(advertisement, { source: source as Ip, destination, checksum }), hex(payload))
  })
}

t.test('an IPv4 frame is whole: Ethernet group, TTL 255, CS6, header checksum', async (t) => {
  const [, { advertisement, payload } = wire[0]!] = wire
  const from = { mac, ip: '192.0.2.1' as Ip, checksum: 'without-pseudo-header' } as const
  t.same(encodeAdvertisementFrame(advertisement, from), hex(`${ethernetIpv4} ${headerIpv4} ${payload}`))
})

t.test('an IPv6 frame is whole: Ethernet group, hop limit 255, CS6', async (t) => {
  const { advertisement, payload } = wire[3]!
  const from = { mac, ip: 'fe80::ff:fe00:a' as Ip, checksum: 'without-pseudo-header' } as const
  t.same(
    encodeAdvertisementFrame(advertisement, from),
    hex(`333300000012 02000000000a 86dd 6c000000 0028 70 ff
      fe80000000000000000000fffe00000a ff020000000000000000000000000012 ${payload}`),
  )
})

/** A packet as the first ones above, of another sort. */
function packet(payload: string, { ttl = 255, protocol = 112 } = {}) {
  return {
    version: 4,
    trafficClass: 0,
    protocol,
    ttl,
    source: '192.0.2.1' as Ipv4,
    destination: '224.0.0.18' as Ipv4,
    payload: hex(payload),
  } as const
}

const refused = [
  { because: 'not-vrrp', packet: packet('', { protocol: 58 }) },
  { because: 'ttl-not-255', packet: packet('21', { ttl: 254 }) },
  { because: 'incomplete', packet: packet('') },
  { because: 'bad-version', packet: packet('21 33 96') },
  { because: 'bad-type', packet: packet('32 33 96') },
  { because: 'incomplete', packet: packet('31 33 96 01 000a 00') },
  { because: 'incomplete', packet: packet('31 33 96 02 000a b4a9 c000020a c00002') },
  { because: 'bad-checksum', packet: packet('31 33 96 02 000a b4aa c000020a c000020b') },
  { because: 'unknown-virtual-router', packet: packet('31 00 96 02 000a b4dc c000020a c000020b') },
  { because: 'unknown-virtual-router', packet: packet('31 32 96 02 000a b4aa c000020a c000020b') },
  { because: 'no-addresses', packet: packet('31 33 96 00 000a 38c2') },
  { because: 'zero-interval', packet: packet('31 33 96 02 0000 b4b3 c000020a c000020b') },
] as const

t.ok(refused.length > 0, 'there are refusals')
for (const [i, { because, packet }] of refused.entries()) {
  t.test(`a packet is refused as ${because} (row ${i})`, async (t) => {
    const knows = (known: VirtualRouterId) => known === 51
    t.same(decodeAdvertisement(packet, knows), { ok: false, because })
  })
}

t.test('what is no IP packet is refused', async (t) => {
  t.same(decodeAdvertisementFrame(hex('01005e'), any), { ok: false, because: 'short-frame' })
  t.same(decodeAdvertisementFrame(hex('01005e000012 02000000000a 0806'), any), {
    ok: false,
    because: 'not-ip',
  })
  t.same(decodeAdvertisementFrame(hex(`${ethernetIpv4} 45c0`), any), { ok: false, because: 'short-packet' })
  const fragment = hex(`${ethernetIpv4} 45c0 0024 0001 2000 ff70 0000 c0000201 e0000012 ${'00'.repeat(16)}`)
  t.same(decodeAdvertisementFrame(fragment, any), { ok: false, because: 'fragmented' })
})

t.test('reserved bits before the interval, and octets after the addresses, are ignored', async (t) => {
  const reserved = packet('31 33 96 02 f00a c4a8 c000020a c000020b')
  t.match(decodeAdvertisement(reserved, any), {
    ok: true,
    value: { advertisement: { maxAdvertiseInterval: 10 } },
  })
})

t.test('the virtual MAC addresses of RFC 9568 §7.3', async (t) => {
  t.equal(virtualMac(4, id(51)), '00:00:5e:00:01:33')
  t.equal(virtualMac(6, id(51)), '00:00:5e:00:02:33')
})

t.test('identifiers and intervals in their ranges', async (t) => {
  t.same([0, 1, 255, 256, 1.5].map(virtualRouterId), [undefined, 1, 255, undefined, undefined])
  t.same([0, 1, 4095, 4096, 0.5].map(advertisementInterval), [undefined, 1, 4095, undefined, undefined])
})

t.test('an IPv6 advertisement names a link-local address first and fits a frame', async (t) => {
  const global = Array.from({ length: 200 }, (_, i) => `2001:db8::${(i + 1).toString(16)}` as Ip)
  const named = advertisedAddresses([...global, 'fe80::10' as Ip])
  t.equal(named[0], 'fe80::10')
  t.equal(named.length, 90)
  t.equal(advertisedAddresses(['192.0.2.1' as Ip]).length, 1)
})

t.test('no address, or 256, is no advertisement', async (t) => {
  const { advertisement } = wire[0]!
  const to = {
    source: '192.0.2.1' as Ip,
    destination: '224.0.0.18' as Ip,
    checksum: 'with-pseudo-header',
  } as const
  const many = Array.from({ length: 256 }, () => '192.0.2.10' as Ip)
  t.throws(() => encodeAdvertisement({ ...advertisement, addresses: [] }, to), RangeError)
  t.throws(() => encodeAdvertisement({ ...advertisement, addresses: many }, to), RangeError)
})

const fields = {
  virtualRouterId: fc.integer({ min: 1, max: 255 }).map(id),
  priority: fc.nat(255),
  maxAdvertiseInterval: fc.integer({ min: 1, max: 4095 }).map(interval),
}
const plain = { noNullPrototype: true } as const
const versions = [
  { name: 'IPv4', ip: anyIpv4 as fc.Arbitrary<Ip>, source: '192.0.2.1' as Ip },
  { name: 'IPv6', ip: unicastIpv6 as fc.Arbitrary<Ip>, source: 'fe80::1' as Ip },
]

for (const { name, ip, source } of versions) {
  t.test(`what is encoded decodes to itself, in ${name} and both checksum forms`, async () => {
    const addresses = fc.array(ip, { minLength: 1, maxLength: 20 })
    const forms = fc.constantFrom<ChecksumForm>('with-pseudo-header', 'without-pseudo-header')
    fc.assert(
      fc.property(fc.record({ ...fields, addresses }, plain), forms, (advertisement, checksum) => {
        const decoded = decodeAdvertisementFrame(
          encodeAdvertisementFrame(advertisement, { mac, ip: source, checksum }),
          any,
        )
        assert.ok(decoded.ok)
        assert.deepEqual(decoded.value.advertisement, advertisement)
        assert.equal(decoded.value.checksum, name === 'IPv6' ? 'with-pseudo-header' : checksum)
      }),
    )
  })
}

t.test('any octets give an advertisement or a reason', async () => {
  const heads = [hex(''), hex(ethernetIpv4), hex('333300000012 02000000000a 86dd 60000000 0028 70 ff')]
  fc.assert(
    fc.property(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 100 }), (head, tail) => {
      return typeof decodeAdvertisementFrame(Uint8Array.of(...head, ...tail), any).ok === 'boolean'
    }),
  )
})
