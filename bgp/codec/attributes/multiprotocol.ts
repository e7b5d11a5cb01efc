import type { ByteReader } from '../../../net/bytes.js'
import { type Ip, type Ipv6, ipFromOctets, isIpv6, octetsOf } from '../../../net/ip.js'
import { kindOf } from '../../../net/ip-kind.js'
import type { Prefix } from '../../../net/prefix.js'
import type { MpReach } from '../../attribute.js'
import { type AfiSafi, type Family, familyOf, ipVersionOf } from '../../family.js'
import { ProtocolError } from '../../fault.js'
import type { CodecContext } from '../context.js'
import { readNlriField, writeNlri } from '../nlri.js'
import { type Flaw, type KnownRow, OPTIONAL_NON_TRANSITIVE } from './row.js'

/** RFC 4760 §3. */
export const mpReach: KnownRow<'mp-reach'> = {
  kind: 'mp-reach',
  code: 14,
  name: 'MP_REACH_NLRI',
  flags: OPTIONAL_NON_TRANSITIVE,
  malformed: 'session-reset',
  repeated: 'session-reset',
  decode(value, context) {
    const family = { afi: value.u16(), safi: value.u8() }
    const name = negotiated(family, context)
    if (name === undefined) return 'family-not-negotiated'
    const octets = value.bytes(value.u8())
    if (!nextHopLengths(name, context).includes(octets.length)) return 'wrong-length'
    value.u8() // Reserved: "MUST be ignored upon receipt"
    const nlri = readNlriOf(value, name)
    return typeof nlri === 'string' ? nlri : { kind: 'mp-reach', family, ...readNextHop(octets), nlri }
  },
  check: (attribute) =>
    attribute.kind === 'mp-reach' && isMartian(attribute) ? 'martian-next-hop' : undefined,
  encode(writer, attribute) {
    const { family, nextHop, linkLocalNextHop, nlri } = attribute
    writer.u16(family.afi).u8(family.safi)
    writer.lengthPrefixed(8, () => {
      writer.bytes(octetsOf(nextHop))
      if (linkLocalNextHop !== undefined) writer.bytes(octetsOf(linkLocalNextHop))
    })
    writer.u8(0)
    for (const prefix of nlri) writeNlri(writer, prefix)
  },
}

/** RFC 4760 §4. */
export const mpUnreach: KnownRow<'mp-unreach'> = {
  kind: 'mp-unreach',
  code: 15,
  name: 'MP_UNREACH_NLRI',
  flags: OPTIONAL_NON_TRANSITIVE,
  malformed: 'session-reset',
  repeated: 'session-reset',
  decode(value, context) {
    const family = { afi: value.u16(), safi: value.u8() }
    const name = negotiated(family, context)
    if (name === undefined) return 'family-not-negotiated'
    const withdrawn = readNlriOf(value, name)
    return typeof withdrawn === 'string' ? withdrawn : { kind: 'mp-unreach', family, withdrawn }
  },
  encode(writer, { family, withdrawn }) {
    writer.u16(family.afi).u8(family.safi)
    for (const prefix of withdrawn) writeNlri(writer, prefix)
  },
}

function negotiated(family: AfiSafi, { families }: CodecContext): Family | undefined {
  const name = familyOf(family)
  return name !== undefined && families.includes(name) ? name : undefined
}

/** RFC 2545 §3 for IPv6; RFC 4760 §3 for IPv4, and RFC 8950 §3 where it was negotiated. */
function nextHopLengths(family: Family, { extendedNextHop }: CodecContext): readonly number[] {
  if (ipVersionOf(family) === 6) return [16, 32]
  return extendedNextHop.includes(family) ? [4, 16, 32] : [4]
}

function readNextHop(octets: Uint8Array): { nextHop: Ip; linkLocalNextHop?: Ipv6 } {
  if (octets.length !== 32) return { nextHop: ipFromOctets(octets) }
  const linkLocal = ipFromOctets(octets.subarray(16))
  const nextHop = ipFromOctets(octets.subarray(0, 16))
  return isIpv6(linkLocal) ? { nextHop, linkLocalNextHop: linkLocal } : { nextHop }
}

/** The NLRI of an MP_ attribute is its own affair: its fault is not that of the NLRI field (RFC 7606 §5.3). */
function readNlriOf(value: ByteReader, family: Family): readonly Prefix[] | Flaw {
  try {
    return readNlriField(value, ipVersionOf(family))
  } catch (error) {
    if (error instanceof ProtocolError) return 'bad-nlri'
    throw error
  }
}

/** '::' with a link-local address behind it is how some speakers without a global address write RFC 2545 §3. */
function isMartian({ nextHop, linkLocalNextHop }: MpReach): boolean {
  const kind = kindOf(nextHop)
  if (kind === 'unspecified') return linkLocalNextHop === undefined
  return kind !== 'unicast' && kind !== 'link-local'
}
