import t from 'tap'
import { families } from '../../../bgp/family.js'
import { LocRib } from '../../../bgp/rib/loc-rib.js'
import type { Announcement } from '../../../config/settings.js'
import { finish } from '../../../net/steps.js'
import { AnnouncementBoard } from '../../../src/announcements/board.js'
import { listingAvailable } from '../../../src/daemon/routes-report.js'
import { settingsOf } from '../../support/config.js'

/** A board on an empty Loc-RIB, which counts what readers of its journals would have to look at. */
function newBoard() {
  const locRib = new LocRib(families)
  let calls = 0
  const later: (() => void)[] = []
  const board = new AnnouncementBoard(locRib, {
    changed: () => {
      calls++
    },
    later: (work) => later.push(work),
  })
  const heads = () => families.map((family) => locRib.ribOf(family).journal.head)
  return {
    ...{ board, locRib, later },
    calls: () => calls,
    /** Changes of the Loc-RIB while `act` ran. */
    changesOf: (act: () => void) => {
      const before = heads()
      act()
      return heads().reduce((sum, head, i) => sum + head - (before[i] ?? 0), 0)
    },
    /** 'PREFIX announcement source' of each. */
    wanted: () =>
      finish(listingAvailable(locRib, 1000)).routes.map(
        ({ prefix, announcement, source }) => `${prefix} ${announcement} ${source}`,
      ),
  }
}

function announcements(yaml: string): readonly Announcement[] {
  return settingsOf(`bgp: { asn: 65001, peers: [{ name: tor-1, address: 10.0.0.1, asn: 65000 }] }\n${yaml}`)
    .announcements
}

const pods = announcements('announcements: [{ name: pods, podCIDRs: [10.244.1.0/24, "fd00:10:244:1::/64"] }]')

t.test('what a source declares is wanted, and the change is told once', async (t) => {
  const { board, wanted, calls } = newBoard()
  board.declare('file', pods)
  t.same(wanted(), ['10.244.1.0/24 pods file', 'fd00:10:244:1::/64 pods file'])
  t.equal(calls(), 1)
})

t.test('declaring the same again changes nothing', async (t) => {
  const { board, changesOf } = newBoard()
  t.equal(
    changesOf(() => board.declare('file', pods)),
    2,
  )
  t.equal(
    changesOf(() => board.declare('file', structuredClone(pods))),
    0,
  )
})

t.test('the desired state is complete once every source has declared its set, be it empty', async (t) => {
  const { board } = newBoard()
  t.notOk(board.complete)
  board.declare('file', pods)
  t.notOk(board.complete)
  board.declare('run-time', [])
  t.ok(board.complete)
})

t.test('only the prefixes that come and go are touched', async (t) => {
  const { board, changesOf, wanted } = newBoard()
  const ips = (list: string) => announcements(`announcements: [{ name: lb, loadBalancerIPs: [${list}] }]`)
  board.declare('file', ips('192.0.2.10-192.0.2.19'))
  t.equal(
    changesOf(() => board.declare('file', ips('192.0.2.11-192.0.2.20'))),
    2,
  )
  t.equal(wanted().length, 10)
  t.notOk(wanted().includes('192.0.2.10/32 lb file'))
  t.ok(wanted().includes('192.0.2.20/32 lb file'))
})

// Two announcements of the file want 192.0.2.11.
const overlapping = (first: string, second: string) =>
  announcements(
    `announcements:
  - { name: ${first}, loadBalancerIPs: [192.0.2.10-192.0.2.11] }
  - { name: ${second}, loadBalancerIPs: [192.0.2.11-192.0.2.12] }`,
  )

t.test('where two announcements of the file want a prefix, the first one counts', async (t) => {
  const { board, wanted } = newBoard()
  board.declare('file', overlapping('a', 'b'))
  t.same(wanted(), ['192.0.2.10/32 a file', '192.0.2.11/32 a file', '192.0.2.12/32 b file'])
})

t.test('when the first one goes, the second one has it', async (t) => {
  const { board, wanted } = newBoard()
  const both = overlapping('a', 'b')
  board.declare('file', both)
  board.declare('file', both.slice(1))
  t.same(wanted(), ['192.0.2.11/32 b file', '192.0.2.12/32 b file'])
})

t.test('another order in the file is another precedence', async (t) => {
  const { board, wanted } = newBoard()
  const both = overlapping('a', 'b')
  board.declare('file', both)
  board.declare('file', both.toReversed())
  t.same(wanted(), ['192.0.2.10/32 a file', '192.0.2.11/32 b file', '192.0.2.12/32 b file'])
})

t.test('the file counts before what was announced at run time, whoever declared first', async (t) => {
  const atRunTime: Announcement[] = pods.map((each) => ({ ...each, name: 'run-time' }))
  const orders = [
    ['file', 'run-time'],
    ['run-time', 'file'],
  ] as const
  t.ok(orders.length > 0)
  for (const order of orders) {
    const { board, wanted } = newBoard()
    for (const source of order) board.declare(source, source === 'file' ? pods : atRunTime)
    t.same(wanted(), ['10.244.1.0/24 pods file', 'fd00:10:244:1::/64 pods file'], order.join(' before '))
    board.declare('file', [])
    t.same(wanted(), ['10.244.1.0/24 run-time run-time', 'fd00:10:244:1::/64 run-time run-time'])
  }
})

t.test('a large change goes in slices, and what changes hands is never gone in between', async (t) => {
  const { board, locRib, later, calls } = newBoard()
  const { journal } = locRib.ribOf('ipv4/unicast')
  const big = (name: string, med: number, ips = '10.0.0.0/15') =>
    announcements(`announcements: [{ name: ${name}, med: ${med}, loadBalancerIPs: [${ips}] }]`)
  /** Runs the slices; what the Loc-RIB held after each. */
  const settle = () => {
    const live = [journal.live]
    for (let work = later.shift(); work !== undefined; work = later.shift()) {
      work()
      live.push(journal.live)
    }
    return live
  }
  board.declare('run-time', [])
  board.declare('file', big('a', 1))
  t.notOk(board.complete, 'End-of-RIB has to wait')
  t.equal(calls(), 1, 'and nobody is told')
  t.ok(settle().length > 10, 'slices')
  t.ok(board.complete)
  t.equal(calls(), 2)
  t.equal(journal.live, 2 ** 17)

  board.declare('file', big('b', 2))
  const live = settle()
  t.ok(live.length > 10)
  t.same(new Set(live), new Set([2 ** 17]))
  t.equal([...locRib.announcements()].length, 1)

  board.declare('file', big('b', 2, '10.1.0.0/16'))
  board.declare('file', big('b', 2, '10.0.0.0-10.1.0.0'))
  settle()
  t.equal(journal.live, 2 ** 16 + 1, 'a change that comes meanwhile counts from what the first one leaves')
})

t.test('one source never takes down what another declared', async (t) => {
  const { board, wanted } = newBoard()
  board.declare('file', pods)
  board.declare('run-time', [])
  t.equal(wanted().length, 2)
  board.declare('file', [])
  t.same(wanted(), [])
})

t.test('an announcement whose terms change takes its prefixes along', async (t) => {
  const { board, locRib } = newBoard()
  const withMed = (med: number) =>
    announcements(`announcements: [{ name: lb, med: ${med}, loadBalancerIPs: [192.0.2.10] }]`)
  board.declare('file', withMed(1))
  board.declare('file', withMed(2))
  t.same(
    finish(listingAvailable(locRib, 10)).routes.map(({ med }) => med),
    [2],
  )
  t.equal([...locRib.announcements()].length, 1, 'the former terms are forgotten')
})

t.test('an announcement that BGP does not carry is left out', async (t) => {
  const { board, locRib, wanted } = newBoard()
  board.declare(
    'file',
    pods.map((each) => ({ ...each, via: ['l2'] })),
  )
  t.same(wanted(), [])
  t.same([...locRib.announcements()], [])
})

t.test('peers that an announcement is meant for are known by name', async (t) => {
  const { board } = newBoard()
  board.declare('file', pods)
  t.same([...board.namedPeers], [])
  board.declare(
    'file',
    announcements('announcements: [{ name: lb, peers: [tor-1], loadBalancerIPs: [192.0.2.10] }]'),
  )
  t.same([...board.namedPeers], ['tor-1'])
})
