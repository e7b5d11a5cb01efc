import { mkdirSync, readFileSync, renameSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ChangeLog } from '../../../src/state/change-log.js'

const record = (head: string) => [{ head, body: ['10.0.0.0/24\n'] }]

t.test('what is appended before the log was read comes after what is there', async (t) => {
  const file = join(t.testdir(), 'run-time.log')
  t.ok(new ChangeLog(file).append(record('first')).ok)
  t.ok(new ChangeLog(file).append(record('second')).ok)
  t.same(
    new ChangeLog(file).read().records.map(({ head }) => head),
    ['first', 'second'],
  )
})

t.test(
  'a log that could not be read is not written over, and goes on where it ends once it can be',
  async (t) => {
    const file = join(t.testdir(), 'run-time.log')
    t.ok(new ChangeLog(file).append(record('first')).ok)
    const before = readFileSync(file, 'utf8')
    // A folder in its place cannot be read, whoever asks.
    renameSync(file, `${file}.away`)
    mkdirSync(file)
    const log = new ChangeLog(file)
    t.match(log.read(), { records: [], problems: [/cannot be read/] })
    t.match(log.append(record('second')), { ok: false, because: /cannot be read.*restart herald/ })
    rmdirSync(file)
    renameSync(`${file}.away`, file)
    t.equal(readFileSync(file, 'utf8'), before)
    t.ok(log.append(record('third')).ok)
    t.same(
      new ChangeLog(file).read().records.map(({ head }) => head),
      ['first', 'third'],
    )
  },
)
