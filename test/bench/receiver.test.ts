/** What the bench relies on: the receiver compiles, counts every prefix, and tells what is not exact. */

import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { compileReceiver, Receiver, tableCommands } from '../../bench/receiver.js'
import {
  blocksIn,
  hostRoutes,
  hostRoutes6,
  mixedLengths,
  networksOf,
  sizeOf,
  type Table,
} from '../../bench/table.js'
import { createSpeaker } from '../../src/index.js'
import { waitFor } from '../support/wait.js'

const folder = await mkdtemp(join(tmpdir(), 'herald-bench-test-'))
t.teardown(() => rm(folder, { recursive: true, force: true }))
const program = await compileReceiver(folder)
const patience = 60

const tables: readonly { readonly name: string; readonly table: Table }[] = [
  { name: 'host routes of one attribute set', table: hostRoutes(2500) },
  { name: 'host routes of 20 attribute sets', table: hostRoutes(2500, { sets: 20 }) },
  { name: 'prefixes of mixed lengths', table: mixedLengths(2500) },
]

t.ok(tables.length > 0)
for (const { name, table } of tables) {
  t.test(`${name} come exactly once, from a replay and from herald alike`, async (t) => {
    for (const source of [replay, herald]) {
      const receiver = await source(t, table)
      const reached = await receiver.until(sizeOf(table), patience)
      t.ok(reached !== undefined, `${source.name}: all is received`)
      const report = await receiver.report()
      t.match(report, {
        missing: 0,
        duplicates: 0,
        unknown: 0,
        wrong: 0,
        announced: sizeOf(table),
        closes: 0,
      })
      t.ok(report.octets > sizeOf(table) * 3)
    }
  })
}

t.test('IPv6 prefixes come exactly once, and go again', async (t) => {
  const table = hostRoutes6(1000)
  const [port, sender] = [await freePort(), start(t)]
  sender.tell('local 65001 90 6 0', ...tableCommands(table, { asn: 65001, nextHop: '2001:db8::1' }))
  sender.tell('replay 65001 2001:db8::1', 'pack', `listen 127.0.0.1 ${port}`)
  const receiver = start(t)
  receiver.tell('local 65100 90 6 0', ...tableCommands(table, { asn: 65001, nextHop: '2001:db8::1' }))
  receiver.tell(`dial 127.0.0.2 65101 127.0.0.1 ${port}`)
  t.ok(await receiver.until(1000, patience))
  t.match(await receiver.report(), { announced: 1000, duplicates: 0, unknown: 0, wrong: 0, updates: 5 })
  sender.tell('send withdraw 0 1000')
  t.ok(await receiver.until(0, patience))
  t.match(await receiver.report(), { withdrawn: 1000, duplicates: 0, unknown: 0, missing: 1000 })
})

t.test('what is not exact is told: twice, missing, unknown, other attributes', async (t) => {
  const sent = hostRoutes(1200, { sets: 2 })
  const { receiver, sender } = await connected(t, sent, {
    ...sent,
    // Half of what comes is not in the table, and the other half has the attributes of the second set.
    rest: blocksIn(sent)
      .slice(0, 1)
      .map(({ range }) => ({ range: { ...range, count: 700 }, set: 1 })),
  })
  await waitFor('all UPDATEs', async () => (await receiver.report()).announced >= 700)
  t.match(await receiver.report(), { wrong: 600, missing: 0 })
  await waitFor('the rest', async () => (await receiver.report()).unknown === 500)
  sender.tell('send announce 0 10')
  await waitFor('the repetition', async () => (await receiver.report()).duplicates === 10)
  sender.tell('send withdraw 0 10', 'send withdraw 0 10')
  await waitFor('a withdrawal of what is not there', async () => (await receiver.report()).duplicates === 20)
  t.match(await receiver.report(), { missing: 10, withdrawn: 20 })
})

t.test('a session that is dropped comes again and has everything again', async (t) => {
  const table = hostRoutes(1000, { few: 100 })
  const { receiver } = await connected(t, table, table)
  const first = await receiver.until(1000, patience)
  const dropped = await receiver.drop(0, 1)
  const again = await receiver.until(1000, patience)
  t.ok(first !== undefined && again !== undefined)
  t.ok((first?.at ?? Number.POSITIVE_INFINITY) <= dropped && dropped < (again?.at ?? 0), 'in this order')
  t.match(await receiver.report(), { announced: 1000, closes: 1 })
})

t.test('the receiver sends a table too, and herald takes every route of it', async (t) => {
  const port = await freePort()
  const speaker = createSpeaker({
    ...heraldOptions(port),
    peers: [{ name: 'receiver', address: '127.0.0.2', asn: 65101, passive: true }],
  })
  t.teardown(() => speaker.stop())
  speaker.start()
  const receiver = start(t)
  receiver.tell('local 65100 90 4 0', ...tableCommands(hostRoutes(1), { asn: 65001, nextHop: '192.0.2.1' }))
  receiver.tell('offer 65101 192.0.2.9', 'offer-block 60.0.0.0 32 5000', 'pack')
  receiver.tell(`dial 127.0.0.2 65101 127.0.0.1 ${port}`)
  await waitFor('5000 routes', () => speaker.received('receiver').length === 5000)
  t.equal((await receiver.report()).offerMessages, 7)
})

/** A receiver that hears the table from another one. */
async function replay(t: Test, table: Table): Promise<Receiver> {
  return (await connected(t, table, table)).receiver
}

async function connected(t: Test, sent: Table, expected: Table) {
  const [port, sender, receiver] = [await freePort(), start(t), start(t)]
  sender.tell('local 65001 90 4 0', ...tableCommands(sent, { asn: 65001, nextHop: '192.0.2.1' }))
  sender.tell('replay 65001 192.0.2.1', 'pack', `listen 127.0.0.1 ${port}`)
  dial(receiver, port, expected)
  return { sender, receiver }
}

/** A receiver that hears the table from herald. */
async function herald(t: Test, table: Table): Promise<Receiver> {
  const port = await freePort()
  const nextHop = { ipv4: '192.0.2.1' }
  const speaker = createSpeaker({
    ...heraldOptions(port),
    peers: [{ address: '127.0.0.2', asn: 65101, passive: true, families: ['ipv4/unicast'], nextHop }],
    announcements: blocksIn(table).map((block) => ({
      prefixes: [...networksOf(block)],
      communities: table.sets[block.set] ?? [],
    })),
  })
  t.teardown(() => speaker.stop())
  speaker.start()
  const receiver = start(t)
  dial(receiver, port, table)
  return receiver
}

function heraldOptions(port: number) {
  return { asn: 65001, routerId: '192.0.2.1', listen: [`127.0.0.1:${port}`] }
}

function dial(receiver: Receiver, port: number, expected: Table): void {
  receiver.tell('local 65100 90 4 0', ...tableCommands(expected, { asn: 65001, nextHop: '192.0.2.1' }))
  receiver.tell(`dial 127.0.0.2 65101 127.0.0.1 ${port}`)
}

function start(t: Test): Receiver {
  const receiver = new Receiver([program])
  t.teardown(() => receiver.stop())
  return receiver
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
