import { AS_TRANS } from '../asn.js'
import type { AsPathSegment, Attribute } from '../attribute.js'
import { isConfederation, pathLength } from './as-path.js'
import type { AttributeOf } from './attributes/row.js'

/**
 * The attributes of a peer of two-octet AS numbers with AS4_PATH and AS4_AGGREGATOR worked into AS_PATH and
 * AGGREGATOR, and themselves gone (RFC 6793 §4.2.3). The order is kept.
 */
export function mergeAs4(attributes: readonly Attribute[]): readonly Attribute[] {
  const as4Path = find(attributes, 'as4-path')
  const as4Aggregator = find(attributes, 'as4-aggregator')
  if (as4Path === undefined && as4Aggregator === undefined) return attributes
  const aggregator = find(attributes, 'aggregator')
  // A speaker in between aggregated anew and knew nothing of AS4_: both are older than AS_PATH and AGGREGATOR.
  const stale =
    as4Aggregator !== undefined && aggregator !== undefined && aggregator.aggregator.as !== AS_TRANS
  return attributes.flatMap((attribute): readonly Attribute[] => {
    switch (attribute.kind) {
      case 'as4-path':
      case 'as4-aggregator':
        return []
      case 'as-path':
        if (stale || as4Path === undefined) return [attribute]
        return [{ kind: 'as-path', segments: merged(attribute.segments, as4Path.segments) }]
      case 'aggregator':
        if (stale || as4Aggregator === undefined) return [attribute]
        return [{ kind: 'aggregator', aggregator: as4Aggregator.aggregator }]
      default:
        return [attribute]
    }
  })
}

/** The leading ASes that only AS_PATH has, then AS4_PATH; AS_PATH alone when it is the shorter one. */
function merged(
  asPath: readonly AsPathSegment[],
  as4Path: readonly AsPathSegment[],
): readonly AsPathSegment[] {
  const extra = pathLength(asPath) - pathLength(as4Path)
  return extra < 0 ? asPath : joined(leading(asPath, extra), as4Path)
}

/** The first `count` ASes, with the confederation segments before, between and right behind them. */
function leading(segments: readonly AsPathSegment[], count: number): readonly AsPathSegment[] {
  const taken: AsPathSegment[] = []
  let left = count
  for (const segment of segments) {
    if (isConfederation(segment)) taken.push(segment)
    else if (left === 0) break
    else if (segment.kind === 'set') {
      taken.push(segment)
      left -= 1
    } else {
      taken.push({ kind: segment.kind, ases: segment.ases.slice(0, left) })
      left -= Math.min(left, segment.ases.length)
    }
  }
  return taken
}

/** One sequence where two meet at the seam, as the sender had it. */
function joined(head: readonly AsPathSegment[], tail: readonly AsPathSegment[]): readonly AsPathSegment[] {
  const [before, after] = [head.at(-1), tail[0]]
  if (before?.kind !== 'sequence' || after?.kind !== 'sequence') return [...head, ...tail]
  return [...head.slice(0, -1), { kind: 'sequence', ases: [...before.ases, ...after.ases] }, ...tail.slice(1)]
}

function find<K extends Attribute['kind']>(
  attributes: readonly Attribute[],
  kind: K,
): AttributeOf<K> | undefined {
  return attributes.find((attribute): attribute is AttributeOf<K> => attribute.kind === kind)
}
