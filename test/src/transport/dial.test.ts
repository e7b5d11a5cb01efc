import t from 'tap'
import type { Ip } from '../../../net/ip.js'
import { hostPrefix } from '../../../net/prefix.js'
import { Secret } from '../../../net/secret.js'
import { systemClock } from '../../../src/clock.js'
import { tcpTransport } from '../../../src/transport/tcp.js'
import type { DialFailureCause, DialOptions } from '../../../src/transport/transport.js'
import { leavesNoDescriptor } from '../../support/descriptors.js'
import { fakeClock } from '../../support/fake-clock.js'
import { ear, outcomeOf, plainDial, plainRules } from '../../support/loopback.js'
import { record } from '../../support/recording.js'

interface Failure {
  readonly name: string
  readonly options: Partial<DialOptions>
  readonly because: DialFailureCause
  readonly words: RegExp
}

const failures: readonly Failure[] = [
  { name: 'a port where nobody listens', options: {}, because: 'refused', words: /127\.0\.0\.1:\d+ refuses/ },
  {
    name: 'a local address of somebody else',
    options: { localAddress: '198.51.100.1' as Ip },
    because: 'address-not-available',
    words: /198\.51\.100\.1 is not an address of this host/,
  },
  {
    name: 'an interface that does not exist',
    options: { interface: 'nowhere0' },
    because: 'no-interface',
    words: /the interface nowhere0: there is none/,
  },
  {
    name: 'an interface name that the kernel would cut',
    options: { interface: 'lo-and-fourteen-more' },
    because: 'no-interface',
    words: /lo-and-fourteen-more/,
  },
  {
    name: 'an interface name that the kernel would take for any',
    options: { interface: '' },
    because: 'no-interface',
    words: /there is none/,
  },
  {
    name: 'an empty key, which the kernel would take for none',
    options: { key: new Secret('') },
    because: 'failed',
    words: /the TCP MD5 key for 127\.0\.0\.1\/32: a key has 1 to 80 octets/,
  },
  {
    name: 'a key of 81 octets',
    options: { key: new Secret('0123456789'.repeat(8).concat('x')) },
    because: 'failed',
    words: /a key has 1 to 80 octets/,
  },
  {
    name: 'a link-local peer without its interface',
    options: { remote: { address: 'fe80::1' as Ip, port: 179 } },
    because: 'no-interface',
    words: /fe80::1 is link-local; name its interface/,
  },
]

t.ok(failures.length > 0)
for (const { name, options, because, words } of failures) {
  t.test(`a dial fails in words, and leaves nothing open: ${name}`, async (t) => {
    const { listener, at } = ear(t)
    listener.close()
    await leavesNoDescriptor(t, async () => {
      for (let i = 0; i < 5; i++) {
        const outcome = await outcomeOf({ ...plainDial(at), ...options })
        if (outcome.is === 'connected') {
          t.fail('connected')
          continue
        }
        t.equal(outcome.because, because)
        t.match(outcome.text, words)
      }
    })
  })
}

t.test('the outcome never comes from inside dial', async (t) => {
  for (const options of [
    plainDial({ address: '127.0.0.1' as Ip, port: 1 }),
    { ...plainDial({ address: '127.0.0.1' as Ip, port: 1 }), interface: 'nowhere0' },
  ]) {
    let inside = true
    await new Promise<void>((resolve) => {
      tcpTransport(systemClock).dial(options, () => {
        t.equal(inside, false)
        resolve()
      })
      inside = false
    })
  }
})

t.test('a SYN without an answer times out, and a likely cause is named', async (t) => {
  const clock = fakeClock()
  const { at, listener } = ear(t)
  // Our own key makes the listener silent: it drops what is not signed.
  t.ok(listener.setKey(hostPrefix(at.address), new Secret('theirs')).ok)
  await leavesNoDescriptor(t, async () => {
    const outcome = outcomeOf(plainDial(at), tcpTransport(clock))
    clock.advance(4_999)
    t.equal(clock.pending, 1)
    clock.advance(1)
    t.match(await outcome, {
      is: 'failed',
      because: 'timed-out',
      text: /within 5 s: .*MD5 key that only the other side has/,
    })
  })
  t.equal(clock.pending, 0)
})

t.test('a cancelled dial has no outcome and leaves nothing open', async (t) => {
  const clock = fakeClock()
  const { at, next } = ear(t)
  await leavesNoDescriptor(t, async () => {
    for (const options of [plainDial(at), { ...plainDial(at), interface: 'nowhere0' }]) {
      const dial = tcpTransport(clock).dial(options, () => t.fail('an outcome'))
      dial.cancel()
      dial.cancel()
    }
    t.equal(clock.pending, 0)
    const outcome = await outcomeOf(plainDial(at))
    const incoming = await next()
    incoming.reject()
    if (outcome.is === 'connected') outcome.connection.destroy()
  })
})

t.test('cancelling after the outcome leaves the connection alone', async (t) => {
  const { at, next } = ear(t)
  await new Promise<void>((resolve) => {
    const dial = tcpTransport(systemClock).dial(plainDial(at), (outcome) => {
      dial.cancel()
      if (outcome.is === 'connected') {
        t.equal(outcome.connection.write(Buffer.from('OPEN')), true)
        outcome.connection.end()
      }
      resolve()
    })
  })
  const accepted = (await next()).accept(plainRules)
  if (!accepted.ok) throw new Error(accepted.because)
  t.equal((await record(accepted.value).octets(4)).toString(), 'OPEN')
})

t.test('a dial is from the local address and the interface that it names', async (t) => {
  const { at, next } = ear(t)
  const outcome = await outcomeOf({ ...plainDial(at), localAddress: '127.0.0.2' as Ip, interface: 'lo' })
  const incoming = await next()
  t.equal(incoming.remote.address, '127.0.0.2')
  if (outcome.is !== 'connected') throw new Error(outcome.text)
  t.equal(outcome.connection.interface, 'lo')
  t.same(outcome.connection.local, incoming.remote)
  outcome.connection.destroy()
})
