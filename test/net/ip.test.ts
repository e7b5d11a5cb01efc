import fc from 'fast-check'
import t from 'tap'
import { ipFromOctets, ipv4FromU32, isIpv4, isIpv6, octetsOf, parseIp, u32Of } from '../../net/ip.js'
import { type IpKind, isLinkLocal, kindOf } from '../../net/ip-kind.js'
import { ip } from '../support/address.js'

const addresses = [
  { text: '192.0.2.1', is: '192.0.2.1' },
  { text: '0.0.0.0', is: '0.0.0.0' },
  { text: '2001:DB8:0:0:0:0:0:1', is: '2001:db8::1' },
  { text: '::', is: '::' },
  { text: '::1', is: '::1' },
  { text: 'fe80::', is: 'fe80::' },
  // RFC 5952 §4.2.2: one zero group is not shortened; §4.2.3: the first of two longest runs is.
  { text: '2001:db8:0:1:1:1:1:1', is: '2001:db8:0:1:1:1:1:1' },
  { text: '2001:0:0:1:0:0:0:1', is: '2001:0:0:1::1' },
  { text: '2001:db8:0:0:1:0:0:1', is: '2001:db8::1:0:0:1' },
] as const

t.ok(addresses.length > 0)
for (const { text, is } of addresses) {
  t.test(`${text} is read as ${is} (RFC 5952)`, async (t) => {
    t.same(parseIp(text), { ok: true, value: is })
    t.equal(ipFromOctets(octetsOf(ip(text))), is)
  })
}

const refusals = [
  { text: '', because: /is not an IPv4 or IPv6 address/ },
  { text: '10.0.0', because: /is not an IPv4/ },
  { text: '10.0.0.256', because: /is not an IPv4/ },
  { text: '010.0.0.1', because: /is not an IPv4/ },
  { text: '0x0a.0.0.1', because: /is not an IPv4/ },
  { text: '167772161', because: /is not an IPv4/ },
  { text: '2001:db8::1::2', because: /is not an IPv4/ },
  { text: 'router.example', because: /is not an IPv4/ },
  { text: 'fe80::1%eth0', because: /carries a zone; name the interface in its own key/ },
  { text: '10.0.0.1/24', because: /is a prefix; an address is wanted here/ },
  { text: '::ffff:192.0.2.1', because: /is IPv4-mapped; write 192.0.2.1/ },
] as const

t.ok(refusals.length > 0)
for (const { text, because } of refusals) {
  t.test(`'${text}' is refused with a remedy`, async (t) => {
    t.match(parseIp(text), { ok: false, because })
  })
}

const kinds: readonly (readonly [string, IpKind])[] = [
  ['0.0.0.0', 'unspecified'],
  ['127.0.0.1', 'loopback'],
  ['169.254.1.1', 'link-local'],
  ['224.0.0.5', 'multicast'],
  ['255.255.255.255', 'reserved'],
  ['10.0.0.1', 'unicast'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['fe80::1', 'link-local'],
  ['febf::1', 'link-local'],
  ['ff02::1', 'multicast'],
  ['2001:db8::', 'unicast'],
  ['fd00::1', 'unicast'],
]

t.test('an address is of the kind that RFC 6890 and RFC 4291 say', async (t) => {
  for (const [text, kind] of kinds) {
    t.equal(kindOf(ip(text)), kind, text)
    t.equal(isLinkLocal(ip(text)), kind === 'link-local', text)
  }
})

t.test('octets make an address and back, whatever they are', async () => {
  const octets = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
  )
  fc.assert(
    fc.property(octets, (bytes) => {
      const address = ipFromOctets(bytes)
      return octetsOf(address).join() === bytes.join() && isIpv4(address) !== isIpv6(address)
    }),
  )
})

t.test('an address is never of another size', async (t) => {
  t.throws(() => ipFromOctets(new Uint8Array(5)), RangeError)
})

t.test('an IPv4 address is an unsigned number in network order', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffffff }), (value) => u32Of(ipv4FromU32(value)) === value),
  )
})

t.test('what is read is canonical: reading it again changes nothing', async () => {
  const written = fc.oneof(fc.ipV4(), fc.ipV6())
  fc.assert(
    fc.property(written, (text) => {
      const first = parseIp(text)
      return !first.ok || parseIp(first.value).ok === true
    }),
  )
})
