/** Encoded UPDATEs that bring a peer from one position of a journal to another. */
export interface Chunk {
  readonly to: number
  /** Empty when nothing in between concerns this peer. */
  readonly bytes: Uint8Array
  /** UPDATE messages in `bytes`. */
  readonly messages: number
}

/** Changes taken over from the Loc-RIB, and journal entries packed, at a time: each a few milliseconds. */
export const SLICE = 32_768
/** Octets of encoded UPDATEs that are kept for other peers. */
const CACHE_OCTETS = 8 << 20

/** Chunks by the position that they begin at, for the peers that come to it later; until it gets too much. */
export class ChunkCache {
  readonly #chunks = new Map<number, Chunk>()
  #octets = 0

  get(from: number): Chunk | undefined {
    return this.#chunks.get(from)
  }

  put(from: number, chunk: Chunk): void {
    if (this.#octets + chunk.bytes.length > CACHE_OCTETS) this.clear()
    this.#chunks.set(from, chunk)
    this.#octets += chunk.bytes.length
  }

  clear(): void {
    this.#chunks.clear()
    this.#octets = 0
  }
}
