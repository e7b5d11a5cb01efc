import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { parseCommunity } from '../../../bgp/community.js'
import { families } from '../../../bgp/family.js'
import { LocRib } from '../../../bgp/rib/loc-rib.js'
import { prefixSet } from '../../../net/prefix-set.js'
import { finish } from '../../../net/steps.js'
import { AnnouncementBoard } from '../../../src/announcements/board.js'
import type { RunTimeRoute } from '../../../src/announcements/run-time.js'
import { RunTimeSource } from '../../../src/announcements/run-time-source.js'
import { listingAvailable } from '../../../src/daemon/routes-report.js'
import { prefix, range } from '../../support/address.js'

function newSource(directory: string) {
  const locRib = new LocRib(families)
  const board = new AnnouncementBoard(locRib, { changed: () => undefined, later: setImmediate })
  const file = join(directory, 'run-time.log')
  const source = new RunTimeSource(file, board, setImmediate)
  const warnings = source.restore()
  return {
    ...{ source, board, file, warnings },
    announcements: () => [...locRib.announcements()],
    routes: () => finish(listingAvailable(locRib, 100)).routes,
    wanted: () => finish(listingAvailable(locRib, 100)).routes.map((route) => route.prefix),
  }
}

function route(text: string, more: Partial<RunTimeRoute> = {}): RunTimeRoute {
  return {
    prefix: prefix(text),
    via: ['bgp'],
    path: { origin: 'igp', communities: [], asPathPrepend: 0 },
    ephemeral: false,
    ...more,
  }
}

function communities(...texts: readonly string[]) {
  return texts.map(parseCommunity).flatMap((result) => (result.ok ? [result.value] : []))
}

t.test('what is announced is on disk before it is acknowledged, and back after a restart', async (t) => {
  const directory = t.testdir()
  const { source, wanted, file } = newSource(directory)
  const path = {
    origin: 'igp' as const,
    communities: communities('no-export', '65001:100', '65001:1:2'),
    asPathPrepend: 0,
    localPreference: 200,
    med: 0,
  }
  const announced = source.announce([
    route('192.0.2.10/32', { path, peers: ['tor-1'] }),
    route('2001:db8::/64'),
  ])
  t.same(announced, { ok: true, value: { changed: ['192.0.2.10/32', '2001:db8::/64'], unchanged: [] } })
  t.match(readFileSync(file, 'utf8').split('\n'), [
    '+ announce {"communities":["no-export","65001:100","65001:1:2"],"localPreference":200,"med":0,"peers":["tor-1"]}',
    '192.0.2.10/32',
    /^= [0-9a-f]{16}$/,
    '+ announce {}',
    '2001:db8::/64',
    /^= [0-9a-f]{16}$/,
    '',
  ])
  t.equal(source.size, 2)

  const again = newSource(directory)
  t.same(again.warnings, [])
  t.same(again.wanted(), wanted())
  t.match(again.routes()[0], {
    prefix: '192.0.2.10/32',
    announcement: 'run-time',
    source: 'run-time',
    communities: ['no-export', '65001:100', '65001:1:2'],
    localPreference: 200,
    med: 0,
    peers: ['tor-1'],
  })
})

t.test('a source that has nothing to restore has declared its set all the same', async (t) => {
  const { board, warnings } = newSource(t.testdir())
  board.declare('file', [])
  t.ok(board.complete)
  t.same(warnings, [])
})

t.test('announcing so again is unchanged, with other terms it is a change', async (t) => {
  const { source, routes } = newSource(t.testdir())
  source.announce([route('192.0.2.10/32')])
  t.match(source.announce([route('192.0.2.10/32'), route('192.0.2.11/32')]), {
    value: { changed: ['192.0.2.11/32'], unchanged: ['192.0.2.10/32'] },
  })
  const path = { origin: 'igp' as const, communities: [], asPathPrepend: 0, med: 5 }
  t.match(source.announce([route('192.0.2.10/32', { path })]), { value: { changed: ['192.0.2.10/32'] } })
  t.equal(routes()[0]?.med, 5)
  t.equal(source.size, 2)
})

t.test('peers in another order are the same peers', async (t) => {
  const { source } = newSource(t.testdir())
  source.announce([route('192.0.2.10/32', { peers: ['a', 'b'] })])
  t.match(source.announce([route('192.0.2.10/32', { peers: ['b', 'a'] })]), { value: { changed: [] } })
})

t.test('withdrawing takes back what was announced here, and nothing else', async (t) => {
  const { source, wanted } = newSource(t.testdir())
  source.announce([route('192.0.2.10/32'), route('192.0.2.11/32')])
  t.same(source.withdraw([prefix('192.0.2.10/32'), prefix('198.51.100.0/24')]), {
    ok: true,
    value: { changed: ['192.0.2.10/32'], unchanged: ['198.51.100.0/24'] },
  })
  t.same(wanted(), ['192.0.2.11/32'])
})

t.test('when it cannot be written down, nothing is announced and nothing withdrawn', async (t) => {
  const directory = t.testdir()
  const { source, wanted, file } = newSource(directory)
  source.announce([route('192.0.2.10/32')])
  const kept = `${file}.kept`
  renameSync(file, kept)
  mkdirSync(file)
  t.match(source.announce([route('192.0.2.11/32')]), {
    ok: false,
    because: /stateDirectory must be writable/,
  })
  t.match(source.withdraw([prefix('192.0.2.10/32')]), { ok: false })
  t.same(wanted(), ['192.0.2.10/32'])
  t.equal(source.size, 1)
  rmdirSync(file)
  renameSync(kept, file)
  t.match(source.announce([route('192.0.2.11/32')]), { ok: true })
  t.same(wanted(), ['192.0.2.10/32', '192.0.2.11/32'])
})

t.test('what is ephemeral is not kept, and needs no directory that can be written', async (t) => {
  const directory = t.testdir()
  const { source, wanted, file } = newSource(directory)
  mkdirSync(file)
  t.match(source.announce([route('192.0.2.10/32', { ephemeral: true })]), { ok: true })
  t.same(wanted(), ['192.0.2.10/32'])
  t.match(source.withdraw([prefix('192.0.2.10/32')]), { ok: true })
  source.announce([route('192.0.2.10/32', { ephemeral: true })])
  rmdirSync(file)
  t.same(newSource(directory).wanted(), [])
})

t.test('an ephemeral route that is announced again to stay is kept from then on, and back', async (t) => {
  const directory = t.testdir()
  const { source } = newSource(directory)
  source.announce([route('192.0.2.10/32', { ephemeral: true })])
  t.match(source.announce([route('192.0.2.10/32')]), { value: { changed: ['192.0.2.10/32'] } })
  t.same(newSource(directory).wanted(), ['192.0.2.10/32'])
  t.match(source.announce([route('192.0.2.10/32', { ephemeral: true })]), {
    value: { changed: ['192.0.2.10/32'] },
  })
  t.same(newSource(directory).wanted(), [])
})

t.test(
  'a file that is none of ours is kept beside with a warning, and herald starts without it',
  async (t) => {
    const directory = t.testdir({ 'run-time.log': '{"version":1,"routes":[{"pre' })
    const { warnings, wanted, source, file } = newSource(directory)
    t.match(warnings, [/run-time\.log: 1 change cannot be read; .*kept as .*run-time\.log\.unusable/])
    t.same(wanted(), [])
    t.ok(existsSync(`${file}.unusable`))
    t.match(source.announce([route('192.0.2.10/32')]), { ok: true })
    t.same(newSource(directory).wanted(), ['192.0.2.10/32'])
  },
)

/** A log with two changes. */
function twoChanges(directory: string) {
  const { source, file } = newSource(directory)
  source.announce([route('192.0.2.1/32')])
  const first = readFileSync(file).length
  source.announce([route('192.0.2.2/32')])
  return { file, first, bytes: readFileSync(file) }
}

t.test('wherever the power cuts a change short, those before it are there and no word is lost', async (t) => {
  const { file, first, bytes } = twoChanges(t.testdir())
  for (let length = first; length < bytes.length; length++) {
    writeFileSync(file, bytes.subarray(0, length))
    const { warnings, wanted, source } = newSource(dirname(file))
    t.same([warnings, wanted()], [[], ['192.0.2.1/32']], `${length} octets`)
    t.match(source.announce([route('192.0.2.3/32')]), { ok: true })
    t.same(newSource(dirname(file)).wanted(), ['192.0.2.1/32', '192.0.2.3/32'])
  }
})

t.test('a change that the disk has damaged is left out and told of; the others are restored', async (t) => {
  const { file, first, bytes } = twoChanges(t.testdir())
  const damaged = Buffer.from(bytes)
  damaged[damaged.indexOf('192.0.2.1/32') + 8] = 0x37
  writeFileSync(file, damaged)
  const { warnings, wanted } = newSource(dirname(file))
  t.match(warnings, [/1 change cannot be read; the file as it was is kept as .*run-time\.log\.unusable$/])
  t.same(wanted(), ['192.0.2.2/32'])
  t.ok(first > 0)
})

/** As a person would who edits the file and knows how to close a change. */
function edited(head: string, line: string): string {
  const text = `+ ${head}\n192.0.2.1/32\n${line}\n192.0.2.2/32\n`
  return `${text}= ${createHash('sha256').update(text).digest('hex').slice(0, 16)}\n`
}

const notRoutes: readonly (readonly [because: string, line: string])[] = [
  ['no prefix', 'x'],
  ['bits behind its length', '192.0.2.10/24'],
  ['a default route', '0.0.0.0/0'],
  ['space that is never routed', '127.0.0.0/8'],
]
t.ok(notRoutes.length > 0)
for (const [because, line] of notRoutes) {
  t.test(`a stored route with ${because} is left out and told of; the others are restored`, async (t) => {
    const { warnings, wanted } = newSource(t.testdir({ 'run-time.log': edited('announce {}', line) }))
    t.match(warnings, [/a prefix is left out \(.+\)/])
    t.same(wanted(), ['192.0.2.1/32', '192.0.2.2/32'])
  })
}

const notTerms: readonly (readonly [because: string, head: string])[] = [
  ['another form', 'announce-later {}'],
  ['no JSON', 'announce {'],
  ['not a community', 'announce {"communities":["65001:70000"]}'],
  ['communities that are no list', 'announce {"communities":"no-export"}'],
  ['a preference that does not fit', 'announce {"localPreference":4294967296}'],
  ['a med that is no number', 'announce {"med":"5"}'],
  ['peers that are no names', 'announce {"peers":[1]}'],
]
t.ok(notTerms.length > 0)
for (const [because, head] of notTerms) {
  t.test(`a stored change with ${because} is left out and told of`, async (t) => {
    const { warnings, wanted } = newSource(t.testdir({ 'run-time.log': edited(head, '192.0.2.3/32') }))
    t.match(warnings, [/a change is left out \(.+\)/])
    t.same(wanted(), [])
  })
}

const terms = {
  via: ['bgp'] as const,
  path: { origin: 'igp' as const, communities: [], asPathPrepend: 0 },
  ephemeral: false,
}

t.test(
  'very many prefixes are announced and withdrawn as a whole, and are there after a restart',
  async (t) => {
    const directory = t.testdir()
    const { source, board, file } = newSource(directory)
    const many = prefixSet([range('10.0.0.0/32', 100_000), range('2001:db8::/64', 10)])
    t.same(await source.announceAll(many, terms), { ok: true, value: { changed: 100_010, unchanged: 0 } })
    t.ok(board.settled, 'once it is acknowledged, the Loc-RIB has all of it')
    t.equal(source.size, 100_010)
    t.same(await source.announceAll(many, terms), { ok: true, value: { changed: 0, unchanged: 100_010 } })
    const some = prefixSet([range('10.0.0.5/32', 1000), range('11.0.0.0/32', 5)])
    const before = statSync(file).size
    t.same(await source.withdrawAll(some), { ok: true, value: { changed: 1000, unchanged: 5 } })
    t.ok(statSync(file).size - before < 20_000, 'a change costs as much as it is large')
    const again = newSource(directory)
    await again.board.whenSettled()
    t.equal(again.source.size, 99_010)
    t.equal(again.routes().length, 100)
    t.match(again.source.clear(), { ok: true, value: 99_010 })
    t.equal(statSync(file).size, 0)
  },
)

t.test('what is asked meanwhile comes after it, and other terms replace those before', async (t) => {
  const { source, wanted, announcements } = newSource(t.testdir())
  const many = prefixSet([range('10.0.0.0/32', 50_000)])
  const other = { ...terms, path: { ...terms.path, med: 5 } }
  const results = [source.announceAll(many, terms), source.announceAll(many, other), source.withdrawAll(many)]
  t.match(source.announce([route('192.0.2.1/32')]), { ok: false, because: /ask again/ })
  await source.idle()
  t.match(source.announce([route('192.0.2.1/32')]), { ok: true })
  t.match(await Promise.all(results), [
    { value: { changed: 50_000 } },
    { value: { changed: 50_000 } },
    { value: { changed: 50_000 } },
  ])
  t.same(wanted(), ['192.0.2.1/32'])
  t.equal(announcements().length, 1)
})

t.test('many changes of few prefixes leave a log that stays small', async (t) => {
  const directory = t.testdir()
  const { source, file } = newSource(directory)
  const many = prefixSet([range('10.0.0.0/32', 40_000)])
  let largest = 0
  for (let i = 0; i < 12; i++) {
    await source.announceAll(many, terms)
    await source.withdrawAll(many)
    await source.idle()
    t.match(source.announce([route(`192.0.2.${i}/32`)]), { ok: true })
    await source.idle()
    largest = Math.max(largest, statSync(file).size)
  }
  t.ok(largest < 7 << 20, `${largest} octets`)
  t.ok(statSync(file).size < 6 << 20)
  t.equal(newSource(directory).source.size, 12)
})

t.test('routes with equal terms are one announcement, others one each', async (t) => {
  const { source, announcements } = newSource(t.testdir())
  const path = { origin: 'igp' as const, communities: [], asPathPrepend: 0, med: 5 }
  source.announce([route('192.0.2.10/32'), route('192.0.2.11/32'), route('192.0.2.12/32', { path })])
  t.equal(announcements().length, 2)
})
