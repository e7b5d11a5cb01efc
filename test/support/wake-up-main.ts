/** A thread that sleeps in the kernel until its eventfd is written, and tells how often it was woken. */
import { parentPort, workerData } from 'node:worker_threads'
import { createPoller } from '../../src/os/poller.js'
import { clearWakeUp } from '../../src/os/wake-up.js'

const { descriptor, times } = workerData
const poller = createPoller()
let woken = 0
poller.add(descriptor, () => {
  clearWakeUp(descriptor)
  woken++
  parentPort?.postMessage(woken)
})
while (woken < times) poller.wait(60_000)
poller.wait(0)
