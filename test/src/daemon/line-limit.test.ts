import t from 'tap'
import { LineLimit } from '../../../src/daemon/line-limit.js'
import { fakeClock } from '../../support/fake-clock.js'

function limit() {
  const clock = fakeClock()
  const told: string[] = []
  const lines = new LineLimit(clock, (key, count, seconds) => told.push(`${key}: ${count} in ${seconds}s`))
  const admitted = (key: string, times: number) =>
    Array.from({ length: times }, () => lines.admits(key)).filter(Boolean).length
  return { clock, told, lines, admitted }
}

t.test('ten lines of a kind are written a minute, the others are counted and told of once', async (t) => {
  const { clock, told, admitted } = limit()
  t.equal(admitted('tor-1', 1000), 10)
  clock.advance(59_999)
  t.equal(admitted('tor-1', 5), 0)
  t.same(told, [])
  clock.advance(1)
  t.same(told, ['tor-1: 995 in 60s'])
  t.equal(admitted('tor-1', 11), 10)
})

t.test('one kind does not use up the lines of another', async (t) => {
  const { admitted } = limit()
  t.equal(admitted('tor-1', 11), 10)
  t.equal(admitted('tor-2', 11), 10)
})

t.test('where nothing was left out nothing is told, and no timer stays', async (t) => {
  const { clock, told, admitted } = limit()
  t.equal(admitted('tor-1', 10), 10)
  clock.advance(60_000)
  t.same(told, [])
  t.equal(clock.pending, 0)
})

t.test('a stop tells what was left out so far', async (t) => {
  const { clock, told, lines, admitted } = limit()
  t.equal(admitted('tor-1', 12), 10)
  lines.stop()
  t.same(told, ['tor-1: 2 in 60s'])
  t.equal(clock.pending, 0)
})
