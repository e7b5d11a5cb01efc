import type { Descriptor } from './descriptor.js'
import { littleEndian } from './layouts.js'
import { libc } from './libc.js'

/** struct pollfd (<poll.h>): the descriptor, what is asked, what is so. */
const pollfd = { size: 8, events: 4, revents: 6 }
const POLLIN = 1

/** Waits for descriptors to become readable, in the thread that asks. */
export interface Poller {
  /** Calls `onReady` from `wait`, also on errors; those added first are called first. */
  add(descriptor: Descriptor, onReady: () => void): void
  /** Also from within a call: what is removed is not called any more. */
  remove(descriptor: Descriptor): void
  /** For at most so many milliseconds, rounded up; less when a signal comes. */
  wait(milliseconds: number): void
  close(): void
}

interface Entry {
  readonly descriptor: Descriptor
  readonly onReady: () => void
}

export function createPoller(): Poller {
  let entries: readonly Entry[] = []
  let octets = new Uint8Array(0)
  let view = new DataView(octets.buffer)
  const change = (next: readonly Entry[]) => {
    entries = next
    octets = new Uint8Array(entries.length * pollfd.size)
    view = new DataView(octets.buffer)
    entries.forEach(({ descriptor }, i) => {
      view.setInt32(i * pollfd.size, descriptor, littleEndian)
      view.setInt16(i * pollfd.size + pollfd.events, POLLIN, littleEndian)
    })
  }
  return {
    add: (descriptor, onReady) => change([...entries, { descriptor, onReady }]),
    remove: (descriptor) => change(entries.filter((entry) => entry.descriptor !== descriptor)),
    wait: (milliseconds) => {
      const ready = libc.poll(octets, entries.length, Math.ceil(milliseconds))
      if (ready <= 0) return
      // Those of this call: what is added or removed meanwhile makes others.
      const [polled, result] = [entries, view]
      for (const [i, entry] of polled.entries()) {
        if (result.getInt16(i * pollfd.size + pollfd.revents, littleEndian) === 0) continue
        if (entries === polled || entries.includes(entry)) entry.onReady()
      }
    },
    close: () => change([]),
  }
}
