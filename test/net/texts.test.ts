import fc from 'fast-check'
import t from 'tap'
import { Texts } from '../../net/texts.js'

const word = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 0xffffffff }))

t.test('every text is that of its own words, whatever was asked before', async () => {
  const format = (...words: number[]) => words.join('-')
  const texts = new Texts(format)
  fc.assert(
    fc.property(fc.array(fc.tuple(word, word, word, word), { maxLength: 600 }), (asked) =>
      asked.every((words) => texts.of(...words) === format(...words)),
    ),
  )
})

t.test('what comes again is not made again', async (t) => {
  let made = 0
  const texts = new Texts((a) => {
    made++
    return `${a}`
  })
  const before = made
  for (let i = 0; i < 100; i++) texts.of(0xc0000201, 0, 0, 0)
  t.equal(made - before, 1)
})

t.test('the stations of a subnet do not push each other out', async (t) => {
  let made = 0
  const texts = new Texts((a) => {
    made++
    return `${a}`
  })
  const stations = Array.from({ length: 32 }, (_, i) => 0xc0000201 + i)
  for (const station of stations) texts.of(station, 0, 0, 0)
  const before = made
  for (const station of stations) texts.of(station, 0, 0, 0)
  t.ok(made - before <= 4, `${made - before} of 32 made again`)
})
