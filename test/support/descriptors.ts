import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'

/** Runs `action` and fails when it leaves a descriptor open; libuv closes a little later, so this waits. */
export async function leavesNoDescriptor(t: Test, action: () => Promise<void>): Promise<void> {
  const before = count()
  await action()
  for (let waits = 0; count() > before && waits < 100; waits++) await sleep(20)
  t.ok(count() <= before, `${count()} descriptors after, ${before} before`)
}

function count(): number {
  return readdirSync('/proc/self/fd').length
}
