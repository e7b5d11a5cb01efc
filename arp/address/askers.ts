import type { Ip } from '../../net/ip.js'
import type { Ask } from '../hear.js'
import type { Asker } from './announcer.js'

/** A station that asked for an address lately; times are monotonic milliseconds. */
export interface RecentAsker extends Asker {
  readonly target: Ip
  readonly firstAt: number
  readonly lastAt: number
  readonly asked: number
}

/**
 * Who asked for which address, bounded: the least recent asker of an address is forgotten first, so a scan of the LAN
 * costs memory up to the limit and no more. A backup keeps the list as well, out of the broadcasts it hears, and tells
 * these stations when it takes over. Mutable, because every answered frame goes through it.
 */
export class Askers {
  readonly #limit: number
  /** By address, then by asker; in each inner map the most recent asker is last. */
  readonly #byTarget = new Map<Ip, Map<string, RecentAsker>>()

  /** @param limit stations remembered for each address, at least 1 */
  constructor(limit = 64) {
    this.#limit = limit
  }

  record({ target, asker }: Ask, now: number): void {
    const askers = this.#byTarget.get(target) ?? new Map<string, RecentAsker>()
    this.#byTarget.set(target, askers)
    const key = `${asker.ip} ${asker.mac}`
    const known = askers.get(key)
    askers.delete(key)
    const { ip, mac } = asker
    askers.set(key, {
      target,
      ip,
      mac,
      firstAt: known?.firstAt ?? now,
      lastAt: now,
      asked: (known?.asked ?? 0) + 1,
    })
    if (askers.size > this.#limit) {
      for (const oldest of askers.keys()) {
        askers.delete(oldest)
        break
      }
    }
  }

  /** Most recent first; only those heard within `milliseconds` before `now`. */
  of(target: Ip, now: number, milliseconds: number): readonly RecentAsker[] {
    const askers = [...(this.#byTarget.get(target)?.values() ?? [])]
    return askers.filter(({ lastAt }) => now - lastAt <= milliseconds).reverse()
  }

  /** Of every address, most recent first. */
  all(): readonly RecentAsker[] {
    const askers = [...this.#byTarget.values()].flatMap((byAsker) => [...byAsker.values()])
    return askers.sort((a, b) => b.lastAt - a.lastAt)
  }

  /** The address is no longer this node's business. */
  forget(target: Ip): void {
    this.#byTarget.delete(target)
  }
}
