import type { ByteReader, ByteWriter } from '../../../net/bytes.js'
import type { Attribute } from '../../attribute.js'
import type { AsPathFlaw } from '../as-path.js'
import type { CodecContext } from '../context.js'

/** Attribute Flags (RFC 4271 §4.3); the lower four bits are unused. */
export const OPTIONAL = 0x80
export const TRANSITIVE = 0x40
export const PARTIAL = 0x20
export const EXTENDED_LENGTH = 0x10

/** The three classes by which specifications define attributes: which of Optional and Transitive are set. */
export const WELL_KNOWN = TRANSITIVE
export const OPTIONAL_TRANSITIVE = OPTIONAL | TRANSITIVE
export const OPTIONAL_NON_TRANSITIVE = OPTIONAL

/** What is wrong with one attribute as received. */
export type Flaw =
  | AsPathFlaw
  | 'wrong-flags'
  | 'wrong-length'
  | 'repeated'
  | 'bad-origin'
  | 'martian-next-hop'
  | 'confederation-segment'
  | 'bad-tlv'
  | 'bad-nlri'
  | 'from-external-peer'
  | 'from-four-octet-as-peer'
  | 'family-not-negotiated'

/** RFC 7606 §2, weakest first; 'session-reset' is thrown, so it is never the outcome of an UPDATE. */
export type FlawOutcome = 'attribute-discard' | 'treat-as-withdraw' | 'session-reset'

export type AttributeKind = Attribute['kind']
export type AttributeOf<K extends AttributeKind> = Extract<Attribute, { readonly kind: K }>

/** Type and flags as received, without the bits that are about encoding or unused. */
export interface AttributeHead {
  readonly type: number
  readonly flags: number
}

/** Everything the codec knows of one attribute type: adding an attribute is adding a row. */
export interface AttributeRow {
  readonly code: number
  /** As its specification spells it: 'ORIGIN'. */
  readonly name: string
  /** The Optional and Transitive bits it must have. */
  readonly flags: number
  /** RFC 7606 §7, or the attribute's own specification. */
  readonly malformed: FlawOutcome
  /** Treat-as-withdraw (RFC 7606 §3 c) unless the attribute's specification says otherwise. */
  readonly wrongFlags?: FlawOutcome
  /** Discard (RFC 7606 §3 g) but for the MP_ attributes. */
  readonly repeated?: FlawOutcome
  /** Why this peer's attribute is discarded before it is looked at. */
  readonly unwelcome?: (context: CodecContext) => Flaw | undefined
  /** A reader over the value alone. A ShortRead is the flaw 'wrong-length'. */
  readonly decode: (value: ByteReader, context: CodecContext, head: AttributeHead) => Attribute | Flaw
  /** A flaw of what the attribute says, not of how it is written: treat-as-withdraw, its NLRI being known. */
  readonly check?: (attribute: Attribute, hasNlri: boolean) => Flaw | undefined
}

/** A row whose attribute has a kind of its own, so that herald can also send it. */
export interface KnownRow<K extends AttributeKind> extends AttributeRow {
  readonly kind: K
  /** The value alone; flags and length are the block's work. */
  readonly encode: (writer: ByteWriter, attribute: AttributeOf<K>, context: CodecContext) => void
}

export function fromExternal(context: CodecContext): Flaw | undefined {
  return context.external ? 'from-external-peer' : undefined
}

export function fromFourOctetAs(context: CodecContext): Flaw | undefined {
  return context.fourOctetAs ? 'from-four-octet-as-peer' : undefined
}
