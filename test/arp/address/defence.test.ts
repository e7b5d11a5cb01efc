import t from 'tap'
import { type DefenceAction, stepDefence, untroubled } from '../../../arp/address/defence.js'
import { type Whose, whose } from '../../../arp/address/whose.js'
import type { Assertion } from '../../../arp/assertion.js'
import type { Role } from '../../../arp/link.js'
import type { Ip } from '../../../net/ip.js'
import type { Mac } from '../../../net/mac.js'

const claim: Assertion = { is: 'claim', ip: '192.0.2.10' as Ip, mac: 'b8:27:eb:00:00:01' as Mac }
const probe: Assertion = { ...claim, is: 'probe' }
const other: Assertion = { ...claim, mac: 'b8:27:eb:00:00:02' as Mac }

interface Heard {
  at: number
  assertion?: Assertion
  whose?: Whose
  role?: Role
  /** When it is judged; at once unless told. */
  now?: number
}

function run(heard: readonly Heard[]) {
  let defence = untroubled
  const actions: (DefenceAction & { at: number })[] = []
  for (const { at, assertion = claim, whose = 'foreign', role = 'owner', now = at } of heard) {
    const step = stepDefence(defence, { assertion, whose, role, at }, now)
    defence = step.defence
    actions.push(...step.actions.map((action) => ({ ...action, at: now })))
  }
  return { defence, actions }
}

t.test('a foreign claim is announced against once and reported with its MAC address', async (t) => {
  t.same(run([{ at: 0 }]).actions, [
    { do: 'defend', at: 0 },
    { do: 'report-conflict', assertion: claim, conflicts: 1, defended: true, at: 0 },
  ])
})

t.test('a station that may be a node is announced against at once, and called foreign later', async (t) => {
  const { defence, actions } = run([
    { at: 10, whose: 'unknown' },
    { at: 10, now: 190 },
  ])
  t.same(actions, [
    { do: 'defend', at: 10 },
    { do: 'report-conflict', assertion: claim, conflicts: 1, defended: true, at: 190 },
  ])
  t.same(defence.last, { mac: claim.mac, at: 10 })
})

t.test('one that turns out to be a node was never foreign', async (t) => {
  const { defence, actions } = run([
    { at: 10, whose: 'unknown' },
    { at: 10, now: 190, whose: 'member' },
  ])
  t.equal(defence.conflicts, 0)
  t.same(
    actions.map((action) => action.do),
    ['defend', 'advertise', 'report-split-brain'],
  )
})

t.test('claims every 100 ms are defended against, and reported, once in DEFEND_INTERVAL', async (t) => {
  const { defence, actions } = run(Array.from({ length: 300 }, (_, i) => ({ at: i * 100 })))
  t.same(
    actions.filter((action) => action.do === 'defend').map(({ at }) => at),
    [0, 10_000, 20_000],
  )
  const reports = actions.flatMap((action) => (action.do === 'report-conflict' ? [action.conflicts] : []))
  t.same(reports, [1, 101, 201])
  t.equal(defence.conflicts, 300)
})

t.test(
  'a second foreign station is reported at once and not defended against within the interval',
  async (t) => {
    t.same(run([{ at: 0 }, { at: 50, assertion: other }]).actions.slice(2), [
      { do: 'report-conflict', assertion: other, conflicts: 2, defended: false, at: 50 },
    ])
  },
)

t.test(
  'stations that take turns are reported once each, and a thousand made-up ones eight times',
  async (t) => {
    const turns = Array.from({ length: 20 }, (_, i) => ({ at: i, assertion: i % 2 ? claim : other }))
    t.equal(run(turns).actions.filter((action) => action.do === 'report-conflict').length, 2)
    const mac = (i: number) =>
      `b8:27:eb:01:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16)}` as Mac
    const flood = Array.from({ length: 1000 }, (_, i) => ({ at: i, assertion: { ...claim, mac: mac(i) } }))
    t.equal(run(flood).actions.filter((action) => action.do === 'report-conflict').length, 8)
  },
)

t.test('a foreign probe is reported; the answer that it gets is the defence', async (t) => {
  t.same(run([{ at: 0, assertion: probe }]).actions, [
    { do: 'report-conflict', assertion: probe, conflicts: 1, defended: false, at: 0 },
  ])
})

t.test('a backup reports and leaves defence to the owner', async (t) => {
  t.same(run([{ at: 0, role: 'backup' }]).actions, [
    { do: 'report-conflict', assertion: claim, conflicts: 1, defended: false, at: 0 },
  ])
})

t.test('a member that claims what we own is split brain: the election is held at once', async (t) => {
  t.same(run([{ at: 0, whose: 'member' }]).actions, [
    { do: 'advertise', at: 0 },
    { do: 'report-split-brain', assertion: claim, at: 0 },
  ])
})

t.test('a member that claims it on and on is told of once in ten seconds', async (t) => {
  const claims = [0, 300, 9999, 10_000].map((at) => ({ at, whose: 'member' as const }))
  t.same(
    run(claims).actions.filter((action) => action.do === 'report-split-brain'),
    [0, 10_000].map((at) => ({ do: 'report-split-brain', assertion: claim, at })),
  )
})

t.test('a backup that hears the owner, and an owner that hears a member probe, do nothing', async (t) => {
  t.same(run([{ at: 0, whose: 'member', role: 'backup' }]).actions, [])
  t.same(run([{ at: 0, whose: 'member', role: 'taking-over' }]).actions, [], 'the owner so far')
  t.same(run([{ at: 0, whose: 'member', assertion: probe }]).actions, [])
  t.same(run([{ at: 0, whose: 'ours' }]).actions, [])
})

t.test('a station is ours, a member, or foreign', async (t) => {
  const stations = { ours: new Set([claim.mac]), members: new Set([other.mac]) }
  t.equal(whose(claim.mac, stations), 'ours')
  t.equal(whose(other.mac, stations), 'member')
  t.equal(whose('02:00:00:00:00:09' as Mac, stations), 'foreign')
})
