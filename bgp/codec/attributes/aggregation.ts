import type { ByteReader, ByteWriter } from '../../../net/bytes.js'
import { ipv4FromU32, u32Of } from '../../../net/ip.js'
import type { Aggregator } from '../../attribute.js'
import { type AsSize, isConfederation, readSegments, writeSegments } from '../as-path.js'
import { type Flaw, fromFourOctetAs, type KnownRow, OPTIONAL_TRANSITIVE, WELL_KNOWN } from './row.js'

export const atomicAggregate: KnownRow<'atomic-aggregate'> = {
  kind: 'atomic-aggregate',
  code: 6,
  name: 'ATOMIC_AGGREGATE',
  flags: WELL_KNOWN,
  malformed: 'attribute-discard',
  decode: (value) => (value.left === 0 ? { kind: 'atomic-aggregate' } : 'wrong-length'),
  encode() {},
}

export const aggregator: KnownRow<'aggregator'> = {
  kind: 'aggregator',
  code: 7,
  name: 'AGGREGATOR',
  flags: OPTIONAL_TRANSITIVE,
  malformed: 'attribute-discard',
  decode(value, context) {
    const read = readAggregator(value, context.fourOctetAs ? 4 : 2)
    return typeof read === 'string' ? read : { kind: 'aggregator', aggregator: read }
  },
  encode(writer, attribute, context) {
    writeAggregator(writer, attribute.aggregator, context.fourOctetAs ? 4 : 2)
  },
}

/** RFC 6793 §4.1: a speaker of four-octet AS numbers does not send the AS4_ attributes to another one. */
export const as4Path: KnownRow<'as4-path'> = {
  kind: 'as4-path',
  code: 17,
  name: 'AS4_PATH',
  flags: OPTIONAL_TRANSITIVE,
  malformed: 'attribute-discard',
  unwelcome: fromFourOctetAs,
  decode(value) {
    if (value.left === 0) return 'wrong-length'
    const segments = readSegments(value, 4)
    if (typeof segments === 'string') return segments
    // RFC 6793 §6: confederation segments in it are dropped, the others stand.
    return { kind: 'as4-path', segments: segments.filter((segment) => !isConfederation(segment)) }
  },
  encode(writer, attribute) {
    writeSegments(writer, attribute.segments, 4)
  },
}

export const as4Aggregator: KnownRow<'as4-aggregator'> = {
  kind: 'as4-aggregator',
  code: 18,
  name: 'AS4_AGGREGATOR',
  flags: OPTIONAL_TRANSITIVE,
  malformed: 'attribute-discard',
  unwelcome: fromFourOctetAs,
  decode(value) {
    const read = readAggregator(value, 4)
    return typeof read === 'string' ? read : { kind: 'as4-aggregator', aggregator: read }
  },
  encode(writer, attribute) {
    writeAggregator(writer, attribute.aggregator, 4)
  },
}

function readAggregator(value: ByteReader, size: AsSize): Aggregator | Flaw {
  if (value.left !== size + 4) return 'wrong-length'
  const as = size === 4 ? value.u32() : value.u16()
  return as === 0 ? 'as-zero' : { as, address: ipv4FromU32(value.u32()) }
}

function writeAggregator(writer: ByteWriter, { as, address }: Aggregator, size: AsSize): void {
  if (size === 4) writer.u32(as)
  else writer.u16(as)
  writer.u32(u32Of(address))
}
