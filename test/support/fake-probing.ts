import type { Probe } from '../../config/health-check.js'
import type { Outcome, ProbeContext } from '../../src/health/probe.js'
import type { Probing } from '../../src/health/probes.js'

/** A probe that has begun and not ended. */
export interface FakeProbe {
  readonly probe: Probe
  readonly context: ProbeContext
  pass(text?: string): void
  fail(text?: string): void
}

/** Services that answer when the test says so. */
export interface FakeProbing extends Probing {
  /** In the order of their start. */
  readonly running: readonly FakeProbe[]
  /** Every start, as the name of its announcement. */
  readonly started: readonly string[]
  /** How many were ended before they had an outcome. */
  readonly aborted: number
  /** Those that exist. */
  readonly files: Set<string>
  /** Nothing ends a probe but its own outcome. */
  stubborn: boolean
}

export function fakeProbing(): FakeProbing {
  const running = new Set<FakeProbe>()
  const started: string[] = []
  const files = new Set<string>()
  let aborted = 0
  return {
    started,
    files,
    stubborn: false,
    get running() {
      return [...running]
    },
    get aborted() {
      return aborted
    },
    exists: (file, tell) => tell(files.has(file)),
    start(probe, context, done) {
      const end = (outcome: Outcome) => {
        if (!running.delete(fake)) return
        done(outcome)
      }
      const fake: FakeProbe = {
        ...{ probe, context },
        pass: (text = 'fine') => end({ passed: true, text }),
        fail: (text = 'broken') => end({ passed: false, text }),
      }
      running.add(fake)
      started.push(context.announcement)
      return () => {
        aborted++
        if (!this.stubborn) fake.fail('ended')
      }
    },
  }
}
