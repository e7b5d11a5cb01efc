import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parseCommunity } from '../../../bgp/community.js'
import { families } from '../../../bgp/family.js'
import { LocRib } from '../../../bgp/rib/loc-rib.js'
import { AnnouncementBoard } from '../../../src/announcements/board.js'
import type { RunTimeRoute } from '../../../src/announcements/run-time.js'
import { RunTimeSource } from '../../../src/announcements/run-time-source.js'
import { availableRoutes } from '../../../src/daemon/routes-report.js'
import { prefix } from '../../support/address.js'

function newSource(directory: string) {
  const locRib = new LocRib(families)
  const board = new AnnouncementBoard(locRib, { changed: () => undefined, later: setImmediate })
  const file = join(directory, 'run-time.json')
  const source = new RunTimeSource(file, board)
  const warnings = source.restore()
  return {
    ...{ source, board, file, warnings },
    announcements: () => [...locRib.announcements()],
    routes: () => availableRoutes(locRib, 100).routes,
    wanted: () => availableRoutes(locRib, 100).routes.map((route) => route.prefix),
  }
}

function route(text: string, more: Partial<RunTimeRoute> = {}): RunTimeRoute {
  return {
    prefix: prefix(text),
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
  t.same(JSON.parse(readFileSync(file, 'utf8')), {
    version: 1,
    routes: [
      {
        prefix: '192.0.2.10/32',
        communities: ['no-export', '65001:100', '65001:1:2'],
        localPreference: 200,
        med: 0,
        peers: ['tor-1'],
      },
      { prefix: '2001:db8::/64' },
    ],
  })
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
  const obstacle = `${file}.new`
  mkdirSync(obstacle)
  t.match(source.announce([route('192.0.2.11/32')]), {
    ok: false,
    because: /stateDirectory must be writable/,
  })
  t.match(source.withdraw([prefix('192.0.2.10/32')]), { ok: false })
  t.same(wanted(), ['192.0.2.10/32'])
  t.equal(source.size, 1)
  rmdirSync(obstacle)
  t.match(source.announce([route('192.0.2.11/32')]), { ok: true })
  t.same(wanted(), ['192.0.2.10/32', '192.0.2.11/32'])
})

t.test('what is ephemeral is not kept, and needs no directory that can be written', async (t) => {
  const directory = t.testdir()
  const { source, wanted, file } = newSource(directory)
  mkdirSync(`${file}.new`)
  t.match(source.announce([route('192.0.2.10/32', { ephemeral: true })]), { ok: true })
  t.same(wanted(), ['192.0.2.10/32'])
  t.match(source.withdraw([prefix('192.0.2.10/32')]), { ok: true })
  source.announce([route('192.0.2.10/32', { ephemeral: true })])
  t.notOk(existsSync(file))
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

t.test('a file that is broken is set aside with a warning, and herald starts without it', async (t) => {
  const directory = t.testdir({ 'run-time.json': '{"version":1,"routes":[{"pre' })
  const { warnings, wanted, source, file } = newSource(directory)
  t.match(warnings, [/run-time\.json cannot be used .*kept as .*run-time\.json\.unusable/])
  t.same(wanted(), [])
  t.ok(existsSync(`${file}.unusable`))
  t.match(source.announce([route('192.0.2.10/32')]), { ok: true })
})

t.test('a file of a later version is set aside, not misread', async (t) => {
  const { warnings } = newSource(t.testdir({ 'run-time.json': '{"version":2,"routes":[]}' }))
  t.match(warnings, [/another form than this version writes/])
})

const notRoutes: readonly (readonly [because: string, stored: unknown])[] = [
  ['no object', 'x'],
  ['no prefix', {}],
  ['not a prefix', { prefix: '192.0.2.10' }],
  ['bits behind its length', { prefix: '192.0.2.10/24' }],
  ['a default route', { prefix: '0.0.0.0/0' }],
  ['space that is never routed', { prefix: '127.0.0.0/8' }],
  ['not a community', { prefix: '192.0.2.10/32', communities: ['65001:70000'] }],
  ['communities that are no list', { prefix: '192.0.2.10/32', communities: 'no-export' }],
  ['a preference that does not fit', { prefix: '192.0.2.10/32', localPreference: 2 ** 32 }],
  ['a med that is no number', { prefix: '192.0.2.10/32', med: '5' }],
  ['peers that are no names', { prefix: '192.0.2.10/32', peers: [1] }],
]
t.ok(notRoutes.length > 0)
for (const [because, stored] of notRoutes) {
  t.test(`a stored route with ${because} is left out and told of; the others are restored`, async (t) => {
    const directory = t.testdir()
    const routes = [{ prefix: '192.0.2.1/32' }, stored, { prefix: '192.0.2.2/32' }]
    writeFileSync(join(directory, 'run-time.json'), JSON.stringify({ version: 1, routes }))
    const { warnings, wanted } = newSource(directory)
    t.match(warnings, [
      /run-time\.json: a route is left out \(.+\): /,
      /run-time\.json: 1 left out in all; the file as it was is kept as .*run-time\.json\.unusable$/,
    ])
    t.equal(JSON.parse(readFileSync(join(directory, 'run-time.json.unusable'), 'utf8')).routes.length, 3)
    t.ok(warnings[0]?.endsWith(JSON.stringify(stored)))
    t.same(wanted(), ['192.0.2.1/32', '192.0.2.2/32'])
  })
}

t.test('thousands of them are told of in some lines', async (t) => {
  const long = { prefix: 'x'.repeat(10_000) }
  const routes = [...Array.from({ length: 5000 }, () => long), { prefix: '192.0.2.1/32' }]
  const directory = t.testdir({ 'run-time.json': JSON.stringify({ version: 1, routes }) })
  const { warnings, wanted } = newSource(directory)
  t.equal(warnings.length, 11)
  t.match(warnings.at(-1), /5000 left out in all/)
  t.same(wanted(), ['192.0.2.1/32'])
})

t.test('one that is nested without end is left out, and herald starts', async (t) => {
  const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  const directory = t.testdir({
    'run-time.json': `{"version":1,"routes":[${nested},{"prefix":"192.0.2.1/32"}]}`,
  })
  const { warnings, wanted } = newSource(directory)
  t.match(warnings[0], /nested too deeply to be shown/)
  t.same(wanted(), ['192.0.2.1/32'])
})

t.test('routes with equal terms are one announcement, others one each', async (t) => {
  const { source, announcements } = newSource(t.testdir())
  const path = { origin: 'igp' as const, communities: [], asPathPrepend: 0, med: 5 }
  source.announce([route('192.0.2.10/32'), route('192.0.2.11/32'), route('192.0.2.12/32', { path })])
  t.equal(announcements().length, 2)
})
