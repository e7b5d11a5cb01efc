import t from 'tap'
import { type Release, Turns } from '../../../src/health/turns.js'

/** Turns whose event loop goes round when the test says so. */
function looping(places: number) {
  let queue: (() => void)[] = []
  const turns = new Turns(places, (work) => queue.push(work))
  const begun: string[] = []
  const releases = new Map<string, Release>()
  return {
    begun,
    take: (name: string) =>
      turns.take((release) => {
        begun.push(name)
        releases.set(name, release)
      }),
    end: (name: string) => releases.get(name)?.(),
    /** One round; answers how many pieces of work it had. */
    round: () => {
      const now = queue
      queue = []
      for (const work of now) work()
      return now.length
    },
  }
}

t.test('one begins in each round of the event loop, in the order of asking', async (t) => {
  const { begun, take, round } = looping(10)
  for (const name of ['a', 'b', 'c']) take(name)
  t.same(begun, [], 'none at once')
  round()
  t.same(begun, ['a'])
  round()
  t.same(begun, ['a', 'b'])
  round()
  round()
  t.same(begun, ['a', 'b', 'c'])
  t.equal(round(), 0, 'then there is rest')
})

t.test('when all places are taken the next waits for one to be given back', async (t) => {
  const { begun, take, end, round } = looping(2)
  for (const name of ['a', 'b', 'c', 'd']) take(name)
  for (let i = 0; i < 5; i++) round()
  t.same(begun, ['a', 'b'])
  end('b')
  end('b')
  for (let i = 0; i < 5; i++) round()
  t.same(begun, ['a', 'b', 'c'], 'a place that is given back twice is one place')
})

t.test('who no longer wants a turn is passed over', async (t) => {
  const { begun, take, round } = looping(1)
  const cancel = take('a')
  take('b')
  cancel()
  cancel()
  for (let i = 0; i < 3; i++) round()
  t.same(begun, ['b'])
})

t.test('who leaves while everybody waits leaves no hole', async (t) => {
  const { begun, take, end, round } = looping(1)
  take('a')
  round()
  const cancel = take('b')
  take('c')
  cancel()
  end('a')
  round()
  t.same(begun, ['a', 'c'])
})
