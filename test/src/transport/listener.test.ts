import t from 'tap'
import type { Ip } from '../../../net/ip.js'
import { hostPrefix, type Prefix } from '../../../net/prefix.js'
import { Secret } from '../../../net/secret.js'
import { systemClock } from '../../../src/clock.js'
import { tcpTransport } from '../../../src/transport/tcp.js'
import type { DialOutcome } from '../../../src/transport/transport.js'
import { leavesNoDescriptor } from '../../support/descriptors.js'
import { fakeClock } from '../../support/fake-clock.js'
import { ear, outcomeOf, plainDial, plainRules } from '../../support/loopback.js'
import { record } from '../../support/recording.js'

const transport = tcpTransport(systemClock)
const ignore = () => {}

t.test('0.0.0.0 and :: share a port, and each says what it bound', async (t) => {
  const first = ear(t, '0.0.0.0')
  const { port } = first.at
  t.ok(port > 0)
  const listener = transport.listen({ endpoints: [{ address: '::' as Ip, port }], onIncoming: ignore })
  t.same(listener.failures, [])
  t.same(listener.bound, [{ address: '::', port }])
  listener.close()
})

t.test('endpoints that cannot be bound are told apart from those that can', async (t) => {
  const { at } = ear(t)
  const stranger = { address: '198.51.100.1' as Ip, port: 0 }
  await leavesNoDescriptor(t, async () => {
    const listener = transport.listen({
      endpoints: [at, stranger, { address: '::1' as Ip, port: 0 }],
      onIncoming: ignore,
    })
    t.match(listener.bound, [{ address: '::1' }])
    t.same(
      listener.failures.map(({ endpoint }) => endpoint),
      [at, stranger],
    )
    t.match(
      listener.failures[0]?.text,
      new RegExp(`port ${at.port} is in use, perhaps by another BGP speaker`),
    )
    t.match(listener.failures[1]?.text, /198\.51\.100\.1 is not an address of this host/)
    listener.close()
  })
})

t.test('an endpoint whose keys cannot be set does not listen', async (t) => {
  await leavesNoDescriptor(t, async () => {
    const listener = transport.listen({
      endpoints: [{ address: '127.0.0.1' as Ip, port: 0 }],
      keys: [{ peers: '127.0.0.1/32' as Prefix, key: new Secret('') }],
      onIncoming: ignore,
    })
    t.same(listener.bound, [])
    t.match(listener.failures[0]?.text, /TCP MD5 key for 127\.0\.0\.1\/32/)
  })
})

t.test('a rejected stranger is reset', async (t) => {
  const { at, next } = ear(t)
  const [outcome, incoming] = await Promise.all([outcomeOf(plainDial(at)), next()])
  const connection = connectionOf(outcome)
  const recording = record(connection)
  incoming.reject()
  t.match(await recording.closed(), { because: 'reset-by-peer' })
  t.equal(incoming.accept(plainRules).ok, false, 'it is gone')
})

t.test('who is left undecided for 10 s is reset', async (t) => {
  const clock = fakeClock()
  const { at, next } = ear(t, '127.0.0.1', tcpTransport(clock))
  const [outcome] = await Promise.all([outcomeOf(plainDial(at)), next()])
  const recording = record(connectionOf(outcome))
  t.equal(clock.pending, 1)
  clock.advance(9_999)
  t.equal(clock.pending, 1)
  clock.advance(1)
  t.match(await recording.closed(), { because: 'reset-by-peer' })
  t.equal(clock.pending, 0)
})

t.test('of more than 64 undecided the oldest is reset', async (t) => {
  const clock = fakeClock()
  const { at, next, listener } = ear(t, '127.0.0.1', tcpTransport(clock))
  await leavesNoDescriptor(t, async () => {
    const recordings = []
    for (let i = 0; i < 66; i++) {
      const [outcome] = await Promise.all([outcomeOf(plainDial(at)), next()])
      recordings.push(record(connectionOf(outcome)))
    }
    await recordings[0]!.closed()
    await recordings[1]!.closed()
    t.equal(clock.pending, 64)
    t.equal(recordings.filter(({ reasons }) => reasons().length > 0).length, 2)
    listener.close()
    for (const recording of recordings) t.match(await recording.closed(), { because: 'reset-by-peer' })
    t.equal(clock.pending, 0)
  })
})

t.test('closing the listener keeps what was accepted', async (t) => {
  const { at, next, listener } = ear(t)
  const [outcome, incoming] = await Promise.all([outcomeOf(plainDial(at)), next()])
  const accepted = incoming.accept(plainRules)
  if (!accepted.ok) throw new Error(accepted.because)
  listener.close()
  const theirs = record(accepted.value)
  const ours = connectionOf(outcome)
  record(ours)
  ours.write(Buffer.from('OPEN'))
  t.equal((await theirs.octets(4)).toString(), 'OPEN')
  ours.end()
  await theirs.closed()
  t.match(await outcomeOf(plainDial(at)), { because: 'refused' })
})

t.test('a key that was never set can be removed', async (t) => {
  const { listener } = ear(t)
  t.same(listener.setKey(hostPrefix('192.0.2.1' as Ip), undefined), { ok: true, value: undefined })
  t.same(
    listener.setKey('2001:db8::/32' as Prefix, new Secret('k')),
    { ok: true, value: undefined },
    'of the other version',
  )
})

function connectionOf(outcome: DialOutcome) {
  if (outcome.is !== 'connected') throw new Error(outcome.text)
  return outcome.connection
}
