import { ByteWriter } from '../../../net/bytes.js'
import { AS_TRANS, twoOctetAs } from '../../asn.js'
import type { AsPathSegment, Attribute } from '../../attribute.js'
import { isConfederation } from '../as-path.js'
import type { CodecContext } from '../context.js'
import { type AttributeHead, type AttributeOf, EXTENDED_LENGTH, OPTIONAL_TRANSITIVE, PARTIAL } from './row.js'
import { type KnownKind, knownRows } from './table.js'

/**
 * The Path Attributes field of an UPDATE, without its length: MP_REACH_NLRI and MP_UNREACH_NLRI first (RFC 7606
 * §5.1), the others by ascending type. Towards a peer of two-octet AS numbers, AS4_PATH and AS4_AGGREGATOR are added
 * where a number needs four; towards any other they are left out (RFC 6793 §4.2.2).
 * @throws RangeError when an attribute is longer than 65535 octets
 */
export function encodeAttributes(attributes: readonly Attribute[], context: CodecContext): Uint8Array {
  const adapted = context.fourOctetAs ? attributes.filter(isNotAs4) : attributes.flatMap(forTwoOctets)
  const writer = new ByteWriter(256)
  for (const attribute of adapted.toSorted((a, b) => rank(a) - rank(b))) {
    writeAttribute(writer, attribute, context)
  }
  return writer.finish()
}

/** Type code on the wire. */
export function codeOf(attribute: Attribute): number {
  return attribute.kind === 'unknown' ? attribute.type : knownRows[attribute.kind].code
}

function rank(attribute: Attribute): number {
  const code = codeOf(attribute)
  return attribute.kind === 'mp-reach' || attribute.kind === 'mp-unreach' ? code - 256 : code
}

function writeAttribute(writer: ByteWriter, attribute: Attribute, context: CodecContext): void {
  if (attribute.kind === 'unknown') writeTlv(writer, attribute, attribute.value)
  else {
    const { code, flags } = knownRows[attribute.kind]
    writeTlv(writer, { type: code, flags }, encodeValue(attribute.kind, attribute, context))
  }
}

/** Generic so that tsc sees row and attribute to be of one kind. */
function encodeValue<K extends KnownKind>(
  kind: K,
  attribute: AttributeOf<K>,
  context: CodecContext,
): Uint8Array {
  const writer = new ByteWriter()
  knownRows[kind].encode(writer, attribute, context)
  return writer.finish()
}

/** Extended Length only where one octet cannot hold the length; the unused bits zero (RFC 4271 §4.3). */
function writeTlv(writer: ByteWriter, { type, flags }: AttributeHead, value: Uint8Array): void {
  const extended = value.length > 0xff
  const meaningful = flags & (OPTIONAL_TRANSITIVE | PARTIAL)
  writer.u8(extended ? meaningful | EXTENDED_LENGTH : meaningful).u8(type)
  writer.lengthPrefixed(extended ? 16 : 8, () => writer.bytes(value))
}

function isNotAs4({ kind }: Attribute): boolean {
  return kind !== 'as4-path' && kind !== 'as4-aggregator'
}

/** RFC 6793 §4.2.2: what does not fit two octets is AS_TRANS there, and itself in the AS4_ attribute. */
function forTwoOctets(attribute: Attribute): readonly Attribute[] {
  switch (attribute.kind) {
    case 'as-path':
      return [
        { kind: 'as-path', segments: attribute.segments.map(narrowed) },
        ...as4PathOf(attribute.segments),
      ]
    case 'aggregator':
      return attribute.aggregator.as > 0xffff
        ? [
            { kind: 'aggregator', aggregator: { ...attribute.aggregator, as: AS_TRANS } },
            { kind: 'as4-aggregator', aggregator: attribute.aggregator },
          ]
        : [attribute]
    default:
      return [attribute]
  }
}

function isWide({ ases }: AsPathSegment): boolean {
  return ases.some((as) => as > 0xffff)
}

function narrowed({ kind, ases }: AsPathSegment): AsPathSegment {
  return { kind, ases: ases.map(twoOctetAs) }
}

/** RFC 6793 §3: confederation segments "MUST NOT be carried in the AS4_PATH"; it is left out where it says no more. */
function as4PathOf(segments: readonly AsPathSegment[]): readonly Attribute[] {
  const carried = segments.filter((segment) => !isConfederation(segment))
  return carried.some(isWide) ? [{ kind: 'as4-path', segments: carried }] : []
}
