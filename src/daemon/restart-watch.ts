import { peerKeepsOurRoutes, restartWindow } from '../../bgp/graceful-restart.js'
import type { OfferHints } from '../../bgp/open-offer.js'
import type { PeerSettings } from '../../bgp/peer-settings.js'
import type { Cancel, Clock } from '../../net/clock.js'
import type { Result } from '../../net/result.js'
import type { PeerView } from '../speaker/peer-view.js'
import type { RestartMarker } from '../state/restart-marker.js'

/** How often the marker is brought up to date: a crash is known to this precision. */
const MARKER_MS = 10_000

/** Keeps the restart marker true to what the peers hold, while herald runs and when it stops. */
export class RestartWatch {
  readonly #marker: RestartMarker
  readonly #peers: () => readonly PeerView[]
  readonly #clock: Clock
  readonly #warn: (problem: string) => void
  #cancel: Cancel = () => undefined
  /** What was warned of last: a disk that stays full is told of once. */
  #problem: string | undefined

  constructor(
    marker: RestartMarker,
    peers: () => readonly PeerView[],
    clock: Clock,
    warn: (problem: string) => void,
  ) {
    this.#marker = marker
    this.#peers = peers
    this.#clock = clock
    this.#warn = warn
  }

  start(): void {
    if (this.#marker.problem !== undefined) this.#warn(this.#marker.problem)
    this.#keepTouching()
  }

  /** What an OPEN to this peer says of a restart; it was asked to wait as long as its settings say. */
  hints({ gracefulRestart }: PeerSettings): Pick<OfferHints, 'restarted' | 'forwardingPreserved'> {
    return this.#marker.hints(restartWindow(gracefulRestart))
  }

  /** Called at once when a session comes up, and every some seconds. */
  touch(): void {
    if (!this.#peers().some(keepsRoutes)) return
    this.#check(this.#marker.touch())
  }

  /** The peers have been told to forget this node. */
  forget(): Result<void> {
    return this.#marker.remove()
  }

  /**
   * The next start is a restart where a peer keeps routes meanwhile: one of now, or when there is none yet after the
   * last start, one of before.
   * @param goodbye the peers have been told to forget this node
   */
  stop(goodbye: boolean): void {
    this.#cancel()
    const up = this.#peers().filter(({ session }) => session !== undefined)
    if (!goodbye && up.some(keepsRoutes)) this.touch()
    else if (goodbye || up.length > 0) this.#check(this.#marker.remove())
  }

  #check(done: Result<void>): void {
    const problem = done.ok ? undefined : done.because
    if (problem !== undefined && problem !== this.#problem) this.#warn(problem)
    this.#problem = problem
  }

  #keepTouching(): void {
    this.#cancel = this.#clock.after(MARKER_MS, () => {
      this.touch()
      this.#keepTouching()
    })
  }
}

/** Whether the peer keeps our routes when the connection ends without a word. */
export function keepsRoutes({ session }: PeerView): boolean {
  return session !== undefined && peerKeepsOurRoutes(session.negotiated)
}
