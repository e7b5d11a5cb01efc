import type { Family } from '../../bgp/family.js'
import type { Ended } from '../../bgp/fsm/session.js'
import {
  forwardingPreserved,
  keepsPeersRoutes,
  type RetentionPeriod,
  retentionOf,
} from '../../bgp/graceful-restart.js'
import type { Negotiated } from '../../bgp/negotiated.js'
import { AdjRibIn } from '../../bgp/rib/adj-rib-in.js'
import type { Cancel, Clock } from '../../net/clock.js'

/** Seconds that a peer which is back has for its End-of-RIB: what it never announces again must not stay for ever. */
const STALE_PATH_TIME = 360

/** What the stale routes of a family wait for. */
interface Wait {
  /** 'overdue': the long-lived stale time ended before the End-of-RIB of a peer that is back (RFC 9494 §4.2). */
  readonly period: RetentionPeriod | 'overdue'
  readonly cancel: Cancel
}

/** What a peer had sent, from a session that ended to the End-of-RIB of the next (RFC 4724 §4.2, RFC 9494 §4.2). */
export class RetainedRoutes {
  readonly #clock: Clock
  readonly #onLongLived: (family: Family, seconds: number) => void
  #adjRibIn: AdjRibIn | undefined
  /** The peer is back. */
  #up = false
  readonly #waits = new Map<Family, Wait>()

  /** @param onLongLived the restart time is over, and routes of the family stay for this long */
  constructor(clock: Clock, onLongLived: (family: Family, seconds: number) => void) {
    this.#clock = clock
    this.#onLongLived = onLongLived
  }

  get adjRibIn(): AdjRibIn | undefined {
    return this.#adjRibIn
  }

  /** The session is over: its routes wait for the peer as long as it asked for, or are gone. */
  keep(negotiated: Negotiated, ended: Ended): void {
    if (keepsPeersRoutes(negotiated, ended)) {
      for (const family of negotiated.families) this.#leave(family, negotiated)
    } else this.forget()
    this.#up = false
    this.#rest()
  }

  /** The Adj-RIB-In of a new session: with the routes of the last one as stale, where the peer kept forwarding. */
  resume(negotiated: Negotiated): AdjRibIn {
    this.#up = true
    const adjRibIn = this.#adjRibIn ?? new AdjRibIn(negotiated.families)
    this.#adjRibIn = adjRibIn
    for (const [family, { period }] of this.#waits) {
      if (period === 'overdue' || !forwardingPreserved(negotiated, family, period)) this.end(family)
      // RFC 9494 §4.2: the long-lived timer "continues to run once the session has re-established".
      else if (period === 'restart') this.#wait(family, period, STALE_PATH_TIME, () => this.end(family))
    }
    adjRibIn.serve(negotiated.families)
    return adjRibIn
  }

  /** What is stale of the family goes: its End-of-RIB has come, or nobody waits for it any more. */
  end(family: Family): void {
    this.#waits.get(family)?.cancel()
    this.#waits.delete(family)
    this.#adjRibIn?.purge(family)
    this.#rest()
  }

  /** Nobody waits for the peer any more. */
  forget(): void {
    for (const { cancel } of this.#waits.values()) cancel()
    this.#waits.clear()
    this.#adjRibIn = undefined
  }

  /** What waits for nothing is not there. */
  #rest(): void {
    if (!this.#up && this.#waits.size === 0) this.#adjRibIn = undefined
  }

  #leave(family: Family, negotiated: Negotiated): void {
    const before = this.#waits.get(family)?.period
    this.#adjRibIn?.restarting(family)
    if (before === 'long-lived') return
    const { restartSeconds, longLivedSeconds } = retentionOf(negotiated, family)
    const over = () => this.#restartTimeOver(family, longLivedSeconds)
    if (before === 'overdue') this.end(family)
    else if (restartSeconds === 0) over()
    else this.#wait(family, 'restart', restartSeconds, over)
  }

  #restartTimeOver(family: Family, longLivedSeconds: number): void {
    if (longLivedSeconds === 0) {
      this.end(family)
      return
    }
    this.#adjRibIn?.longLived(family)
    this.#wait(family, 'long-lived', longLivedSeconds, () => this.#longLivedOver(family))
    this.#onLongLived(family, longLivedSeconds)
  }

  #longLivedOver(family: Family): void {
    this.end(family)
    // Should the session end before its End-of-RIB, the family keeps nothing.
    if (this.#up) this.#waits.set(family, { period: 'overdue', cancel: () => undefined })
  }

  #wait(family: Family, period: RetentionPeriod, seconds: number, over: () => void): void {
    this.#waits.get(family)?.cancel()
    this.#waits.set(family, { period, cancel: this.#clock.after(seconds * 1000, over) })
  }
}
