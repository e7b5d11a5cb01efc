import { ByteReader, type ByteWriter, ShortRead } from '../../net/bytes.js'
import type { Capability } from '../capability.js'
import { ProtocolError } from '../fault.js'
import {
  type CapabilityOf,
  type CapabilityRow,
  capabilityRows,
  type KnownCapabilityKind,
} from './capability-rows.js'

type AnyRow = CapabilityRow<KnownCapabilityKind>

const byCode: ReadonlyMap<number, Pick<AnyRow, 'code' | 'kind' | 'malformed' | 'decode'>> = new Map(
  Object.values(capabilityRows).map((row) => [row.code, row]),
)

/**
 * Capability TLVs up to the reader's end (RFC 5492 §4). One that herald does not know is kept as it came.
 * @throws ShortRead when one passes the end; ProtocolError malformed-open when one that must be understood is not
 */
export function readCapabilities(reader: ByteReader): readonly Capability[] {
  const capabilities: Capability[] = []
  while (reader.left > 0) capabilities.push(decodeCapability(reader.u8(), reader.bytes(reader.u8())))
  return capabilities
}

/** Code, length, value. */
export function writeCapability(writer: ByteWriter, capability: Capability): void {
  if (capability.kind === 'unknown') {
    writer.u8(capability.code).lengthPrefixed(8, () => writer.bytes(capability.value))
    return
  }
  writer.u8(capabilityCode(capability))
  writer.lengthPrefixed(8, () => encodeValue(writer, capability.kind, capability))
}

/** The number in the IANA registry. */
export function capabilityCode(capability: Capability): number {
  return capability.kind === 'unknown' ? capability.code : capabilityRows[capability.kind].code
}

function decodeCapability(code: number, value: Uint8Array): Capability {
  const row = byCode.get(code)
  const reader = new ByteReader(value)
  const known = row && decodeWhole(row.decode, reader)
  if (known !== undefined) return known
  if (row?.malformed === 'refuse') {
    const because = `capability ${row.kind} (${code}) of ${value.length} octets`
    throw new ProtocolError({ kind: 'malformed-open', because })
  }
  return { kind: 'unknown', code, value: value.slice() }
}

/** Undefined when the value has too few octets, or too many. */
function decodeWhole(decode: AnyRow['decode'], value: ByteReader): Capability | undefined {
  try {
    const capability = decode(value)
    return value.left === 0 ? capability : undefined
  } catch (error) {
    if (error instanceof ShortRead) return undefined
    throw error
  }
}

/** Generic so that tsc sees row and capability to be of one kind. */
function encodeValue<K extends KnownCapabilityKind>(
  writer: ByteWriter,
  kind: K,
  capability: CapabilityOf<K>,
): void {
  capabilityRows[kind].encode(writer, capability)
}
