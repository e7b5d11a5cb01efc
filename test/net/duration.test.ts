import t from 'tap'
import { formatMs, formatSeconds, parseDuration } from '../../net/duration.js'

const read = [
  { text: '90s', milliseconds: 90_000 },
  { text: '300ms', milliseconds: 300 },
  { text: '2m', milliseconds: 120_000 },
  { text: '1h30m', milliseconds: 5_400_000 },
  { text: '1d', milliseconds: 86_400_000 },
  { text: '1.5s', milliseconds: 1500 },
  { text: '0s', milliseconds: 0 },
] as const

t.ok(read.length > 0, 'there are durations to read')
for (const { text, milliseconds } of read) {
  t.test(`'${text}' is ${milliseconds} ms`, async (t) => {
    t.same(parseDuration(text), { ok: true, value: milliseconds })
  })
}

for (const text of ['90', '', 's', '90 s', '-1s', '1e3s', '90sec', '1.s', 'infinity']) {
  t.test(`'${text}' is refused with the remedy`, async (t) => {
    const result = parseDuration(text)
    t.equal(result.ok, false)
    t.match(result, { because: /write a number and its unit/ })
  })
}

const written = [
  { seconds: 0, text: '0s' },
  { seconds: 59.9, text: '59s' },
  { seconds: 192, text: '3m12s' },
  { seconds: 3600, text: '1h0m0s' },
  { seconds: 93_605, text: '26h0m5s' },
] as const

t.ok(written.length > 0, 'there are durations to write')
for (const { seconds, text } of written) {
  t.test(`${seconds} seconds read '${text}'`, async (t) => {
    t.equal(formatSeconds(seconds), text)
  })
}

t.test('milliseconds print as the file would have them', async (t) => {
  t.same([10, 300, 1000, 1500, 60_000, 86_400_000].map(formatMs), [
    '10ms',
    '300ms',
    '1s',
    '1.5s',
    '60s',
    '24h',
  ])
})
