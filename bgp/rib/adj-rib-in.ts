import { type Prefix, versionOf } from '../../net/prefix.js'
import type { Attribute } from '../attribute.js'
import { type Family, familyOfVersion, ipVersionOf } from '../family.js'
import { PrefixTable } from './prefix-table.js'

/** A route as the peer sent it. */
export interface ReceivedRoute {
  readonly prefix: Prefix
  readonly family: Family
  /** Without NLRI: what all routes of one UPDATE share. */
  readonly attributes: readonly Attribute[]
}

/** Routes per peer that are kept to be shown; the others are counted. */
const SHOWN = 10_000

/**
 * What one peer has sent (RFC 4271 §3.2). herald installs nothing: it counts every prefix exactly, in about 20 octets
 * each, and keeps the first ones whole, so that a full table sent to it costs little.
 */
export class AdjRibIn {
  readonly #tables: ReadonlyMap<Family, PrefixTable>
  readonly #shown = new Map<Prefix, ReceivedRoute>()

  constructor(families: readonly Family[]) {
    this.#tables = new Map(families.map((family) => [family, new PrefixTable(ipVersionOf(family))]))
  }

  /** Prefixes received and not withdrawn. */
  received(family: Family): number {
    return this.#tables.get(family)?.size ?? 0
  }

  get total(): number {
    return [...this.#tables.values()].reduce((sum, table) => sum + table.size, 0)
  }

  /** At most the first 10,000. */
  shown(): Iterable<ReceivedRoute> {
    return this.#shown.values()
  }

  /** Undefined also for a route that is only counted. */
  routeOf(prefix: Prefix): ReceivedRoute | undefined {
    return this.#shown.get(prefix)
  }

  announce(prefixes: readonly Prefix[], attributes: readonly Attribute[]): void {
    for (const prefix of prefixes) {
      const family = familyOfVersion(versionOf(prefix))
      const table = this.#tables.get(family)
      if (table === undefined) continue
      // A replacement must not count twice: one prefix, one reference.
      if (table.slotOf(prefix) === undefined) table.retain(prefix)
      if (this.#shown.size < SHOWN || this.#shown.has(prefix)) {
        this.#shown.set(prefix, { prefix, family, attributes })
      }
    }
  }

  withdraw(prefixes: readonly Prefix[]): void {
    for (const prefix of prefixes) {
      const table = this.#tables.get(familyOfVersion(versionOf(prefix)))
      const slot = table?.slotOf(prefix)
      if (slot !== undefined) table?.release(slot)
      this.#shown.delete(prefix)
    }
  }
}
