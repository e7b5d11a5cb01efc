import fc from 'fast-check'
import t from 'tap'
import {
  decodeRouterDiscovery,
  encodeAdvertisement,
  encodeSolicitation,
} from '../../../bgp/unnumbered/router-discovery.js'
import { hex } from '../../support/hex.js'

t.test('what is sent, octet for octet', async (t) => {
  t.same(
    encodeAdvertisement(),
    hex(`86 00 0000    // type 134, code 0, checksum for the kernel
         00 00 0000    // hop limit unspecified, no flags, router lifetime 0: nobody's default router
         00000000      // reachable time unspecified
         00000000      // retrans timer unspecified`),
  )
  t.same(encodeSolicitation(), hex('85 00 0000 00000000'))
})

const frr = `86 00 1a2b 40 00 0000 00000000 00000000
             01 01 02 00 00 00 00 01     // source link-layer address`

const messages = [
  { name: 'an advertisement of FRR, with its MAC address', octets: frr, is: 'advertisement' },
  {
    name: 'a default router, with prefix information',
    octets: `86 00 0000 40 00 0708 00000000 00000000
      03 04 40 c0 00015180 00003840 00000000 20010db8000000000000000000000000`,
    is: 'advertisement',
  },
  {
    name: 'a solicitation with a MAC address',
    octets: '85 00 0000 00000000 01 01 02 00 00 00 00 01',
    is: 'solicitation',
  },
  { name: 'a code', octets: '86 01 0000 40 00 0000 00000000 00000000' },
  { name: 'a neighbour solicitation', octets: '87 00 0000 00000000 fe800000000000000000000000000001' },
  { name: 'an advertisement cut off', octets: '86 00 0000 40 00 0000 00000000' },
  { name: 'a solicitation cut off', octets: '85 00 0000 0000' },
  { name: 'an option of no length', octets: '86 00 0000 40 00 0000 00000000 00000000 01 00 000000000000' },
  {
    name: 'an option that ends behind the message',
    octets: '86 00 0000 40 00 0000 00000000 00000000 01 02 000000000000',
  },
  { name: 'an option cut off after its type', octets: '86 00 0000 40 00 0000 00000000 00000000 01' },
  { name: 'nothing', octets: '' },
] as const
t.ok(messages.length > 0)

for (const { name, octets, ...wanted } of messages) {
  t.test(`${name}: ${'is' in wanted ? wanted.is : 'dropped'}`, async (t) => {
    t.same(decodeRouterDiscovery(hex(octets)), 'is' in wanted ? { kind: wanted.is } : undefined)
  })
}

t.test('no octets at all bring the decoder down', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
      decodeRouterDiscovery(octets)
    }),
  )
})
