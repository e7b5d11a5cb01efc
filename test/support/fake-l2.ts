import { ok, type Result } from '../../net/result.js'
import type { L2Engine, StartL2 } from '../../src/l2/engine.js'
import type { L2Event } from '../../src/l2/event.js'
import type { AskerReport, L2Report } from '../../src/l2/report.js'
import type { L2Settings } from '../../src/l2/settings.js'

/** An engine without sockets: it writes down what it is asked to do, and says what a test wants. */
export interface FakeL2 {
  readonly start: StartL2
  /** In the order in which they came. */
  readonly calls: readonly ('start' | 'configure' | 'hand-over' | 'stop')[]
  /** The last it was configured with. */
  readonly settings: L2Settings | undefined
  /** 'GROUP: ADDRESS ADDRESS' of each group, an unfit one with '(unfit)'. */
  readonly served: readonly string[]
  emit(event: L2Event): void
  /** Lets `handOver` resolve, now and from now on. */
  handedOver(): void
}

export interface FakeL2Options {
  readonly refuse?: string
  readonly report?: L2Report
  readonly askers?: readonly AskerReport[]
  /** Every hand-over is done at once, unless this is false. */
  readonly handsOver?: boolean
}

export function fakeL2(options: FakeL2Options = {}): FakeL2 {
  const { report = { addresses: [], interfaces: [] }, askers = [], handsOver = true } = options
  const calls: FakeL2['calls'][number][] = []
  let settings: L2Settings | undefined
  let listener: (event: L2Event) => void = () => undefined
  let release: () => void = () => undefined
  const released = handsOver ? Promise.resolve() : new Promise<void>((done) => (release = done))
  const engine: L2Engine = {
    configure: (next) => {
      calls.push('configure')
      settings = next
    },
    report: async () => report,
    askers: async (address) => askers.filter(({ target }) => address === undefined || target === address),
    handOver: () => {
      calls.push('hand-over')
      return released
    },
    stop: async () => {
      calls.push('stop')
    },
  }
  const start = (onEvent: (event: L2Event) => void): Result<L2Engine> => {
    calls.push('start')
    if (options.refuse !== undefined) return { ok: false, because: options.refuse }
    listener = onEvent
    return ok(engine)
  }
  return {
    ...{ start, calls },
    get settings() {
      return settings
    },
    get served() {
      const groups = settings?.groups ?? []
      return groups.map(
        ({ name, addresses, fit }) => `${name}: ${addresses.join(' ')}${fit ? '' : ' (unfit)'}`,
      )
    },
    emit: (event) => listener(event),
    handedOver: () => release(),
  }
}
