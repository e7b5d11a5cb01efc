/** What the tests of the RFC 7606 action table share: well-formed attributes, and how a row says what is wrong. */
import type { AttributeProblem } from '../../../bgp/codec/attributes/problem.js'
import type { CodecContext } from '../../../bgp/codec/context.js'
import { decodeMessage } from '../../../bgp/codec/message.js'
import type { ReceivedUpdate } from '../../../bgp/codec/update.js'

export const origin = '40 01 01 00'
export const asPath = '40 02 06 02 01 0000fde9'
export const nextHop = '40 03 04 c0000201'
export const localPref = '40 05 04 00000064'
/** All that an external route needs. */
export const base = `${origin} ${asPath} ${nextHop}`
/** The same from a speaker of two-octet AS numbers. */
export const twoOctetBase = `${origin} 40 02 04 02 01 fde9 ${nextHop}`
export const nlri = '18 0af401'
/** 2001:db8::1 */
export const global = '20010db8000000000000000000000001'
export const mpReach = `80 0e 1a 0002 01 10 ${global} 00 20 20010db8`

/** One attribute that is wrong in an UPDATE that announces 10.244.1.0/24. */
export interface Row {
  readonly name: string
  readonly context?: CodecContext
  readonly attributes: string
  readonly because: AttributeProblem['because']
  readonly type: number
}

export function receive(bytes: Uint8Array, context: CodecContext): ReceivedUpdate {
  const message = decodeMessage(bytes, context)
  if (message.kind !== 'update') throw new TypeError(message.kind)
  return message
}
