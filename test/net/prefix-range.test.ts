import t from 'tap'
import { hostPrefix } from '../../net/prefix.js'
import {
  countPrefixes,
  expandRange,
  formatRange,
  lastAddressOf,
  lastOf,
  rangeBetween,
  rangeCovering,
  rangeOf,
  rangeOfCidr,
} from '../../net/prefix-range.js'
import { ip, prefix, range } from '../support/address.js'

const expansions = [
  { name: 'one address', range: range('192.0.2.10/32'), prefixes: ['192.0.2.10/32'] },
  {
    name: 'addresses across an octet',
    range: range('192.0.2.254/32', 4),
    prefixes: ['192.0.2.254/32', '192.0.2.255/32', '192.0.3.0/32', '192.0.3.1/32'],
  },
  {
    name: 'networks',
    range: range('10.0.254.0/24', 3),
    prefixes: ['10.0.254.0/24', '10.0.255.0/24', '10.1.0.0/24'],
  },
  {
    name: 'IPv6 addresses across a group',
    range: range('2001:db8::fffe/128', 3),
    prefixes: ['2001:db8::fffe/128', '2001:db8::ffff/128', '2001:db8::1:0/128'],
  },
  {
    name: 'IPv6 networks',
    range: range('2001:db8:0:ff::/64', 2),
    prefixes: ['2001:db8:0:ff::/64', '2001:db8:0:100::/64'],
  },
  {
    name: 'the end of the address space',
    range: range('255.255.255.255/32'),
    prefixes: ['255.255.255.255/32'],
  },
] as const

t.ok(expansions.length > 0)
for (const row of expansions) {
  t.test(`${row.name}: a range is expanded in order`, async (t) => {
    t.same([...expandRange(row.range)], row.prefixes)
    t.equal(lastOf(row.range), row.prefixes.at(-1))
    t.equal(countPrefixes([row.range]), row.prefixes.length)
  })
}

const cidrs = [
  { cidr: '192.0.2.64/29', length: 32, is: range('192.0.2.64/32', 8) },
  { cidr: '10.0.0.0/8', length: 32, is: range('10.0.0.0/32', 2 ** 24) },
  { cidr: '10.0.0.0/8', length: 24, is: range('10.0.0.0/24', 65536) },
  { cidr: '10.1.2.128/25', length: 24, is: range('10.1.2.0/24') },
  { cidr: '2001:db8::/120', length: 128, is: range('2001:db8::/128', 256) },
  { cidr: '2001:db8::/32', length: 48, is: range('2001:db8::/48', 65536) },
] as const

t.ok(cidrs.length > 0)
for (const { cidr, length, is } of cidrs) {
  t.test(`${cidr} in prefixes of length ${length} is ${formatRange(is)}`, async (t) => {
    t.same(rangeOfCidr(prefix(cidr), length), { ok: true, value: is })
  })
}

t.test('a range that no table could hold is refused with its size', async (t) => {
  t.match(rangeOfCidr(prefix('2001:db8::/64'), 128), { ok: false, because: /18446744073709551616 prefixes/ })
  t.match(rangeOfCidr(prefix('::/0'), 128), { ok: false, because: /too many/ })
})

t.test('a range from an address to another', async (t) => {
  t.same(rangeBetween(ip('192.0.2.20'), ip('192.0.2.29')), { ok: true, value: range('192.0.2.20/32', 10) })
  t.same(rangeBetween(ip('2001:db8::a'), ip('2001:db8::a')), { ok: true, value: range('2001:db8::a/128') })
  t.same(rangeBetween(ip('192.0.2.29'), ip('192.0.2.20')), {
    ok: false,
    because: '192.0.2.20 comes before 192.0.2.29; write 192.0.2.20-192.0.2.29',
  })
  t.match(rangeBetween(ip('192.0.2.29'), ip('2001:db8::1')), { ok: false, because: /two IP versions/ })
})

t.test('a length that the IP version does not have is a programming error', async (t) => {
  t.throws(() => rangeCovering(ip('192.0.2.1'), ip('192.0.2.1'), 33), RangeError)
  t.throws(() => rangeCovering(ip('192.0.2.1'), ip('192.0.2.1'), -1), RangeError)
})

t.test('the last address of a prefix', async (t) => {
  t.equal(lastAddressOf(prefix('192.0.2.0/24')), '192.0.2.255')
  t.equal(lastAddressOf(prefix('0.0.0.0/0')), '255.255.255.255')
  t.equal(lastAddressOf(prefix('2001:db8::/127')), '2001:db8::1')
})

t.test('ranges print as people say them', async (t) => {
  t.equal(formatRange(range('192.0.2.1/32')), '192.0.2.1/32')
  t.equal(formatRange(range('192.0.2.1/32', 3)), '192.0.2.1/32 to 192.0.2.3/32')
})

t.test('a million addresses are expanded lazily', async (t) => {
  const first = expandRange(range('10.0.0.0/32', 2 ** 24)).next().value
  t.equal(first, hostPrefix(ip('10.0.0.0')))
  t.equal(rangeOf(prefix('10.0.0.0/8')).count, 1)
})
