import { ByteReader, ShortRead } from '../net/bytes.js'
import { hexOf, printable } from '../net/printable.js'
import { CEASE, carriesCommunication, HARD_RESET } from './cease.js'
import { readCapabilities } from './codec/capabilities.js'
import { messageName } from './codec/header.js'
import { describeCapability } from './describe-capability.js'
import { formatAfiSafi } from './family.js'
import { ProtocolError } from './fault.js'
import type { Notification } from './message.js'
import { notificationName } from './notification-words.js'

/**
 * Code and subcode in words, and what the data says where it is understood, else its octets:
 * 'Cease/Administrative Shutdown (6/2): "maintenance"'.
 */
export function describeNotification(notification: Notification): string {
  const name = notificationName(notification)
  if (notification.data.length === 0) return name
  return `${name}: ${describeData(notification) ?? hexOf(notification.data)}`
}

/**
 * The Shutdown Communication (RFC 9003 §2), also from within a Hard Reset, fit for a terminal; undefined where there
 * is none, or its length is wrong.
 */
export function shutdownCommunication({ code, subcode, data }: Notification): string | undefined {
  if (code !== CEASE) return undefined
  if (subcode === HARD_RESET && data[0] === CEASE) return communicationOf(data[1], data.subarray(2))
  return communicationOf(subcode, data)
}

function communicationOf(subcode: number | undefined, data: Uint8Array): string | undefined {
  const [length] = data
  if (subcode === undefined || !carriesCommunication(subcode)) return undefined
  if (length === undefined || length === 0 || length !== data.length - 1) return undefined
  return printable(new TextDecoder().decode(data.subarray(1)))
}

type DataReader = (reader: ByteReader) => string | undefined

/** What the data of a code and subcode says; one that is not here has its octets shown. */
const dataReaders: ReadonlyMap<string, DataReader> = new Map<string, DataReader>([
  ['1/2', (reader) => `length ${reader.u16()}`],
  ['1/3', (reader) => `type ${reader.u8()}`],
  ['2/1', (reader) => `it speaks version ${version(reader.u16())}`],
  ['2/7', (reader) => readCapabilities(reader).map(describeCapability).join(', ')],
  ['5/1', (reader) => messageName(reader.u8())],
  ['5/2', (reader) => messageName(reader.u8())],
  ['5/3', (reader) => messageName(reader.u8())],
  ['6/1', readPrefixLimit],
  ['6/2', readCommunication],
  ['6/4', readCommunication],
  ['6/9', (reader) => readEncapsulated(reader)],
])

/** Undefined when the data is not what its code and subcode say. */
function describeData({ code, subcode, data }: Notification): string | undefined {
  const reader = new ByteReader(data)
  try {
    const words = dataReaders.get(`${code}/${subcode}`)?.(reader)
    return reader.left === 0 ? words : undefined
  } catch (error) {
    if (error instanceof ShortRead || error instanceof ProtocolError) return undefined
    throw error
  }
}

/** BIRD writes the version in the order of its host. */
function version(value: number): number {
  return value > 0xff ? value >>> 8 : value
}

/** RFC 4486 §4. */
function readPrefixLimit(reader: ByteReader): string {
  const family = { afi: reader.u16(), safi: reader.u8() }
  return `${formatAfiSafi(family)}, limit ${reader.u32()}`
}

/** RFC 9003 §2. */
function readCommunication(reader: ByteReader): string {
  return `"${printable(new TextDecoder().decode(reader.bytes(reader.u8())))}"`
}

/** RFC 8538 §3; a Hard Reset inside a Hard Reset makes no sense and is left as octets. */
function readEncapsulated(reader: ByteReader): string | undefined {
  const inner = { code: reader.u8(), subcode: reader.u8(), data: reader.rest() }
  if (inner.code === CEASE && inner.subcode === HARD_RESET) return undefined
  return describeNotification({ kind: 'notification', ...inner })
}
