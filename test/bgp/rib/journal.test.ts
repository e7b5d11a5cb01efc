import fc from 'fast-check'
import t from 'tap'
import { Journal } from '../../../bgp/rib/journal.js'

/** A reader that keeps what it was told, as a peer does. */
function reader(journal: Journal) {
  const cursor = journal.open()
  const known = new Map<number, number>()
  const needless: number[] = []
  return {
    known,
    needless,
    read(upTo = journal.head) {
      const to = Math.min(journal.head, Math.max(cursor.at, upTo))
      const from = cursor.at
      journal.read(from, to, (slot, value) => {
        if (value !== 0) known.set(slot, value)
        else if (journal.knownBefore(slot, from)) {
          if (!known.delete(slot)) needless.push(slot)
        } else if (known.has(slot)) throw new Error(`slot ${slot} would be left behind`)
      })
      cursor.at = to
    },
    readSome(entries: number) {
      this.read(cursor.at + entries)
    },
    close: () => journal.close(cursor),
  }
}

const noHooks = { retain: () => undefined, release: () => undefined }

t.test('a reader meets a slot that changed twice once, with its last value', async (t) => {
  const journal = new Journal(noHooks)
  journal.set(1, 7)
  journal.set(2, 7)
  journal.set(1, 8)
  const seen: [number, number][] = []
  journal.read(0, journal.head, (slot, value) => seen.push([slot, value]))
  t.same(seen, [
    [2, 7],
    [1, 8],
  ])
})

t.test(
  'a reader whose every entry is superseded and compacted away still hears of withdrawals',
  async (t) => {
    const journal = new Journal(noHooks)
    const slots = Array.from({ length: 500 }, (_, slot) => slot)
    const slow = reader(journal)
    for (const slot of slots) journal.set(slot, 1)
    slow.read()
    const late = reader(journal)
    for (let value = 2; value < 40; value++) for (const slot of slots) journal.set(slot, value)
    t.ok(journal.head < 38 * 500, 'it was compacted meanwhile')
    for (const slot of slots) journal.set(slot, 0)
    slow.read()
    t.equal(slow.known.size, 0)
    late.read()
    t.same(late.needless, [], 'and who has read nothing hears of none')
  },
)

t.test('setting the present value changes nothing', async (t) => {
  const journal = new Journal(noHooks)
  t.equal(journal.set(1, 7), true)
  t.equal(journal.set(1, 7), false)
  t.equal(journal.set(2, 0), false)
  t.equal(journal.head, 1)
  t.equal(journal.live, 1)
})

t.test('touching a slot makes readers meet it again', async (t) => {
  const journal = new Journal(noHooks)
  journal.set(1, 7)
  const cursor = journal.open(journal.head)
  journal.touch(1)
  journal.touch(2)
  const seen: number[] = []
  journal.read(cursor.at, journal.head, (slot) => seen.push(slot))
  t.same(seen, [1])
})

t.test('a withdrawal is no news to a reader that never met the route', async (t) => {
  const journal = new Journal(noHooks)
  journal.set(1, 7)
  journal.set(1, 0)
  const late = reader(journal)
  late.read()
  t.same(late.needless, [])
  t.same([...late.known], [])
})

t.test('a route that went, came and went while a reader slept is withdrawn from it', async (t) => {
  const journal = new Journal(noHooks)
  journal.set(1, 7)
  const sleeper = reader(journal)
  sleeper.read()
  journal.set(1, 0)
  journal.set(1, 9)
  journal.set(1, 0)
  sleeper.read()
  t.same([...sleeper.known], [])
})

t.test('after any changes, at any pace, every reader knows what the journal holds', async (t) => {
  const step = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ do: fc.constant('set' as const), slot: fc.nat(40), value: fc.nat(3) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('read' as const), reader: fc.nat(3), entries: fc.nat(30) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('churn' as const), times: fc.nat(1500) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const), reader: fc.nat(3) }) },
  )
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 120 }), (steps) => {
      const held = new Set<number>()
      const journal = new Journal({
        retain: (slot) => {
          if (held.has(slot)) throw new Error(`slot ${slot} is retained twice`)
          held.add(slot)
        },
        release: (slot) => {
          if (!held.delete(slot)) throw new Error(`slot ${slot} is released twice`)
        },
      })
      const model = new Map<number, number>()
      const readers = Array.from({ length: 4 }, () => reader(journal))
      const set = (slot: number, value: number) => {
        journal.set(slot, value)
        if (value === 0) model.delete(slot)
        else model.set(slot, value)
      }
      for (const action of steps) {
        if (action.do === 'set') set(action.slot, action.value)
        else if (action.do === 'read') readers[action.reader]?.readSome(action.entries)
        else if (action.do === 'churn') for (let i = 0; i < action.times; i++) set(i % 7, (i % 5) % 4)
        else {
          readers[action.reader]?.close()
          readers[action.reader] = reader(journal)
        }
      }
      for (const each of readers) each.read()
      const expected = [...model].sort()
      return (
        journal.live === model.size &&
        readers.every((each) => JSON.stringify([...each.known].sort()) === JSON.stringify(expected)) &&
        [...model.keys()].every((slot) => held.has(slot))
      )
    }),
    { numRuns: 300 },
  )
  t.pass('held for 300 histories')
})

t.test('a log of endless changes stays as small as its table', async (t) => {
  const journal = new Journal(noHooks)
  const follower = journal.open()
  for (let i = 0; i < 100_000; i++) {
    journal.set(i % 100, (i % 3) + 1)
    follower.at = journal.head
  }
  t.ok(journal.head < 5000, `the log has ${journal.head} entries`)
})
