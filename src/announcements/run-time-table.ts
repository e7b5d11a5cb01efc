import { PrefixTable } from '../../bgp/rib/prefix-table.js'
import { type IpVersion, ipVersions, type Prefix, versionOf } from '../../net/prefix.js'
import { PrefixCollector } from '../../net/prefix-collector.js'
import { type PrefixSet, sizeOfVersion } from '../../net/prefix-set.js'
import type { Span } from '../../net/span.js'
import { finish, type Steps } from '../../net/steps.js'

/** The number of a set of terms, at least 1. */
export type TermsId = number

/** Slots that are looked at in a step: a few milliseconds. */
const STEP = 1 << 14

/** Told of each prefix: what it had, 0 for nothing. The words are valid during the call. */
export type OnPrefix = (version: IpVersion, length: number, words: Uint32Array, before: number) => void

/** Which terms each prefix was announced with at run time: some 25 octets a prefix for IPv4. */
export class RunTimeTable {
  readonly #columns: Readonly<Record<IpVersion, Column>> = { 4: new Column(4), 6: new Column(6) }

  get size(): number {
    return this.#columns[4].table.size + this.#columns[6].table.size
  }

  /** Makes room at once for these, which costs far less than growing on the way. */
  reserve(prefixes: PrefixSet): void {
    for (const version of ipVersions) {
      this.#columns[version].table.reserve(sizeOfVersion(prefixes, version))
    }
  }

  termsOf(prefix: Prefix): TermsId | undefined {
    const { table, terms } = this.#columns[versionOf(prefix)]
    const slot = table.slotOf(prefix)
    return slot === undefined ? undefined : terms[slot]
  }

  /** The prefixes of the span get these terms. */
  set(span: Span, id: TermsId, visit: OnPrefix): void {
    const column = this.#columns[span.version]
    const { table } = column
    table.retainSpan(span, (slot) => {
      const before = column.terms[slot] ?? 0
      // One prefix, one reference.
      if (before !== 0) table.release(slot)
      column.put(slot, id)
      visit(span.version, span.length, table.wordsAt(slot), before)
    })
  }

  /** The prefixes of the span are in the table no more. */
  delete(span: Span, visit: OnPrefix): void {
    const column = this.#columns[span.version]
    column.table.findSpan(span, (slot) => {
      visit(span.version, span.length, column.table.wordsAt(slot), column.terms[slot] ?? 0)
      column.put(slot, 0)
      column.table.release(slot)
    })
  }

  /** Visits those prefixes of the span that are in the table. */
  find(span: Span, visit: OnPrefix): void {
    const { table, terms } = this.#columns[span.version]
    table.findSpan(span, (slot) => visit(span.version, span.length, table.wordsAt(slot), terms[slot] ?? 0))
  }

  /** All prefixes, by their terms. */
  byTerms(): ReadonlyMap<TermsId, PrefixSet> {
    return finish(this.gathering())
  }

  /** As `byTerms`, in steps; what changes in between may be missing, or in two of the sets. */
  *gathering(): Steps<ReadonlyMap<TermsId, PrefixSet>> {
    const collectors = new Map<TermsId, PrefixCollector>()
    for (const version of ipVersions) {
      const column = this.#columns[version]
      const { table } = column
      for (let slot = 0; slot < table.slots; slot++) {
        if (slot % STEP === STEP - 1) yield
        const id = column.terms[slot] ?? 0
        if (id === 0) continue
        collectorFor(collectors, id).add(version, table.lengthAt(slot), table.wordsAt(slot))
      }
    }
    return yield* built(collectors)
  }
}

/** Made when it is first asked for. */
export function collectorFor(collectors: Map<TermsId, PrefixCollector>, id: TermsId): PrefixCollector {
  const known = collectors.get(id)
  if (known !== undefined) return known
  const made = new PrefixCollector()
  collectors.set(id, made)
  return made
}

export function* built(
  collectors: ReadonlyMap<TermsId, PrefixCollector>,
): Steps<ReadonlyMap<TermsId, PrefixSet>> {
  const sets = new Map<TermsId, PrefixSet>()
  for (const [id, collector] of collectors) sets.set(id, yield* collector.building())
  return sets
}

class Column {
  readonly table: PrefixTable
  /** By slot; 0 for one that is free. */
  terms = new Uint32Array(64)

  constructor(version: IpVersion) {
    this.table = new PrefixTable(version)
  }

  put(slot: number, id: TermsId): void {
    if (slot >= this.terms.length) {
      const larger = new Uint32Array(Math.max(slot + 1, this.terms.length * 2))
      larger.set(this.terms)
      this.terms = larger
    }
    this.terms[slot] = id
  }
}
