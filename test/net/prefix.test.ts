import fc from 'fast-check'
import t from 'tap'
import { ipFromOctets, ipv4FromU32 } from '../../net/ip.js'
import {
  addressOf,
  comparePrefixes,
  covers,
  hostPrefix,
  ipv4BitsOf,
  isHost,
  lengthOf,
  networkOf,
  parsePrefix,
  versionOf,
} from '../../net/prefix.js'
import { ip, prefix } from '../support/address.js'

const prefixes = [
  { text: '10.244.1.0/24', is: '10.244.1.0/24' },
  { text: '0.0.0.0/0', is: '0.0.0.0/0' },
  { text: '192.0.2.1/32', is: '192.0.2.1/32' },
  { text: 'FD00:10:244:1:0::/64', is: 'fd00:10:244:1::/64' },
  { text: '::/0', is: '::/0' },
] as const

t.ok(prefixes.length > 0)
for (const { text, is } of prefixes) {
  t.test(`${text} is read as ${is}`, async (t) => {
    t.same(parsePrefix(text), { ok: true, value: is })
    t.equal(networkOf(addressOf(prefix(text)), lengthOf(prefix(text))), is)
  })
}

const refusals = [
  { text: '10.244.1.0', because: /is not a prefix; write ADDRESS\/LENGTH/ },
  { text: '10.244.1.0/24/8', because: /is not a prefix/ },
  { text: '10.244.1.0/33', because: /has the length '33'; it goes from 0 to 32/ },
  { text: '10.244.1.0/', because: /has the length ''/ },
  { text: '10.244.1.0/-1', because: /has the length '-1'/ },
  { text: '10.244.1.0/255.255.255.0', because: /has the length '255.255.255.0'/ },
  { text: '2001:db8::/129', because: /it goes from 0 to 128/ },
  { text: 'nonsense/24', because: /is not an IPv4 or IPv6 address/ },
  {
    text: '10.244.1.7/24',
    because: /has host bits set; write 10.244.1.0\/24, or 10.244.1.7\/32 for that one address/,
  },
  { text: '2001:db8::1/64', because: /has host bits set; write 2001:db8::\/64, or 2001:db8::1\/128/ },
] as const

t.ok(refusals.length > 0)
for (const { text, because } of refusals) {
  t.test(`'${text}' is refused with a remedy, never normalised`, async (t) => {
    t.match(parsePrefix(text), { ok: false, because })
  })
}

t.test('a prefix covers what lies in it, in its own IP version', async (t) => {
  t.ok(covers(prefix('10.0.0.0/8'), prefix('10.1.0.0/16')))
  t.ok(covers(prefix('10.0.0.0/8'), prefix('10.0.0.0/8')))
  t.notOk(covers(prefix('10.1.0.0/16'), prefix('10.0.0.0/8')))
  t.notOk(covers(prefix('10.0.0.0/8'), prefix('11.0.0.0/16')))
  t.notOk(covers(prefix('::/0'), prefix('10.0.0.0/8')))
})

t.test('prefixes are ordered by version, address and length', async (t) => {
  const sorted = ['10.0.0.0/8', '10.0.0.0/24', '10.0.2.0/24', '192.0.2.0/24', '::/0', '2001:db8::/32'].map(
    prefix,
  )
  t.same(sorted.toReversed().sort(comparePrefixes), sorted)
})

t.test('a host prefix is the whole address', async (t) => {
  t.equal(hostPrefix(ip('192.0.2.1')), '192.0.2.1/32')
  t.equal(hostPrefix(ip('2001:db8::1')), '2001:db8::1/128')
  t.ok(isHost(prefix('192.0.2.1/32')))
  t.notOk(isHost(prefix('2001:db8::/32')))
  t.equal(versionOf(prefix('2001:db8::/32')), 6)
})

t.test('a length that an address does not have is a programming error', async (t) => {
  t.throws(() => networkOf(ip('192.0.2.1'), 33), RangeError)
  t.throws(() => networkOf(ip('192.0.2.1'), -1), RangeError)
})

t.test('the network of any address and length parses, and covers the address', async () => {
  const octets = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
  )
  fc.assert(
    fc.property(octets, fc.nat(128), (bytes, some) => {
      const address = ipFromOctets(bytes)
      const network = networkOf(address, Math.min(some, bytes.length * 8))
      // IPv4-mapped addresses are written as IPv4 and so refused here.
      return (
        network.startsWith('::ffff:') || (parsePrefix(network).ok && covers(network, hostPrefix(address)))
      )
    }),
  )
})

t.test('the address of an IPv4 prefix is read as a number', async (t) => {
  t.equal(ipv4BitsOf(prefix('192.0.2.1/32')), 0xc0000201)
  t.equal(ipv4BitsOf(prefix('0.0.0.0/0')), 0)
  fc.assert(fc.property(fc.nat(0xffffffff), (bits) => ipv4BitsOf(hostPrefix(ipv4FromU32(bits))) === bits))
})
