/** An owner that leaves in order: who asks meanwhile is answered by the one or the other, without a gap. */
import t, { type Test } from 'tap'
import { becomesOwner, createTestLan, type LanNode, oneOwner, vip, vip6 } from '../support/lan.js'
import { type Answers, startAsker } from '../support/lan-asker.js'
import { believes, resolve } from '../support/neighbours.js'
import { requires } from '../support/requires.js'
import { waitFor } from '../support/wait.js'

interface Leaving {
  readonly name: string
  /** Resolves when herald says that it is done. */
  readonly leaves: (owner: LanNode) => Promise<unknown>
  readonly comesBack: (owner: LanNode) => Promise<unknown>
  /** What becomes of the row of the address; undefined: there is none. */
  readonly state?: string
}

const groups = [{ name: 'web' }, { name: 'dns', virtualRouterId: 52 }]
const dns = { name: 'resolver', loadBalancerIPs: ['10.0.0.210'], group: 'dns' }
const without = { l2: { groups }, announcements: [dns] }
const usual = { ...without, announcements: [{ name: 'ingress', loadBalancerIPs: [vip, vip6] }, dns] }

const leavings: readonly Leaving[] = [
  {
    name: 'drained',
    leaves: ({ herald }) => herald.cli('drain', '--wait', '0s'),
    comesBack: ({ herald }) => herald.cli('drain', '--undo'),
    state: 'out-of-service',
  },
  {
    name: 'without the announcement, after a reload',
    leaves: async ({ herald }) => {
      await herald.configure(without)
      await herald.cli('reload')
    },
    comesBack: async ({ herald }) => {
      await herald.configure(usual)
      await herald.cli('reload')
    },
  },
]

const rounds = 3

function checkAnswers(t: Test, answers: Answers, [before, after]: readonly [LanNode, LanNode]): void {
  const { asked, unanswered, answeredTwice, macs } = answers
  t.comment(`${asked} questions: ${unanswered} unanswered, ${answeredTwice} answered by both`)
  t.equal(unanswered, 0, `each of ${asked} questions was answered`)
  t.equal(answeredTwice, 0, 'and none by both')
  t.same(macs, [before.mac, after.mac])
}

if (requires(t, 'root')) {
  t.ok(leavings.length > 0)
  for (const { name, leaves, comesBack, state } of leavings) {
    t.test(`an owner that is ${name}`, async (t) => {
      const { client, nodes } = await createTestLan(t, [usual, usual])
      await Promise.all(nodes.map(({ herald }) => herald.start()))
      for (let round = 0; round < rounds; round++) {
        const owner = await oneOwner(nodes)
        await oneOwner(nodes, vip6)
        const successor = nodes.find((node) => node !== owner) ?? owner
        for (const address of [vip, vip6]) await resolve(client, address)
        const asker = await startAsker(client, vip)
        await leaves(owner)
        await becomesOwner(successor)
        for (const address of [vip, vip6]) await believes(client, address, successor)
        await waitFor(`the row of ${name}`, async () => (await owner.row())?.state === state)
        const answers = await asker.stop()
        checkAnswers(t, answers, [owner, successor])
        await comesBack(owner)
        await waitFor('it to stand by', async () => (await owner.row())?.state === 'backup')
        t.equal((await oneOwner(nodes)).mac, successor.mac, 'it takes nothing when it comes back')
      }
    })
  }

  t.test('an owner that is sent SIGTERM', async (t) => {
    const { client, nodes } = await createTestLan(t, [usual, usual])
    await Promise.all(nodes.map(({ herald }) => herald.start()))
    for (let round = 0; round < rounds; round++) {
      const owner = await oneOwner(nodes)
      await oneOwner(nodes, vip6)
      const successor = nodes.find((node) => node !== owner) ?? owner
      for (const address of [vip, vip6]) await resolve(client, address)
      const asker = await startAsker(client, vip)
      const before = performance.now()
      t.equal(await owner.herald.stop(), 0, 'ends well')
      const ms = Math.round(performance.now() - before)
      t.ok(ms < 30_000, `${ms} ms after SIGTERM`)
      t.comment(`ended ${ms} ms after SIGTERM`)
      await becomesOwner(successor)
      for (const address of [vip, vip6]) await believes(client, address, successor)
      const answers = await asker.stop()
      checkAnswers(t, answers, [owner, successor])
      await owner.herald.start()
      await waitFor('it to stand by', async () => (await owner.row())?.state === 'backup')
    }
  })

  t.test('an owner that a node of higher priority preempts', async (t) => {
    const { client, nodes } = await createTestLan(t, [usual, usual])
    const [low, high] = nodes
    await low.herald.start()
    await becomesOwner(low)
    await high.herald.start()
    await waitFor('it to stand by', async () => (await high.row())?.state === 'backup')
    for (const address of [vip, vip6]) await resolve(client, address)
    const asker = await startAsker(client, vip)
    await high.herald.configure({
      ...usual,
      l2: { groups: groups.map((group) => ({ ...group, priority: 200, preempt: true })) },
    })
    await high.herald.cli('reload')
    await becomesOwner(high)
    for (const address of [vip, vip6]) await believes(client, address, high)
    const answers = await asker.stop()
    checkAnswers(t, answers, [low, high])
  })

  t.test('the only node ends in time, though nobody takes what it had', async (t) => {
    const {
      nodes: [node],
    } = await createTestLan(t, [usual])
    await node.herald.start()
    await becomesOwner(node)
    const before = performance.now()
    t.equal(await node.herald.stop(), 0)
    const ms = Math.round(performance.now() - before)
    t.ok(ms < 30_000, `${ms} ms after SIGTERM`)
    t.comment(`ended ${ms} ms after SIGTERM`)
  })
}
