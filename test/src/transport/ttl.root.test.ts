/** TTL, GTSM (RFC 5082) and DSCP, as kernels and routers between them see it. */
import t from 'tap'
import { addresses, hopLab } from '../../support/hop-lab.js'
import { requires } from '../../support/requires.js'
import { connect, exchange, listenOn } from '../../support/tcp-talk.js'
import { waitFor } from '../../support/wait.js'

t.test('TTL and GTSM', async (t) => {
  if (!requires(t, 'root', 'ip', 'nsenter', 'tcpdump')) return
  const { near, neighbour, far, middle } = await hopLab(t)

  for (const version of [4, 6] as const) {
    const { near: from, neighbour: to, far: beyond } = addresses[version]

    t.test(`IPv${version}: TTL 1 reaches the neighbour and nobody behind it`, async (t) => {
      const talk = await connect(
        near,
        neighbour,
        { to, port: await listenOn(neighbour, to), ttl: 1 },
        { ttl: 1 },
      )
      t.same(await exchange(near, neighbour, talk), ['ping', 'pong'])
      const port = await listenOn(far, beyond)
      const outcome = await near.ask({ do: 'dial', to: beyond, port, ttl: 1, timeoutMs: 500 })
      t.match(outcome, { is: 'failed' })
      if (outcome.is === 'failed') t.match(outcome.text, /TTL of 1 allows \(ebgpMultihop\)|behind a router/)
    })

    t.test(`IPv${version}: TTL 2 reaches one hop further`, async (t) => {
      const port = await listenOn(far, beyond)
      const talk = await connect(near, far, { to: beyond, port, ttl: 2 }, { ttl: 2 })
      t.same(await exchange(near, far, talk), ['ping', 'pong'])
    })

    t.test(`IPv${version}: GTSM on both sides makes a session with the neighbour`, async (t) => {
      const rules = { ttl: 1, ttlSecurityHops: 1 }
      const talk = await connect(
        near,
        neighbour,
        { to, port: await listenOn(neighbour, to), ...rules },
        rules,
      )
      t.same(await exchange(near, neighbour, talk), ['ping', 'pong'])
    })

    t.test(`IPv${version}: GTSM for two hops makes a session across a router`, async (t) => {
      const rules = { ttl: 1, ttlSecurityHops: 2 }
      const talk = await connect(
        near,
        far,
        { to: beyond, port: await listenOn(far, beyond), ...rules },
        rules,
      )
      t.same(await exchange(near, far, talk), ['ping', 'pong'])
    })

    t.test(`IPv${version}: GTSM for one hop hears nobody across a router`, async (t) => {
      const port = await listenOn(far, beyond)
      const before = await near.ask({ do: 'counter', name: 'TCPMinTTLDrop' })
      const outcome = await near.ask({
        do: 'dial',
        to: beyond,
        port,
        ttl: 1,
        ttlSecurityHops: 1,
        timeoutMs: 500,
      })
      t.match(outcome, { because: 'timed-out', text: /more hops than ttlSecurity allows \(1\)/ })
      t.ok(
        (await near.ask({ do: 'counter', name: 'TCPMinTTLDrop' })) > before,
        'its kernel dropped the answers',
      )
    })

    t.test(
      `IPv${version}: a listener with GTSM refuses a SYN from too far away, saying its TTL`,
      async (t) => {
        const port = await listenOn(far, beyond)
        const dialling = near.ask({ do: 'dial', to: beyond, port, ttl: 255 })
        const accepted = await far.ask({ do: 'accept', ttl: 1, ttlSecurityHops: 1 })
        t.match(accepted, { is: 'refused', text: /arrived with TTL 254, ttlSecurity demands 255/ })
        // The reset may overtake what its process does about the handshake.
        const outcome = await dialling
        const ending =
          outcome.is === 'connected'
            ? await near.ask({ do: 'closed', connection: outcome.connection })
            : outcome
        t.match(ending.because, /^(reset-by-peer|refused)$/)
      },
    )

    t.test(
      `IPv${version}: GTSM that is switched on in a live session drops what comes with a low TTL`,
      async (t) => {
        const talk = await connect(near, neighbour, { to, port: await listenOn(neighbour, to), ttl: 64 })
        const { connection } = talk.accepted
        t.equal(await neighbour.ask({ do: 'set-rules', connection, ttl: 1, ttlSecurityHops: 1 }), undefined)
        const before = await neighbour.ask({ do: 'counter', name: 'TCPMinTTLDrop' })
        await near.ask({ do: 'write', connection: talk.dialled.connection, text: 'ping' })
        await waitFor('the segment to be dropped', async () => {
          return (await neighbour.ask({ do: 'counter', name: 'TCPMinTTLDrop' })) > before
        })
        t.equal(await neighbour.ask({ do: 'read', connection, octets: 0 }), '')
        t.equal(await neighbour.ask({ do: 'set-rules', connection, ttl: 64 }), undefined)
        t.equal(await neighbour.ask({ do: 'read', connection, octets: 4 }), 'ping')
      },
    )

    t.test(`IPv${version}: every packet carries CS6, and the TTL it should`, async (t) => {
      const port = await listenOn(neighbour, to)
      const tcpdump = middle.start([
        ...['tcpdump', '-i', 'eth0', '-Z', 'root', '--immediate-mode', '-l', '-n', '-v'],
        ...['tcp', 'port', `${port}`],
      ])
      await waitFor('tcpdump to listen', () => tcpdump.output().includes('listening on'))
      const talk = await connect(near, neighbour, { to, port, localAddress: from, ttl: 3 }, { ttl: 5 })
      await exchange(near, neighbour, talk)
      const text = await waitFor('four segments with payload or SYN', () => {
        const printed = tcpdump.stdout().replaceAll('\n    ', ' ')
        return printed.split('\n').filter((line) => /Flags \[[SP]/.test(line)).length >= 4 && printed
      })
      const packets = text.split('\n').filter((line) => line.includes('Flags ['))
      const ttls = new Set<string>()
      for (const packet of packets) {
        t.match(packet, /tos 0xc0|class 0xc0/)
        const [, ttl] = /(?:ttl|hlim) (\d+)/.exec(packet) ?? []
        const sender = packet.includes(`${from}.`) && packet.indexOf(`${from}.`) < packet.indexOf(' > ')
        ttls.add(`${sender ? 'near' : 'neighbour'} ${/Flags \[S/.test(packet) ? 'SYN' : 'later'} ${ttl}`)
      }
      // Segments of the handshake's end are sent before the connection is accepted, with the listener's TTL.
      t.ok(ttls.has('near SYN 3'))
      t.ok(ttls.has('near later 3'))
      t.ok(ttls.has('neighbour SYN 255'), 'a peer with GTSM hears our SYN-ACK')
      t.ok(ttls.has('neighbour later 5'))
      t.same(
        [...ttls].filter((seen) => seen.startsWith('near') && !seen.endsWith(' 3')),
        [],
      )
    })
  }
})
