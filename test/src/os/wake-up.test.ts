import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import t from 'tap'
import { createPoller } from '../../../src/os/poller.js'
import { clearWakeUp, openWakeUp } from '../../../src/os/wake-up.js'

t.test('a thread that sleeps in the kernel is woken by another, as often as it is told', async (t) => {
  const wakeUp = openWakeUp()
  const times = 3
  const script = new URL('../../support/wake-up-main.js', import.meta.url)
  const worker = new Worker(script, { workerData: { descriptor: wakeUp.descriptor, times } })
  const ended = once(worker, 'exit')
  for (let i = 1; i <= times; i++) {
    const [told] = await Promise.all([once(worker, 'message'), wakeUp.wake()])
    t.same(told, [i])
  }
  await ended
  wakeUp.close()
})

t.test('woken several times before it looks, it is awake once', async (t) => {
  const wakeUp = openWakeUp()
  const poller = createPoller()
  let called = 0
  poller.add(wakeUp.descriptor, () => called++)
  for (let i = 0; i < 5; i++) wakeUp.wake()
  poller.wait(1000)
  clearWakeUp(wakeUp.descriptor)
  // Clearing what is clear already does not block.
  clearWakeUp(wakeUp.descriptor)
  poller.wait(0)
  t.equal(called, 1)
  poller.close()
  wakeUp.close()
})
