import fc from 'fast-check'
import type { CodecContext } from '../../bgp/codec/context.js'
import { encodeMessage } from '../../bgp/codec/message.js'
import { message, open, update } from '../bgp/codec/arbitraries.js'
import { extended, external, internal, twoOctet } from '../bgp/codec/wire.js'
import { hex } from '../support/hex.js'

/** The sessions in which mutated messages arrive. */
export const sessions: readonly CodecContext[] = [external, internal, twoOctet, extended]

/** As BIRD 2.0.12, FRR 8.4.4 and GoBGP 3.10 sent them. */
const captured: readonly string[] = [
  'ffffffffffffffffffffffffffffffff004d01045ba0005ac000020130022e010400010001010400020001020005060001000100020600400a007800010100000201004104fa56ea0046004700',
  'ffffffffffffffffffffffffffffffff008701045ba00009c00002096a0206010400010001020601040002000102028000020202000202460002064104fa56ea0102020600020a450800010101000201010214491205746f722d310b6578616d706c652e6e6574020c400ac07800010100000201000210470e0001018000000000020180000000',
  'ffffffffffffffffffffffffffffffff00490104fdf2005ac00002072c022a0200490402766d0001040001000101040002000141040000fdf240064078000101000506000100010002',
  'ffffffffffffffffffffffffffffffff005c020000003c400101004002060201fa56ea00400304c000020180040400000032c00804fde80064c010080002fde800000064c0200c0000fde80000000100000002180af40120c000020a',
  'ffffffffffffffffffffffffffffffff006e0200000057900e001e0002011020010db80000000000000000000000010040fd00001002440001400101004002060201fa56ea0080040400000032c00804fde80064c010080002fde800000064c0200c0000fde80000000100000002',
  'ffffffffffffffffffffffffffffffff005a020000003f4001010240020602010000fdf2400304c000020180040400000005c00804fde80001801a0b01000b000000000000004dc0200c0000fde80000000100000002180a0000',
  'ffffffffffffffffffffffffffffffff0043020000002c4001010240020602010000fdf2800e1c0002011020010db8000000000000000000000001003020010db80005',
]

/** Well-formed messages to start from, the same for the same seed: those of other speakers, and generated ones. */
export function corpus(seed: number): readonly Uint8Array[] {
  const session = { ...extended, external: false }
  const generated = [
    ...fc.sample(update, { seed, numRuns: 600 }),
    ...fc.sample(open, { seed, numRuns: 200 }),
    ...fc.sample(message, { seed, numRuns: 100 }),
  ]
  return [...captured.map(hex), ...generated.map((each) => encodeMessage(each, session))]
}
