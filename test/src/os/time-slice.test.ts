import { release } from 'node:os'
import { Worker } from 'node:worker_threads'
import t from 'tap'

const [major = 0, minor = 0] = release().split('.').map(Number)
const hasSlices = major > 6 || (major === 6 && minor >= 12)

/** In threads of their own: a slice is that of the thread that asks. */
async function inThread(does: string): Promise<unknown> {
  const [slices, libc] = ['time-slice', 'libc'].map(
    (name) => new URL(`../../../src/os/${name}.js`, import.meta.url),
  )
  const program = `
    const { parentPort } = require('node:worker_threads')
    const run = async () => {
      const { askForShortSlices } = await import('${slices}')
      const { libc } = await import('${libc}')
      ${does}
    }
    run().then((answer) => parentPort.postMessage(answer))`
  return new Promise((done, fail) => {
    const worker = new Worker(program, { eval: true })
    worker.on('message', done)
    worker.on('error', fail)
  })
}

const sliceNow = `const octets = new Uint8Array(48)
  const number = { x64: 315, arm64: 275 }[process.arch]
  if (libc.syscall(number, 0, octets, 48, 0) === -1) return 'refused'
  const runtime = () => Number(new DataView(octets.buffer).getBigUint64(24, true))
  const nice = () => new DataView(octets.buffer).getInt32(16, true)`

const known = process.arch === 'x64' || process.arch === 'arm64'

t.test('the thread that asks has the shortest slices, with the nice value that it had', async (t) => {
  const before = await inThread(`${sliceNow}; return [runtime(), nice()]`)
  const after = await inThread(`askForShortSlices(); ${sliceNow}; return [runtime(), nice()]`)
  const beside = await inThread(`${sliceNow}; return [runtime(), nice()]`)
  if (known && hasSlices) {
    t.match(before, [Number, Number])
    const [usual, nice] = before as number[]
    t.not(usual, 100_000)
    t.same(after, [100_000, nice])
  } else
    t.same(
      after,
      before,
      `Linux ${release()} on ${process.arch}: all have one length, and asking does no harm`,
    )
  t.same(beside, before, 'other threads keep theirs')
})
