import type { IpVersion } from '../../net/prefix.js'
import type { PrefixCollector } from '../../net/prefix-collector.js'
import { noPrefixes } from '../../net/prefix-set.js'
import type { Steps } from '../../net/steps.js'
import type { TermsChange } from './board.js'
import { built, collectorFor, type TermsId } from './run-time-table.js'
import type { TermsBook } from './terms-book.js'

/** What a change of the run-time table means to the board. */
export class RunTimeTally {
  readonly #book: TermsBook
  readonly #removed = new Map<TermsId, PrefixCollector>()
  readonly #added = new Map<TermsId, PrefixCollector>()

  constructor(book: TermsBook) {
    this.#book = book
  }

  /** A prefix goes from some terms to others; 0 is none. */
  count(from: TermsId, to: TermsId, version: IpVersion, length: number, words: Uint32Array): void {
    if (from === to || (from !== 0 && to !== 0 && this.#book.sameDeclared(from, to))) return
    if (from !== 0) collectorFor(this.#removed, from).add(version, length, words)
    if (to !== 0) collectorFor(this.#added, to).add(version, length, words)
  }

  /** The tally is of no use afterwards. */
  *changes(): Steps<readonly TermsChange[]> {
    const removed = yield* built(this.#removed)
    const added = yield* built(this.#added)
    return [...new Set([...removed.keys(), ...added.keys()])].map((id) => ({
      terms: this.#book.declared(id),
      removed: removed.get(id) ?? noPrefixes,
      added: added.get(id) ?? noPrefixes,
    }))
  }
}
