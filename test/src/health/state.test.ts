import fc from 'fast-check'
import t from 'tap'
import { announces, begin, type CheckResult, type CheckState, step } from '../../../src/health/state.js'

const results: Readonly<Record<string, CheckResult>> = {
  '+': { is: 'passed', text: 'fine' },
  '-': { is: 'failed', text: 'broken' },
  x: { is: 'disabled', text: '/run/off exists' },
}

interface Row {
  readonly name: string
  /** '+' passed, '-' failed, 'x' disabled. */
  readonly results: string
  /** The initial of the state after each: unknown, healthy, and so on. */
  readonly states: string
  readonly rise?: number
  readonly fall?: number
  readonly announced?: boolean
}

const initials: Readonly<Record<CheckState['is'], string>> = {
  unknown: '?',
  healthy: 'H',
  unhealthy: 'U',
  disabled: 'D',
}

const rows: readonly Row[] = [
  { name: 'healthy after two successes in a row', results: '++', states: '?H' },
  { name: 'unhealthy after three failures in a row', results: '---', states: '??U' },
  { name: 'a failure between begins the count of successes anew', results: '+-+-++', states: '?????H' },
  { name: 'a success between begins the count of failures anew', results: '--+---', states: '?????U' },
  { name: 'a healthy service bears two failures', results: '++--+--+', states: '?HHHHHHH' },
  { name: 'a healthy service is down with the third', results: '++---', states: '?HHHU' },
  { name: 'an unhealthy service takes two successes to be back', results: '---+-++', states: '??UUUUH' },
  { name: 'rise 1 and fall 1 follow every result', results: '+-+-', states: 'HUHU', rise: 1, fall: 1 },
  { name: 'rise 4', results: '++++', states: '???H', rise: 4 },
  { name: 'disabled at once, whatever the counts', results: '++x', states: '?HD' },
  { name: 'disabled from the start', results: 'xx', states: 'DD' },
  { name: 'after it was disabled it proves itself anew', results: '++x++', states: '?HD?H' },
  { name: 'after it was disabled a failure is only a failure', results: '++x---', states: '?HD??U' },
  { name: 'with rise 1 it is back with the first success', results: 'x+', states: 'DH', rise: 1 },
  { name: 'without a verdict it may go on for ever', results: '+-+-+-+-', states: '????????' },
]

function run({ results: written, rise = 2, fall = 3, announced = false }: Row) {
  let state = begin(announced)
  const steps = [...written].map((each) => {
    const next = step(state, results[each]!, { rise, fall })
    state = next.state
    return next
  })
  return steps
}

t.ok(rows.length > 0)
for (const row of rows) {
  t.test(row.name, async (t) => {
    t.equal(
      run(row)
        .map(({ state }) => initials[state.is])
        .join(''),
      row.states,
    )
  })
}

t.test('a transition is told once, with what led to it', async (t) => {
  const steps = run({ name: '', results: '++----++x+', states: '' })
  t.same(
    steps.flatMap(({ transition }) => transition ?? []),
    [
      { from: 'unknown', to: 'healthy', because: '2 successes in a row; the last: fine' },
      { from: 'healthy', to: 'unhealthy', because: '3 failures in a row; the last: broken' },
      { from: 'unhealthy', to: 'healthy', because: '2 successes in a row; the last: fine' },
      { from: 'healthy', to: 'disabled', because: '/run/off exists' },
      { from: 'disabled', to: 'unknown', because: 'no longer disabled' },
    ],
  )
  const alone = run({ name: '', results: '+-', states: '', rise: 1, fall: 1 })
  t.same(
    alone.map(({ transition }) => transition?.because),
    ['fine', 'broken'],
  )
})

t.test('only healthy announces, and a check that took over lets be what it found', async (t) => {
  const announced = (row: Partial<Row>) =>
    run({ name: '', results: '', states: '', ...row }).map(({ state }) => announces(state))
  t.same(announced({ results: '++---' }), [false, true, true, true, false])
  t.same(announced({ results: '+-+-+', announced: true }), [true, true, true, true, true])
  t.same(announced({ results: '---', announced: true }), [true, true, false])
  t.same(
    announced({ results: 'x+', announced: true }),
    [false, false],
    'disabled does not come back by itself',
  )
})

t.test('a verdict never changes without its count of equal results in a row', async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('+', '-'), { maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      (written, rise, fall) => {
        const steps = run({ name: '', results: written.join(''), states: '', rise, fall })
        return steps.every(({ transition }, i) => {
          if (transition === undefined) return true
          const [count, sign] = transition.to === 'healthy' ? [rise, '+'] : [fall, '-']
          return i + 1 >= count && written.slice(i + 1 - count, i + 1).every((each) => each === sign)
        })
      },
    ),
  )
  t.pass('held')
})
