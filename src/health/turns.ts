import type { Cancel } from '../../net/clock.js'

/** Gives its place back; calling it again does nothing. */
export type Release = () => void

/**
 * Lets work begin one at a time, in the order of asking, with pending I/O served in between, and never more at once
 * than there are places.
 */
export class Turns {
  readonly #places: number
  readonly #later: (work: () => void) => void
  readonly #waiting = new Set<(release: Release) => void>()
  #taken = 0
  #calling = false

  constructor(places: number, later: (work: () => void) => void) {
    this.#places = places
    this.#later = later
  }

  /** Calls `begin` when its turn comes, unless that is cancelled before. */
  take(begin: (release: Release) => void): Cancel {
    const turn = (release: Release) => begin(release)
    this.#waiting.add(turn)
    this.#call()
    return () => {
      this.#waiting.delete(turn)
    }
  }

  #call(): void {
    if (this.#calling || this.#waiting.size === 0 || this.#taken >= this.#places) return
    this.#calling = true
    this.#later(() => {
      this.#calling = false
      const [next] = this.#waiting
      if (next === undefined) return
      this.#waiting.delete(next)
      this.#taken++
      next(this.#release())
      this.#call()
    })
  }

  #release(): Release {
    let held = true
    return () => {
      if (!held) return
      held = false
      this.#taken--
      this.#call()
    }
  }
}
