import fc from 'fast-check'
import t from 'tap'
import {
  type Community,
  type ExtendedCommunity,
  formatCommunity,
  formatExtended,
  type LargeCommunity,
  parseCommunity,
  type StandardCommunity,
  wellKnownNames,
} from '../../bgp/community.js'

const standard = (value: number): Community => ({ kind: 'standard', value: value as StandardCommunity })
const extended = (value: string): Community => ({ kind: 'extended', value: value as ExtendedCommunity })
const large = (value: string): Community => ({ kind: 'large', value: value as LargeCommunity })

/** What people write, the value, and the one spelling it is shown in. */
const rows: readonly { text: string; community: Community; shown: string }[] = [
  { text: '65001:100', community: standard(0xfde90064), shown: '65001:100' },
  { text: '0:0', community: standard(0), shown: '0:0' },
  { text: '65535:65535', community: standard(0xffffffff), shown: '65535:65535' },
  { text: '4259905636', community: standard(0xfde90064), shown: '65001:100' },
  { text: 'no-export', community: standard(0xffffff01), shown: 'no-export' },
  { text: 'NO-EXPORT', community: standard(0xffffff01), shown: 'no-export' },
  { text: '65535:65281', community: standard(0xffffff01), shown: 'no-export' },
  { text: 'gshut', community: standard(0xffff0000), shown: 'graceful-shutdown' },
  { text: 'blackhole', community: standard(0xffff029a), shown: 'blackhole' },
  { text: 'no-llgr', community: standard(0xffff0007), shown: 'no-llgr' },
  { text: 'internet', community: standard(0), shown: '0:0' },
  { text: '65001:1:2', community: large('65001:1:2'), shown: '65001:1:2' },
  {
    text: 'large:4200000000:0:4294967295',
    community: large('4200000000:0:4294967295'),
    shown: '4200000000:0:4294967295',
  },
  { text: '065001:01:002', community: large('65001:1:2'), shown: '65001:1:2' },
  { text: 'rt:65001:100', community: extended('0002fde900000064'), shown: 'rt:65001:100' },
  { text: 'soo:65001:4294967295', community: extended('0003fde9ffffffff'), shown: 'soo:65001:4294967295' },
  { text: 'rt:192.0.2.1:7', community: extended('0102c00002010007'), shown: 'rt:192.0.2.1:7' },
  { text: 'rt:4200000000:7', community: extended('0202fa56ea000007'), shown: 'rt:4200000000:7' },
  { text: 'ext:0202000000000000', community: extended('0202000000000000'), shown: 'ext:0202000000000000' },
  { text: 'ext:030c000000000008', community: extended('030c000000000008'), shown: 'ext:030c000000000008' },
  { text: 'EXT:0002FDE900000064', community: extended('0002fde900000064'), shown: 'rt:65001:100' },
]

t.ok(rows.length > 0, 'there are communities')
for (const { text, community, shown } of rows) {
  t.test(`'${text}' is shown as '${shown}'`, async (t) => {
    t.strictSame(parseCommunity(text), { ok: true, value: community })
    t.equal(formatCommunity(community), shown)
    t.strictSame(parseCommunity(shown), { ok: true, value: community }, 'and read again')
  })
}

const refused = [
  '',
  ':',
  'no-exports',
  '65536:0',
  '0:65536',
  '-1:0',
  '1:2:3:4',
  '4294967296',
  '65001:4294967296:0',
  '65001::2',
  'large:1:2',
  'rt:65001',
  'rt:4200000000:65536',
  'rt:192.0.2.256:1',
  'rt:192.0.2.1:65536',
  'rt:65001:1:2',
  'ext:0002fde90000006',
  'ext:0002fde9000000zz',
  'ext:0002fde900000064:1',
  ' 65001:100',
  '1e3:1',
]

t.ok(refused.length > 0, 'there are refusals')
for (const text of refused) {
  t.test(`'${text}' is refused with the forms to write`, async (t) => {
    t.match(parseCommunity(text), { ok: false, because: /write 65001:100, 65001:1:2/ })
  })
}

t.test('every name that is listed is read and shown again', async (t) => {
  t.ok(wellKnownNames.length > 0)
  for (const name of wellKnownNames) {
    const read = parseCommunity(name)
    t.equal(read.ok && formatCommunity(read.value), name)
  }
})

t.test('an extended community of a type without a text form is shown in hex', async (t) => {
  t.equal(formatExtended('8006000000000000' as ExtendedCommunity), 'ext:8006000000000000')
  t.equal(formatExtended('4002fde900000064' as ExtendedCommunity), 'ext:4002fde900000064')
})

t.test('any community is read from what is shown of it', async () => {
  const octet = fc.nat(255).map((value) => value.toString(16).padStart(2, '0'))
  const u32 = fc.nat(0xffffffff)
  const any = fc.oneof(
    u32.map(standard),
    fc.tuple(u32, u32, u32).map((parts) => large(parts.join(':'))),
    fc.array(octet, { minLength: 8, maxLength: 8 }).map((octets) => extended(octets.join(''))),
    fc
      .tuple(
        fc.constantFrom('00', '01', '02'),
        fc.constantFrom('02', '03'),
        fc.array(octet, { minLength: 6, maxLength: 6 }),
      )
      .map(([type, subtype, octets]) => extended(type + subtype + octets.join(''))),
  )
  fc.assert(
    fc.property(any, (community) => {
      const read = parseCommunity(formatCommunity(community))
      return read.ok && read.value.kind === community.kind && read.value.value === community.value
    }),
    { numRuns: 1000 },
  )
})
