import type { ByteReader, ByteWriter } from '../../net/bytes.js'
import { ipFromOctets, ipv4FromU32, octetsOf } from '../../net/ip.js'
import { addressOf, type IpVersion, lengthOf, maxLength, type Prefix } from '../../net/prefix.js'
import { ProtocolError } from '../fault.js'

/**
 * One prefix as RFC 4271 §4.3 and RFC 4760 §5 write it: its length in bits, then as few octets as hold them. Bits
 * beyond the length carry no meaning and are cleared.
 * @throws ProtocolError invalid-network-field
 */
export function readNlri(reader: ByteReader, version: IpVersion): Prefix {
  if (reader.left === 0) throw invalid('a prefix is missing')
  const length = reader.u8()
  if (length > maxLength(version)) throw invalid(`an IPv${version} prefix of ${length} bits`)
  const octets = octetsFor(length)
  if (octets > reader.left) throw invalid(`${octets} octets of a /${length} wanted, ${reader.left} left`)
  return version === 4 ? ipv4Prefix(reader, length) : ipv6Prefix(reader, length)
}

/** All prefixes up to the reader's end. @throws ProtocolError invalid-network-field */
export function readNlriField(reader: ByteReader, version: IpVersion): readonly Prefix[] {
  const prefixes: Prefix[] = []
  while (reader.left > 0) prefixes.push(readNlri(reader, version))
  return prefixes
}

export function writeNlri(writer: ByteWriter, prefix: Prefix): void {
  const length = lengthOf(prefix)
  writer.u8(length).bytes(octetsOf(addressOf(prefix)).subarray(0, octetsFor(length)))
}

/** Octets that `prefix` takes in an UPDATE, 1 to 17: for whoever packs. */
export function nlriLength(prefix: Prefix): number {
  return 1 + octetsFor(lengthOf(prefix))
}

function octetsFor(bits: number): number {
  return (bits + 7) >>> 3
}

/** The path of every route of a full table, so without a copy of its octets. */
function ipv4Prefix(reader: ByteReader, length: number): Prefix {
  let value = 0
  for (let shift = 24; shift > 24 - 8 * octetsFor(length); shift -= 8) value |= reader.u8() << shift
  const mask = length === 0 ? 0 : -1 << (32 - length)
  return `${ipv4FromU32((value & mask) >>> 0)}/${length}` as Prefix
}

function ipv6Prefix(reader: ByteReader, length: number): Prefix {
  const octets = new Uint8Array(16)
  octets.set(reader.bytes(octetsFor(length)))
  const partial = length & 7
  const last = length >>> 3
  if (partial > 0) octets[last] = (octets[last] ?? 0) & (0xff << (8 - partial))
  return `${ipFromOctets(octets)}/${length}` as Prefix
}

function invalid(because: string): ProtocolError {
  return new ProtocolError({ kind: 'invalid-network-field', because })
}
