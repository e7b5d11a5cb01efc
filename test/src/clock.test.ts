import t from 'tap'
import { systemClock } from '../../src/clock.js'

t.test('time does not go back', async (t) => {
  const first = systemClock.now()
  t.ok(systemClock.now() >= first)
})

t.test('a timer fires once, later', async (t) => {
  let fired = 0
  await new Promise<void>((resolve) => {
    systemClock.after(1, () => {
      fired++
      resolve()
    })
    t.equal(fired, 0)
  })
  t.equal(fired, 1)
})

t.test(
  'a cancelled timer does not fire, and neither does one further away than setTimeout reaches',
  async (t) => {
    const cancel = systemClock.after(0, () => t.fail('cancelled'))
    cancel()
    cancel()
    const cancelFar = systemClock.after(2 ** 31 + 1000, () => t.fail('not for 24 days'))
    await new Promise<void>((resolve) => {
      systemClock.after(20, resolve)
    })
    cancelFar()
    t.pass('waited')
  },
)
