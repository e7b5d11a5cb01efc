import type { DynamicPeerSettings, PeerSettings } from '../../bgp/peer-settings.js'
import { type Caller, dynamicPeer, type Place, rangeFor } from './match-peer.js'
import type { PeerDriver } from './peer-driver.js'

interface Member {
  readonly driver: PeerDriver
  readonly range: DynamicPeerSettings
}

/** What the ranges make of a caller. */
export type Membership =
  | { readonly is: 'member'; readonly driver: PeerDriver }
  | { readonly is: 'in-no-range' }
  | { readonly is: 'over-limit'; readonly range: DynamicPeerSettings }

/** The peers that nobody listed: each is known while it has a connection, or is held down. */
export class DynamicPeers {
  readonly #members = new Map<string, Member>()
  readonly #start: (settings: PeerSettings) => PeerDriver

  /** @param start makes the driver of a peer, and starts it */
  constructor(start: (settings: PeerSettings) => PeerDriver) {
    this.#start = start
  }

  get drivers(): readonly PeerDriver[] {
    return [...this.#members.values()].map(({ driver }) => driver)
  }

  /** The peer that calls, known or new. */
  admit(caller: Caller, ranges: readonly DynamicPeerSettings[]): Membership {
    const place = placeOf(caller)
    const known = this.#members.get(keyOf(place))
    if (known !== undefined) return { is: 'member', driver: known.driver }
    const range = rangeFor(ranges, caller)
    if (range === undefined) return { is: 'in-no-range' }
    const taken = [...this.#members.values()].filter((each) => each.range.prefix === range.prefix).length
    if (taken >= range.limit) return { is: 'over-limit', range }
    const driver = this.#start(dynamicPeer(range, place))
    this.#members.set(keyOf(place), { driver, range })
    return { is: 'member', driver }
  }

  /** Follows ranges that changed: who is in none any more leaves, what the others are told is up to `change`. */
  follow(
    ranges: readonly DynamicPeerSettings[],
    change: (driver: PeerDriver, settings: PeerSettings) => void,
  ): void {
    for (const [key, { driver, range }] of this.#members) {
      const next = ranges.find(({ prefix }) => prefix === range.prefix)
      if (next === undefined) this.#remove(key)
      else {
        this.#members.set(key, { driver, range: next })
        change(driver, dynamicPeer(next, driver.settings))
      }
    }
  }

  /** A listed peer at the same place takes over; two drivers would fight over its connections. */
  giveWayTo(place: Place): void {
    if (this.#members.has(keyOf(place))) this.#remove(keyOf(place))
  }

  /** Dynamic peers leave nothing behind: what was known of one goes with its last connection. */
  forget(driver: PeerDriver): void {
    for (const [key, member] of this.#members) if (member.driver === driver) this.#remove(key)
  }

  #remove(key: string): void {
    const member = this.#members.get(key)
    this.#members.delete(key)
    member?.driver.end({ why: 'peer-de-configured' })
  }
}

function placeOf({ remote, interface: link }: Caller): Place {
  return { address: remote.address, ...(link !== undefined && { interface: link }) }
}

function keyOf({ address, interface: link }: Place): string {
  return `${address}%${link ?? ''}`
}
