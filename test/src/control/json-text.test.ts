import fc from 'fast-check'
import t from 'tap'
import { finish } from '../../../net/steps.js'
import { jsonText } from '../../../src/control/json-text.js'

function text(value: unknown): string {
  return Buffer.concat(finish(jsonText(value))).toString()
}

t.test('what is written in pieces is what JSON.stringify writes', async () => {
  const reports = fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue()))
  fc.assert(fc.property(reports, (value) => text(value) === JSON.stringify(value)))
})

for (const value of [{}, [], { a: undefined, b: [] }, { a: [undefined, 'é€'], b: 1 }, 'text', null, 7]) {
  const expected = JSON.stringify(value)
  t.equal(text(value), expected, expected)
}

t.test('a long list is written in many steps', async (t) => {
  const value = { routes: Array.from({ length: 10_000 }, (_, i) => ({ prefix: `${i}` })), total: 10_000 }
  let steps = 1
  for (const writing = jsonText(value); writing.next().done !== true; ) steps++
  t.equal(steps, Math.ceil(10_000 / 512))
  t.equal(text(value), JSON.stringify(value))
})
