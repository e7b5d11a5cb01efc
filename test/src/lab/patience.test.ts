import t from 'tap'
import { patience, realPause } from '../../../src/lab/patience.js'
import { fakeClock } from '../../support/fake-clock.js'

const never = new AbortController().signal

t.test('what does not happen is told by its name once the limit is over', async (t) => {
  const clock = fakeClock()
  const { until } = patience(clock, realPause(clock), never)
  const late = async () => {
    clock.advance(16_000)
    return false
  }
  await t.rejects(until('the session was established', late), {
    name: 'CommandFailed',
    message: 'the lab failed: within 15s it did not happen that the session was established',
  })
})

t.test('what happens is told with the milliseconds that it took', async (t) => {
  const clock = fakeClock()
  const { until } = patience(clock, realPause(clock), never)
  const soon = async () => {
    clock.advance(7)
    return true
  }
  t.equal(await until('it is there', soon), 7)
})

t.test('a pause ends with its time', async (t) => {
  const clock = fakeClock()
  const pausing = realPause(clock)(1000, never)
  clock.advance(1000)
  await pausing
  t.equal(clock.pending, 0)
})

t.test('a pause ends with the lab, and so does waiting', async (t) => {
  const clock = fakeClock()
  const stop = new AbortController()
  const { pause, until } = patience(clock, realPause(clock), stop.signal)
  const pausing = pause(1000)
  stop.abort()
  await t.rejects(pausing, { message: 'the lab was interrupted' })
  await t.rejects(pause(1000), { message: 'the lab was interrupted' })
  await t.rejects(
    until('it is there', async () => false),
    { message: 'the lab was interrupted' },
  )
  t.equal(clock.pending, 0)
})
