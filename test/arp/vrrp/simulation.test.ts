import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { AdvertisementInterval, VirtualRouterId } from '../../../arp/vrrp/message.js'
import type { VrrpSettings } from '../../../arp/vrrp/state.js'
import { skewTime } from '../../../arp/vrrp/timers.js'
import type { Ip } from '../../../net/ip.js'
import { prng } from '../../fuzz/prng.js'
import { Lan } from './lan.js'

const nodes = [0, 1, 2]
const groups = [
  [0, 0, 0],
  [0, 1, 1],
  [1, 0, 1],
  [1, 1, 0],
  [0, 1, 2],
] as const
type Groups = (typeof groups)[number]

interface Node {
  priority: number
  preempt: boolean
  /** In advertisement intervals. */
  preemptDelay: number
}

const anyNode: fc.Arbitrary<Node> = fc.record({
  priority: fc.oneof(fc.integer({ min: 1, max: 255 }), fc.constantFrom(100, 100, 254)),
  preempt: fc.boolean(),
  preemptDelay: fc.constantFrom(0, 0, 2, 7),
})
const anyNodes = fc.array(anyNode, { minLength: 3, maxLength: 3 })
const anyInterval = fc.integer({ min: 1, max: 100 })

const anyEvent = fc.record({
  what: fc.constantFrom('crash', 'start', 'start', 'hand-over', 'shut-down', 'partition', 'nothing'),
  node: fc.constantFrom(...nodes),
  groups: fc.constantFrom(...groups),
  /** In advertisement intervals. */
  wait: fc.double({ min: 0, max: 6, noNaN: true }),
})

function settingsOf(all: readonly Node[], centiseconds: number | readonly number[]): VrrpSettings[] {
  return all.map(({ priority, preempt, preemptDelay }, i) => {
    const own = typeof centiseconds === 'number' ? centiseconds : (centiseconds[i] ?? 1)
    return {
      virtualRouterId: 51 as VirtualRouterId,
      priority,
      advertisementInterval: own as AdvertisementInterval,
      preempt,
      preemptDelayMilliseconds: preemptDelay * own * 10,
      primaryIp: `192.0.2.${i + 1}` as Ip,
      addresses: ['192.0.2.10' as Ip],
      checksum: 'without-pseudo-header',
    }
  })
}

function partition(lan: Lan, groups: Groups): void {
  lan.hears = (to, from) => groups[to] === groups[from]
}

/** One node answers in each part of the LAN that has a running node, and nobody else anywhere. */
function assertOneEach(lan: Lan, groups: Groups): void {
  for (const group of new Set(groups)) {
    const members = nodes.filter((i) => groups[i] === group)
    const running = lan.running().filter((i) => members.includes(i))
    const answering = lan.answering().filter((i) => members.includes(i))
    assert.equal(
      answering.length,
      Math.min(1, running.length),
      `${answering} answer of ${running} in ${members}`,
    )
  }
}

/** After the last disturbance: two silences, the longest delay, and what the delay postpones. */
const settled = (milliseconds: number) => 25 * milliseconds

t.test('whatever happened, one node answers in each connected part of the LAN in the end', async () => {
  const script = fc.array(anyEvent, { maxLength: 12 })
  /** In percent. */
  const loss = fc.constantFrom(0, 10, 40)
  fc.assert(
    fc.property(
      anyNodes,
      anyInterval,
      script,
      loss,
      fc.nat(),
      fc.constantFrom(...groups),
      (all, interval, script, loss, seed, last) => {
        const lan = new Lan(settingsOf(all, interval))
        const random = prng(seed)
        lan.loses = () => random.below(100) < loss
        for (const i of nodes) lan.start(i)
        for (const { what, node, groups, wait } of script) {
          if (what === 'crash') lan.crash(node)
          if (what === 'start') lan.start(node)
          if (what === 'hand-over') lan.handle(node, { is: 'HandOver' })
          if (what === 'shut-down') lan.handle(node, { is: 'Shutdown' })
          if (what === 'partition') partition(lan, groups)
          lan.pass(wait * interval * 10)
        }
        lan.loses = () => false
        partition(lan, last)
        lan.pass(settled(interval * 10))
        assertOneEach(lan, last)
        partition(lan, groups[0])
        lan.pass(settled(interval * 10))
        assertOneEach(lan, groups[0])
      },
    ),
    { numRuns: 300 },
  )
})

t.test('nodes of different intervals agree on one as well', async () => {
  fc.assert(
    fc.property(anyNodes, fc.tuple(anyInterval, anyInterval, anyInterval), (all, intervals) => {
      const lan = new Lan(settingsOf(all, intervals))
      for (const i of nodes) lan.start(i)
      lan.pass(settled(1000))
      assertOneEach(lan, groups[0])
    }),
    { numRuns: 60 },
  )
})

t.test('the highest priority of those that preempt ends up answering', async () => {
  const preempting = fc.array(
    fc.record({
      priority: fc.integer({ min: 1, max: 254 }),
      preempt: fc.constant(true),
      preemptDelay: fc.nat(3),
    }),
    { minLength: 3, maxLength: 3 },
  )
  fc.assert(
    fc.property(preempting, fc.shuffledSubarray(nodes, { minLength: 3 }), (all, order) => {
      fc.pre(new Set(all.map(({ priority }) => priority)).size === 3)
      const lan = new Lan(settingsOf(all, 10))
      for (const i of order) {
        lan.start(i)
        lan.pass(500)
      }
      lan.pass(settled(100))
      const highest = Math.max(...all.map(({ priority }) => priority))
      assert.deepEqual(lan.answering(), [all.findIndex(({ priority }) => priority === highest)])
    }),
    { numRuns: 100 },
  )
})

t.test("nobody takes a running owner's place when nobody preempts", async () => {
  const sticky = fc.array(
    fc.record({
      priority: fc.integer({ min: 1, max: 254 }),
      preempt: fc.constant(false),
      preemptDelay: fc.constant(0),
    }),
    { minLength: 3, maxLength: 3 },
  )
  fc.assert(
    fc.property(sticky, fc.constantFrom(...nodes), (all, first) => {
      const lan = new Lan(settingsOf(all, 10))
      lan.start(first)
      lan.pass(500)
      for (const i of nodes) lan.start(i)
      lan.watch = () => assert.deepEqual(lan.answering(), [first])
      lan.pass(5000)
      lan.watch()
    }),
    { numRuns: 100 },
  )
})

t.test('after a crash another answers within three intervals and Skew_Time', async () => {
  let crashes = 0
  fc.assert(
    fc.property(anyNodes, anyInterval, fc.double({ min: 0, max: 1, noNaN: true }), (all, interval, when) => {
      const settings = settingsOf(all, interval)
      const lan = new Lan(settings)
      for (const i of nodes) lan.start(i)
      lan.pass(settled(interval * 10) + when * interval * 10)
      const [owner] = lan.answering()
      assert.notEqual(owner, undefined)
      lan.crash(owner!)
      crashes += 1
      const highest = Math.max(...settings.filter((_, i) => i !== owner).map(({ priority }) => priority))
      const skew = skewTime(highest, interval as AdvertisementInterval)
      lan.pass(3 * interval * 10 + skew + Lan.latency)
      assert.ok(lan.answering().length >= 1)
      lan.pass(2 * Lan.latency)
      assert.equal(lan.answering().length, 1)
    }),
    { numRuns: 200 },
  )
  t.ok(crashes >= 200)
})

t.test(
  'a planned hand-over leaves no instant without an answer, and two only while one advertisement travels',
  async () => {
    fc.assert(
      fc.property(anyNodes, fc.integer({ min: 2, max: 100 }), (all, interval) => {
        const backups = all.map((node) => ({ ...node, priority: Math.min(node.priority, 254) }))
        const lan = new Lan(settingsOf(backups, interval))
        for (const i of nodes) lan.start(i)
        lan.pass(settled(interval * 10))
        const [owner] = lan.answering()
        let twoSince: number | undefined
        lan.watch = () => {
          const { length } = lan.answering()
          assert.ok(length >= 1)
          if (length === 1) twoSince = undefined
          else twoSince ??= lan.now
          assert.ok(twoSince === undefined || lan.now - twoSince <= 2 * Lan.latency)
        }
        lan.handle(owner!, { is: 'HandOver' })
        lan.pass(interval * 10 + 2 * Lan.latency)
        assert.deepEqual(lan.stateOf(owner!), { state: 'Initialize' })
        lan.pass(settled(interval * 10))
        assert.equal(lan.answering().length, 1)
      }),
      { numRuns: 100 },
    )
  },
)

t.test('split brain ends within one advertisement of its healing', async () => {
  fc.assert(
    fc.property(anyNodes, anyInterval, fc.constantFrom(...groups), (all, interval, split) => {
      const lan = new Lan(settingsOf(all, interval))
      for (const i of nodes) lan.start(i)
      partition(lan, split)
      lan.pass(settled(interval * 10))
      partition(lan, groups[0])
      lan.pass(interval * 10 + 3 * Lan.latency)
      assert.equal(lan.answering().length, 1)
    }),
    { numRuns: 200 },
  )
})

t.test('a link that works one way makes two owners, and no storm of advertisements', async (t) => {
  const all = [200, 100].map((priority) => ({ priority, preempt: true, preemptDelay: 0 }))
  const lan = new Lan(settingsOf(all, 1))
  lan.hears = (to) => to === 0
  for (const i of [0, 1]) lan.start(i)
  lan.pass(10_000)
  t.same(lan.answering(), [0, 1])
  // Every 10 ms each sends one, and the higher priority one more in answer.
  t.ok(lan.sent <= 3 * 1000)
})
