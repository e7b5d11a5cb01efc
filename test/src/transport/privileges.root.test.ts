/** What a process without any capability can do, and what it is told about the rest. */
import t from 'tap'
import { addresses, hopLab } from '../../support/hop-lab.js'
import { requires } from '../../support/requires.js'
import { startAgent } from '../../support/tcp-agent.js'
import { connect, exchange, listenOn } from '../../support/tcp-talk.js'

/** Root without capabilities may still read a checkout that is root's alone. */
const powerless = ['setpriv', '--bounding-set=-all', '--inh-caps=-all', '--']

t.test('privileges', async (t) => {
  if (!requires(t, 'root', 'ip', 'nsenter', 'setpriv')) return
  const { near, left, middle } = await hopLab(t)
  const weak = startAgent(middle, powerless)
  const { near: from, neighbour: to } = addresses[4]

  t.test('port 179 needs a capability, and the message says which and how', async (t) => {
    for (const on of ['0.0.0.0', '::']) {
      const { bound, failures } = await weak.ask({ do: 'listen', on, port: 179 })
      t.same(bound, [])
      t.match(failures[0], /cannot listen on .*:179: needs CAP_NET_BIND_SERVICE; grant it with: setcap /)
    }
  })

  t.test('with all capabilities it binds, and is told of who is there already', async (t) => {
    const { bound } = await near.ask({ do: 'listen', on: '0.0.0.0', port: 179 })
    t.match(bound, [{ port: 179 }])
    const { failures } = await startAgent(left).ask({ do: 'listen', on: '0.0.0.0', port: 179 })
    t.match(failures[0], /port 179 is in use, perhaps by another BGP speaker; find it with: ss -ltnp/)
  })

  t.test('a plain session needs nothing', async (t) => {
    const port = await listenOn(weak, to)
    const talk = await connect(near, weak, { to, port }, { ttl: 1 })
    t.same(await exchange(near, weak, talk), ['ping', 'pong'])
  })

  t.test('TTL security, an interface and a local address need nothing either', async (t) => {
    const port = await listenOn(near, from)
    const dial = { to: from, port, ttl: 1, ttlSecurityHops: 1, interface: 'eth0', localAddress: to }
    const talk = await connect(weak, near, dial, { ttl: 255 })
    t.same(await exchange(weak, near, talk), ['ping', 'pong'])
  })
})
