import type { IpVersion, Prefix } from '../../net/prefix.js'
import { PrefixTable } from './prefix-table.js'

/** 'stale': the peer restarts (RFC 4724). 'long-lived-stale': it has been away for longer than that (RFC 9494). */
export type Staleness = 'fresh' | 'stale' | 'long-lived-stale'

/** Which prefixes of one family a peer has sent, and which of them are left from a session that is over. */
export class ReceivedPrefixes {
  readonly #version: IpVersion
  #fresh: PrefixTable
  /** Not announced again yet. A prefix is in one of the two. */
  #stale: PrefixTable
  #longLived = false
  /** Those of both whose route carries NO_LLGR (RFC 9494 §3.3). */
  #perishable: PrefixTable

  constructor(version: IpVersion) {
    this.#version = version
    this.#fresh = new PrefixTable(version)
    this.#stale = new PrefixTable(version)
    this.#perishable = new PrefixTable(version)
  }

  get size(): number {
    return this.#fresh.size + this.#stale.size
  }

  has(prefix: Prefix): boolean {
    return isIn(this.#fresh, prefix) || isIn(this.#stale, prefix)
  }

  staleness(prefix: Prefix): Staleness {
    if (!isIn(this.#stale, prefix)) return 'fresh'
    return this.#longLived ? 'long-lived-stale' : 'stale'
  }

  /** @param perishable its route carries NO_LLGR */
  announce(prefix: Prefix, perishable: boolean): void {
    drop(this.#stale, prefix)
    // One prefix, one reference: a replacement must not count twice.
    this.#fresh.ensure(prefix)
    if (perishable) this.#perishable.ensure(prefix)
    else drop(this.#perishable, prefix)
  }

  withdraw(prefix: Prefix): void {
    drop(this.#fresh, prefix)
    drop(this.#stale, prefix)
    drop(this.#perishable, prefix)
  }

  /**
   * The session is over and the peer restarts: what it sent waits to be announced again. What was stale already goes:
   * "routes … previously marked as stale MUST be deleted" (RFC 4724 §4.2), unless it is long-lived, which "MUST NOT be
   * deleted before the timer … expires" (RFC 9494 §4.2).
   */
  restarting(): void {
    const before = this.#stale
    this.#stale = this.#fresh
    this.#fresh = new PrefixTable(this.#version)
    if (this.#longLived) {
      for (const prefix of before.prefixes()) this.#stale.retain(prefix)
      this.longLived()
    } else this.#forgetPerishable()
  }

  /** The restart time is over: what must not be kept for longer goes, the rest is the least preferred (RFC 9494 §4.2). */
  longLived(): void {
    this.#longLived = true
    for (const prefix of this.#perishable.prefixes()) drop(this.#stale, prefix)
    this.#forgetPerishable()
  }

  /** What is stale still goes. */
  purge(): void {
    this.#longLived = false
    this.#stale = new PrefixTable(this.#version)
    this.#forgetPerishable()
  }

  /** Of what is not there any more. */
  #forgetPerishable(): void {
    for (const prefix of this.#perishable.prefixes()) if (!this.has(prefix)) drop(this.#perishable, prefix)
  }
}

function isIn(table: PrefixTable, prefix: Prefix): boolean {
  return table.size > 0 && table.slotOf(prefix) !== undefined
}

function drop(table: PrefixTable, prefix: Prefix): void {
  const slot = table.size > 0 ? table.slotOf(prefix) : undefined
  if (slot !== undefined) table.release(slot)
}
