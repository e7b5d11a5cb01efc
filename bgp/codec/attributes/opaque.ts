import { ByteReader } from '../../../net/bytes.js'
import { type AttributeRow, type Flaw, OPTIONAL_TRANSITIVE } from './row.js'

/**
 * Attributes whose octets herald keeps without their meaning, but whose errors it must still answer as their
 * specifications say.
 */
export const opaqueRows: readonly AttributeRow[] = [
  {
    code: 23,
    name: 'TUNNEL_ENCAPSULATION',
    flags: OPTIONAL_TRANSITIVE,
    malformed: 'treat-as-withdraw', // RFC 9012 §13
    decode: keptIf((value) => tlvs(value, 2)),
  },
  {
    code: 25,
    name: 'IPV6 EXTENDED COMMUNITIES',
    flags: OPTIONAL_TRANSITIVE,
    malformed: 'treat-as-withdraw', // RFC 7606 §7.15
    decode: keptIf((value) => (value.left === 0 || value.left % 20 !== 0 ? 'wrong-length' : undefined)),
  },
  {
    code: 40,
    name: 'PREFIX_SID',
    flags: OPTIONAL_TRANSITIVE,
    malformed: 'attribute-discard', // RFC 8669 §6
    decode: keptIf((value) => tlvs(value, 1)),
  },
]

function keptIf(flawOf: (value: ByteReader) => Flaw | undefined): AttributeRow['decode'] {
  return (value, _context, { type, flags }) => {
    const octets = value.rest().slice()
    return flawOf(new ByteReader(octets)) ?? { kind: 'unknown', type, flags, value: octets }
  }
}

/** One or more TLVs with a type of one or two octets and a length of two, none past the end. */
function tlvs(value: ByteReader, typeOctets: 1 | 2): Flaw | undefined {
  if (value.left === 0) return 'wrong-length'
  while (value.left > 0) {
    if (value.left < typeOctets + 2) return 'bad-tlv'
    value.bytes(typeOctets)
    const length = value.u16()
    if (length > value.left) return 'bad-tlv'
    value.bytes(length)
  }
  return undefined
}
