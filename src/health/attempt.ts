import type { HealthCheck } from '../../config/health-check.js'
import type { Cancel, Clock } from '../../net/clock.js'
import { formatMs } from '../../net/duration.js'
import { failed, type Outcome, type ProbeContext } from './probe.js'
import type { Probing } from './probes.js'

export interface AttemptServices {
  readonly clock: Clock
  readonly probing: Probing
  /** Runs work after pending I/O. */
  later(work: () => void): void
}

export interface AttemptHandlers {
  /** What this attempt is worth: once, and again for every interval that it overstays. */
  onOutcome(outcome: Outcome): void
  /** Nothing is left of it; called once, also after a cancel. */
  onEnded(): void
}

/** Makes one probe, and gives it up when its time is over. Handlers are never called before this has returned. */
export function attempt(
  { probe, timeoutMs, intervalMs }: HealthCheck,
  context: ProbeContext,
  { clock, probing, later }: AttemptServices,
  { onOutcome, onEnded }: AttemptHandlers,
): Cancel {
  let state: 'waiting' | 'overdue' | 'ended' | 'cancelled' = 'waiting'
  let cancelTimer = expectWithin(timeoutMs, `no result within ${formatMs(timeoutMs)}`)
  const end = probing.start(probe, context, (outcome) => {
    cancelTimer()
    if (state === 'waiting') onOutcome(outcome)
    state = 'ended'
    onEnded()
  })
  return () => {
    if (state === 'ended') return
    state = 'cancelled'
    cancelTimer()
    end()
  }

  /** A result that has come but was not looked at yet, because this process was busy, is in time. */
  function expectWithin(ms: number, text: string): Cancel {
    return clock.after(ms, () => later(() => overdue(text)))
  }

  function overdue(text: string): void {
    if (state === 'ended' || state === 'cancelled') return
    state = 'overdue'
    // What cannot be killed (a process that waits for its disk) goes on failing, or its service would stay announced.
    cancelTimer = expectWithin(intervalMs, 'the check before has not ended yet')
    onOutcome(failed(text))
    end()
  }
}
