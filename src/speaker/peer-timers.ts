import type { SessionTimer } from '../../bgp/fsm/action.js'
import type { ConnectionId } from '../../bgp/fsm/session.js'
import type { PeerTimer } from '../../bgp/peer/peer.js'
import type { Cancel, Clock } from '../../net/clock.js'
import { DeadlineTimer } from './deadline-timer.js'

interface RunningTimer {
  readonly cancel: Cancel
  /** Monotonic milliseconds. */
  readonly at: number
}

/** What a timer of the peer, or of one of its connections, does when it fires. */
export interface TimerHandlers {
  /** @param seconds that it ran */
  onPeerTimer(timer: PeerTimer, seconds: number): void
  onSessionTimer(connection: ConnectionId, timer: SessionTimer): void
}

/** The timers of one peer, by their RFC names: between attempts, and of each connection. */
export class PeerTimers {
  readonly #clock: Clock
  readonly #handlers: TimerHandlers
  readonly #peer = new Map<PeerTimer, RunningTimer>()
  readonly #sessions = new Map<ConnectionId, Map<SessionTimer, DeadlineTimer>>()

  constructor(clock: Clock, handlers: TimerHandlers) {
    this.#clock = clock
    this.#handlers = handlers
  }

  /** Until the first timer between attempts fires; undefined while none runs. */
  get nextAttemptSeconds(): number | undefined {
    const [next] = [...this.#peer.values()].map(({ at }) => at).sort((a, b) => a - b)
    return next === undefined ? undefined : Math.max(0, Math.ceil((next - this.#clock.now()) / 1000))
  }

  startPeer(timer: PeerTimer, seconds: number): void {
    this.#peer.get(timer)?.cancel()
    const cancel = this.#clock.after(seconds * 1000, () => {
      this.#peer.delete(timer)
      this.#handlers.onPeerTimer(timer, seconds)
    })
    this.#peer.set(timer, { cancel, at: this.#clock.now() + seconds * 1000 })
  }

  stopPeer(timer: PeerTimer): void {
    this.#peer.get(timer)?.cancel()
    this.#peer.delete(timer)
  }

  startSession(connection: ConnectionId, timer: SessionTimer, seconds: number): void {
    const timers = this.#sessions.get(connection) ?? new Map<SessionTimer, DeadlineTimer>()
    this.#sessions.set(connection, timers)
    const fire = () => this.#handlers.onSessionTimer(connection, timer)
    const known = timers.get(timer) ?? new DeadlineTimer(this.#clock, fire)
    timers.set(timer, known)
    known.start(seconds)
  }

  stopSession(connection: ConnectionId, timer: SessionTimer): void {
    this.#sessions.get(connection)?.get(timer)?.stop()
  }

  /** Sets a running timer back to its whole time. */
  restart(connection: ConnectionId, timer: SessionTimer): void {
    this.#sessions.get(connection)?.get(timer)?.restart()
  }

  /** Stops all timers of a connection that is over. */
  forget(connection: ConnectionId): void {
    for (const timer of this.#sessions.get(connection)?.values() ?? []) timer.stop()
    this.#sessions.delete(connection)
  }
}
