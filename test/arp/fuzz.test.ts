/** A short run of what `npm run fuzz` does a million times, so that the fuzzer itself is known to work. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'

const fuzzer = fileURLToPath(new URL('../fuzz/l2.js', import.meta.url))

t.test('20000 mutated frames give a message or a fault of the protocol', async (t) => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    fuzzer,
    '--count',
    '20000',
    '--seed',
    '826',
  ])
  t.match(stdout, /20000 frames, seed 826: no exception/)
})
