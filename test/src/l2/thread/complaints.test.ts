import t from 'tap'
import { Complaints } from '../../../../src/l2/thread/complaints.js'
import { fakeClock } from '../../../support/fake-clock.js'

t.test('what fails with every frame is told once, also where several things fail in turn', async (t) => {
  const clock = fakeClock()
  const told: string[] = []
  const complaints = new Complaints(clock, (text) => told.push(text))
  for (let i = 0; i < 100; i++) {
    complaints.tell('one peer')
    complaints.tell('the other')
    clock.advance(100)
  }
  t.same(told, ['one peer', 'the other'])
  clock.advance(600_000)
  complaints.tell('one peer')
  t.same(told, ['one peer', 'the other', 'one peer'])
})

t.test('made-up words cost bounded memory, and are told', async (t) => {
  let told = 0
  const complaints = new Complaints(fakeClock(), () => told++)
  for (let i = 0; i < 5000; i++) complaints.tell(`number ${i}`)
  t.equal(told, 5000)
})
