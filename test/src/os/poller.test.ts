import t, { type Test } from 'tap'
import type { Descriptor } from '../../../src/os/descriptor.js'
import { createPoller } from '../../../src/os/poller.js'
import { clearWakeUp, openWakeUp, type WakeUp } from '../../../src/os/wake-up.js'

/** A poller, and descriptors that are ready when they are told to be. */
function setUp(t: Test, count: number) {
  const poller = createPoller()
  const wakeUps = Array.from({ length: count }, () => openWakeUp())
  t.teardown(() => {
    poller.close()
    for (const wakeUp of wakeUps) wakeUp.close()
  })
  const called: number[] = []
  const add = (number: number, onReady = () => {}) => {
    poller.add(at(number).descriptor, () => {
      called.push(number)
      onReady()
    })
  }
  const at = (number: number): WakeUp => {
    const wakeUp = wakeUps[number]
    if (wakeUp === undefined) throw new RangeError(`no descriptor ${number}`)
    return wakeUp
  }
  /** Who was called in one wait, in order. */
  const wait = (milliseconds = 1000) => {
    called.length = 0
    poller.wait(milliseconds)
    return [...called]
  }
  return { poller, at, add, wait }
}

t.test(
  'those that are ready are called, in the order in which they came, again until they are read',
  async (t) => {
    const { at, add, wait } = setUp(t, 40)
    for (let i = 0; i < 40; i++) add(i)
    for (const i of [39, 0, 17]) at(i).wake()
    t.same(wait(), [0, 17, 39])
    clearWakeUp(at(17).descriptor)
    t.same(wait(), [0, 39])
  },
)

t.test('with nothing ready it waits for as long as it was told, and not less', async (t) => {
  const { add, wait } = setUp(t, 1)
  add(0)
  for (const milliseconds of [0, 0.4, 20]) {
    const before = performance.now()
    t.same(wait(milliseconds), [])
    t.ok(performance.now() - before >= milliseconds)
  }
})

t.test('without anything to wait for it waits too', async (t) => {
  t.same(setUp(t, 0).wait(1), [])
})

t.test('what one that is called removes is not called', async (t) => {
  const { poller, at, add, wait } = setUp(t, 3)
  add(0, () => poller.remove(at(1).descriptor))
  add(1)
  add(2, () => poller.remove(at(2).descriptor))
  for (const i of [0, 1, 2]) at(i).wake()
  t.same(wait(), [0, 2])
  t.same(wait(), [0])
})

t.test('what one that is called adds is called the next time', async (t) => {
  const { poller, at, add, wait } = setUp(t, 2)
  add(0, () => {
    poller.remove(at(0).descriptor)
    add(1)
  })
  for (const i of [0, 1]) at(i).wake()
  t.same(wait(), [0])
  t.same(wait(), [1])
})

t.test('a number that the kernel gave out again meanwhile is another descriptor', async (t) => {
  const poller = createPoller()
  const [first, second] = [openWakeUp(), openWakeUp()]
  const called: string[] = []
  let third: WakeUp | undefined
  poller.add(first.descriptor, () => {
    called.push('first')
    poller.remove(second.descriptor)
    second.close()
    third = openWakeUp()
    poller.add(third.descriptor, () => called.push('third'))
  })
  poller.add(second.descriptor, () => called.push('second'))
  first.wake()
  second.wake()
  poller.wait(1000)
  t.equal(third?.descriptor, second.descriptor)
  t.same(called, ['first'])
  poller.close()
  for (const wakeUp of [first, third]) wakeUp?.close()
})

t.test('more than are told of at once are all called, and none of them twice', async (t) => {
  const count = 150
  const { at, add, wait } = setUp(t, count)
  for (let i = 0; i < count; i++) {
    add(i, () => clearWakeUp(at(i).descriptor))
    at(i).wake()
  }
  const called = Array.from({ length: 4 }, () => wait(0)).flat()
  t.same(
    called.toSorted((a, b) => a - b),
    Array.from({ length: count }, (_, i) => i),
  )
})

t.test('what was never a descriptor is refused', async (t) => {
  const { poller } = setUp(t, 0)
  t.throws(() => poller.add(9999 as Descriptor, () => {}), { code: 'EBADF', call: 'epoll_ctl' })
  poller.remove(9999 as Descriptor)
})

t.test('one whose turn is first is called before all others, also when it came last', async (t) => {
  const { poller, at } = setUp(t, 3)
  const called: number[] = []
  for (const i of [0, 1, 2]) {
    poller.add(at(i).descriptor, () => called.push(i), i === 2 ? 'first' : undefined)
  }
  for (const i of [1, 0, 2]) at(i).wake()
  poller.wait(1000)
  t.same(called, [2, 0, 1], 'and the others in the order in which they came')
})
