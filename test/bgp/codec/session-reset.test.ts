/** RFC 7606: what is left to end a session, because routes could not be found or told apart. */
import t from 'tap'
import type { CodecContext } from '../../../bgp/codec/context.js'
import { decodeMessage } from '../../../bgp/codec/message.js'
import type { Fault } from '../../../bgp/fault.js'
import { asPath, base, global, mpReach, nlri, origin } from './rfc7606.js'
import { extended, external, faultOf, framed, updateOf } from './wire.js'

const rows: readonly { name: string; context?: CodecContext; bytes: Uint8Array; kind: Fault['kind'] }[] = [
  {
    name: 'Withdrawn Routes Length that overruns',
    bytes: framed('update', '0005 0000'),
    kind: 'malformed-attribute-list',
  },
  {
    name: 'Withdrawn Routes Length that leaves no room for the next length',
    bytes: framed('update', '0001 08 00'),
    kind: 'malformed-attribute-list',
  },
  {
    name: 'Total Path Attribute Length that overruns',
    bytes: framed('update', '0000 0001'),
    kind: 'malformed-attribute-list',
  },
  {
    name: 'a withdrawn prefix of 33 bits',
    bytes: updateOf({ withdrawn: '21 0af40100 00' }),
    kind: 'invalid-network-field',
  },
  {
    name: 'an announced prefix of 33 bits',
    bytes: updateOf({ attributes: base, nlri: '21 0af4010000' }),
    kind: 'invalid-network-field',
  },
  {
    name: 'an announced prefix that overruns',
    bytes: updateOf({ attributes: base, nlri: '18 0af4' }),
    kind: 'invalid-network-field',
  },
  {
    name: 'an unknown attribute that says it is well-known',
    bytes: updateOf({ attributes: `${base} 40 63 01 00`, nlri }),
    kind: 'unrecognized-well-known-attribute',
  },
  {
    name: 'the reserved attribute 0, said to be well-known',
    bytes: updateOf({ attributes: `${base} 40 00 01 00`, nlri }),
    kind: 'unrecognized-well-known-attribute',
  },
  {
    name: 'MP_REACH_NLRI twice',
    bytes: updateOf({ attributes: `${mpReach} ${mpReach} ${base}`, nlri }),
    kind: 'malformed-attribute-list',
  },
  {
    name: 'MP_UNREACH_NLRI twice, of families that nobody negotiated',
    bytes: updateOf({ attributes: '80 0f 03 0019 46 80 0f 03 0019 46' }),
    kind: 'malformed-attribute-list',
  },
  {
    name: 'MP_REACH_NLRI of two octets',
    bytes: updateOf({ attributes: `${base} 80 0e 02 0002`, nlri }),
    kind: 'optional-attribute-error',
  },
  {
    name: 'MP_REACH_NLRI of nothing',
    bytes: updateOf({ attributes: `${base} 80 0e 00`, nlri }),
    kind: 'optional-attribute-error',
  },
  {
    name: 'MP_REACH_NLRI whose next hop overruns',
    bytes: updateOf({ attributes: `${base} 80 0e 05 0002 01 10 00`, nlri }),
    kind: 'optional-attribute-error',
  },
  {
    name: 'MP_REACH_NLRI that ends with its next hop',
    bytes: updateOf({ attributes: `${base} 80 0e 14 0002 01 10 ${global}`, nlri }),
    kind: 'optional-attribute-error',
  },
  {
    name: 'MP_REACH_NLRI with a next hop of four octets for IPv6',
    bytes: updateOf({ attributes: `${base} 80 0e 09 0002 01 04 c0000201 00`, nlri }),
    kind: 'optional-attribute-error',
  },
  {
    name: 'MP_REACH_NLRI with an IPv6 next hop for IPv4 that was not negotiated',
    bytes: updateOf({ attributes: `80 0e 19 0001 01 10 ${global} 00 18 0af401 ${origin} ${asPath}` }),
    kind: 'optional-attribute-error',
  },
  {
    name: 'MP_REACH_NLRI with a prefix of 129 bits',
    bytes: updateOf({ attributes: `${base} 80 0e 26 0002 01 10 ${global} 00 81 ${global}00`, nlri }),
    kind: 'optional-attribute-error',
  },
  {
    name: 'MP_REACH_NLRI with a prefix that overruns',
    context: extended,
    bytes: updateOf({ attributes: `${base} 80 0e 18 0002 01 10 ${global} 00 20 2001`, nlri }),
    kind: 'optional-attribute-error',
  },
  {
    name: 'MP_UNREACH_NLRI with a prefix that overruns',
    bytes: updateOf({ attributes: '80 0f 06 0002 01 20 2001' }),
    kind: 'optional-attribute-error',
  },
  {
    name: 'the strongest action wins: a bad ORIGIN before MP_UNREACH_NLRI that cannot be read',
    bytes: updateOf({ attributes: '40 01 01 09 80 0f 02 0002', nlri }),
    kind: 'optional-attribute-error',
  },
  {
    name: 'a bad ORIGIN with nothing reachable (RFC 7606 §5.2)',
    bytes: updateOf({ attributes: '40 01 01 09' }),
    kind: 'malformed-attribute-list',
  },
  {
    name: 'a bad ORIGIN with withdrawals alone',
    bytes: updateOf({ withdrawn: '08 0a', attributes: '40 01 01 09' }),
    kind: 'malformed-attribute-list',
  },
  {
    name: 'a bad ORIGIN beside MP_UNREACH_NLRI alone',
    bytes: updateOf({ attributes: '80 0f 08 0002 01 20 20010db8 40 01 01 09' }),
    kind: 'malformed-attribute-list',
  },
  {
    name: 'an overrun with nothing reachable',
    bytes: updateOf({ attributes: '80 0f 09 0002 01 20 20010db8' }),
    kind: 'malformed-attribute-list',
  },
]

t.ok(rows.length > 0, 'there are rows')
for (const { name, context = external, bytes, kind } of rows) {
  t.test(`${name}: ${kind}`, async (t) => {
    t.match(
      faultOf(() => decodeMessage(bytes, context)),
      { kind },
    )
  })
}

t.test('the attribute that nobody knows is told as it came (RFC 4271 §6.3)', async (t) => {
  t.strictSame(
    faultOf(() => decodeMessage(updateOf({ attributes: `${base} 50 63 0001 00`, nlri }), external)),
    {
      kind: 'unrecognized-well-known-attribute',
      attribute: Uint8Array.of(0x50, 0x63, 0, 1, 0),
    },
  )
})
