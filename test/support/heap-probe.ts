/** What a running herald holds: its heap after a garbage collection, its resident memory, its descriptors. */
import { readdirSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { processMemory } from './process-memory.js'
import { waitFor } from './wait.js'

const main = fileURLToPath(new URL('heap-probe-main.js', import.meta.url))

export interface Held {
  readonly heapMiB: number
  readonly residentMiB: number
  readonly descriptors: number
}

export interface HeapProbe {
  /** What herald is to be started with. */
  readonly env: Readonly<Record<string, string>>
  readonly held: (pid: number) => Promise<Held>
}

/** @param folder where the process may write */
export function heapProbe(folder: string): HeapProbe {
  const file = join(folder, 'heap')
  return {
    env: { NODE_OPTIONS: `--import=${main}`, HERALD_TEST_HEAP_FILE: file },
    held: async (pid) => {
      await rm(file, { force: true })
      // To the process alone: a command of a health check in its group would end by it.
      process.kill(pid, 'SIGUSR2')
      const octets = await waitFor('the heap to be told', () => readFile(file, 'utf8'))
      return {
        heapMiB: Number(octets) / 2 ** 20,
        residentMiB: processMemory(pid).nowMiB,
        descriptors: descriptorsOf(pid),
      }
    },
  }
}

export function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}
