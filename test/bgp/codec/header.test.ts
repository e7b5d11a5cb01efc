import t from 'tap'
import type { CodecContext } from '../../../bgp/codec/context.js'
import { messageName } from '../../../bgp/codec/header.js'
import { decodeMessage } from '../../../bgp/codec/message.js'
import type { Fault } from '../../../bgp/fault.js'
import { hex } from '../../support/hex.js'
import { extended, external, faultOf, marker } from './wire.js'

const faults: readonly { name: string; bytes: string; context?: CodecContext; fault: Fault }[] = [
  {
    name: 'a marker that is not all ones',
    bytes: `${'ff'.repeat(15)}fe 0013 04`,
    fault: { kind: 'connection-not-synchronized' },
  },
  {
    name: 'a wrong marker before a wrong length before a wrong type',
    bytes: `00${'ff'.repeat(15)} 0000 09`,
    fault: { kind: 'connection-not-synchronized' },
  },
  {
    name: 'a length under 19',
    bytes: `${marker} 0012 04`,
    fault: { kind: 'bad-message-length', length: 18 },
  },
  {
    name: 'a wrong length before a wrong type',
    bytes: `${marker} 1001 09`,
    fault: { kind: 'bad-message-length', length: 4097 },
  },
  { name: 'type 0', bytes: `${marker} 0013 00`, fault: { kind: 'bad-message-type', type: 0 } },
  { name: 'type 6', bytes: `${marker} 0013 06`, fault: { kind: 'bad-message-type', type: 6 } },
  {
    name: 'an OPEN of 28 octets',
    bytes: `${marker} 001c 01 04 fde8 005a c0000201`,
    fault: { kind: 'bad-message-length', length: 28 },
  },
  {
    name: 'an UPDATE of 22 octets',
    bytes: `${marker} 0016 02 0000 00`,
    fault: { kind: 'bad-message-length', length: 22 },
  },
  {
    name: 'a NOTIFICATION of 20 octets',
    bytes: `${marker} 0014 03 06`,
    fault: { kind: 'bad-message-length', length: 20 },
  },
  {
    name: 'a KEEPALIVE of 20 octets',
    bytes: `${marker} 0014 04 00`,
    fault: { kind: 'bad-message-length', length: 20 },
  },
  {
    name: 'an OPEN longer than 4096 even with RFC 8654 negotiated',
    bytes: `${marker} 1001 01`,
    context: extended,
    fault: { kind: 'bad-message-length', length: 4097 },
  },
  {
    name: 'a message shorter than its header says',
    bytes: `${marker} 0017 02 0000`,
    fault: { kind: 'bad-message-length', length: 23 },
  },
]

t.ok(faults.length > 0, 'there are faults')
for (const { name, bytes, context, fault } of faults) {
  t.test(`${name}: ${fault.kind}`, async (t) => {
    t.strictSame(
      faultOf(() => decodeMessage(hex(bytes), context ?? external)),
      fault,
    )
  })
}

t.test('fewer octets than a header are a bad length', async (t) => {
  t.strictSame(
    faultOf(() => decodeMessage(hex(marker), external)),
    { kind: 'bad-message-length', length: 16 },
  )
})

t.test('messages have names, and so has a number that no message has', async (t) => {
  t.strictSame([1, 2, 3, 4, 5, 6].map(messageName), [
    'OPEN',
    'UPDATE',
    'NOTIFICATION',
    'KEEPALIVE',
    'ROUTE-REFRESH',
    'type 6',
  ])
})
