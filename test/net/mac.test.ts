import fc from 'fast-check'
import t from 'tap'
import {
  broadcastMac,
  isGroupMac,
  isLocallyAdministered,
  type Mac,
  macFromOctets,
  octetsOfMac,
  parseMac,
  vendorPrefix,
  zeroMac,
} from '../../net/mac.js'

const read = [
  { text: '02:00:00:00:00:0a', mac: '02:00:00:00:00:0a' },
  { text: 'B8:27:EB:12:34:56', mac: 'b8:27:eb:12:34:56' },
  { text: '00-00-5E-00-01-33', mac: '00:00:5e:00:01:33' },
] as const

t.ok(read.length > 0, 'there are addresses to read')
for (const { text, mac } of read) {
  t.test(`'${text}' reads as ${mac}`, async (t) => {
    t.same(parseMac(text), { ok: true, value: mac })
  })
}

for (const text of [
  '',
  '02:00:00:00:00',
  '02:00:00:00:00:0a:0b',
  '02:00-00:00:00:0a',
  '0200.0000.000a',
  '2:0:0:0:0:a',
]) {
  t.test(`'${text}' is refused with the form to write`, async (t) => {
    t.match(parseMac(text), { ok: false, because: /write six octets/ })
  })
}

t.test('any six octets come back from their text', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (octets) => {
      const mac = macFromOctets(octets)
      const read = parseMac(mac)
      return read.ok && read.value === mac && octetsOfMac(mac).every((octet, i) => octet === octets[i])
    }),
  )
})

t.test('five octets are no address', async (t) => {
  t.throws(() => macFromOctets(new Uint8Array(5)), RangeError)
})

t.test('broadcast and multicast are groups, a station is not', async (t) => {
  t.ok(isGroupMac(broadcastMac))
  t.ok(isGroupMac('33:33:00:00:00:01' as Mac))
  t.notOk(isGroupMac('02:00:00:00:00:0a' as Mac))
  t.notOk(isGroupMac(zeroMac))
})

t.test('a vendor is named only where IEEE gave out the prefix', async (t) => {
  t.equal(vendorPrefix('b8:27:eb:12:34:56' as Mac), 'b8:27:eb')
  t.equal(vendorPrefix('02:00:00:00:00:0a' as Mac), undefined)
  t.ok(isLocallyAdministered('02:00:00:00:00:0a' as Mac))
})
