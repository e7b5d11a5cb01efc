/** What every Transport promises, TCP's and the one that tests of the speaker use in its place. */
import t from 'tap'
import type { Ip } from '../../../net/ip.js'
import type { Prefix } from '../../../net/prefix.js'
import { Secret } from '../../../net/secret.js'
import { tcpTransport } from '../../../src/transport/tcp.js'
import type { Transport } from '../../../src/transport/transport.js'
import { type FakeClock, fakeClock } from '../../support/fake-clock.js'
import { ear, outcomeOf, plainDial, plainRules } from '../../support/loopback.js'
import { memoryNetwork } from '../../support/memory-network.js'
import { record } from '../../support/recording.js'

const address = '127.0.0.1' as Ip
const everybody = '127.0.0.0/8' as Prefix

const kinds: readonly { name: string; make: (clock: FakeClock) => Transport }[] = [
  { name: 'TCP', make: tcpTransport },
  { name: 'memory', make: (clock) => memoryNetwork(clock).host(address) },
]

for (const { name, make } of kinds) {
  const setUp = () => {
    const clock = fakeClock()
    return { clock, transport: make(clock) }
  }

  t.test(`${name}: a dial meets a listener`, async (t) => {
    const { clock, transport } = setUp()
    const { at, next } = ear(t, address, transport)
    const [outcome, incoming] = await Promise.all([outcomeOf(plainDial(at), transport), next()])
    const accepted = incoming.accept(plainRules)
    if (outcome.is !== 'connected' || !accepted.ok) throw new Error('no connection')
    t.same(accepted.value.remote, incoming.remote)
    t.same(accepted.value.remote, outcome.connection.local)
    const [ours, theirs] = [record(outcome.connection), record(accepted.value)]
    outcome.connection.write(Buffer.from('OPEN'))
    t.equal((await theirs.octets(4)).toString(), 'OPEN')
    t.equal(clock.pending, 0, 'nothing is timed once it is up')
    outcome.connection.end()
    await Promise.all([ours.closed(), theirs.closed()])
    t.equal(clock.pending, 0)
  })

  t.test(`${name}: without a listener it is refused`, async (t) => {
    const { clock, transport } = setUp()
    const { at, listener } = ear(t, address, transport)
    listener.close()
    t.match(await outcomeOf(plainDial(at), transport), { is: 'failed', because: 'refused' })
    t.equal(clock.pending, 0)
  })

  t.test(`${name}: whom the listener rejects sees a reset`, async (t) => {
    const { transport } = setUp()
    const { at, next } = ear(t, address, transport)
    const [outcome, incoming] = await Promise.all([outcomeOf(plainDial(at), transport), next()])
    if (outcome.is !== 'connected') throw new Error(outcome.text)
    incoming.reject()
    incoming.reject()
    t.equal(incoming.accept(plainRules).ok, false)
    t.match(await record(outcome.connection).closed(), { because: 'reset-by-peer' })
  })

  for (const [what, key] of [
    ['without the key', undefined],
    ['with another key', new Secret('wrong')],
  ] as const) {
    t.test(`${name}: ${what} there is no answer`, async (t) => {
      const { clock, transport } = setUp()
      const { at, listener } = ear(t, address, transport)
      t.ok(listener.setKey(everybody, new Secret('right')).ok)
      const outcome = outcomeOf({ ...plainDial(at), ...(key !== undefined && { key }) }, transport)
      await new Promise((resolve) => setTimeout(resolve, 20))
      clock.advance(5_000)
      t.match(await outcome, { is: 'failed', because: 'timed-out' })
    })
  }

  t.test(`${name}: with the key there is`, async (t) => {
    const { transport } = setUp()
    const { at, listener, next } = ear(t, address, transport)
    const key = new Secret('right')
    t.ok(listener.setKey(everybody, key).ok)
    const [outcome, incoming] = await Promise.all([outcomeOf({ ...plainDial(at), key }, transport), next()])
    const accepted = incoming.accept({ ...plainRules, key })
    if (outcome.is !== 'connected' || !accepted.ok) throw new Error('no connection')
    const theirs = record(accepted.value)
    outcome.connection.write(Buffer.from('OPEN'))
    outcome.connection.end()
    await theirs.closed()
    t.equal(theirs.received().toString(), 'OPEN')
  })

  t.test(`${name}: a cancelled dial has no outcome`, async (t) => {
    const { clock, transport } = setUp()
    const { at } = ear(t, address, transport)
    transport.dial(plainDial(at), () => t.fail('an outcome')).cancel()
    await new Promise((resolve) => setTimeout(resolve, 20))
    t.equal(clock.pending, 0)
  })
}
