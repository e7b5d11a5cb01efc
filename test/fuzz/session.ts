import type { CodecContext } from '../../bgp/codec/context.js'
import { Framer } from '../../bgp/codec/framer.js'
import { decodeMessage } from '../../bgp/codec/message.js'
import { ProtocolError } from '../../bgp/fault.js'
import type { Prng } from './prng.js'

/** What became of one message: its kind and outcome, a fault, or 'incomplete' where its length promises more. */
export type Verdict = string

/** One connection at a time, as a session has it: a fault ends it, and the next message comes over a new one. */
export class FuzzSession {
  readonly #context: CodecContext
  #framer: Framer

  constructor(context: CodecContext) {
    this.#context = context
    this.#framer = connect(context)
  }

  /** @throws whatever is no ProtocolError: what the fuzzer looks for */
  receive(message: Uint8Array, random: Prng): readonly Verdict[] {
    const verdicts: Verdict[] = []
    try {
      for (let start = 0; start < message.length; ) {
        const end = random.oneIn(4) ? start + 1 + random.below(message.length) : message.length
        this.#framer.push(message.subarray(start, end))
        start = end
        this.#take(verdicts)
      }
    } catch (error) {
      this.#framer = connect(this.#context)
      if (!(error instanceof ProtocolError)) throw error
      verdicts.push(error.fault.kind)
    }
    if (this.#framer.unread > 0) {
      this.#framer = connect(this.#context)
      verdicts.push('incomplete')
    }
    return verdicts
  }

  #take(verdicts: Verdict[]): void {
    for (let bytes = this.#framer.next(); bytes !== undefined; bytes = this.#framer.next()) {
      const message = decodeMessage(bytes, this.#context)
      verdicts.push(message.kind === 'update' ? `update, ${message.outcome}` : message.kind)
    }
  }
}

function connect({ maxMessageLength }: CodecContext): Framer {
  const framer = new Framer()
  framer.raiseLimit(maxMessageLength)
  return framer
}
