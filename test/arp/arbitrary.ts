import fc from 'fast-check'
import type { Ethernet } from '../../arp/ethernet.js'
import { type Ipv4, type Ipv6, ipv4FromU32, ipv6FromOctets } from '../../net/ip.js'
import { type Mac, macFromOctets } from '../../net/mac.js'

export const anyMac: fc.Arbitrary<Mac> = fc.uint8Array({ minLength: 6, maxLength: 6 }).map(macFromOctets)
export const anyIpv4: fc.Arbitrary<Ipv4> = fc.nat(0xffffffff).map(ipv4FromU32)
export const anyIpv6: fc.Arbitrary<Ipv6> = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(ipv6FromOctets)
export const unicastIpv6: fc.Arbitrary<Ipv6> = fc
  .uint8Array({ minLength: 15, maxLength: 15 })
  .map((rest) => ipv6FromOctets(Uint8Array.of(0x20, ...rest)))
export const anyEthernet: fc.Arbitrary<Ethernet> = fc.record(
  { destination: anyMac, source: anyMac },
  { noNullPrototype: true },
)
