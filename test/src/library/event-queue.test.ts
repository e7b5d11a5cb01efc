import t from 'tap'
import { EventQueue } from '../../../src/library/event-queue.js'

t.test('events come out in their order, those that are waited for and those that wait', async (t) => {
  const queue = new EventQueue<number>(() => undefined)
  const first = queue.next()
  for (const each of [1, 2, 3]) queue.push(each)
  t.same(await first, { value: 1, done: false })
  t.same(await queue.next(), { value: 2, done: false })
  const [third, fourth] = [queue.next(), queue.next()]
  queue.end()
  t.same(await third, { value: 3, done: false })
  t.same(await fourth, { value: undefined, done: true })
})

t.test('what was pushed before the end is still handed out, and nothing after it', async (t) => {
  let left = 0
  const queue = new EventQueue<number>(() => {
    left++
  })
  queue.push(1)
  queue.end()
  queue.end()
  queue.push(2)
  const all: number[] = []
  for await (const each of queue) all.push(each)
  t.same(all, [1])
  t.equal(left, 1)
})

t.test('leaving the loop ends it', async (t) => {
  let left = false
  const queue = new EventQueue<number>(() => {
    left = true
  })
  queue.push(1)
  queue.push(2)
  for await (const _ of queue) break
  t.ok(left)
  t.same(await queue.next(), { value: undefined, done: true })
})

t.test('a loop that lags too far behind has what was kept, and then an error', async (t) => {
  const queue = new EventQueue<number>(() => undefined)
  const most = 100_000
  for (let each = 0; each <= most; each++) queue.push(each)
  let taken = 0
  const loop = async () => {
    for await (const each of queue) {
      if (each !== taken) t.equal(each, taken)
      taken++
    }
  }
  await t.rejects(loop(), { code: 'overrun', message: /more than 100000 were waiting/ })
  t.equal(taken, most)
})

t.test('a long queue that is taken from while it grows keeps its order', async (t) => {
  const queue = new EventQueue<number>(() => undefined)
  let pushed = 0
  let taken = 0
  for (let round = 0; round < 30; round++) {
    for (let i = 0; i < 9_000; i++) queue.push(pushed++)
    for (let i = 0; i < 8_000; i++) {
      const { value } = await queue.next()
      if (value !== taken) t.equal(value, taken)
      taken++
    }
  }
  t.equal(taken, 240_000)
})
