import { MAX_MESSAGE_LENGTH } from './context.js'
import { HEADER_LENGTH, type Header, readHeader } from './header.js'

/**
 * Cuts a TCP stream, in which segment boundaries mean nothing, into whole messages.
 *
 * Octets are copied in once, so the caller may reuse its read buffer; messages are handed out as views of the
 * framer's own buffer and are valid until the next `push`. Work is proportional to the octets pushed, whether they
 * come one at a time or 64 KiB at a time.
 */
export class Framer {
  #bytes = new Uint8Array(MAX_MESSAGE_LENGTH)
  /** Unread octets are #bytes[#start..#end). */
  #start = 0
  #end = 0
  /** Of the message at #start, once it is known and found good. */
  #header: Header | undefined
  #maxMessageLength = MAX_MESSAGE_LENGTH

  /** Octets that have come but are not yet part of a message handed out. */
  get unread(): number {
    return this.#end - this.#start
  }

  /** Applies from the next message on: RFC 8654 §4 starts with the first message after the OPENs. */
  raiseLimit(maxMessageLength: number): void {
    this.#maxMessageLength = maxMessageLength
  }

  push(chunk: Uint8Array): void {
    this.#makeRoom(chunk.length)
    this.#bytes.set(chunk, this.#end)
    this.#end += chunk.length
  }

  /**
   * The next whole message, header included; undefined until more octets come.
   * @throws ProtocolError as soon as a header is wrong, without waiting for the body; the stream is of no use then.
   */
  next(): Uint8Array | undefined {
    if (this.unread < HEADER_LENGTH) return undefined
    this.#header ??= readHeader(this.#bytes.subarray(this.#start, this.#end), this.#maxMessageLength)
    const { length } = this.#header
    if (this.unread < length) return undefined
    const message = this.#bytes.subarray(this.#start, this.#start + length)
    this.#start += length
    this.#header = undefined
    return message
  }

  /** Moves what is unread to the front only when the end is reached, so that each octet moves a bounded number of times. */
  #makeRoom(length: number): void {
    if (this.#start === this.#end) {
      this.#start = 0
      this.#end = 0
    }
    if (this.#end + length <= this.#bytes.length) return
    const unread = this.#bytes.subarray(this.#start, this.#end)
    const needed = unread.length + length
    if (needed * 2 <= this.#bytes.length) this.#bytes.copyWithin(0, this.#start, this.#end)
    else {
      const grown = new Uint8Array(needed * 2)
      grown.set(unread)
      this.#bytes = grown
    }
    this.#end = unread.length
    this.#start = 0
  }
}
