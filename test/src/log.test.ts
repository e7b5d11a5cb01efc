import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { printable } from '../../net/printable.js'
import { Secret } from '../../net/secret.js'
import { createFileLog, createLog } from '../../src/log.js'

function lines(readable: boolean) {
  const written: string[] = []
  const log = createLog('info', { readable, out: { write: (line) => written.push(line) } })
  return { log, written }
}

t.test(
  'a line is one JSON object with its time, its level, a constant message, and the data as fields',
  async (t) => {
    const { log, written } = lines(false)
    log.info({ peer: 'tor-1', state: 'established' }, 'session up')
    t.equal(written.length, 1)
    t.ok(written[0]?.endsWith('}\n'))
    const { time, ...rest } = JSON.parse(written[0] ?? '') as Record<string, unknown>
    t.same(rest, { level: 'info', peer: 'tor-1', state: 'established', msg: 'session up' })
    t.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  },
)

const readable = [
  {
    name: 'plain values stand as they are',
    fields: { peer: 'tor-1', count: 3 },
    shows: ' peer=tor-1 count=3',
  },
  { name: 'addresses are plain', fields: { at: '[fd00::1]:179'.slice(1, 8) }, shows: ' at=fd00::1' },
  { name: 'words are quoted', fields: { because: 'no answer' }, shows: ' because="no answer"' },
  { name: 'lists are JSON', fields: { resets: ['a', 'b'] }, shows: ' resets=["a","b"]' },
  { name: 'line breaks stay in the line', fields: { text: 'a\nb' }, shows: ' text="a\\nb"' },
]
t.ok(readable.length > 0)
for (const { name, fields, shows } of readable) {
  t.test(`where a person is watching, ${name}`, async (t) => {
    const { log, written } = lines(true)
    log.warn(fields, 'session down')
    t.match(written, [/^\d\d:\d\d:\d\d WARN {2}session down/])
    t.ok(written[0]?.endsWith(`session down${shows}\n`))
  })
}

t.test('what a peer wrote cannot move the cursor or turn the text around', async (t) => {
  const { log, written } = lines(true)
  log.warn({ text: 'a\u001b[2Jb\u009bc\u202ed' }, 'notification')
  t.ok(written[0]?.trimEnd())
  t.equal(written[0]?.trimEnd(), printable(written[0]!.trimEnd()))
})

t.test('nothing below the level is written, and the level may change', async (t) => {
  const { log, written } = lines(false)
  log.debug('no')
  t.same(written, [])
  log.level = 'debug'
  log.debug('yes')
  t.equal(written.length, 1)
})

t.test('a secret that strays into a line has no readable form there', async (t) => {
  for (const form of [true, false]) {
    const { log, written } = lines(form)
    log.info({ password: new Secret('hush') }, 'never done')
    t.notMatch(written[0], /hush/)
    t.match(written[0], /\(secret\)/)
  }
})

t.test('a log in a file is appended to', async (t) => {
  const file = join(t.testdir({ 'herald.log': 'before\n' }), 'herald.log')
  createFileLog('info', file).info('after')
  t.match(readFileSync(file, 'utf8'), /^before\n\{.*"msg":"after"\}\n$/)
})
