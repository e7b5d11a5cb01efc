import { printable } from '../../net/printable.js'

/** Octets that are kept: the last lines of what a command prints. */
const KEPT_OCTETS = 4096
/** Characters that a table or a log line bears. */
const SHOWN_CHARACTERS = 200

/** The end of a stream of output of any length. */
export class Tail {
  #octets: Buffer = Buffer.alloc(0)

  add(chunk: Buffer): void {
    this.#octets = Buffer.concat([this.#octets, chunk]).subarray(-KEPT_OCTETS)
  }

  /** What a failing program said last is nearly always why it failed; empty when it said nothing. */
  get lastLine(): string {
    const lines = this.#octets.toString('utf8').split(/[\r\n]+/)
    const line = printable(lines.findLast((each) => each.trim() !== '') ?? '').trim()
    return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line
  }
}
