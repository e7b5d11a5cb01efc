import t from 'tap'
import { DeadlineTimer } from '../../../src/speaker/deadline-timer.js'
import { fakeClock } from '../../support/fake-clock.js'

function newTimer() {
  const clock = fakeClock()
  let fired = 0
  const timer = new DeadlineTimer(clock, () => {
    fired++
  })
  return { clock, timer, fired: () => fired }
}

t.test('it fires once, a moment after its time, so that what has arrived is read first', async (t) => {
  const { clock, timer, fired } = newTimer()
  timer.start(90)
  clock.advance(90_000)
  t.equal(fired(), 0)
  clock.advance(20)
  t.equal(fired(), 1)
  clock.advance(200_000)
  t.equal(fired(), 1)
  t.equal(clock.pending, 0)
})

t.test('a restart moves the deadline, and costs no timer', async (t) => {
  const { clock, timer, fired } = newTimer()
  timer.start(90)
  for (let i = 0; i < 1000; i++) {
    clock.advance(1000)
    timer.restart()
    if (clock.pending !== 1) t.fail(`${clock.pending} timers`)
  }
  clock.advance(89_000)
  t.equal(fired(), 0)
  clock.advance(1100)
  t.equal(fired(), 1)
})

t.test('a restart during the last call counts: the message was there', async (t) => {
  const { clock, timer, fired } = newTimer()
  timer.start(90)
  // The event loop stood still; the timer is the first to run, then the socket is read.
  clock.advance(90_010)
  timer.restart()
  clock.advance(89_000)
  t.equal(fired(), 0)
  clock.advance(2000)
  t.equal(fired(), 1)
})

t.test('a shorter time takes effect at once', async (t) => {
  const { clock, timer, fired } = newTimer()
  timer.start(240)
  timer.start(9)
  clock.advance(9100)
  t.equal(fired(), 1)
})

t.test('one that is stopped does not fire, nor does a restart wake it', async (t) => {
  const { clock, timer, fired } = newTimer()
  timer.start(9)
  timer.stop()
  timer.restart()
  clock.advance(20_000)
  t.equal(fired(), 0)
  t.equal(clock.pending, 0)
  timer.start(9)
  clock.advance(9000)
  timer.stop()
  clock.advance(1000)
  t.equal(fired(), 0, 'not even during its last call')
})
