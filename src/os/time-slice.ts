import { arch } from 'node:process'
import { littleEndian } from './layouts.js'
import { libc } from './libc.js'

/** sched_setattr(2), which few C libraries have a function for; sched_getattr(2) is the next of every architecture. */
const setAttributes: Readonly<Partial<Record<NodeJS.Architecture, number>>> = {
  ...{ x64: 314, arm64: 274, riscv64: 274, loong64: 274, arm: 380, ia32: 351, ppc64: 355, s390x: 345 },
}

/** struct sched_attr in its first form (sched_setattr(2)). */
const schedAttr = { size: 48, ownSize: 0, policy: 4, runtime: 24 }
const SCHED_OTHER = 0

/** The shortest that Linux gives, in nanoseconds. */
const shortest = 100_000n

/**
 * Asks that the calling thread runs in short slices of the processor's time: Linux 6.12 and later then lets it run as soon as
 * it wakes, also where others of the same nice value are in the midst of theirs, which are some milliseconds long. It gets
 * no larger share for that, and needs no privilege. An older kernel, and one that refuses, leaves things as they are.
 */
export function askForShortSlices(): void {
  const set = setAttributes[arch]
  if (set === undefined) return
  const attributes = new Uint8Array(schedAttr.size)
  if (libc.syscall(set + 1, 0, attributes, schedAttr.size, 0) === -1) return
  const view = new DataView(attributes.buffer)
  // Real-time policies, which an administrator gave, come first anyway.
  if (view.getUint32(schedAttr.policy, littleEndian) !== SCHED_OTHER) return
  view.setUint32(schedAttr.ownSize, schedAttr.size, littleEndian)
  view.setBigUint64(schedAttr.runtime, shortest, littleEndian)
  libc.syscall(set, 0, attributes, 0, 0)
}
