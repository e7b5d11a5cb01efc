import { ByteReader, ShortRead } from '../../../net/bytes.js'
import type { Attribute } from '../../attribute.js'
import { ProtocolError } from '../../fault.js'
import type { CodecContext } from '../context.js'
import type { AttributeProblem } from './problem.js'
import {
  type AttributeRow,
  EXTENDED_LENGTH,
  type Flaw,
  type FlawOutcome,
  OPTIONAL,
  OPTIONAL_TRANSITIVE,
  PARTIAL,
} from './row.js'
import { attributeName, rowOfCode } from './table.js'

/** Weakest first (RFC 7606 §2). */
const outcomes: readonly FlawOutcome[] = ['attribute-discard', 'treat-as-withdraw', 'session-reset']

export interface DecodedAttributes {
  /** Those that stand, in the order received. */
  readonly attributes: readonly Attribute[]
  readonly problems: readonly AttributeProblem[]
  /** Types that were there in any condition: an attribute that is malformed is not also missing. */
  readonly types: ReadonlySet<number>
}

/** One attribute cut out of the block; all octets are views. */
interface RawAttribute {
  readonly type: number
  readonly flags: number
  readonly value: Uint8Array
  /** Flags, type, length and value. */
  readonly octets: Uint8Array
}

/** What is wrong, and what is to be done about it. */
interface Blame {
  readonly flaw: Flaw
  readonly outcome: FlawOutcome
}

interface Judgement {
  readonly attribute?: Attribute
  readonly blame?: Blame | undefined
}

/**
 * Decodes the Path Attributes field of an UPDATE by RFC 7606 §3–§7. Every attribute is looked at, because the
 * strongest action found wins.
 * @param hasNlri whether the NLRI field holds routes: NEXT_HOP is about them alone
 * @throws ProtocolError where the session has to end
 */
export function decodeAttributes(
  block: Uint8Array,
  context: CodecContext,
  hasNlri: boolean,
): DecodedAttributes {
  const attributes: Attribute[] = []
  const problems: AttributeProblem[] = []
  const types = new Set<number>()
  const reader = new ByteReader(block)
  while (reader.left > 0) {
    const raw = cut(reader, block)
    if (raw === undefined) {
      problems.push(overrun(block.subarray(reader.position)))
      break
    }
    const { attribute, blame } = judge(raw, types, context, hasNlri)
    types.add(raw.type)
    if (blame !== undefined) problems.push(problemOf(raw, blame))
    if (attribute !== undefined && blame?.outcome !== 'attribute-discard') attributes.push(attribute)
  }
  return { attributes, problems, types }
}

/** Undefined, with nothing read, where the block ends before the attribute does (RFC 7606 §4). */
function cut(reader: ByteReader, block: Uint8Array): RawAttribute | undefined {
  const start = reader.position
  const flags = block[start] ?? 0
  const head = (flags & EXTENDED_LENGTH) === 0 ? 3 : 4
  if (reader.left < head) return undefined
  const type = block[start + 1] ?? 0
  const low = block[start + 2] ?? 0
  const length = head === 3 ? low : (low << 8) | (block[start + 3] ?? 0)
  if (reader.left < head + length) return undefined
  const octets = reader.bytes(head + length)
  return { type, flags, value: octets.subarray(head), octets }
}

function judge(
  raw: RawAttribute,
  seen: ReadonlySet<number>,
  context: CodecContext,
  hasNlri: boolean,
): Judgement {
  const row = rowOfCode(raw.type)
  if (row === undefined) return judgeUnknown(raw, seen)
  if (seen.has(raw.type)) return discarded('repeated', row.repeated)
  const unwelcome = row.unwelcome?.(context)
  if (unwelcome !== undefined) return discarded(unwelcome)
  const flags = blameFlags(row, raw)
  const decoded = decodeValue(row, raw, context)
  if (typeof decoded === 'string') return { blame: stronger(blameValue(row, decoded), flags) }
  const meaning = row.check?.(decoded, hasNlri)
  const blame =
    meaning === undefined ? flags : stronger({ flaw: meaning, outcome: 'treat-as-withdraw' }, flags)
  return { attribute: decoded, blame }
}

/** RFC 4271 §5, §6.3: an optional one is let be, whatever it holds; a well-known one has to be known. */
function judgeUnknown({ type, flags, value, octets }: RawAttribute, seen: ReadonlySet<number>): Judgement {
  if ((flags & OPTIONAL) === 0) {
    throw new ProtocolError({ kind: 'unrecognized-well-known-attribute', attribute: octets.slice() })
  }
  if (seen.has(type)) return discarded('repeated')
  return { attribute: { kind: 'unknown', type, flags: meaningful(flags), value: value.slice() } }
}

function decodeValue(row: AttributeRow, { type, flags, value }: RawAttribute, context: CodecContext) {
  try {
    return row.decode(new ByteReader(value), context, { type, flags: meaningful(flags) })
  } catch (error) {
    if (error instanceof ShortRead) return 'wrong-length'
    throw error
  }
}

/** Only these two bits are compared: Partial and the unused ones make nothing malformed (RFC 7606 §3 c). */
function blameFlags(row: AttributeRow, { flags }: RawAttribute): Blame | undefined {
  if ((flags & OPTIONAL_TRANSITIVE) === row.flags) return undefined
  return { flaw: 'wrong-flags', outcome: row.wrongFlags ?? 'treat-as-withdraw' }
}

/** Routes of a family that nobody asked for are not even read, so they cannot be malformed. */
function blameValue(row: AttributeRow, flaw: Flaw): Blame {
  return { flaw, outcome: flaw === 'family-not-negotiated' ? 'attribute-discard' : row.malformed }
}

function discarded(flaw: Flaw, outcome: FlawOutcome = 'attribute-discard'): Judgement {
  return { blame: { flaw, outcome } }
}

function stronger(a: Blame, b: Blame | undefined): Blame {
  return b !== undefined && outcomes.indexOf(b.outcome) > outcomes.indexOf(a.outcome) ? b : a
}

function problemOf({ type, flags, octets }: RawAttribute, { flaw, outcome }: Blame): AttributeProblem {
  const attribute = octets.slice()
  if (outcome !== 'session-reset') return { because: flaw, outcome, type, flags, attribute }
  const because = `${attributeName(type)}: ${flaw}`
  // RFC 7606 §3 g for one that is repeated; RFC 4760 §7 for one that cannot be read.
  throw new ProtocolError(
    flaw === 'repeated'
      ? { kind: 'malformed-attribute-list', because }
      : { kind: 'optional-attribute-error', attribute, because },
  )
}

/** RFC 7606 §4: the NLRI are still found by the Total Attribute Length. */
function overrun(rest: Uint8Array): AttributeProblem {
  const [flags = 0, type = 0] = rest
  return { because: 'overrun', outcome: 'treat-as-withdraw', type, flags, attribute: rest.slice() }
}

/** Without Extended Length, which is about encoding, and the unused bits, which "MUST be ignored" (RFC 4271 §4.3). */
function meaningful(flags: number): number {
  return flags & (OPTIONAL_TRANSITIVE | PARTIAL)
}
