import fc from 'fast-check'
import t from 'tap'
import { LoopClock } from '../../../../src/l2/thread/loop-clock.js'

t.test(
  'what is due fires in its order, what is cancelled does not, what is started meanwhile waits',
  async (t) => {
    let now = 0
    const clock = new LoopClock(() => now)
    const fired: string[] = []
    clock.after(20, () => fired.push('twenty'))
    const cancel = clock.after(5, () => fired.push('five'))
    clock.after(10, () => {
      fired.push('ten')
      clock.after(0, () => fired.push('zero'))
    })
    t.equal(clock.wait(500), 5)
    cancel()
    cancel()
    t.equal(clock.wait(500), 10)
    t.equal(clock.wait(3), 3)
    now = 15
    t.equal(clock.wait(500), 0)
    clock.fire()
    t.same(fired, ['ten', 'zero'])
    now = 20
    clock.fire()
    t.same(fired, ['ten', 'zero', 'twenty'])
    t.equal(clock.wait(500), 500)
  },
)

t.test('any timers fire in the order of their time', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.record({ ms: fc.nat(1000), cancelled: fc.boolean() })), (timers) => {
      let now = 0
      const clock = new LoopClock(() => now)
      const fired: number[] = []
      for (const { ms, cancelled } of timers) {
        const cancel = clock.after(ms, () => fired.push(ms))
        if (cancelled) cancel()
      }
      for (let wait = clock.wait(5000); wait < 5000; wait = clock.wait(5000)) {
        now += wait
        clock.fire()
      }
      const expected = timers.flatMap(({ ms, cancelled }) => (cancelled ? [] : [ms])).sort((a, b) => a - b)
      t.same(fired, expected)
    }),
  )
})

t.test('a timer that is started anew all the time leaves nothing behind, and the others fire', async (t) => {
  let now = 0
  const clock = new LoopClock(() => now)
  const fired: string[] = []
  clock.after(1, () => fired.push('first'))
  let cancel = clock.after(100_000, () => fired.push('cancelled'))
  for (let i = 0; i < 100_000; i++) {
    cancel()
    cancel = clock.after(100_000, () => fired.push('last'))
  }
  t.ok(clock.size < 5000, `${clock.size} timers are kept`)
  now = 200_000
  clock.fire()
  t.same(fired, ['first', 'last'])
  cancel()
  t.equal(clock.size, 0)
})
