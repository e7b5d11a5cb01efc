import type { Clock } from '../../../net/clock.js'

/** The same words are not said again within so many milliseconds: what fails once often fails with every frame. */
const again = 600_000
/** Words that are remembered; they name peers and groups of the file, so there are not many. */
const most = 1024

/** What does not work, in words: each of them once, however many there are in turn, until they are old. */
export class Complaints {
  readonly #clock: Clock
  readonly #say: (text: string) => void
  readonly #saidAt = new Map<string, number>()

  constructor(clock: Clock, say: (text: string) => void) {
    this.#clock = clock
    this.#say = say
  }

  tell(text: string): void {
    const now = this.#clock.now()
    const at = this.#saidAt.get(text)
    if (at !== undefined && now - at < again) return
    if (at === undefined && this.#saidAt.size >= most) this.#saidAt.clear()
    this.#saidAt.set(text, now)
    this.#say(text)
  }
}
