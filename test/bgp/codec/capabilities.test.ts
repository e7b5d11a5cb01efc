import t from 'tap'
import type { Capability } from '../../../bgp/capability.js'
import { capabilityCode } from '../../../bgp/codec/capabilities.js'
import { beforeNegotiation } from '../../../bgp/codec/context.js'
import { decodeMessage, encodeMessage } from '../../../bgp/codec/message.js'
import type { Message } from '../../../bgp/message.js'
import { hex } from '../../support/hex.js'
import { faultOf, framed, identifier, toHex } from './wire.js'

const ipv4 = { afi: 1, safi: 1 }
const ipv6 = { afi: 2, safi: 1 }

/** One capability as TLV, and what it says. */
const rows: readonly { name: string; tlv: string; capability: Capability }[] = [
  {
    name: 'multiprotocol IPv6 unicast (RFC 4760 §8)',
    tlv: '01 04 0002 00 01',
    capability: { kind: 'multiprotocol', family: ipv6 },
  },
  {
    name: 'multiprotocol of a family that herald does not speak: L2VPN EVPN',
    tlv: '01 04 0019 00 46',
    capability: { kind: 'multiprotocol', family: { afi: 25, safi: 70 } },
  },
  { name: 'route refresh (RFC 2918)', tlv: '02 00', capability: { kind: 'route-refresh' } },
  {
    name: 'extended next hop: IPv4 unicast over IPv6 (RFC 8950 §4)',
    tlv: '05 06 0001 0001 0002',
    capability: { kind: 'extended-next-hop', tuples: [{ nlri: ipv4, nextHopAfi: 2 }] },
  },
  {
    name: 'extended next hop without a tuple',
    tlv: '05 00',
    capability: { kind: 'extended-next-hop', tuples: [] },
  },
  { name: 'extended message (RFC 8654)', tlv: '06 00', capability: { kind: 'extended-message' } },
  { name: 'role (RFC 9234 §4.1)', tlv: '09 01 03', capability: { kind: 'role', role: 3 } },
  {
    name: 'graceful restart: R, 120 s, IPv4 forwarding kept (RFC 4724 §3)',
    tlv: '40 06 8078 0001 01 80',
    capability: {
      kind: 'graceful-restart',
      restarted: true,
      notification: false,
      restartTimeSeconds: 120,
      families: [{ family: ipv4, forwardingPreserved: true }],
    },
  },
  {
    name: 'graceful restart: N, 4095 s, no family: a helper only (RFC 8538 §2)',
    tlv: '40 02 4fff',
    capability: {
      kind: 'graceful-restart',
      restarted: false,
      notification: true,
      restartTimeSeconds: 4095,
      families: [],
    },
  },
  {
    name: 'four-octet AS (RFC 6793 §3)',
    tlv: '41 04 fa56ea00',
    capability: { kind: 'four-octet-as', as: 4200000000 },
  },
  {
    name: 'ADD-PATH (RFC 7911 §4)',
    tlv: '45 08 0001 01 01 0002 01 03',
    capability: {
      kind: 'add-path',
      families: [
        { family: ipv4, mode: 1 },
        { family: ipv6, mode: 3 },
      ],
    },
  },
  { name: 'enhanced route refresh (RFC 7313)', tlv: '46 00', capability: { kind: 'enhanced-route-refresh' } },
  {
    name: 'long-lived graceful restart (RFC 9494 §3.1)',
    tlv: '47 07 0001 01 80 ffffff',
    capability: {
      kind: 'long-lived-graceful-restart',
      families: [{ family: ipv4, forwardingPreserved: true, staleTimeSeconds: 16777215 }],
    },
  },
  {
    name: 'host and domain name (draft-walton-bgp-hostname-capability)',
    tlv: '49 0a 05 746f722d31 03 6e6574',
    capability: { kind: 'fqdn', hostname: 'tor-1', domain: 'net' },
  },
  {
    name: 'one that herald does not know, kept as it came',
    tlv: '83 02 1234',
    capability: { kind: 'unknown', code: 131, value: hex('1234') },
  },
]

t.ok(rows.length > 0, 'there are capabilities')
for (const { name, tlv, capability } of rows) {
  t.test(name, async (t) => {
    const bytes = framed('open', `04 fde8 005a c0000201 ${parameters(tlv)}`)
    const open: Message = {
      kind: 'open',
      as: 65000,
      holdTimeSeconds: 90,
      identifier: identifier(0xc0000201),
      capabilities: [capability],
    }
    t.strictSame(decodeMessage(bytes, beforeNegotiation), open)
    t.strictSame(encodeMessage(open, beforeNegotiation), bytes)
    t.equal(capabilityCode(capability), hex(tlv)[0])
  })
}

/** A length that no specification allows, and what becomes of the session. */
const malformed: readonly { tlv: string; so: 'refused' | 'ignored' }[] = [
  { tlv: '01 03 0001 00', so: 'refused' },
  { tlv: '01 05 0001 00 01 00', so: 'refused' },
  { tlv: '05 05 0001 0001 00', so: 'refused' },
  { tlv: '06 01 00', so: 'refused' },
  { tlv: '41 02 fde8', so: 'refused' },
  { tlv: '41 05 0000fde8 00', so: 'refused' },
  { tlv: '02 01 00', so: 'ignored' },
  { tlv: '09 00', so: 'ignored' },
  { tlv: '09 02 0000', so: 'ignored' },
  { tlv: '40 01 00', so: 'ignored' },
  { tlv: '40 05 0078 0001 01', so: 'ignored' },
  { tlv: '45 03 0001 01', so: 'ignored' },
  { tlv: '46 01 00', so: 'ignored' },
  { tlv: '47 06 0001 01 80 0000', so: 'ignored' },
  { tlv: '49 01 05', so: 'ignored' },
  { tlv: '49 00', so: 'ignored' },
]

t.ok(malformed.length > 0, 'there are malformed capabilities')
for (const { tlv, so } of malformed) {
  t.test(`capability ${tlv} is ${so}`, async (t) => {
    const bytes = framed('open', `04 fde8 005a c0000201 ${parameters(tlv)}`)
    if (so === 'refused') {
      t.match(
        faultOf(() => decodeMessage(bytes, beforeNegotiation)),
        { kind: 'malformed-open' },
      )
    } else {
      const [code, , ...value] = hex(tlv)
      t.match(decodeMessage(bytes, beforeNegotiation), {
        capabilities: [{ kind: 'unknown', code, value: Uint8Array.from(value) }],
      })
    }
  })
}

/** One optional parameter of type 2 around the TLVs, with both lengths. */
function parameters(tlvs: string): string {
  const { length } = hex(tlvs)
  return `${toHex([length + 2])} 02 ${toHex([length])} ${tlvs}`
}
