import type { Negotiated } from '../negotiated.js'

/** What of a session's negotiation the octets of a message depend on; any `Negotiated` is one. */
export type CodecContext = Pick<
  Negotiated,
  'external' | 'families' | 'fourOctetAs' | 'extendedNextHop' | 'enhancedRouteRefresh' | 'maxMessageLength'
>

/** Octets of the longest message without RFC 8654 (RFC 4271 §4). */
export const MAX_MESSAGE_LENGTH = 4096

/** Octets of the longest message where both sides offered RFC 8654. */
export const MAX_EXTENDED_MESSAGE_LENGTH = 65535

/** For everything up to and including both OPENs: nothing is agreed yet. */
export const beforeNegotiation: CodecContext = {
  external: true,
  families: [],
  fourOctetAs: false,
  extendedNextHop: [],
  enhancedRouteRefresh: false,
  maxMessageLength: MAX_MESSAGE_LENGTH,
}
