import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ChangeLog } from '../../../src/state/change-log.js'

const PIECES = 50
const record = (head: string) => [
  { head, body: Array.from({ length: PIECES }, (_, i) => `10.0.${i}.0/24\n`) },
]

function counting() {
  const turns = { count: 0 }
  return { turns, turn: async () => void turns.count++ }
}

t.test('what is written in turns is what is written at once, with a turn after each piece', async (t) => {
  const directory = t.testdir()
  const [one, other] = ['one', 'other'].map((name) => join(directory, name))
  const { turns, turn } = counting()
  for (const write of ['append', 'replace', 'append'] as const) {
    const before = turns.count
    t.ok(new ChangeLog(one ?? '')[write](record(write)).ok)
    t.ok((await new ChangeLog(other ?? '')[`${write}InTurns`](record(write), turn)).ok)
    t.equal(turns.count - before, PIECES)
    t.same(readFileSync(other ?? ''), readFileSync(one ?? ''))
  }
  t.same(
    new ChangeLog(other ?? '').read().records.map(({ head }) => head),
    ['replace', 'append'],
  )
})

t.test('a log that cannot be replaced is refused in turns as well, and nothing is left of it', async (t) => {
  const file = join(t.testdir(), 'run-time.log')
  // A folder in its place, which no file can take.
  mkdirSync(join(file, 'inside'), { recursive: true })
  const { turn } = counting()
  t.match(await new ChangeLog(file).replaceInTurns(record('first'), turn), {
    ok: false,
    because: /cannot write/,
  })
  t.notOk(existsSync(`${file}.new`))
})
