import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { Descriptor } from '../../os/descriptor.js'
import { askForShortSlices } from '../../os/time-slice.js'
import { clearWakeUp } from '../../os/wake-up.js'
import type { Answer, Request, ThreadData } from './messages.js'
import { PacketEngine } from './packet-engine.js'

/** The packet thread: one loop that waits in epoll(7), and reads what the main thread wants when that wakes it. */
function main(): void {
  const port = parentPort
  if (port === null) throw new Error('this is the packet thread, and no program of its own')
  askForShortSlices()
  const { wakeUp } = workerData as ThreadData
  const answer = (message: Answer) => port.postMessage(message)
  const engine = new PacketEngine((event) => answer({ kind: 'event', event }))
  const obey = (request: Request) => {
    switch (request.do) {
      case 'configure':
        engine.configure(request.settings)
        return
      case 'report':
        answer({ kind: 'report', id: request.id, report: engine.report() })
        return
      case 'askers':
        answer({ kind: 'askers', id: request.id, askers: engine.askers(request.address) })
        return
      case 'hand-over':
        engine.handOver(() => answer({ kind: 'handed-over', id: request.id }))
        return
      case 'stop':
        engine.stop()
        return
    }
  }
  const readRequests = () => {
    clearWakeUp(wakeUp)
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
      obey(next.message as Request)
    }
  }
  engine.onWake(wakeUp as Descriptor, readRequests)
  readRequests()
  engine.run()
}

main()
