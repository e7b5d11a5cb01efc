import type { Cancel, Clock } from '../../net/clock.js'

/** Lines of one kind about one peer in one window. */
const LINES = 10
/** Octets of what such lines quote; one that alone has more is let through as the first. */
const QUOTED_OCTETS = 64 * 1024
const WINDOW_MS = 60_000

interface Window {
  lines: number
  quotedOctets: number
  leftOut: number
  readonly cancel: Cancel
}

/**
 * What a peer does must not fill the disk: of lines that it can cause as fast as it likes, the first are written, and
 * the others are counted and told of when the window ends.
 */
export class LineLimit<Key extends string> {
  readonly #clock: Clock
  readonly #onLeftOut: (key: Key, count: number, seconds: number) => void
  readonly #windows = new Map<Key, Window>()

  /** @param onLeftOut called once for each window in which lines were left out */
  constructor(clock: Clock, onLeftOut: (key: Key, count: number, seconds: number) => void) {
    this.#clock = clock
    this.#onLeftOut = onLeftOut
  }

  /** Whether the line is to be written. */
  admits(key: Key, quotedOctets = 0): boolean {
    const window = this.#windows.get(key) ?? this.#begin(key)
    if (window.lines >= LINES || (window.lines > 0 && window.quotedOctets + quotedOctets > QUOTED_OCTETS)) {
      window.leftOut++
      return false
    }
    window.lines++
    window.quotedOctets += quotedOctets
    return true
  }

  /** Ends every window now: what was left out is told. */
  stop(): void {
    for (const [key, { cancel }] of this.#windows) {
      cancel()
      this.#end(key)
    }
  }

  #begin(key: Key): Window {
    const cancel = this.#clock.after(WINDOW_MS, () => this.#end(key))
    const window: Window = { lines: 0, quotedOctets: 0, leftOut: 0, cancel }
    this.#windows.set(key, window)
    return window
  }

  #end(key: Key): void {
    const leftOut = this.#windows.get(key)?.leftOut ?? 0
    this.#windows.delete(key)
    if (leftOut > 0) this.#onLeftOut(key, leftOut, WINDOW_MS / 1000)
  }
}
