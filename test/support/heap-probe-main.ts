/** Loaded into a herald before it starts: SIGUSR2 collects garbage and writes down how much of the heap is left. */
import { renameSync, writeFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread } from 'node:worker_threads'

const file = process.env.HERALD_TEST_HEAP_FILE
if (isMainThread && file !== undefined) {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  process.on('SIGUSR2', () => {
    if (typeof collect === 'function') collect()
    writeFileSync(`${file}.new`, `${process.memoryUsage().heapUsed}`)
    renameSync(`${file}.new`, file)
  })
}
