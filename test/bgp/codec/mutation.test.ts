/** Every truncation of a message, and every octet of it replaced, is read or refused by a fault of the protocol. */
import t from 'tap'
import { decodeMessage } from '../../../bgp/codec/message.js'
import { base, mpReach } from './rfc7606.js'
import { extended, external, faultOf, framed, internal, twoOctet, updateOf } from './wire.js'

const messages: readonly { name: string; bytes: Uint8Array }[] = [
  {
    name: 'OPEN with every capability',
    bytes: framed(
      'open',
      `04 fde8 005a c0000201 60
       02 2e  01 04 0001 00 01  01 04 0002 00 01  02 00  05 06 0001 0001 0002  06 00
              40 0a 0078 0001 01 00 0002 01 00  41 04 fa56ea00  46 00  47 00
       02 0a  45 08 0001 01 01 0002 01 01
       02 14  49 12 05 746f722d31 0b 6578616d706c652e6e6574
       02 0c  47 07 0001 01 80 000000 09 01 03`,
    ),
  },
  {
    name: 'OPEN with extended lengths (RFC 9072)',
    bytes: framed('open', '04 fde8 005a c0000201 ff ff 000d 02 000a 0200 4600 0104 0001 00 01'),
  },
  {
    name: 'UPDATE with every attribute',
    bytes: updateOf({
      withdrawn: '18 0a0001 09 0a80 00',
      attributes: `${mpReach} 80 0f 0c 0002 01 20 20010db9 11 2001 80 ${base} 80 04 04 00000032 40 05 04 00000064
        40 06 00 c0 07 08 0000fde9 c0000209 c0 08 08 fde80064 ffffff01 80 09 04 c0000207 80 0a 04 c0000208
        c0 10 08 0002fde800000064 c0 11 06 02 01 0000fde9 c0 12 08 0000fde9 c0000209
        c0 17 06 0008 0002 0000 80 1a 0b 01 000b 000000000000004d c0 20 0c 0000fde8 00000001 00000002
        c0 23 04 0000fde9 c0 28 04 01 0001 00 d0 63 0002 1234`,
      nlri: '18 0af401 20 c000020a',
    }),
  },
  {
    name: 'ROUTE-REFRESH with an ORF behind it',
    bytes: framed('route-refresh', '0001 00 01 01 80 0003 000000'),
  },
  { name: 'NOTIFICATION', bytes: framed('notification', '06 02 05 68656c6c6f') },
]

const contexts = [external, internal, twoOctet, extended]

t.ok(messages.length > 0, 'there are messages')
for (const { name, bytes } of messages) {
  t.test(`${name} is well-formed`, async (t) => {
    t.notOk(faultOf(() => decodeMessage(bytes, external)))
  })

  t.test(`${name}, cut short at every octet, with its length as it was or set right`, async (t) => {
    let faults = 0
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.slice(0, length)
      t.match(faultOf(() => decodeMessage(cut, external))?.kind, /./, `${length} octets are no whole message`)
      if (length < 19) continue
      setLength(cut)
      for (const context of contexts) if (faultOf(() => decodeMessage(cut, context))) faults++
    }
    t.ok(faults > 0)
  })

  t.test(`${name}, each octet one less, one more, 0 and 255`, async (t) => {
    let read = 0
    let refused = 0
    for (let at = 0; at < bytes.length; at++) {
      const octet = bytes[at]!
      for (const replaced of [octet - 1, octet + 1, 0, 255]) {
        const mutated = bytes.slice()
        mutated[at] = replaced
        for (const context of contexts) {
          if (faultOf(() => decodeMessage(mutated, context))) refused++
          else read++
        }
      }
    }
    t.equal(read + refused, bytes.length * 4 * contexts.length)
    t.ok(read > 0 && refused > 0)
  })
}

function setLength(message: Uint8Array): void {
  message[16] = message.length >>> 8
  message[17] = message.length
}
