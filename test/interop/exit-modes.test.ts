/**
 * Restart, drain and decommission are three different things on the wire, also where graceful restart is agreed: with
 * FRR the N bit too, by which routes outlive a plain NOTIFICATION (RFC 8538), with BIRD without it.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { startCapture } from '../support/capture.js'
import { type Herald, startHerald } from '../support/herald.js'
import { createRack, nodeAddress, nodeConfiguration, torSettings } from '../support/rack.js'
import { prefixesAt, refreshed } from '../support/route-watch.js'
import { type RouterKind, routerKind } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

const routers: readonly (readonly [kind: RouterKind, hardReset: string])[] = [
  [routerKind('frr', 'package'), '0609'],
  [routerKind('frr', 'container'), '0609'],
  [routerKind('bird', 'package'), ''],
]

interface Way {
  readonly name: string
  readonly go: (herald: Herald) => Promise<unknown>
  /** Code, subcode and data of the only NOTIFICATION, behind those of a Hard Reset where N is agreed. */
  readonly says?: string
  /** Whether anything is said of routes before the end. */
  readonly updates: boolean
  /** Whether the router keeps the routes. */
  readonly keeps: boolean
}

const word = Buffer.from('drained by its operator')

const ways: readonly Way[] = [
  { name: 'restart', go: (herald) => herald.stop(), updates: false, keeps: true },
  {
    name: 'drain',
    go: (herald) => herald.cli('drain'),
    says: `0602${Buffer.from([word.length]).toString('hex')}${word.toString('hex')}`,
    updates: true,
    keeps: false,
  },
  {
    name: 'decommission',
    go: (herald) => herald.cli('decommission'),
    says: '0603',
    updates: false,
    keeps: false,
  },
]

const configuration = {
  ...nodeConfiguration({
    // Longer than this test waits: nothing goes because it is over.
    peer: { gracefulRestart: { enabled: true, restartTime: '1h' } },
    announcements: [{ name: 'pods', podCIDRs: ['10.244.1.0/24', 'fd00:10:244:1::/64'] }],
  }),
  drain: { wait: '1s' },
}

async function setUp(t: Parameters<typeof createRack>[0], kind: RouterKind) {
  const { tor, node } = await createRack(t)
  const router = await kind.create(tor, torSettings())
  const herald = await startHerald(node, configuration)
  await herald.cli('announce', '192.0.2.1/32')
  await waitFor('the routes', async () => (await prefixesAt(router)).length === 3)
  return { node, router, herald }
}

for (const [kind, hardReset] of routers) {
  for (const { name, go, says, updates, keeps } of ways) {
    t.test(`${kind.name}: ${name}`, async (t) => {
      const { node, router, herald } = await setUp(t, kind)
      const capture = await startCapture(node, 'eth0')
      await go(herald)
      if (keeps) await waitFor('the routes to be stale', async () => !(await refreshed(router)))
      else await waitFor('the routes to go', async () => (await prefixesAt(router)).length === 0)
      t.equal((await prefixesAt(router)).length, keeps ? 3 : 0, 'none is left, stale neither, or all are')
      const { messages, complaints } = await capture.stop()
      t.same(complaints, [])
      const sent = messages.filter(({ from, kind }) => from === nodeAddress && kind !== 'keepalive')
      const said = sent.filter(({ kind }) => kind === 'notification')
      t.same(
        said.map(({ bytes }) => Buffer.from(bytes).subarray(19).toString('hex')),
        says === undefined ? [] : [`${hardReset}${says}`],
      )
      t.equal(
        sent.some(({ kind }) => kind === 'update'),
        updates,
      )
      if (says !== undefined) t.equal(sent.at(-1)?.kind, 'notification', 'and that is the last word')
    })
  }

  t.test(`${kind.name}: what is decommissioned leaves nothing, and stays away`, async (t) => {
    const { router, herald } = await setUp(t, kind)
    const marker = join(herald.folder, 'state/restart.json')
    t.ok(existsSync(marker))
    t.match(await herald.cli('decommission'), /its routes with it\n1 announcement made at run time forgotten/)
    t.notOk(existsSync(marker), 'the next start is no restart')
    t.match(await herald.cli('status'), /decommissioned/)
    t.match(await herald.cli('peers', 'tor-1'), /Held down +this node is decommissioned/)
    await waitFor('the routes to go', async () => (await prefixesAt(router)).length === 0)
    await herald.kill()
    await herald.start()
    t.match(await herald.cli('status'), /decommissioned/)
    t.match(await herald.json('peers', 'tor-1'), { sessionState: 'idle' })
    await herald.cli('drain', '--undo')
    await waitFor('the routes of the file', async () => (await prefixesAt(router)).length === 2)
    t.notOk(
      (await prefixesAt(router)).includes('192.0.2.1/32'),
      'what was announced at run time is forgotten',
    )
  })
}

t.ok(routers.length * ways.length > 0)
