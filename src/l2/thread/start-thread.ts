import { Worker } from 'node:worker_threads'
import type { Ip } from '../../../net/ip.js'
import { ok, type Result, refused } from '../../../net/result.js'
import { packetSocketRefusal } from '../../os/packet-socket.js'
import { openWakeUp, type WakeUp } from '../../os/wake-up.js'
import type { L2Engine } from '../engine.js'
import type { L2Event } from '../event.js'
import type { AskerReport, L2Report } from '../report.js'
import type { L2Settings } from '../settings.js'
import type { Answer, Request, ThreadData } from './messages.js'

/** Starts the packet thread; refused where this host does not let it have packet sockets. */
export function startPacketThread(onEvent: (event: L2Event) => void): Result<L2Engine> {
  const because = packetSocketRefusal()
  if (because !== undefined) return refused(because)
  return ok(new PacketThread(onEvent))
}

/** A thread that fails is started again after so many milliseconds: its addresses are another node's meanwhile. */
const restartAfterMs = 1000

const empty: L2Report = { addresses: [], interfaces: [] }

/** The engine as the main thread sees it: questions go over by message, and the thread is woken to read them. */
class PacketThread implements L2Engine {
  readonly #onEvent: (event: L2Event) => void
  readonly #wakeUp: WakeUp = openWakeUp()
  readonly #waiting = new Map<number, (answer: Answer | undefined) => void>()
  #worker: Worker
  #settings: L2Settings | undefined
  #nextId = 1
  #stopping = false

  constructor(onEvent: (event: L2Event) => void) {
    this.#onEvent = onEvent
    this.#worker = this.#start()
  }

  configure(settings: L2Settings): void {
    this.#settings = settings
    this.#send({ do: 'configure', settings })
  }

  async report(): Promise<L2Report> {
    const answer = await this.#ask((id) => ({ do: 'report', id }))
    return answer?.kind === 'report' ? answer.report : empty
  }

  async askers(address?: Ip): Promise<readonly AskerReport[]> {
    const answer = await this.#ask((id) => ({
      ...{ do: 'askers', id },
      ...(address !== undefined && { address }),
    }))
    return answer?.kind === 'askers' ? answer.askers : []
  }

  async handOver(): Promise<void> {
    this.#settings = undefined
    await this.#ask((id) => ({ do: 'hand-over', id }))
  }

  async stop(): Promise<void> {
    this.#stopping = true
    const ended = new Promise<void>((done) => this.#worker.once('exit', () => done()))
    this.#send({ do: 'stop' })
    await ended
    this.#wakeUp.close()
  }

  #ask(request: (id: number) => Request): Promise<Answer | undefined> {
    if (this.#stopping) return Promise.resolve(undefined)
    const id = this.#nextId++
    return new Promise((done) => {
      this.#waiting.set(id, done)
      this.#send(request(id))
    })
  }

  #send(request: Request): void {
    this.#worker.postMessage(request)
    this.#wakeUp.wake()
  }

  #start(): Worker {
    const workerData: ThreadData = { wakeUp: this.#wakeUp.descriptor }
    const worker = new Worker(new URL('./packet-thread.js', import.meta.url), { workerData })
    worker.on('message', (answer: Answer) => {
      if (answer.kind === 'event') this.#onEvent(answer.event)
      else this.#answered(answer.id, answer)
    })
    worker.on('error', (error) => {
      const text = `the packet thread failed (${error.message}), and is started again`
      this.#onEvent({ kind: 'warning', text })
    })
    worker.on('exit', () => {
      for (const id of [...this.#waiting.keys()]) this.#answered(id, undefined)
      if (!this.#stopping) setTimeout(() => this.#restart(), restartAfterMs)
    })
    return worker
  }

  #restart(): void {
    if (this.#stopping) return
    this.#worker = this.#start()
    if (this.#settings !== undefined) this.configure(this.#settings)
  }

  #answered(id: number, answer: Answer | undefined): void {
    const done = this.#waiting.get(id)
    this.#waiting.delete(id)
    done?.(answer)
  }
}
