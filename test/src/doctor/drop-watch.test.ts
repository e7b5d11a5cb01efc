import t from 'tap'
import { DropWatch } from '../../../src/doctor/drop-watch.js'
import type { TcpDrops } from '../../../src/os/tcp-statistics.js'
import { fakeClock } from '../../support/fake-clock.js'
import { noDrops } from '../../support/quiet-kernel.js'

function watching() {
  const clock = fakeClock()
  const kernel = {
    drops: { ...noDrops, failure: 1000 } as TcpDrops,
    needed: true,
    readable: true,
  }
  const watch = new DropWatch(
    clock,
    () => (kernel.readable ? kernel.drops : undefined),
    () => kernel.needed,
  )
  const drop = (failure: number) => {
    kernel.drops = { ...kernel.drops, failure: kernel.drops.failure + failure }
  }
  watch.start()
  return { clock, kernel, watch, drop }
}

t.test('what was dropped before herald started counts for nothing', async (t) => {
  const { watch, drop } = watching()
  t.same(watch.recent(), noDrops)
  drop(2)
  t.same(watch.recent(), { ...noDrops, failure: 2 }, 'what came since counts at once')
})

t.test('drops are forgotten when they are old', async (t) => {
  const { watch, clock, drop } = watching()
  clock.advance(10_000)
  drop(2)
  clock.advance(80_000)
  t.equal(watch.recent()?.failure, 2)
  clock.advance(30_000)
  t.equal(watch.recent()?.failure, 0)
})

t.test('what is dropped while every peer is up is attributed to nobody', async (t) => {
  const { watch, clock, kernel, drop } = watching()
  kernel.needed = false
  clock.advance(5_000)
  drop(2)
  t.equal(watch.recent()?.failure, 0)
  kernel.needed = true
  clock.advance(5_000)
  t.equal(watch.recent()?.failure, 0)
  drop(1)
  t.equal(watch.recent()?.failure, 1)
})

t.test('a watch that is stopped looks no more', async (t) => {
  const { watch, clock } = watching()
  t.equal(clock.pending, 1)
  watch.stop()
  t.equal(clock.pending, 0)
})

t.test('a moment in which the counters cannot be read is none in which they were zero', async (t) => {
  const { watch, clock, kernel, drop } = watching()
  kernel.readable = false
  clock.advance(120_000)
  t.equal(watch.recent(), undefined, 'nothing is known')
  kernel.readable = true
  clock.advance(5_000)
  t.same(watch.recent(), noDrops, 'what was dropped since boot is not new')
  drop(2)
  clock.advance(5_000)
  kernel.readable = false
  t.equal(watch.recent()?.failure, 2, 'what was seen before still counts')
})
