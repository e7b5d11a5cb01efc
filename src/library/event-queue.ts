import { SpeakerError } from './speaker-error.js'

/** Enough for a full table that comes at once; a loop that never looks must not take all memory. */
const MOST = 100_000

/** Events for one loop: kept until it asks, in their order. */
export class EventQueue<Event> implements AsyncIterableIterator<Event> {
  readonly #left: () => void
  readonly #waiting: Event[] = []
  /** Where in `#waiting` the next one is: a long queue is not moved for each. */
  #taken = 0
  #asking: ((result: IteratorResult<Event>) => void)[] = []
  #over = false
  #overrun = false

  /** @param left called once when the loop is left */
  constructor(left: () => void) {
    this.#left = left
  }

  push(event: Event): void {
    if (this.#over) return
    const asked = this.#asking.shift()
    if (asked !== undefined) asked({ value: event, done: false })
    else if (this.#waiting.length - this.#taken < MOST) this.#waiting.push(event)
    else {
      this.#overrun = true
      this.end()
    }
  }

  /** What is there is still handed out. */
  end(): void {
    if (this.#over) return
    this.#over = true
    for (const asked of this.#asking) asked({ value: undefined, done: true })
    this.#asking = []
    this.#left()
  }

  next(): Promise<IteratorResult<Event>> {
    const event = this.#take()
    if (event !== undefined) return Promise.resolve({ value: event, done: false })
    if (this.#overrun) {
      this.#overrun = false
      return Promise.reject(new SpeakerError('overrun', `events were lost: more than ${MOST} were waiting`))
    }
    if (this.#over) return Promise.resolve({ value: undefined, done: true })
    return new Promise((asked) => {
      this.#asking.push(asked)
    })
  }

  return(): Promise<IteratorResult<Event>> {
    this.#waiting.length = 0
    this.end()
    return Promise.resolve({ value: undefined, done: true })
  }

  #take(): Event | undefined {
    const event = this.#waiting[this.#taken]
    if (event === undefined) return undefined
    this.#taken++
    if (this.#taken === this.#waiting.length || this.#taken === MOST) this.#waiting.splice(0, this.#taken)
    if (this.#waiting.length === 0 || this.#taken === MOST) this.#taken = 0
    return event
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
