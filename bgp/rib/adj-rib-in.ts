import { type Prefix, versionOf } from '../../net/prefix.js'
import type { Attribute } from '../attribute.js'
import { NO_LLGR } from '../community.js'
import { type Family, familyOfVersion, ipVersionOf } from '../family.js'
import { memoryOf } from './attribute-memory.js'
import { ReceivedPrefixes, type Staleness } from './received-prefixes.js'

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
  readonly #prefixes = new Map<Family, ReceivedPrefixes>()
  readonly #shown = new Map<Prefix, Shown>()
  #shownOctets = 0

  constructor(families: readonly Family[]) {
    this.serve(families)
  }

  /** Prefixes received and not withdrawn, the stale ones included. */
  received(family: Family): number {
    return this.#prefixes.get(family)?.size ?? 0
  }

  get total(): number {
    let total = 0
    for (const { size } of this.#prefixes.values()) total += size
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

  staleness(prefix: Prefix): Staleness {
    return this.#prefixesLike(prefix)?.staleness(prefix) ?? 'fresh'
  }

  announce(prefixes: readonly Prefix[], attributes: readonly Attribute[]): void {
    const octets = memoryOf(attributes)
    const perishable = isPerishable(attributes)
    for (const prefix of prefixes) {
      const family = familyOfVersion(versionOf(prefix))
      const table = this.#prefixes.get(family)
      if (table === undefined) continue
      table.announce(prefix, perishable)
      this.#show({ prefix, family, attributes }, octets)
    }
  }

  withdraw(prefixes: readonly Prefix[]): void {
    for (const prefix of prefixes) {
      this.#prefixesLike(prefix)?.withdraw(prefix)
      this.#hide(prefix)
    }
  }

  /** A session with these families begins: one that it does not have keeps nothing. */
  serve(families: readonly Family[]): void {
    for (const family of this.#prefixes.keys()) {
      if (families.includes(family)) continue
      this.#prefixes.delete(family)
      this.#sweep(family)
    }
    for (const family of families) {
      if (!this.#prefixes.has(family)) this.#prefixes.set(family, new ReceivedPrefixes(ipVersionOf(family)))
    }
  }

  /** The session is over and the peer restarts: what it sent stays, and waits to be announced again. */
  restarting(family: Family): void {
    this.#change(family, (held) => held.restarting())
  }

  /** It has been away for longer than its restart time: what stays is the least preferred (RFC 9494). */
  longLived(family: Family): void {
    this.#change(family, (held) => held.longLived())
  }

  /** Deletes what is stale still: at End-of-RIB, or because nobody waits for the peer any more. */
  purge(family: Family): void {
    this.#change(family, (held) => held.purge())
  }

  /** Most ends of RIBs find nothing stale, and cost nothing. */
  #change(family: Family, change: (held: ReceivedPrefixes) => void): void {
    const held = this.#prefixes.get(family)
    if (held === undefined) return
    const { size } = held
    change(held)
    if (held.size < size) this.#sweep(family)
  }

  #prefixesLike(prefix: Prefix): ReceivedPrefixes | undefined {
    return this.#prefixes.get(familyOfVersion(versionOf(prefix)))
  }

  /** As long as there is room; a route that is shown already gives its own up. */
  #show(route: ReceivedRoute, octets: number): void {
    const { prefix } = route
    const before = this.#shown.get(prefix)
    if (before === undefined && this.#shown.size >= SHOWN) return
    const total = this.#shownOctets - (before?.octets ?? 0) + octets
    if (total > SHOWN_OCTETS) {
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

  /** Shows no route of the family that is gone. */
  #sweep(family: Family): void {
    const held = this.#prefixes.get(family)
    for (const { prefix, family: its } of this.shown()) {
      if (its === family && held?.has(prefix) !== true) this.#hide(prefix)
    }
  }
}

function isPerishable(attributes: readonly Attribute[]): boolean {
  return attributes.some(
    (attribute) => attribute.kind === 'communities' && attribute.communities.includes(NO_LLGR),
  )
}
