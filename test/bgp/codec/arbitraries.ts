/** Every message that herald could send or a peer could have sent, as the types say it. */
import fc from 'fast-check'
import type { AsPathSegment, Attribute } from '../../../bgp/attribute.js'
import type { Capability } from '../../../bgp/capability.js'
import type { ExtendedCommunity, LargeCommunity, StandardCommunity } from '../../../bgp/community.js'
import type { AfiSafi } from '../../../bgp/family.js'
import type { Message, Open, Update } from '../../../bgp/message.js'
import { type Ip, type Ipv4, type Ipv6, ipFromOctets, ipv4FromU32, isIpv6 } from '../../../net/ip.js'
import { kindOf } from '../../../net/ip-kind.js'
import { networkOf, type Prefix } from '../../../net/prefix.js'
import { identifier, toHex } from './wire.js'

const u8 = fc.nat(0xff)
const u16 = fc.nat(0xffff)
const u32 = fc.nat(0xffffffff)
const as = fc.integer({ min: 1, max: 0xffffffff })
/** Objects with the prototype that literals have, so that they compare strictly. */
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record<T>(model, { noNullPrototype: true })
const octets = (maxLength: number) => fc.uint8Array({ maxLength })

const ipv4: fc.Arbitrary<Ipv4> = u32.map(ipv4FromU32)
const ipv6: fc.Arbitrary<Ipv6> = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => ipFromOctets(bytes))
  .filter(isIpv6)
const unicast = <T extends Ip>(address: fc.Arbitrary<T>) =>
  address.filter((ip) => kindOf(ip) === 'unicast' || kindOf(ip) === 'link-local')
export const prefix4: fc.Arbitrary<Prefix> = fc
  .tuple(ipv4, fc.nat(32))
  .map(([ip, length]) => networkOf(ip, length))
export const prefix6: fc.Arbitrary<Prefix> = fc
  .tuple(ipv6, fc.nat(128))
  .map(([ip, length]) => networkOf(ip, length))

const anyFamily: fc.Arbitrary<AfiSafi> = record({ afi: u16, safi: u8 })
const families = { 4: { afi: 1, safi: 1 }, 6: { afi: 2, safi: 1 } } as const

export const segment: fc.Arbitrary<AsPathSegment> = record({
  kind: fc.constantFrom('sequence', 'set', 'confed-sequence', 'confed-set'),
  ases: fc.array(as, { minLength: 1, maxLength: 5 }),
})

const mandatory: fc.Arbitrary<readonly Attribute[]> = fc.tuple(
  fc.constantFrom('igp', 'egp', 'incomplete').map((origin) => ({ kind: 'origin', origin }) as const),
  fc.array(segment, { maxLength: 4 }).map((segments) => ({ kind: 'as-path', segments }) as const),
  unicast(ipv4).map((nextHop) => ({ kind: 'next-hop', nextHop }) as const),
  u32.map((localPref) => ({ kind: 'local-pref', localPref }) as const),
)

const some = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 5 })

/** One of each at most, as an UPDATE has them. */
const optional: fc.Arbitrary<readonly Attribute[]> = fc.uniqueArray(
  fc.oneof<fc.Arbitrary<Attribute>[]>(
    u32.map((med) => ({ kind: 'multi-exit-disc', med })),
    fc.constant({ kind: 'atomic-aggregate' }),
    record({ as, address: ipv4 }).map((aggregator) => ({ kind: 'aggregator', aggregator })),
    some(u32).map((values) => ({ kind: 'communities', communities: values as StandardCommunity[] })),
    ipv4.map((originator) => ({ kind: 'originator-id', originator })),
    some(ipv4).map((clusters) => ({ kind: 'cluster-list', clusters })),
    some(fc.uint8Array({ minLength: 8, maxLength: 8 })).map((values) => ({
      kind: 'extended-communities',
      communities: values.map((value) => toHex(value) as ExtendedCommunity),
    })),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((metric) => ({ kind: 'aigp', metric })),
    some(fc.tuple(u32, u32, u32)).map((values) => ({
      kind: 'large-communities',
      communities: values.map((value) => value.join(':') as LargeCommunity),
    })),
    u32.map((number) => ({ kind: 'only-to-customer', as: number })),
    record({
      type: fc.integer({ min: 41, max: 255 }),
      flags: fc.constantFrom(0x80, 0xa0, 0xc0, 0xe0),
      value: octets(300),
    }).map((unknown) => ({ kind: 'unknown', ...unknown })),
  ),
  { selector: (attribute) => (attribute.kind === 'unknown' ? attribute.type : attribute.kind), maxLength: 8 },
)

const mpReach: fc.Arbitrary<Attribute> = fc.oneof<fc.Arbitrary<Attribute>[]>(
  fc
    .record(
      {
        nextHop: unicast(ipv6),
        linkLocalNextHop: ipv6,
        nlri: fc.array(prefix6, { maxLength: 20 }),
      },
      { requiredKeys: ['nextHop', 'nlri'], noNullPrototype: true },
    )
    .map((rest) => ({ kind: 'mp-reach', family: families[6], ...rest })),
  record({ nextHop: fc.oneof(unicast(ipv4), unicast(ipv6)), nlri: fc.array(prefix4, { maxLength: 20 }) }).map(
    (rest) => ({ kind: 'mp-reach', family: families[4], ...rest }),
  ),
)

const mpUnreach: fc.Arbitrary<Attribute> = fc.oneof<fc.Arbitrary<Attribute>[]>(
  fc
    .array(prefix6, { maxLength: 20 })
    .map((withdrawn) => ({ kind: 'mp-unreach', family: families[6], withdrawn })),
  fc
    .array(prefix4, { maxLength: 20 })
    .map((withdrawn) => ({ kind: 'mp-unreach', family: families[4], withdrawn })),
)

/** As an internal peer of four-octet AS numbers sends it; attributes in any order. */
export const update: fc.Arbitrary<Update> = fc
  .tuple(
    fc.array(prefix4, { maxLength: 20 }),
    mandatory,
    optional,
    fc.option(mpReach, { nil: undefined }),
    fc.option(mpUnreach, { nil: undefined }),
    fc.array(prefix4, { maxLength: 20 }),
  )
  .chain(([withdrawn, required, others, reach, unreach, nlri]) =>
    fc
      .shuffledSubarray([...required, ...others, ...[reach, unreach].filter((each) => each !== undefined)], {
        minLength: required.length + others.length + (reach ? 1 : 0) + (unreach ? 1 : 0),
      })
      .map((attributes) => ({ kind: 'update', withdrawn, attributes, nlri })),
  )

const flagged = { family: anyFamily, forwardingPreserved: fc.boolean() }

export const capability: fc.Arbitrary<Capability> = fc.oneof<fc.Arbitrary<Capability>[]>(
  anyFamily.map((family) => ({ kind: 'multiprotocol', family })),
  fc.constant({ kind: 'route-refresh' }),
  fc
    .array(record({ nlri: record({ afi: u16, safi: u16 }), nextHopAfi: u16 }), { maxLength: 5 })
    .map((tuples) => ({ kind: 'extended-next-hop', tuples })),
  fc.constant({ kind: 'extended-message' }),
  u8.map((role) => ({ kind: 'role', role })),
  record({
    restarted: fc.boolean(),
    notification: fc.boolean(),
    restartTimeSeconds: fc.nat(4095),
    families: fc.array(record(flagged), { maxLength: 5 }),
  }).map((rest) => ({ kind: 'graceful-restart', ...rest })),
  as.map((number) => ({ kind: 'four-octet-as', as: number })),
  fc
    .array(record({ family: anyFamily, mode: u8 }), { maxLength: 5 })
    .map((list) => ({ kind: 'add-path', families: list })),
  fc.constant({ kind: 'enhanced-route-refresh' }),
  fc
    .array(record({ ...flagged, staleTimeSeconds: fc.nat(0xffffff) }), { maxLength: 5 })
    .map((list) => ({ kind: 'long-lived-graceful-restart', families: list })),
  record({
    hostname: fc.string({ maxLength: 20, unit: 'binary' }),
    domain: fc.string({ maxLength: 20 }),
  }).map((names) => ({ kind: 'fqdn', ...names })),
  record({ code: fc.integer({ min: 74, max: 255 }), value: octets(200) }).map((unknown) => ({
    kind: 'unknown',
    ...unknown,
  })),
)

export const open: fc.Arbitrary<Open> = record({
  as: fc.integer({ min: 1, max: 0xffff }),
  holdTimeSeconds: u16,
  identifier: fc.integer({ min: 1, max: 0xffffffff }).map(identifier),
  capabilities: fc.array(capability, { maxLength: 15 }),
}).map((fields) => ({ kind: 'open', ...fields }))

export const message: fc.Arbitrary<Message> = fc.oneof<fc.Arbitrary<Message>[]>(
  open,
  update,
  record({ code: u8, subcode: u8, data: octets(300) }).map((notification) => ({
    kind: 'notification',
    ...notification,
  })),
  fc.constant({ kind: 'keepalive' }),
  record({
    family: anyFamily,
    subtype: fc.oneof(
      fc.constantFrom('request' as const, 'begin' as const, 'end' as const),
      fc.integer({ min: 3, max: 255 }),
    ),
  }).map((refresh) => ({ kind: 'route-refresh', ...refresh })),
)
