import { ByteReader, ByteWriter } from '../../net/bytes.js'
import type { Prefix } from '../../net/prefix.js'
import type { Attribute } from '../attribute.js'
import { ProtocolError } from '../fault.js'
import type { Update } from '../message.js'
import { type DecodedAttributes, decodeAttributes } from './attributes/decode.js'
import { encodeAttributes } from './attributes/encode.js'
import { type AttributeProblem, describeProblem, type ProblemOutcome } from './attributes/problem.js'
import { knownRows } from './attributes/table.js'
import type { CodecContext } from './context.js'
import { readNlriField, writeNlri } from './nlri.js'

/**
 * An UPDATE as it is to be applied after RFC 7606: withdrawals first, then announcements (RFC 4271 §4.3).
 * Treat-as-withdraw is already done: every prefix of the message is among the withdrawn, none is announced.
 */
export interface ReceivedUpdate extends Update {
  readonly outcome: 'accept' | ProblemOutcome
  /** Empty exactly when the outcome is 'accept'. */
  readonly problems: readonly AttributeProblem[]
}

/**
 * @param body what follows the header
 * @throws ProtocolError where RFC 7606 leaves nothing but to end the session
 */
export function decodeUpdate(body: Uint8Array, context: CodecContext): ReceivedUpdate {
  const reader = new ByteReader(body)
  const withdrawnField = field(reader, 'Withdrawn Routes Length')
  const attributesField = field(reader, 'Total Path Attribute Length')
  const withdrawn = readNlriField(new ByteReader(withdrawnField), 4)
  const nlri = readNlriField(reader, 4)
  const decoded = decodeAttributes(attributesField, context, nlri.length > 0)
  const problems = [...decoded.problems, ...missing(decoded, nlri, context)]
  const outcome = strongest(problems)
  if (outcome !== 'treat-as-withdraw') {
    return { kind: 'update', withdrawn, attributes: decoded.attributes, nlri, outcome, problems }
  }
  if (!isReachable(decoded, nlri) && hasMoreThanUnreach(decoded)) throw unreliable(problems)
  const attributes = withdrawals(decoded.attributes)
  return { kind: 'update', withdrawn: [...withdrawn, ...nlri], attributes, nlri: [], outcome, problems }
}

/** What follows the header. @throws RangeError when a field is longer than 65535 octets */
export function encodeUpdate(update: Update, context: CodecContext): Uint8Array {
  const attributes = encodeAttributes(update.attributes, context)
  const writer = new ByteWriter(512)
  writer.lengthPrefixed(16, () => writePrefixes(writer, update.withdrawn))
  writer.lengthPrefixed(16, () => writer.bytes(attributes))
  writePrefixes(writer, update.nlri)
  return writer.finish()
}

function writePrefixes(writer: ByteWriter, prefixes: readonly Prefix[]): void {
  for (const prefix of prefixes) writeNlri(writer, prefix)
}

/** RFC 7606 §3 b: lengths that leave no room for each other end the session. */
function field(reader: ByteReader, name: string): Uint8Array {
  const length = reader.left < 2 ? undefined : reader.u16()
  if (length === undefined || length > reader.left) {
    throw new ProtocolError({ kind: 'malformed-attribute-list', because: `${name} exceeds the message` })
  }
  return reader.bytes(length)
}

const { code: MP_REACH } = knownRows['mp-reach']
const { code: MP_UNREACH } = knownRows['mp-unreach']

function announces({ attributes }: DecodedAttributes, nlri: readonly Prefix[]): boolean {
  return (
    nlri.length > 0 ||
    attributes.some((attribute) => attribute.kind === 'mp-reach' && attribute.nlri.length > 0)
  )
}

/** Whether it announces anything, if only in a family that is not negotiated and so was not read. */
function isReachable(decoded: DecodedAttributes, nlri: readonly Prefix[]): boolean {
  return (
    announces(decoded, nlri) ||
    decoded.problems.some(({ type, because }) => type === MP_REACH && because === 'family-not-negotiated')
  )
}

/** RFC 7606 §3 d. NEXT_HOP goes with the NLRI field only; LOCAL_PREF with internal peers (RFC 4271 §5.1.5). */
function missing(
  decoded: DecodedAttributes,
  nlri: readonly Prefix[],
  { external }: CodecContext,
): readonly AttributeProblem[] {
  if (!announces(decoded, nlri)) return []
  const required = [knownRows.origin, knownRows['as-path']].map(({ code }) => code)
  if (nlri.length > 0) required.push(knownRows['next-hop'].code)
  if (!external) required.push(knownRows['local-pref'].code)
  return required
    .filter((type) => !decoded.types.has(type))
    .map((type) => ({ because: 'missing', outcome: 'treat-as-withdraw', type }))
}

function strongest(problems: readonly AttributeProblem[]): ReceivedUpdate['outcome'] {
  if (problems.some(({ outcome }) => outcome === 'treat-as-withdraw')) return 'treat-as-withdraw'
  return problems.length > 0 ? 'attribute-discard' : 'accept'
}

/** A block that was cut short held something that cannot be told. */
function hasMoreThanUnreach({ types, problems }: DecodedAttributes): boolean {
  return (
    problems.some(({ because }) => because === 'overrun') || [...types].some((type) => type !== MP_UNREACH)
  )
}

/**
 * RFC 7606 §5.2: attributes, an error among them, and nothing reachable: "we cannot be confident that the NLRI have
 * been successfully parsed".
 */
function unreliable(problems: readonly AttributeProblem[]): ProtocolError {
  // One for each attribute type at most, where repetitions could be thousands.
  const decisive = problems.filter(({ outcome }) => outcome === 'treat-as-withdraw')
  const because = decisive.map(describeProblem).join('; ')
  return new ProtocolError({ kind: 'malformed-attribute-list', because: `${because}; no reachable NLRI` })
}

function withdrawals(attributes: readonly Attribute[]): readonly Attribute[] {
  return attributes.flatMap((attribute): readonly Attribute[] => {
    if (attribute.kind === 'mp-unreach') return [attribute]
    if (attribute.kind !== 'mp-reach') return []
    return [{ kind: 'mp-unreach', family: attribute.family, withdrawn: attribute.nlri }]
  })
}
