import fc from 'fast-check'
import t from 'tap'
import { Heap } from '../../net/heap.js'

t.test('whatever goes in, and when, the first that comes out is the least', async (t) => {
  let taken = 0
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(20), { freq: 1 })), (steps) => {
      const heap = new Heap<number>((a, b) => a < b)
      const model: number[] = []
      for (const step of steps) {
        if (step === null) {
          model.sort((a, b) => a - b)
          t.equal(heap.first, model[0])
          t.equal(heap.pop(), model.shift())
          taken++
        } else {
          heap.push(step)
          model.push(step)
        }
        t.equal(heap.size, model.length)
      }
    }),
  )
  t.ok(taken > 100)
})
