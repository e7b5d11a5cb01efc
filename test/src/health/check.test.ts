import t from 'tap'
import type { HealthCheck } from '../../../config/health-check.js'
import { Check } from '../../../src/health/check.js'
import { heldBackBy } from '../../../src/health/held-back.js'
import { Turns } from '../../../src/health/turns.js'
import { fakeClock } from '../../support/fake-clock.js'
import { fakeProbing } from '../../support/fake-probing.js'

const tcp: HealthCheck = {
  probe: { kind: 'exec', argv: ['true'] },
  ...{ intervalMs: 5000, timeoutMs: 3000, rise: 2, fall: 3 },
}

/** A check on a fake clock; `random` says where in its interval it begins. */
function running(
  change: Partial<HealthCheck> = {},
  {
    random = 0,
    announced = false,
    busy = false,
  }: { random?: number; announced?: boolean; busy?: boolean } = {},
) {
  const clock = fakeClock()
  const probing = fakeProbing()
  const verdicts: string[] = []
  const waiting: (() => void)[] = []
  const later = (work: () => void) => {
    if (busy) waiting.push(work)
    else clock.after(0, work)
  }
  const check = new Check(
    { announcement: 'dns', definition: { ...tcp, ...change }, announced },
    {
      ...{ clock, probing, later, turns: new Turns(4, (work) => clock.after(0, work)) },
      random: () => random,
      wallTime: () => `T+${clock.now()}`,
    },
    (transition) => {
      if (transition !== undefined) verdicts.push(`${clock.now()} ${transition.to}`)
    },
  )
  check.start()
  clock.advance(0)
  return {
    ...{ check, clock, probing, verdicts },
    /** Runs what waits for pending I/O. */
    turn: () => {
      for (const work of waiting.splice(0)) work()
    },
  }
}

t.test('until its first verdict a check is made every second, then every interval', async (t) => {
  const { check, clock, probing, verdicts } = running()
  t.equal(probing.running.length, 1)
  probing.running[0]!.pass()
  clock.advance(1000)
  probing.running[0]!.pass()
  t.same(verdicts, ['1000 healthy'])
  t.ok(check.announces)
  clock.advance(4999)
  t.equal(probing.started.length, 2)
  clock.advance(1)
  t.equal(probing.started.length, 3)
})

t.test('an interval shorter than a second is kept from the start', async (t) => {
  const { clock, probing } = running({ intervalMs: 500, timeoutMs: 500 })
  probing.running[0]!.pass()
  clock.advance(500)
  t.equal(probing.started.length, 2)
})

t.test('a check begins somewhere in its interval', async (t) => {
  const { clock, probing } = running({}, { random: 0.25 })
  t.equal(probing.started.length, 0)
  clock.advance(249)
  t.equal(probing.started.length, 0)
  clock.advance(1)
  t.equal(probing.started.length, 1)
})

t.test('what takes longer than the timeout has failed, and is ended', async (t) => {
  const { check, clock, probing } = running()
  clock.advance(2999)
  t.equal(check.counts.failed, 0)
  clock.advance(1)
  t.same(check.counts, { passed: 0, failed: 1 })
  t.equal(probing.aborted, 1)
  t.match(check.last, { at: 'T+3000', result: { is: 'failed', text: 'no result within 3s' } })
})

t.test('a check never meets itself: the next begins when the last has ended, late or not', async (t) => {
  const { clock, probing } = running()
  clock.advance(2500)
  t.equal(probing.running.length, 1)
  probing.running[0]!.pass()
  t.equal(probing.started.length, 1)
  clock.advance(0)
  t.equal(probing.started.length, 2, 'its time had come long before')
  t.equal(probing.running.length, 1)
})

t.test('what cannot be ended fails again with every interval, and no other is started', async (t) => {
  const { check, clock, probing, verdicts } = running()
  probing.stubborn = true
  clock.advance(3000 + 2 * 5000)
  t.same(verdicts, ['13000 unhealthy'])
  t.same(check.counts, { passed: 0, failed: 3 })
  t.match(check.last?.result.text, 'has not ended yet')
  t.equal(probing.started.length, 1)
  probing.running[0]!.pass()
  t.same(check.counts, { passed: 0, failed: 3 }, 'too late to count')
  clock.advance(5000)
  t.equal(probing.started.length, 2)
})

t.test('a result that came in time counts, also when this process was too busy to look at it', async (t) => {
  const { check, clock, probing, turn } = running({}, { busy: true })
  clock.advance(3000)
  probing.running[0]!.pass()
  turn()
  t.same(check.counts, { passed: 1, failed: 0 })
  t.equal(probing.aborted, 0)
})

t.test('the context names the announcement and the state', async (t) => {
  const { clock, probing } = running({ rise: 1 })
  t.match(probing.running[0]!.context, { announcement: 'dns', verdict: 'unknown' })
  probing.running[0]!.pass()
  clock.advance(5000)
  t.match(probing.running[0]!.context, { verdict: 'healthy' })
})

t.test('while the disable file exists nothing is probed and nothing announced', async (t) => {
  const { check, clock, probing, verdicts } = running({ disable: '/run/off', rise: 1 })
  probing.running[0]!.pass()
  t.ok(check.announces)
  probing.files.add('/run/off')
  clock.advance(5000)
  t.same(verdicts, ['0 healthy', '5000 disabled'])
  t.notOk(check.announces)
  t.match(heldBackBy(check), 'it is disabled: /run/off exists')
  clock.advance(20_000)
  t.equal(probing.started.length, 1)
  probing.files.delete('/run/off')
  clock.advance(5000)
  t.equal(probing.running.length, 1)
  probing.running[0]!.pass()
  t.same(verdicts.at(-1), '30000 healthy')
})

t.test('a check that is stopped ends its probe and starts no other', async (t) => {
  const { check, clock, probing, verdicts } = running({ rise: 1, fall: 1 })
  check.stop()
  t.equal(probing.running.length, 0)
  t.equal(clock.pending, 0)
  t.same(verdicts, [])
  const waiting = running({ rise: 1 })
  waiting.probing.running[0]!.pass()
  waiting.check.stop()
  t.equal(waiting.clock.pending, 0)
})

t.test('a stubborn probe of a stopped check leaves no timer', async (t) => {
  const { check, clock, probing } = running()
  probing.stubborn = true
  check.stop()
  t.equal(clock.pending, 0)
  probing.running[0]!.fail()
  t.equal(clock.pending, 0)
})

t.test('why it holds back is told in words, and not at all while it does not', async (t) => {
  const { check, clock, probing } = running()
  t.equal(heldBackBy(check), 'its health check has not passed yet')
  probing.running[0]!.fail('refused')
  t.equal(heldBackBy(check), 'its health check has not passed yet: refused')
  clock.advance(1000)
  probing.running[0]!.pass()
  t.equal(heldBackBy(check), 'its health check has not passed yet (1 of 2)')
  clock.advance(1000)
  probing.running[0]!.pass()
  t.equal(heldBackBy(check), undefined)
  for (let i = 0; i < 3; i++) {
    clock.advance(5000)
    probing.running[0]!.fail('gone')
  }
  t.equal(heldBackBy(check), 'its health check fails: gone')
  t.equal(check.since, `T+${clock.now()}`)
})

t.test(
  'a check that took over an announced announcement does not hold it back without a verdict',
  async (t) => {
    const { check, probing } = running({ fall: 1 }, { announced: true })
    t.ok(check.announces)
    t.equal(heldBackBy(check), undefined)
    probing.running[0]!.fail()
    t.notOk(check.announces)
  },
)
