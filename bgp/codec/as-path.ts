import type { ByteReader, ByteWriter } from '../../net/bytes.js'
import type { AsPathSegment } from '../attribute.js'

/** Octets of an AS number: four between speakers that both offered RFC 6793. */
export type AsSize = 2 | 4

/** Why an AS_PATH is malformed (RFC 7606 §7.2, RFC 7607 §2). */
export type AsPathFlaw = 'bad-segment-type' | 'empty-segment' | 'truncated' | 'as-zero'

/** RFC 4271 §4.3, RFC 5065 §3; the index is the type on the wire. */
const segmentKinds = [undefined, 'set', 'sequence', 'confed-sequence', 'confed-set'] as const

/** A segment counts its ASes in one octet. */
const MAX_SEGMENT = 255

export function readSegments(reader: ByteReader, size: AsSize): readonly AsPathSegment[] | AsPathFlaw {
  const segments: AsPathSegment[] = []
  while (reader.left > 0) {
    if (reader.left < 2) return 'truncated'
    const kind = segmentKinds[reader.u8()]
    if (kind === undefined) return 'bad-segment-type'
    const count = reader.u8()
    if (count === 0) return 'empty-segment'
    if (count * size > reader.left) return 'truncated'
    const ases = Array.from({ length: count }, () => (size === 4 ? reader.u32() : reader.u16()))
    if (ases.includes(0)) return 'as-zero'
    segments.push({ kind, ases })
  }
  return segments
}

/** Splits a segment of more than 255 ASes, and leaves out one that has none. */
export function writeSegments(writer: ByteWriter, segments: readonly AsPathSegment[], size: AsSize): void {
  for (const { kind, ases } of segments) {
    for (let at = 0; at < ases.length; at += MAX_SEGMENT) {
      const part = ases.slice(at, at + MAX_SEGMENT)
      writer.u8(segmentKinds.indexOf(kind)).u8(part.length)
      for (const as of part) size === 4 ? writer.u32(as) : writer.u16(as)
    }
  }
}

export function isConfederation({ kind }: AsPathSegment): boolean {
  return kind === 'confed-sequence' || kind === 'confed-set'
}

/** As route selection counts (RFC 4271 §9.1.2.2, RFC 5065 §5.3): a set is one AS, a confederation none. */
export function pathLength(segments: readonly AsPathSegment[]): number {
  return segments.reduce((sum, segment) => sum + countOf(segment), 0)
}

function countOf(segment: AsPathSegment): number {
  if (isConfederation(segment)) return 0
  return segment.kind === 'set' ? 1 : segment.ases.length
}
