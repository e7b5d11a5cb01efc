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

interface AskersOfOne {
  /** By its IP and MAC address; the most recent is last. */
  readonly byStation: Map<string, Writable<RecentAsker>>
  /** Who asks is mostly who asked before. */
  latest: Writable<RecentAsker> | undefined
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/**
 * Who asked for which address, bounded: the least recent asker of an address is forgotten first, so a scan of the LAN
 * costs memory up to the limit and no more. A backup keeps the list as well, out of the broadcasts it hears, and tells
 * these stations when it takes over. Mutable, because every answered frame goes through it.
 */
export class Askers {
  readonly #limit: number
  readonly #byTarget = new Map<Ip, AskersOfOne>()

  /** @param limit stations remembered for each address, at least 1 */
  constructor(limit = 64) {
    this.#limit = limit
  }

  record({ target, asker }: Ask, now: number): void {
    const known = this.#byTarget.get(target)
    const askers = known ?? { byStation: new Map(), latest: undefined }
    if (known === undefined) this.#byTarget.set(target, askers)
    const { latest, byStation } = askers
    if (latest !== undefined && latest.ip === asker.ip && latest.mac === asker.mac) {
      latest.lastAt = now
      latest.asked++
      return
    }
    const station = `${asker.ip} ${asker.mac}`
    const again = byStation.get(station)
    byStation.delete(station)
    const [firstAt, asked] = again === undefined ? [now, 1] : [again.firstAt, again.asked + 1]
    askers.latest = { target, ip: asker.ip, mac: asker.mac, firstAt, lastAt: now, asked }
    byStation.set(station, askers.latest)
    if (byStation.size <= this.#limit) return
    for (const oldest of byStation.keys()) {
      byStation.delete(oldest)
      break
    }
  }

  /** Most recent first; only those heard within `milliseconds` before `now`. */
  of(target: Ip, now: number, milliseconds: number): readonly RecentAsker[] {
    const askers = [...(this.#byTarget.get(target)?.byStation.values() ?? [])]
    return askers.filter(({ lastAt }) => now - lastAt <= milliseconds).reverse()
  }

  /** Of every address, most recent first. */
  all(): readonly RecentAsker[] {
    const askers = [...this.#byTarget.values()].flatMap(({ byStation }) => [...byStation.values()])
    return askers.sort((a, b) => b.lastAt - a.lastAt)
  }

  /** The address is no longer this node's business. */
  forget(target: Ip): void {
    this.#byTarget.delete(target)
  }
}
