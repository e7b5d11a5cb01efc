import t from 'tap'
import { endOfRib, endOfRibOf } from '../../../bgp/codec/end-of-rib.js'
import { decodeMessage, encodeMessage } from '../../../bgp/codec/message.js'
import { type Family, families } from '../../../bgp/family.js'
import { hex } from '../../support/hex.js'
import { asPath, mpReach, nlri, origin, receive } from './rfc7606.js'
import { external, marker, updateOf } from './wire.js'

const wire: readonly { family: Family; bytes: Uint8Array }[] = [
  { family: 'ipv4/unicast', bytes: hex(`${marker} 0017 02 0000 0000`) },
  { family: 'ipv6/unicast', bytes: hex(`${marker} 001d 02 0000 0006 80 0f 03 0002 01`) },
]

t.strictSame(
  wire.map(({ family }) => family),
  families,
)
for (const { family, bytes } of wire) {
  t.test(`End-of-RIB for ${family}`, async (t) => {
    t.strictSame(encodeMessage(endOfRib(family), external), bytes)
    t.equal(endOfRibOf(receive(bytes, external)), family)
  })
}

t.test('with Extended Length for three octets, as some speakers write it', async (t) => {
  const bytes = hex(`${marker} 001e 02 0000 0007 90 0f 0003 0002 01`)
  t.equal(endOfRibOf(receive(bytes, external)), 'ipv6/unicast')
})

t.test('IPv4 unicast in the form of the other families', async (t) => {
  t.equal(endOfRibOf(receive(updateOf({ attributes: '80 0f 03 0001 01' }), external)), 'ipv4/unicast')
})

const others: readonly { name: string; bytes: Uint8Array }[] = [
  { name: 'a withdrawal', bytes: updateOf({ withdrawn: '18 0a0001' }) },
  { name: 'an IPv6 withdrawal', bytes: updateOf({ attributes: '80 0f 08 0002 01 20 20010db8' }) },
  { name: 'attributes without routes', bytes: updateOf({ attributes: `${origin} ${asPath}` }) },
  { name: 'an announcement', bytes: updateOf({ attributes: `${mpReach} ${origin} ${asPath}` }) },
  {
    name: 'an End-of-RIB of a family that is not negotiated: it leaves an empty UPDATE, but was none',
    bytes: updateOf({ attributes: '80 0f 03 0001 80' }),
  },
  { name: 'what is left of a discarded attribute', bytes: updateOf({ attributes: '40 06 01 00' }) },
  {
    name: 'an IPv6 announcement of nothing, withdrawn for its ORIGIN',
    bytes: updateOf({ attributes: `80 0e 15 0002 01 10 ${'20'.repeat(16)} 00 40 01 01 09`, nlri }),
  },
]

t.ok(others.length > 0, 'there are others')
for (const { name, bytes } of others) {
  t.test(`${name} is no End-of-RIB`, async (t) => {
    const message = decodeMessage(bytes, external)
    t.equal(message.kind === 'update' ? endOfRibOf(message) : 'no UPDATE', undefined)
  })
}
