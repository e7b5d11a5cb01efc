import { type Prefix, versionOf } from '../../net/prefix.js'
import type { Attribute } from '../attribute.js'
import { type Family, familyOfVersion, ipVersionOf } from '../family.js'
import { memoryOf } from './attribute-memory.js'
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
/** Octets of memory for them: a route can come with 16,000 communities, and each of 10,000 routes with its own. */
const SHOWN_OCTETS = 64 * 1024 * 1024

interface Shown {
  readonly route: ReceivedRoute
  readonly octets: number
}

/**
 * What one peer has sent (RFC 4271 §3.2). herald installs nothing: it counts every prefix exactly, in about 20 octets
 * each, and keeps the first ones whole, so that a full table sent to it costs little.
 */
export class AdjRibIn {
  #fresh: ReadonlyMap<Family, PrefixTable>
  /** Of a peer that restarts: not announced again yet (RFC 4724 §4.2). A prefix is in one of the two. */
  #stale: ReadonlyMap<Family, PrefixTable> = new Map()
  readonly #shown = new Map<Prefix, Shown>()
  #shownOctets = 0

  constructor(families: readonly Family[]) {
    this.#fresh = tables(families)
  }

  /** Prefixes received and not withdrawn, the stale ones included. */
  received(family: Family): number {
    return (this.#fresh.get(family)?.size ?? 0) + (this.#stale.get(family)?.size ?? 0)
  }

  get total(): number {
    let total = 0
    for (const table of this.#fresh.values()) total += table.size
    for (const table of this.#stale.values()) total += table.size
    return total
  }

  /** At most the first 10,000, and fewer where their attributes are huge. */
  *shown(): Iterable<ReceivedRoute> {
    for (const { route } of this.#shown.values()) yield route
  }

  /** Undefined also for a route that is only counted. */
  routeOf(prefix: Prefix): ReceivedRoute | undefined {
    return this.#shown.get(prefix)?.route
  }

  isStale(prefix: Prefix): boolean {
    return this.#stale.get(familyOfVersion(versionOf(prefix)))?.slotOf(prefix) !== undefined
  }

  announce(prefixes: readonly Prefix[], attributes: readonly Attribute[]): void {
    const octets = memoryOf(attributes)
    for (const prefix of prefixes) {
      const family = familyOfVersion(versionOf(prefix))
      const table = this.#fresh.get(family)
      if (table === undefined) continue
      drop(this.#stale.get(family), prefix)
      // A replacement must not count twice: one prefix, one reference.
      if (table.slotOf(prefix) === undefined) table.retain(prefix)
      this.#show({ prefix, family, attributes }, octets)
    }
  }

  withdraw(prefixes: readonly Prefix[]): void {
    for (const prefix of prefixes) {
      const family = familyOfVersion(versionOf(prefix))
      drop(this.#fresh.get(family), prefix)
      drop(this.#stale.get(family), prefix)
      this.#hide(prefix)
    }
  }

  /**
   * The session is over and the peer restarts: what it sent stays, and waits to be announced again. What was stale
   * already goes: "routes … previously marked as stale MUST be deleted" (RFC 4724 §4.2).
   */
  restarting(families: readonly Family[]): void {
    for (const family of this.#stale.keys()) this.purge(family)
    this.#stale = this.#fresh
    this.#fresh = tables(families)
    for (const family of this.#stale.keys()) if (!families.includes(family)) this.purge(family)
  }

  /** Deletes what is stale still: at End-of-RIB, or because the peer kept no forwarding state for the family. */
  purge(family: Family): void {
    const stale = this.#stale.get(family)
    if (stale === undefined || stale.size === 0) return
    for (const { prefix, family: its } of this.shown()) {
      if (its === family && stale.slotOf(prefix) !== undefined) this.#hide(prefix)
    }
    this.#stale = new Map([...this.#stale].filter(([other]) => other !== family))
  }

  /** As long as there is room; a route that is shown already gives its own up. */
  #show(route: ReceivedRoute, octets: number): void {
    const { prefix } = route
    const before = this.#shown.get(prefix)
    const total = this.#shownOctets - (before?.octets ?? 0) + octets
    if (total > SHOWN_OCTETS || (before === undefined && this.#shown.size >= SHOWN)) {
      this.#hide(prefix)
      return
    }
    this.#shown.set(prefix, { route, octets })
    this.#shownOctets = total
  }

  #hide(prefix: Prefix): void {
    this.#shownOctets -= this.#shown.get(prefix)?.octets ?? 0
    this.#shown.delete(prefix)
  }
}

function tables(families: readonly Family[]): ReadonlyMap<Family, PrefixTable> {
  return new Map(families.map((family) => [family, new PrefixTable(ipVersionOf(family))]))
}

function drop(table: PrefixTable | undefined, prefix: Prefix): void {
  const slot = table?.slotOf(prefix)
  if (slot !== undefined) table?.release(slot)
}
