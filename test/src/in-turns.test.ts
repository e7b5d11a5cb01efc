import t from 'tap'
import { inTurns } from '../../src/in-turns.js'

/** Turns that the test takes, and a clock that only work moves. */
function world() {
  const turns: (() => void)[] = []
  let now = 0
  const later = inTurns(
    (turn) => turns.push(turn),
    () => now,
  )
  const log: string[] = []
  const work = (name: string, ms: number, then: () => void = () => undefined) =>
    later(() => {
      now += ms
      log.push(name)
      then()
    })
  /** What ran in each turn. */
  const run = () => {
    const ran: string[] = []
    for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) {
      log.length = 0
      t.equal(turns.length, 0, 'one turn is scheduled at a time')
      turn()
      ran.push(log.join(' '))
    }
    return ran
  }
  return { work, run, turns }
}

t.test('small pieces share a turn, and what exceeds its time waits for the next one', async (t) => {
  const { work, run } = world()
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) work(name, 2)
  t.same(run(), ['a b c', 'd e f', 'g'])
})

t.test('a piece that takes long has a turn of its own, and is run all the same', async (t) => {
  const { work, run } = world()
  work('a', 50)
  work('b', 50)
  t.same(run(), ['a', 'b'])
})

t.test('what comes up in a turn goes behind what waits already', async (t) => {
  const { work, run } = world()
  work('a', 3, () => work('a again', 1))
  work('b', 3)
  work('c', 1)
  t.same(run(), ['a b', 'c a again'])
})

t.test('a piece that fails takes nobody with it', async (t) => {
  const { work, run, turns } = world()
  work('a', 1, () => {
    throw new Error('of ours')
  })
  work('b', 1)
  t.throws(() => turns.shift()?.(), /of ours/)
  t.same(run(), ['b'])
})
