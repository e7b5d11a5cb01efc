import { ByteReader, ByteWriter } from '../../net/bytes.js'
import type { Capability } from '../capability.js'
import { ProtocolError } from '../fault.js'
import { bgpIdentifier } from '../identifier.js'
import type { Open } from '../message.js'
import { readParameters, writeParameters } from './parameters.js'

const VERSION = 4

/**
 * @param body what follows the header, at least the ten octets that the header check guarantees
 * @throws ProtocolError in the order of RFC 4271 §6.2: version, AS, identifier, parameters
 */
export function decodeOpen(body: Uint8Array): Open {
  const reader = new ByteReader(body)
  const version = reader.u8()
  if (version !== VERSION) throw new ProtocolError({ kind: 'unsupported-version', version })
  const as = reader.u16()
  if (as === 0) throw asZero('My Autonomous System is 0')
  const holdTimeSeconds = reader.u16()
  const identifier = bgpIdentifier(reader.u32())
  if (identifier === undefined) throw new ProtocolError({ kind: 'bad-bgp-identifier', because: 'it is 0' })
  const capabilities = readParameters(reader)
  if (capabilities.some(isAsZero)) throw asZero('the four-octet AS number is 0')
  return { kind: 'open', as, holdTimeSeconds, identifier, capabilities }
}

/** What follows the header. */
export function encodeOpen({ as, holdTimeSeconds, identifier, capabilities }: Open): Uint8Array {
  const writer = new ByteWriter(128)
  writer.u8(VERSION).u16(as).u16(holdTimeSeconds).u32(identifier)
  writeParameters(writer, capabilities)
  return writer.finish()
}

function isAsZero(capability: Capability): boolean {
  return capability.kind === 'four-octet-as' && capability.as === 0
}

/** RFC 7607 §2. */
function asZero(because: string): ProtocolError {
  return new ProtocolError({ kind: 'bad-peer-as', as: 0, because })
}
