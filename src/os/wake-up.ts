import { checked, closeDescriptor, type Descriptor } from './descriptor.js'
import { littleEndian } from './layouts.js'
import { libc } from './libc.js'

const EFD_NONBLOCK = 0o4000
const EFD_CLOEXEC = 0o2000000

const one = new Uint8Array(8)
one[littleEndian ? 0 : 7] = 1

/** What another thread of this process waits for, beside its sockets: an eventfd (eventfd(2)). */
export interface WakeUp {
  /** For the other thread, which polls it and calls `clearWakeUp`. */
  readonly descriptor: Descriptor
  wake(): void
  close(): void
}

/** @throws OsError */
export function openWakeUp(): WakeUp {
  const number = checked(libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), 'eventfd', { do: 'open-descriptor' })
  const descriptor = number as Descriptor
  return {
    descriptor,
    wake: () => {
      libc.write(descriptor, one, one.length)
    },
    close: () => closeDescriptor(descriptor),
  }
}

/** Before looking for what one was woken for: who wakes again after that is heard again. */
export function clearWakeUp(descriptor: number): void {
  libc.read(descriptor, new Uint8Array(8), 8)
}
