/** TCP MD5 (RFC 2385) between two kernels. */
import t from 'tap'
import { addresses, hopLab } from '../../support/hop-lab.js'
import { requires } from '../../support/requires.js'
import { connect, connected, exchange, listenOn } from '../../support/tcp-talk.js'
import { waitFor } from '../../support/wait.js'

const silences = [
  {
    name: 'another key',
    dialling: 'wrong',
    listening: 'right',
    drop: 'failure',
    words: /differs, or that the other side lacks/,
  },
  {
    name: 'no key on the side that dials',
    listening: 'right',
    drop: 'notFound',
    words: /only the other side has/,
  },
  {
    name: 'no key on the side that listens',
    dialling: 'right',
    drop: 'unexpected',
    words: /other side lacks/,
  },
] as const

t.test('TCP MD5', async (t) => {
  if (!requires(t, 'root', 'ip', 'nsenter')) return
  const { near, neighbour } = await hopLab(t)

  for (const version of [4, 6] as const) {
    const { near: from, neighbour: to, subnet } = addresses[version]
    const there = { to, localAddress: from }
    const host = version === 4 ? 32 : 128
    const peers = {
      'this peer': `${from}/${host}`,
      'a range': subnet,
      everybody: version === 4 ? '0.0.0.0/0' : '::/0',
    }

    for (const [name, prefix] of Object.entries(peers)) {
      t.test(`IPv${version}: the right key for ${name} makes a session`, async (t) => {
        const port = await listenOn(neighbour, to, { [prefix]: 'right' })
        const talk = await connect(near, neighbour, { ...there, port, key: 'right' })
        t.same(await exchange(near, neighbour, talk), ['ping', 'pong'])
      })
    }

    t.test(`IPv${version}: a key of 80 octets makes a session`, async (t) => {
      const key = '0123456789'.repeat(8)
      const port = await listenOn(neighbour, to, { [`${from}/${host}`]: key })
      const talk = await connect(near, neighbour, { ...there, port, key })
      t.same(await exchange(near, neighbour, talk), ['ping', 'pong'])
    })

    for (const row of silences) {
      t.test(`IPv${version}: ${row.name} is silence, and the listening kernel counts it`, async (t) => {
        const keys: Record<string, string> = 'listening' in row ? { [`${from}/${host}`]: row.listening } : {}
        const port = await listenOn(neighbour, to, keys)
        const before = await neighbour.ask({ do: 'drops' })
        const key = 'dialling' in row ? { key: row.dialling } : {}
        const outcome = await near.ask({ do: 'dial', ...there, port, timeoutMs: 500, ...key })
        t.match(outcome, { is: 'failed', because: 'timed-out', text: row.words })
        const after = await neighbour.ask({ do: 'drops' })
        t.ok(after[row.drop] > before[row.drop], `${row.drop} grew`)
      })
    }

    t.test(`IPv${version}: a key is replaced on the live session`, async (t) => {
      const port = await listenOn(neighbour, to, { [`${from}/${host}`]: 'old' })
      const talk = await connect(near, neighbour, { ...there, port, key: 'old' })
      const { connection } = talk.dialled
      t.equal(await near.ask({ do: 'set-key', connection, key: 'new' }), undefined)
      const before = await neighbour.ask({ do: 'drops' })
      await near.ask({ do: 'write', connection, text: 'ping' })
      await waitFor('segments with the new key to be dropped', async () => {
        return (await neighbour.ask({ do: 'drops' })).failure > before.failure
      })
      t.equal(
        await neighbour.ask({ do: 'set-key', connection: talk.accepted.connection, key: 'new' }),
        undefined,
      )
      t.equal(await neighbour.ask({ do: 'read', connection: talk.accepted.connection, octets: 4 }), 'ping')
      await neighbour.ask({ do: 'write', connection: talk.accepted.connection, text: 'pong' })
      t.equal(await near.ask({ do: 'read', connection, octets: 4 }), 'pong')
    })

    t.test(`IPv${version}: a key is replaced and removed on the listener`, async (t) => {
      const peer = `${from}/${host}`
      const port = await listenOn(neighbour, to, { [peer]: 'old' })
      t.equal(await neighbour.ask({ do: 'set-listener-key', peers: peer, key: 'new' }), undefined)
      t.match(await near.ask({ do: 'dial', ...there, port, timeoutMs: 500, key: 'old' }), {
        because: 'timed-out',
      })
      await connect(near, neighbour, { ...there, port, key: 'new' })
      t.equal(await neighbour.ask({ do: 'set-listener-key', peers: peer }), undefined)
      t.match(await near.ask({ do: 'dial', ...there, port, timeoutMs: 500, key: 'new' }), {
        because: 'timed-out',
      })
      await connect(near, neighbour, { ...there, port })
    })

    t.test(`IPv${version}: who came before the key did is not heard without it`, async (t) => {
      const port = await listenOn(neighbour, to)
      const { connection } = connected(await near.ask({ do: 'dial', ...there, port }))
      const accepted = connected(await neighbour.ask({ do: 'accept', ttl: 64, key: 'right' }))
      const before = await neighbour.ask({ do: 'drops' })
      await near.ask({ do: 'write', connection, text: 'ping' })
      await waitFor('the unsigned segment to be dropped', async () => {
        return (await neighbour.ask({ do: 'drops' })).notFound > before.notFound
      })
      t.equal(await neighbour.ask({ do: 'read', connection: accepted.connection, octets: 0 }), '')
    })

    t.test(`IPv${version}: a key for the whole range leaves when it is removed`, async (t) => {
      const port = await listenOn(neighbour, to, { [subnet]: 'right' })
      t.equal(await neighbour.ask({ do: 'set-listener-key', peers: subnet }), undefined)
      t.same(await exchange(near, neighbour, await connect(near, neighbour, { ...there, port })), [
        'ping',
        'pong',
      ])
    })
  }

  t.test('link-local: a key makes a session on the interface that both name', async (t) => {
    const port = await listenOn(neighbour, '::', { 'fe80::1/128': 'right' })
    const dial = { to: 'fe80::2', port, interface: 'eth0', localAddress: 'fe80::1' }
    t.match(await near.ask({ do: 'dial', ...dial, key: 'wrong', timeoutMs: 500 }), { because: 'timed-out' })
    const talk = await connect(near, neighbour, { ...dial, key: 'right' })
    t.match(talk.accepted, { remote: { address: 'fe80::1' }, interface: 'eth0' })
    t.match(talk.dialled, {
      local: { address: 'fe80::1' },
      remote: { address: 'fe80::2' },
      interface: 'eth0',
    })
    t.same(await exchange(near, neighbour, talk), ['ping', 'pong'])
  })

  t.test('many peers have each their own key on one listener', async (t) => {
    const peers = Array.from({ length: 200 }, (_, i) => [`10.9.0.${i}/32`, `key ${i}`])
    const port = await listenOn(neighbour, addresses[4].neighbour, {
      ...Object.fromEntries(peers),
      '10.0.0.1/32': 'right',
    })
    const talk = await connect(near, neighbour, { to: addresses[4].neighbour, port, key: 'right' })
    t.same(await exchange(near, neighbour, talk), ['ping', 'pong'])
  })
})
