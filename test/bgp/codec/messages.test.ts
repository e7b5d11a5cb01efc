import t from 'tap'
import { decodeMessage, encodeMessage } from '../../../bgp/codec/message.js'
import type { Message } from '../../../bgp/message.js'
import { hex } from '../../support/hex.js'
import { external, framed, identifier, marker } from './wire.js'

interface Row {
  readonly name: string
  readonly bytes: Uint8Array
  readonly message: Message
}

const rows: readonly Row[] = [
  {
    name: 'OPEN without optional parameters (RFC 4271 §4.2)',
    bytes: hex(`${marker} 001d 01
      04        // version
      fde8      // my AS 65000
      005a      // hold time 90
      c0000201  // identifier 192.0.2.1
      00        // no parameters`),
    message: {
      kind: 'open',
      as: 65000,
      holdTimeSeconds: 90,
      identifier: identifier(0xc0000201),
      capabilities: [],
    },
  },
  {
    name: 'OPEN with a hold time of 1, which is for the state machine to refuse (RFC 4271 §6.2)',
    bytes: framed('open', '04 fde8 0001 c0000201 00'),
    message: {
      kind: 'open',
      as: 65000,
      holdTimeSeconds: 1,
      identifier: identifier(0xc0000201),
      capabilities: [],
    },
  },
  {
    name: 'OPEN with an identifier that is no host address (RFC 6286 §2.1)',
    bytes: framed('open', '04 5ba0 0000 ffffffff 08 02 06 41 04 fa56ea00'),
    message: {
      kind: 'open',
      as: 23456,
      holdTimeSeconds: 0,
      identifier: identifier(0xffffffff),
      capabilities: [{ kind: 'four-octet-as', as: 4200000000 }],
    },
  },
  { name: 'KEEPALIVE (RFC 4271 §4.4)', bytes: hex(`${marker} 0013 04`), message: { kind: 'keepalive' } },
  {
    name: 'NOTIFICATION without data (RFC 4271 §4.5)',
    bytes: hex(`${marker} 0015 03 04 00`),
    message: { kind: 'notification', code: 4, subcode: 0, data: hex('') },
  },
  {
    name: 'NOTIFICATION with a shutdown communication (RFC 9003 §2)',
    bytes: framed('notification', '06 02 05 68 65 6c 6c 6f'),
    message: { kind: 'notification', code: 6, subcode: 2, data: hex('05 68656c6c6f') },
  },
  {
    name: 'ROUTE-REFRESH for IPv6 unicast (RFC 2918 §3)',
    bytes: hex(`${marker} 0017 05 0002 00 01`),
    message: { kind: 'route-refresh', family: { afi: 2, safi: 1 }, subtype: 'request' },
  },
  {
    name: 'BoRR (RFC 7313 §3.2)',
    bytes: hex(`${marker} 0017 05 0001 01 01`),
    message: { kind: 'route-refresh', family: { afi: 1, safi: 1 }, subtype: 'begin' },
  },
  {
    name: 'EoRR (RFC 7313 §3.2)',
    bytes: hex(`${marker} 0017 05 0001 02 01`),
    message: { kind: 'route-refresh', family: { afi: 1, safi: 1 }, subtype: 'end' },
  },
  {
    name: 'ROUTE-REFRESH of a subtype that nobody defined, for its reader to ignore (RFC 7313 §5)',
    bytes: hex(`${marker} 0017 05 0001 07 01`),
    message: { kind: 'route-refresh', family: { afi: 1, safi: 1 }, subtype: 7 },
  },
]

t.ok(rows.length > 0, 'there are messages')
for (const { name, bytes, message } of rows) {
  t.test(name, async (t) => {
    t.strictSame(decodeMessage(bytes, external), message)
    t.strictSame(encodeMessage(message, external), bytes)
  })
}

t.test('a message longer than the session allows is a mistake of ours, not of the peer', async (t) => {
  const data = new Uint8Array(4096)
  t.throws(() => encodeMessage({ kind: 'notification', code: 6, subcode: 2, data }, external), RangeError)
})

t.test('what is decoded keeps no view of the buffer it was read from', async (t) => {
  const bytes = framed('notification', '06 02 05 68 65 6c 6c 6f')
  const message = decodeMessage(bytes, external)
  bytes.fill(0)
  t.match(message, { data: hex('05 68656c6c6f') })
})
