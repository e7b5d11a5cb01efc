import { ipv4FromU32, u32Of } from '../../../net/ip.js'
import { kindOf } from '../../../net/ip-kind.js'
import type { Origin } from '../../attribute.js'
import { isConfederation, readSegments, writeSegments } from '../as-path.js'
import { type KnownRow, WELL_KNOWN } from './row.js'

/** RFC 4271 §5.1.1; the index is the value on the wire. */
const origins: readonly Origin[] = ['igp', 'egp', 'incomplete']

export const origin: KnownRow<'origin'> = {
  kind: 'origin',
  code: 1,
  name: 'ORIGIN',
  flags: WELL_KNOWN,
  malformed: 'treat-as-withdraw',
  decode(value) {
    if (value.left !== 1) return 'wrong-length'
    const known = origins[value.u8()]
    return known === undefined ? 'bad-origin' : { kind: 'origin', origin: known }
  },
  encode(writer, attribute) {
    writer.u8(origins.indexOf(attribute.origin))
  },
}

export const asPath: KnownRow<'as-path'> = {
  kind: 'as-path',
  code: 2,
  name: 'AS_PATH',
  flags: WELL_KNOWN,
  malformed: 'treat-as-withdraw',
  decode(value, context) {
    const segments = readSegments(value, context.fourOctetAs ? 4 : 2)
    if (typeof segments === 'string') return segments
    // RFC 5065 §5: herald is in no confederation with an external peer.
    if (context.external && segments.some(isConfederation)) return 'confederation-segment'
    return { kind: 'as-path', segments }
  },
  encode(writer, attribute, context) {
    writeSegments(writer, attribute.segments, context.fourOctetAs ? 4 : 2)
  },
}

export const nextHop: KnownRow<'next-hop'> = {
  kind: 'next-hop',
  code: 3,
  name: 'NEXT_HOP',
  flags: WELL_KNOWN,
  malformed: 'treat-as-withdraw',
  decode(value) {
    if (value.left !== 4) return 'wrong-length'
    return { kind: 'next-hop', nextHop: ipv4FromU32(value.u32()) }
  },
  // RFC 4271 §6.3: it has to be a valid host address. Beside MP_REACH_NLRI alone it "SHOULD be ignored", and some
  // speakers write zeros there (RFC 4760 §3).
  check(attribute, hasNlri) {
    if (attribute.kind !== 'next-hop' || !hasNlri) return undefined
    const kind = kindOf(attribute.nextHop)
    return kind === 'unicast' || kind === 'link-local' ? undefined : 'martian-next-hop'
  },
  encode(writer, attribute) {
    writer.u32(u32Of(attribute.nextHop))
  },
}
