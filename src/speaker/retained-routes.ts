import type { Ended } from '../../bgp/fsm/session.js'
import { keepsPeersRoutes, preservedFamilies } from '../../bgp/graceful-restart.js'
import type { Negotiated } from '../../bgp/negotiated.js'
import { AdjRibIn } from '../../bgp/rib/adj-rib-in.js'
import type { Cancel, Clock } from '../../net/clock.js'

/** Seconds that a peer which is back has for its End-of-RIB: what it never announces again must not stay for ever. */
const STALE_PATH_TIME = 360

/** What a restarting peer had sent, from its last session to its next (RFC 4724 §4.2). */
export class RetainedRoutes {
  readonly #clock: Clock
  #adjRibIn: AdjRibIn | undefined
  #cancel: Cancel = () => undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get adjRibIn(): AdjRibIn | undefined {
    return this.#adjRibIn
  }

  /** The session is over: its routes wait for the peer as long as it asked for, or are gone. */
  keep(adjRibIn: AdjRibIn, negotiated: Negotiated, ended: Ended): void {
    this.forget()
    if (!keepsPeersRoutes(negotiated, ended)) return
    this.#adjRibIn = adjRibIn
    const seconds = negotiated.gracefulRestart?.restartTimeSeconds ?? 0
    this.#cancel = this.#clock.after(seconds * 1000, () => this.forget())
  }

  /** The Adj-RIB-In of a new session: with the routes of the last one as stale, where the peer kept forwarding. */
  resume(negotiated: Negotiated): AdjRibIn {
    const adjRibIn = this.#adjRibIn
    this.forget()
    if (adjRibIn === undefined) return new AdjRibIn(negotiated.families)
    adjRibIn.restarting(negotiated.families)
    const preserved = preservedFamilies(negotiated)
    for (const family of negotiated.families) if (!preserved.includes(family)) adjRibIn.purge(family)
    this.#cancel = this.#clock.after(STALE_PATH_TIME * 1000, () => {
      for (const family of negotiated.families) adjRibIn.purge(family)
    })
    return adjRibIn
  }

  /** Nobody waits for the peer any more. */
  forget(): void {
    this.#cancel()
    this.#cancel = () => undefined
    this.#adjRibIn = undefined
  }
}
