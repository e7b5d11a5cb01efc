import type { Cancel, Clock } from '../../net/clock.js'

/** Lines of one kind about one peer in one window. */
const LINES = 10
const WINDOW_MS = 60_000

interface Window {
  lines: number
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
  admits(key: Key): boolean {
    const window = this.#windows.get(key) ?? this.#begin(key)
    if (window.lines >= LINES) {
      window.leftOut++
      return false
    }
    window.lines++
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
    const window: Window = { lines: 0, leftOut: 0, cancel }
    this.#windows.set(key, window)
    return window
  }

  #end(key: Key): void {
    const leftOut = this.#windows.get(key)?.leftOut ?? 0
    this.#windows.delete(key)
    if (leftOut > 0) this.#onLeftOut(key, leftOut, WINDOW_MS / 1000)
  }
}
