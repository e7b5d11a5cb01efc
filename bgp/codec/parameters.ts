import { ByteReader, ByteWriter, ShortRead } from '../../net/bytes.js'
import type { Capability } from '../capability.js'
import { ProtocolError } from '../fault.js'
import { readCapabilities, writeCapability } from './capabilities.js'

/** The only optional parameter in use (RFC 5492 §4). */
const CAPABILITIES = 2

/** As the first parameter's type it announces lengths of two octets (RFC 9072 §2). */
const EXTENDED = 255

/**
 * The Optional Parameters of an OPEN, from their length to the end of the message. There may be several parameters,
 * and several capabilities in each.
 * @throws ProtocolError malformed-open or unsupported-optional-parameter
 */
export function readParameters(reader: ByteReader): readonly Capability[] {
  try {
    const length = reader.u8()
    const field = reader.rest()
    // RFC 9072 §2: the type alone tells; the one-octet length "MUST be ignored on receipt", but is never 0.
    if (length > 0 && field[0] === EXTENDED) return readField(extendedField(field), 16)
    return readField(exactly(new ByteReader(field), length), 8)
  } catch (error) {
    if (error instanceof ShortRead) throw malformed(`optional parameters cut short: ${error.message}`)
    throw error
  }
}

/** One parameter for all capabilities; lengths of two octets only when one cannot hold them (RFC 9072 §2). */
export function writeParameters(writer: ByteWriter, capabilities: readonly Capability[]): void {
  const value = encodeCapabilities(capabilities)
  if (value.length === 0) writer.u8(0)
  else if (value.length + 2 <= 0xff) {
    writer.lengthPrefixed(8, () => {
      writer.u8(CAPABILITIES).lengthPrefixed(8, () => writer.bytes(value))
    })
  } else {
    writer.u8(EXTENDED).u8(EXTENDED)
    writer.lengthPrefixed(16, () => {
      writer.u8(CAPABILITIES).lengthPrefixed(16, () => writer.bytes(value))
    })
  }
}

/** Capability TLVs as they follow each other, also the data of Unsupported Capability (RFC 5492 §5). */
export function encodeCapabilities(capabilities: readonly Capability[]): Uint8Array {
  const writer = new ByteWriter(128)
  for (const capability of capabilities) writeCapability(writer, capability)
  return writer.finish()
}

function extendedField(field: Uint8Array): ByteReader {
  const reader = new ByteReader(field)
  reader.u8() // Non-Ext OP Type, which is EXTENDED
  return exactly(reader, reader.u16())
}

function exactly(reader: ByteReader, length: number): ByteReader {
  if (length === reader.left) return reader
  throw malformed(`${length} octets of optional parameters declared, ${reader.left} there`)
}

function readField(reader: ByteReader, lengthBits: 8 | 16): readonly Capability[] {
  const capabilities: Capability[] = []
  while (reader.left > 0) {
    const type = reader.u8()
    const value = reader.take(lengthBits === 8 ? reader.u8() : reader.u16())
    if (type !== CAPABILITIES) throw new ProtocolError({ kind: 'unsupported-optional-parameter', type })
    capabilities.push(...readCapabilities(value))
  }
  return capabilities
}

/** RFC 4271 §6.2: a parameter that is recognized but malformed is 2/0. */
function malformed(because: string): ProtocolError {
  return new ProtocolError({ kind: 'malformed-open', because })
}
