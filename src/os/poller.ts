import { arch } from 'node:process'
import { checked, closeDescriptor, type Descriptor } from './descriptor.js'
import { littleEndian } from './layouts.js'
import { libc } from './libc.js'

const EPOLL_CLOEXEC = 0o2000000
const EPOLL_CTL_ADD = 1
const EPOLL_CTL_DEL = 2
const EPOLLIN = 1

/** struct epoll_event (<sys/epoll.h>): what is so, then 64 bits of ours; without a gap on x86. */
const epollEvent = arch === 'x64' || arch === 'ia32' ? { size: 12, ours: 4 } : { size: 16, ours: 8 }

/** Those beyond are told of by the next wait. */
const mostAtOnce = 64

/** Waits for descriptors to become readable, in the thread that asks. */
export interface Poller {
  /**
   * Calls `onReady` from `wait`, also on errors: those whose turn is first before all others, and else those added
   * first before those added later.
   * @throws OsError
   */
  add(descriptor: Descriptor, onReady: () => void, turn?: 'first'): void
  /** Before the descriptor is closed; also from within a call: what is removed is not called any more. */
  remove(descriptor: Descriptor): void
  /** For at most so many milliseconds, rounded up; less when a signal comes. */
  wait(milliseconds: number): void
  close(): void
}

interface Entry {
  readonly descriptor: Descriptor
  readonly onReady: () => void
  readonly rank: number
}

/**
 * By epoll(7), which takes half a microsecond however many there are: poll(2) asks each of them, and takes three with ten
 * packet sockets, thirteen with forty.
 * @throws OsError
 */
export function createPoller(): Poller {
  const attempt = { do: 'open-descriptor' } as const
  const epoll = checked(libc.epollCreate(EPOLL_CLOEXEC), 'epoll_create1', attempt) as Descriptor
  /** By numbers that are never used again, unlike descriptors: what is told late of one that was removed finds none. */
  const entries = new Map<number, Entry>()
  let last = 0
  const event = new Uint8Array(epollEvent.size)
  const events = new Uint8Array(mostAtOnce * epollEvent.size)
  const view = new DataView(events.buffer)
  const control = (operation: number, descriptor: Descriptor, number: number) => {
    const fields = new DataView(event.buffer)
    fields.setUint32(0, EPOLLIN, littleEndian)
    fields.setUint32(epollEvent.ours, number, littleEndian)
    return libc.epollControl(epoll, operation, descriptor, event)
  }
  const rankOf = (number: number) => entries.get(number)?.rank ?? 0
  return {
    add: (descriptor, onReady, turn) => {
      const number = ++last
      checked(control(EPOLL_CTL_ADD, descriptor, number), 'epoll_ctl', attempt)
      entries.set(number, { descriptor, onReady, rank: turn === 'first' ? 0 : 1 })
    },
    remove: (descriptor) => {
      for (const [number, entry] of entries) {
        if (entry.descriptor !== descriptor) continue
        entries.delete(number)
        control(EPOLL_CTL_DEL, descriptor, number)
      }
    },
    wait: (milliseconds) => {
      const count = libc.epollWait(epoll, events, mostAtOnce, Math.ceil(milliseconds))
      const ready: number[] = []
      for (let i = 0; i < count; i++) {
        ready.push(view.getUint32(i * epollEvent.size + epollEvent.ours, littleEndian))
      }
      if (count > 1) ready.sort((a, b) => rankOf(a) - rankOf(b) || a - b)
      for (const number of ready) entries.get(number)?.onReady()
    },
    close: () => {
      entries.clear()
      closeDescriptor(epoll)
    },
  }
}
