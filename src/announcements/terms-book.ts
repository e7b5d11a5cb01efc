import { RUN_TIME } from '../../config/settings.js'
import type { Terms } from './board.js'
import type { RunTimeTerms } from './run-time.js'
import type { TermsId } from './run-time-table.js'

interface Entry {
  readonly terms: RunTimeTerms
  /** Equal for terms that mean the same to the boards: whether they are kept is of no matter there. */
  readonly declaredAs: string
}

/** Every set of terms that prefixes were announced with, by its number. */
export class TermsBook {
  readonly #ids = new Map<string, TermsId>()
  readonly #entries: Entry[] = []

  get all(): readonly RunTimeTerms[] {
    return this.#entries.map(({ terms }) => terms)
  }

  /** Equal terms have equal numbers; the order of peers does not matter. */
  idOf(terms: RunTimeTerms): TermsId {
    const declaredAs = JSON.stringify([terms.via.toSorted(), terms.path, terms.peers?.toSorted()])
    const key = `${declaredAs}${terms.ephemeral}`
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const id = this.#entries.push({ terms, declaredAs })
    this.#ids.set(key, id)
    return id
  }

  /** @throws RangeError for a number that was not given out */
  termsOf(id: TermsId): RunTimeTerms {
    return this.#entry(id).terms
  }

  /** As the board has them. */
  declared(id: TermsId): Terms {
    const { via, path, peers } = this.termsOf(id)
    return { name: RUN_TIME, via, path, ...(peers && { peers }) }
  }

  sameDeclared(a: TermsId, b: TermsId): boolean {
    return a === b || this.#entry(a).declaredAs === this.#entry(b).declaredAs
  }

  #entry(id: TermsId): Entry {
    const entry = this.#entries[id - 1]
    if (entry === undefined) throw new RangeError(`there are no terms ${id}`)
    return entry
  }
}
