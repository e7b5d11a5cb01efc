/** Which way out: local addresses, interfaces, routes, and what is said when there is none. */
import t from 'tap'
import { addresses, hopLab } from '../../support/hop-lab.js'
import { requires } from '../../support/requires.js'
import { connect, exchange, listenOn } from '../../support/tcp-talk.js'

t.test('routes', async (t) => {
  if (!requires(t, 'root', 'ip', 'nsenter')) return
  const { near, neighbour, far, left } = await hopLab(t)
  await left.run(['ip', 'route', 'add', 'prohibit', '198.51.100.0/24'])
  await left.run(['ip', '-6', 'route', 'add', 'prohibit', '2001:db8:bad::/48'])

  for (const version of [4, 6] as const) {
    const { near: first, other, neighbour: to } = addresses[version]

    t.test(`IPv${version}: the peer sees the local address that was asked for`, async (t) => {
      const port = await listenOn(neighbour, to)
      for (const localAddress of [first, other]) {
        const talk = await connect(near, neighbour, { to, port, localAddress })
        t.equal(talk.accepted.remote.address, localAddress)
        t.equal(talk.dialled.local.address, localAddress)
      }
    })

    t.test(`IPv${version}: bound to an interface, a dial leaves there or not at all`, async (t) => {
      const port = await listenOn(neighbour, to)
      const talk = await connect(near, neighbour, { to, port, interface: 'eth0' })
      t.same(await exchange(near, neighbour, talk), ['ping', 'pong'])
      t.equal(talk.dialled.interface, 'eth0')
      t.match(await near.ask({ do: 'dial', to, port, interface: 'lo', timeoutMs: 500 }), { is: 'failed' })
    })

    const nowhere = [
      {
        to: version === 4 ? '203.0.113.1' : '2001:db8:2::1',
        because: 'network-unreachable',
        text: /ip route get/,
      },
      {
        to: version === 4 ? '10.0.0.77' : '2001:db8::77',
        because: 'no-route',
        text: /does not answer on its link/,
      },
      { to: version === 4 ? '198.51.100.1' : '2001:db8:bad::1', because: 'not-permitted', text: /forbids/ },
    ]
    for (const { to: target, because, text } of nowhere) {
      t.test(`IPv${version}: to ${target} it is ${because}`, async (t) => {
        const outcome = await near.ask({ do: 'dial', to: target, port: 179, timeoutMs: 20_000 })
        t.match(outcome, { is: 'failed', because, text })
      })
    }
  }

  t.test(
    'a link-local address is reached over the interface that is named, not over the first one',
    async (t) => {
      const port = await listenOn(far, '::')
      const talk = await connect(neighbour, far, { to: 'fe80::3', port, interface: 'eth1' })
      t.same(await exchange(neighbour, far, talk), ['ping', 'pong'])
      t.equal(talk.dialled.interface, 'eth1')
    },
  )

  t.test('IPv6 switched off: no address to dial from', async (t) => {
    await left.run(['sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1'])
    const outcome = await near.ask({ do: 'dial', to: addresses[6].neighbour, port: 179, timeoutMs: 20_000 })
    t.match(outcome, { is: 'failed', because: /address-not-available|network-unreachable/ })
  })

  t.test('a socket that meets itself is nobody listening', async (t) => {
    // The kernel can choose no other port for our end than the one that is dialled.
    await left.run(['sysctl', '-qw', 'net.ipv4.ip_local_port_range=40000 40000'])
    const outcome = await near.ask({ do: 'dial', to: '127.0.0.1', port: 40_000 })
    t.match(outcome, { is: 'failed', because: 'refused', text: /nobody listens on 127\.0\.0\.1:40000/ })
  })
})
