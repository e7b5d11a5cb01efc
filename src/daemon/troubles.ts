import type { AttemptFailure, SpeakerEvent } from '../speaker/speaker-event.js'

/**
 * Attempts that come to nothing are repeated every few seconds for as long as the peer is away: the log has the first,
 * and the first for another reason.
 */
export class Troubles {
  readonly #told = new Map<string, AttemptFailure>()

  /** False for an attempt that failed as the last one at this peer did. */
  isNews(event: SpeakerEvent): boolean {
    if (event.kind === 'peer-state' && event.change.to === 'established') this.#told.delete(event.peer)
    if (event.kind !== 'attempt-failed') return true
    const { peer, because } = event
    if (this.#told.get(peer) === because) return false
    this.#told.set(peer, because)
    return true
  }
}
