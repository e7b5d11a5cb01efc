/** What every Connection promises, TCP's and the one that tests of the speaker use in its place. */
import t, { type Test } from 'tap'
import type { Connection } from '../../../src/transport/connection.js'
import { connectedPair } from '../../support/loopback.js'
import { memoryPair } from '../../support/memory-pair.js'
import { record } from '../../support/recording.js'

interface Pair {
  readonly ours: Connection
  readonly theirs: Connection
}

const kinds: readonly { name: string; pair: (t: Test) => Promise<Pair> }[] = [
  { name: 'TCP over IPv4', pair: (t) => connectedPair(t, '127.0.0.1') },
  { name: 'TCP over IPv6', pair: (t) => connectedPair(t, '::1') },
  {
    name: 'memory',
    pair: async () => {
      const { dialler, listener } = memoryPair()
      return { ours: dialler, theirs: listener }
    },
  },
]

const quarterMebibyte = Buffer.alloc(256 * 1024)

for (const { name, pair } of kinds) {
  t.test(`${name}: both ends know themselves, each other and who dialled`, async (t) => {
    const { ours, theirs } = await pair(t)
    t.equal(ours.initiatedBy, 'us')
    t.equal(theirs.initiatedBy, 'peer')
    t.same(ours.local, theirs.remote)
    t.same(ours.remote, theirs.local)
    t.not(ours.local.port, ours.remote.port)
  })

  t.test(`${name}: octets arrive in order, both ways`, async (t) => {
    const { ours, theirs } = await pair(t)
    const here = record(ours)
    const there = record(theirs)
    ours.write(Buffer.from('OPEN'))
    ours.write(Buffer.from('UPDATE'))
    theirs.write(Buffer.from('KEEPALIVE'))
    t.equal((await there.octets(10)).toString(), 'OPENUPDATE')
    t.equal((await here.octets(9)).toString(), 'KEEPALIVE')
    t.equal(ours.unsent, 0)
  })

  t.test(`${name}: what came before open is not lost`, async (t) => {
    const { ours, theirs } = await pair(t)
    record(ours)
    ours.write(Buffer.from('OPEN'))
    await eventLoopTurn()
    t.equal((await record(theirs).octets(4)).toString(), 'OPEN')
  })

  t.test(
    `${name}: a peer that does not read makes unsent grow, and one that reads again brings onDrain`,
    async (t) => {
      const { ours, theirs } = await pair(t)
      const here = record(ours)
      let written = 0
      while (ours.unsent < 2 * quarterMebibyte.length) {
        t.equal(ours.write(quarterMebibyte), false)
        written += quarterMebibyte.length
        // The kernel takes some, and more as it learns that the connection is fast.
        await eventLoopTurn()
      }
      const there = record(theirs)
      await there.octets(written)
      while (ours.unsent > 0) await eventLoopTurn()
      await here.drained()
    },
  )

  t.test(`${name}: nothing is delivered between pause and resume`, async (t) => {
    const { ours, theirs } = await pair(t)
    record(ours)
    const there = record(theirs)
    theirs.pause()
    ours.write(Buffer.from('UPDATE'))
    await eventLoopTurn()
    t.equal(there.received().length, 0)
    theirs.resume()
    t.equal((await there.octets(6)).toString(), 'UPDATE')
  })

  t.test(`${name}: end delivers what was written before it, and each side is told why once`, async (t) => {
    const { ours, theirs } = await pair(t)
    const here = record(ours)
    const there = record(theirs)
    ours.write(Buffer.from('NOTIFICATION'))
    ours.end()
    t.match(await there.closed(), { because: 'closed-by-peer' })
    t.equal(there.received().toString(), 'NOTIFICATION')
    t.match(await here.closed(), { because: 'closed-here' })
    ours.end()
    ours.destroy()
    theirs.end()
    await eventLoopTurn()
    t.equal(here.reasons().length, 1)
    t.equal(there.reasons().length, 1)
  })

  t.test(`${name}: end delivers also what a connection says that was never opened`, async (t) => {
    const { ours, theirs } = await pair(t)
    const there = record(theirs)
    theirs.write(Buffer.from('OPEN'))
    ours.write(Buffer.from('NOTIFICATION'))
    ours.end()
    t.match(await there.closed(), { because: 'closed-by-peer' })
    t.equal(there.received().toString(), 'NOTIFICATION')
  })

  t.test(`${name}: after end, nothing is written and nothing is heard`, async (t) => {
    const { ours, theirs } = await pair(t)
    const here = record(ours)
    const there = record(theirs)
    ours.end()
    t.equal(ours.write(Buffer.from('UPDATE')), false)
    theirs.write(Buffer.from('KEEPALIVE'))
    await Promise.all([here.closed(), there.closed()])
    t.equal(here.received().length, 0)
    t.equal(there.received().length, 0)
  })

  t.test(
    `${name}: octets that nobody read do not destroy the NOTIFICATION of the side that ends`,
    async (t) => {
      const { ours, theirs } = await pair(t)
      const here = record(ours)
      const there = record(theirs)
      ours.pause()
      for (let i = 0; i < 8; i++) theirs.write(quarterMebibyte)
      await eventLoopTurn()
      ours.write(Buffer.from('NOTIFICATION'))
      ours.end()
      t.match(await there.closed(), { because: 'closed-by-peer' })
      t.equal(there.received().toString(), 'NOTIFICATION')
      await here.closed()
      t.equal(here.received().length, 0)
    },
  )

  t.test(`${name}: destroy closes at once, and is a reset to the peer`, async (t) => {
    const { ours, theirs } = await pair(t)
    const here = record(ours)
    const there = record(theirs)
    ours.destroy()
    t.match(await here.closed(), { because: 'closed-here' })
    t.match(await there.closed(), { because: 'reset-by-peer' })
  })

  t.test(`${name}: a connection that ended before open says so then`, async (t) => {
    const { ours, theirs } = await pair(t)
    ours.destroy()
    record(theirs)
    await record(theirs).closed()
    const here = record(ours)
    t.equal(here.reasons().length, 0, 'not from inside open')
    t.match(await here.closed(), { because: 'closed-here' })
  })

  t.test(`${name}: no handler is called from inside a method`, async (t) => {
    const { ours, theirs } = await pair(t)
    let inside = false
    const calls: { handler: string; inside: boolean }[] = []
    const heard = (handler: string) => () => {
      calls.push({ handler, inside })
    }
    const handlers = { onBytes: heard('onBytes'), onDrain: heard('onDrain'), onClosed: heard('onClosed') }
    const from = (call: () => void) => {
      inside = true
      call()
      inside = false
    }
    from(() => ours.open(handlers))
    from(() => theirs.open(handlers))
    from(() => ours.write(quarterMebibyte))
    while (!calls.some(({ handler }) => handler === 'onBytes')) await eventLoopTurn()
    from(() => theirs.pause())
    from(() => ours.write(quarterMebibyte))
    from(() => theirs.resume())
    from(() => theirs.end())
    from(() => ours.destroy())
    while (calls.filter(({ handler }) => handler === 'onClosed').length < 2) await eventLoopTurn()
    t.same(
      calls.filter((call) => call.inside),
      [],
    )
  })
}

function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5))
}
