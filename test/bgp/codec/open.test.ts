import t from 'tap'
import type { Capability } from '../../../bgp/capability.js'
import { beforeNegotiation } from '../../../bgp/codec/context.js'
import { decodeMessage, encodeMessage } from '../../../bgp/codec/message.js'
import type { Fault } from '../../../bgp/fault.js'
import type { Open } from '../../../bgp/message.js'
import { hex } from '../../support/hex.js'
import { faultOf, framed, identifier, marker } from './wire.js'

const head = '04 fde8 005a c0000201'
const routeRefresh: Capability = { kind: 'route-refresh' }
const enhanced: Capability = { kind: 'enhanced-route-refresh' }

function capabilitiesOf(bytes: Uint8Array): Open['capabilities'] {
  const message = decodeMessage(bytes, beforeNegotiation)
  return message.kind === 'open' ? message.capabilities : []
}

function openWith(capabilities: readonly Capability[]): Open {
  return { kind: 'open', as: 65000, holdTimeSeconds: 90, identifier: identifier(0xc0000201), capabilities }
}

/** OPENs of other speakers, as they came over the wire. */
const captured: readonly { name: string; bytes: string; capabilities: readonly Capability['kind'][] }[] = [
  {
    name: 'BIRD 2.0.12: all capabilities in one parameter',
    bytes: `${marker} 004d 01 04 5ba0 005a c0000201 30
      02 2e  01 04 0001 00 01  01 04 0002 00 01  02 00  05 06 0001 0001 0002  06 00
             40 0a 0078 0001 01 00 0002 01 00  41 04 fa56ea00  46 00  47 00`,
    capabilities: [
      'multiprotocol',
      'multiprotocol',
      'route-refresh',
      'extended-next-hop',
      'extended-message',
      'graceful-restart',
      'four-octet-as',
      'enhanced-route-refresh',
      'long-lived-graceful-restart',
    ],
  },
  {
    name: 'FRR 8.4.4: one parameter for each capability, among them the old code 128',
    bytes: `${marker} 0087 01 04 5ba0 0009 c0000209 6a
      02 06 01 04 0001 00 01  02 06 01 04 0002 00 01  02 02 80 00  02 02 02 00  02 02 46 00
      02 06 41 04 fa56ea01  02 02 06 00  02 0a 45 08 0001 01 01 0002 01 01
      02 14 49 12 05 746f722d31 0b 6578616d706c652e6e6574
      02 0c 40 0a c078 0001 01 00 0002 01 00
      02 10 47 0e 0001 01 80 000000 0002 01 80 000000`,
    capabilities: [
      'multiprotocol',
      'multiprotocol',
      'unknown',
      'route-refresh',
      'enhanced-route-refresh',
      'four-octet-as',
      'extended-message',
      'add-path',
      'fqdn',
      'graceful-restart',
      'long-lived-graceful-restart',
    ],
  },
  {
    name: 'GoBGP 3.10: a host name without a domain',
    bytes: `${marker} 0049 01 04 fdf2 005a c0000207 2c
      02 2a  02 00  49 04 02 766d 00  01 04 0001 00 01  01 04 0002 00 01  41 04 0000fdf2
             40 06 4078 0001 01 00  05 06 0001 0001 0002`,
    capabilities: [
      'route-refresh',
      'fqdn',
      'multiprotocol',
      'multiprotocol',
      'four-octet-as',
      'graceful-restart',
      'extended-next-hop',
    ],
  },
]

t.ok(captured.length > 0, 'there are captures')
for (const { name, bytes, capabilities } of captured) {
  t.test(name, async (t) => {
    const open = decodeMessage(hex(bytes), beforeNegotiation)
    t.strictSame(
      capabilitiesOf(hex(bytes)).map(({ kind }) => kind),
      capabilities,
    )
    t.strictSame(decodeMessage(encodeMessage(open, beforeNegotiation), beforeNegotiation), open)
  })
}

const layouts: readonly { name: string; parameters: string; capabilities: readonly Capability[] }[] = [
  {
    name: 'two capabilities in one parameter',
    parameters: '06 02 04 0200 4600',
    capabilities: [routeRefresh, enhanced],
  },
  { name: 'two parameters', parameters: '08 02 02 0200 02 02 4600', capabilities: [routeRefresh, enhanced] },
  {
    name: 'a parameter without a capability',
    parameters: '06 02 00 02 02 0200',
    capabilities: [routeRefresh],
  },
  {
    name: 'extended lengths (RFC 9072 §2)',
    parameters: 'ff ff 0005 02 0002 0200',
    capabilities: [routeRefresh],
  },
  {
    name: 'extended lengths announced by the type alone: the one-octet length is ignored (RFC 9072 §2)',
    parameters: '01 ff 0005 02 0002 0200',
    capabilities: [routeRefresh],
  },
  { name: 'extended lengths and no parameter', parameters: 'ff ff 0000', capabilities: [] },
  {
    name: 'exactly 255 octets that are not extended',
    parameters: `ff 02 fd 83 fb ${'00'.repeat(251)}`,
    capabilities: [{ kind: 'unknown', code: 131, value: new Uint8Array(251) }],
  },
]

t.ok(layouts.length > 0, 'there are layouts')
for (const { name, parameters, capabilities } of layouts) {
  t.test(`optional parameters: ${name}`, async (t) => {
    t.strictSame(capabilitiesOf(framed('open', `${head} ${parameters}`)), capabilities)
  })
}

const sizes: readonly { octets: number; start: string }[] = [
  { octets: 253, start: 'ff 02 fd' },
  { octets: 254, start: 'ff ff 0101 02 00fe' },
  { octets: 300, start: 'ff ff 012f 02 012c' },
]

t.ok(sizes.length > 0, 'there are sizes')
for (const { octets, start } of sizes) {
  t.test(`${octets} octets of capabilities are sent as ${start} (RFC 9072 §2)`, async (t) => {
    const open = openWith([
      { kind: 'unknown', code: 131, value: new Uint8Array(100) },
      { kind: 'unknown', code: 132, value: new Uint8Array(octets - 104) },
    ])
    const bytes = encodeMessage(open, beforeNegotiation)
    t.strictSame(bytes.subarray(28, 28 + hex(start).length), hex(start))
    t.strictSame(decodeMessage(bytes, beforeNegotiation), open)
  })
}

const faults: readonly { name: string; body: string; fault: Partial<Fault> }[] = [
  { name: 'version 3', body: '03 fde8 005a c0000201 00', fault: { kind: 'unsupported-version', version: 3 } },
  { name: 'version 5', body: '05 fde8 005a c0000201 00', fault: { kind: 'unsupported-version', version: 5 } },
  {
    name: 'a wrong version before everything else',
    body: '00 0000 0001 00000000 ff',
    fault: { kind: 'unsupported-version', version: 0 },
  },
  { name: 'AS 0 (RFC 7607)', body: '04 0000 005a c0000201 00', fault: { kind: 'bad-peer-as', as: 0 } },
  {
    name: 'AS 0 in the capability (RFC 7607)',
    body: '04 5ba0 005a c0000201 08 02 06 41 04 00000000',
    fault: { kind: 'bad-peer-as', as: 0 },
  },
  {
    name: 'identifier 0 (RFC 6286)',
    body: '04 fde8 005a 00000000 00',
    fault: { kind: 'bad-bgp-identifier' },
  },
  {
    name: 'an authentication parameter (deprecated by RFC 4271)',
    body: `${head} 03 01 01 00`,
    fault: { kind: 'unsupported-optional-parameter', type: 1 },
  },
  {
    name: 'parameter 255 that is not the first',
    body: `${head} 06 02 02 0200 ff 00`,
    fault: { kind: 'unsupported-optional-parameter', type: 255 },
  },
  { name: 'fewer octets than declared', body: `${head} 05 02 02 0200`, fault: { kind: 'malformed-open' } },
  { name: 'more octets than declared', body: `${head} 03 02 02 0200`, fault: { kind: 'malformed-open' } },
  { name: 'octets that nobody declared', body: `${head} 00 00`, fault: { kind: 'malformed-open' } },
  { name: 'a parameter that overruns', body: `${head} 04 02 03 0200`, fault: { kind: 'malformed-open' } },
  { name: 'a parameter without a length', body: `${head} 01 02`, fault: { kind: 'malformed-open' } },
  { name: 'a capability that overruns', body: `${head} 04 02 02 0201`, fault: { kind: 'malformed-open' } },
  { name: 'a capability without a length', body: `${head} 03 02 01 02`, fault: { kind: 'malformed-open' } },
  { name: 'extended lengths cut short', body: `${head} ff ff 00`, fault: { kind: 'malformed-open' } },
  {
    name: 'an extended length that overruns',
    body: `${head} ff ff 0006 02 0002 0200`,
    fault: { kind: 'malformed-open' },
  },
  {
    name: 'an extended parameter that overruns',
    body: `${head} ff ff 0005 02 0003 0200`,
    fault: { kind: 'malformed-open' },
  },
]

t.ok(faults.length > 0, 'there are faults')
for (const { name, body, fault } of faults) {
  t.test(`${name}: ${fault.kind}`, async (t) => {
    t.match(
      faultOf(() => decodeMessage(framed('open', body), beforeNegotiation)),
      fault,
    )
  })
}
