import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { decodeNdp, encodeNdp } from '../../../arp/ndp/codec.js'
import { solicitedNodeGroup } from '../../../arp/ndp/group.js'
import type { NdpMessage, NdpOption } from '../../../arp/ndp/message.js'
import { internetChecksum } from '../../../net/checksum.js'
import type { Ipv6 } from '../../../net/ip.js'
import type { Mac } from '../../../net/mac.js'
import { hex } from '../../support/hex.js'
import { anyEthernet, anyMac, unicastIpv6 } from '../arbitrary.js'

const a = '02:00:00:00:00:0a' as Mac
const b = '02:00:00:00:00:0b' as Mac
const mac = (text: string) => text as Mac
const ip = (text: string) => text as Ipv6

/** Captured by tcpdump between two network namespaces on Linux 6.18, by the program each name tells. */
const wire: { name: string; bytes: string; message: NdpMessage }[] = [
  {
    name: 'duplicate address detection of the kernel, with the nonce of RFC 7527',
    bytes: `3333ff000001 02000000000a 86dd        // to the solicited-node group, from a, IPv6
      60000000 0020 3a ff                     // payload 32, ICMPv6, hop limit 255
      00000000000000000000000000000000        // from ::
      ff0200000000000000000001ff000001        // to ff02::1:ff00:1
      87 00 c9f7 00000000                     // neighbor solicitation
      20010db8000000000000000000000001        // target 2001:db8::1
      0e 01 416fb5cd7daf                      // nonce`,
    message: {
      kind: 'neighbor-solicitation',
      ethernet: { destination: mac('33:33:ff:00:00:01'), source: a },
      source: ip('::'),
      destination: ip('ff02::1:ff00:1'),
      target: ip('2001:db8::1'),
      options: [{ kind: 'other', type: 14, value: hex('416fb5cd7daf') }],
    },
  },
  {
    name: 'multicast solicitation of the kernel',
    bytes: `3333ff000002 02000000000a 86dd
      60000000 0020 3a ff
      20010db8000000000000000000000001
      ff0200000000000000000001ff000002
      87 00 1c1e 00000000
      20010db8000000000000000000000002
      01 01 02000000000a                      // source link-layer address`,
    message: {
      kind: 'neighbor-solicitation',
      ethernet: { destination: mac('33:33:ff:00:00:02'), source: a },
      source: ip('2001:db8::1'),
      destination: ip('ff02::1:ff00:2'),
      target: ip('2001:db8::2'),
      options: [{ kind: 'source-link-layer-address', mac: a }],
    },
  },
  {
    name: "the kernel's answer to it",
    bytes: `02000000000a 02000000000b 86dd
      60000000 0020 3a ff
      20010db8000000000000000000000002
      20010db8000000000000000000000001
      88 00 8a68 60000000                     // neighbor advertisement, S O
      20010db8000000000000000000000002
      02 01 02000000000b                      // target link-layer address`,
    message: {
      kind: 'neighbor-advertisement',
      ethernet: { destination: a, source: b },
      source: ip('2001:db8::2'),
      destination: ip('2001:db8::1'),
      target: ip('2001:db8::2'),
      router: false,
      solicited: true,
      override: true,
      options: [{ kind: 'target-link-layer-address', mac: b }],
    },
  },
  {
    name: 'unicast solicitation of the kernel, to refresh an entry (NUD)',
    bytes: `02000000000a 02000000000b 86dd
      60000000 0020 3a ff
      fe80000000000000000000fffe00000b
      20010db8000000000000000000000001
      87 00 1c99 00000000
      20010db8000000000000000000000001
      01 01 02000000000b`,
    message: {
      kind: 'neighbor-solicitation',
      ethernet: { destination: a, source: b },
      source: ip('fe80::ff:fe00:b'),
      destination: ip('2001:db8::1'),
      target: ip('2001:db8::1'),
      options: [{ kind: 'source-link-layer-address', mac: b }],
    },
  },
  {
    name: "the kernel's answer to it: no override, no option",
    bytes: `02000000000b 02000000000a 86dd
      60000000 0018 3a ff
      20010db8000000000000000000000001
      fe80000000000000000000fffe00000b
      88 00 deac 40000000
      20010db8000000000000000000000001`,
    message: {
      kind: 'neighbor-advertisement',
      ethernet: { destination: b, source: a },
      source: ip('2001:db8::1'),
      destination: ip('fe80::ff:fe00:b'),
      target: ip('2001:db8::1'),
      router: false,
      solicited: true,
      override: false,
      options: [],
    },
  },
  {
    name: "the kernel's defence against another's duplicate address detection",
    bytes: `333300000001 02000000000b 86dd
      60000000 0020 3a ff
      20010db8000000000000000000000002
      ff020000000000000000000000000001        // to all nodes
      88 00 f91e 20000000                     // O alone
      20010db8000000000000000000000002
      02 01 02000000000b`,
    message: {
      kind: 'neighbor-advertisement',
      ethernet: { destination: mac('33:33:00:00:00:01'), source: b },
      source: ip('2001:db8::2'),
      destination: ip('ff02::1'),
      target: ip('2001:db8::2'),
      router: false,
      solicited: false,
      override: true,
      options: [{ kind: 'target-link-layer-address', mac: b }],
    },
  },
  {
    name: 'unsolicited advertisement of keepalived 2.2.7 on taking over',
    bytes: `333300000001 02000000000a 86dd
      60000000 0020 3a ff
      20010db8000000000000000000000010
      ff020000000000000000000000000001
      88 00 f903 20000000
      20010db8000000000000000000000010
      02 01 02000000000a`,
    message: {
      kind: 'neighbor-advertisement',
      ethernet: { destination: mac('33:33:00:00:00:01'), source: a },
      source: ip('2001:db8::10'),
      destination: ip('ff02::1'),
      target: ip('2001:db8::10'),
      router: false,
      solicited: false,
      override: true,
      options: [{ kind: 'target-link-layer-address', mac: a }],
    },
  },
]

t.ok(wire.length > 0, 'there are frames')
for (const { name, bytes, message } of wire) {
  t.test(name, async (t) => {
    t.same(decodeNdp(hex(bytes)), { ok: true, value: message })
    t.same(encodeNdp(message), hex(bytes))
    t.same(
      decodeNdp(Uint8Array.of(...hex(bytes), 0, 0, 0)),
      { ok: true, value: message },
      'padding is ignored',
    )
  })
}

/** A multicast solicitation with parts replaced; the checksum is right unless given. */
function solicitation(parts: {
  type?: string
  next?: string
  hopLimit?: string
  version?: string
  source?: string
  destination?: string
  icmp?: string
  code?: string
  target?: string
  options?: string
  checksum?: string
  payloadLength?: number
}): Uint8Array {
  const source = parts.source ?? '20010db8000000000000000000000001'
  const destination = parts.destination ?? 'ff0200000000000000000001ff000002'
  const icmp = (checksum: string) =>
    `${parts.icmp ?? '87'} ${parts.code ?? '00'} ${checksum} 00000000
     ${parts.target ?? '20010db8000000000000000000000002'} ${parts.options ?? '0101 02000000000a'}`
  const length = parts.payloadLength ?? hex(icmp('0000')).length
  const word = (value: number) => value.toString(16).padStart(4, '0')
  const sum = internetChecksum(hex(`${source}${destination} 0000${word(length)} 0000003a`), hex(icmp('0000')))
  return hex(`3333ff000002 02000000000a ${parts.type ?? '86dd'}
    ${parts.version ?? '6'}0000000 ${word(length)} ${parts.next ?? '3a'} ${parts.hopLimit ?? 'ff'}
    ${source} ${destination} ${icmp(parts.checksum ?? word(sum))}`)
}

t.match(decodeNdp(solicitation({})), { ok: true }, 'the table starts from a good message')

const toGroup = 'ff020000000000000000000000000001'
const unspecified = '00000000000000000000000000000000'
const refused = [
  { because: 'short-frame', frame: hex('3333ff000002') },
  { because: 'short-packet', frame: hex('3333ff000002 02000000000a 86dd 6000') },
  { because: 'not-ipv6', frame: solicitation({ type: '0800' }) },
  { because: 'bad-ip-version', frame: solicitation({ version: '4' }) },
  { because: 'bad-ip-length', frame: solicitation({ payloadLength: 33 }) },
  { because: 'fragmented', frame: solicitation({ next: '2c' }) },
  { because: 'not-icmpv6', frame: solicitation({ next: '00' }) },
  { because: 'not-neighbor-discovery', frame: solicitation({ icmp: '80' }) },
  { because: 'hop-limit-not-255', frame: solicitation({ hopLimit: '40' }) },
  { because: 'bad-checksum', frame: solicitation({ checksum: '1234' }) },
  { because: 'code-not-zero', frame: solicitation({ code: '01' }) },
  { because: 'short-message', frame: solicitation({ target: '20010db8', options: '' }) },
  { because: 'bad-option-length', frame: solicitation({ options: '0100 02000000000a' }) },
  { because: 'bad-option-length', frame: solicitation({ options: '0102 02000000000a' }) },
  { because: 'bad-option-length', frame: solicitation({ options: '0101 02000000000a 01' }) },
  { because: 'multicast-target', frame: solicitation({ target: toGroup }) },
  { because: 'multicast-source', frame: solicitation({ source: toGroup }) },
  {
    because: 'dad-not-to-solicited-node-group',
    frame: solicitation({ source: unspecified, destination: toGroup, options: '' }),
  },
  { because: 'dad-with-source-link-layer-address', frame: solicitation({ source: unspecified }) },
] as const

t.ok(refused.length > 0, 'there are refusals')
for (const [i, { because, frame }] of refused.entries()) {
  t.test(`a solicitation is refused as ${because} (row ${i})`, async (t) => {
    t.same(decodeNdp(frame), { ok: false, because })
  })
}

t.test('an advertisement to a group must not say that it was solicited', async (t) => {
  const [, , , , , , announcement] = wire
  const message = { ...announcement!.message, solicited: true } as NdpMessage
  t.same(decodeNdp(encodeNdp(message)), { ok: false, because: 'solicited-to-a-group' })
})

t.test('the solicited-node group has the last 24 bits (RFC 4291 §2.7.1)', async (t) => {
  t.equal(solicitedNodeGroup(ip('4037::1:800:200e:8c6c')), 'ff02::1:ff0e:8c6c')
})

const plain = { noNullPrototype: true } as const

const anyOption: fc.Arbitrary<NdpOption> = fc.oneof(
  fc.record(
    { kind: fc.constantFrom('source-link-layer-address', 'target-link-layer-address'), mac: anyMac },
    plain,
  ),
  fc.record(
    {
      kind: fc.constant('other' as const),
      type: fc.integer({ min: 3, max: 255 }),
      value: fc
        .nat(3)
        .chain((units) => fc.uint8Array({ minLength: 6 + 8 * units, maxLength: 6 + 8 * units })),
    },
    plain,
  ),
)

const fields = {
  ethernet: anyEthernet,
  source: unicastIpv6,
  destination: unicastIpv6,
  target: unicastIpv6,
  options: fc.array(anyOption, { maxLength: 4 }),
}
const flags = { router: fc.boolean(), solicited: fc.boolean(), override: fc.boolean() }
const anyMessage: fc.Arbitrary<NdpMessage> = fc.oneof(
  fc.record({ kind: fc.constant('neighbor-solicitation' as const), ...fields }, plain),
  fc.record({ kind: fc.constant('neighbor-advertisement' as const), ...fields, ...flags }, plain),
)

t.test('what is encoded decodes to itself', async () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      assert.deepEqual(decodeNdp(encodeNdp(message)), { ok: true, value: message })
    }),
  )
})

t.test('any octets give a message or a reason', async () => {
  const head = hex('3333ff000002 02000000000a 86dd 60000000 0020 3a ff')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (tail) => {
      return (
        typeof decodeNdp(Uint8Array.of(...head, ...tail)).ok === 'boolean' &&
        typeof decodeNdp(tail).ok === 'boolean'
      )
    }),
  )
})
