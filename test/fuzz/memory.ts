import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export interface Memory {
  readonly heapMiB: number
  readonly rssMiB: number
}

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** What is left in use when all garbage is gone. */
export function memoryInUse(): Memory {
  collectGarbage()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heapMiB: (heapUsed + external) / 2 ** 20, rssMiB: rss / 2 ** 20 }
}
