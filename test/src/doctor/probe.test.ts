import t from 'tap'
import type { PeerSettings } from '../../../bgp/peer-settings.js'
import { Secret } from '../../../net/secret.js'
import { probesOf } from '../../../src/doctor/probe.js'
import type { PeerView } from '../../../src/speaker/peer-view.js'
import type {
  DialFailureCause,
  DialOptions,
  DialOutcome,
  Transport,
} from '../../../src/transport/transport.js'
import { ip } from '../../support/address.js'
import { fakeClock } from '../../support/fake-clock.js'
import { memoryPair } from '../../support/memory-pair.js'
import { peerSettings, peerView } from '../../support/peer-view.js'

const password = new Secret('Sesame')

/** Answers every SYN alike, and keeps what it was asked. */
function answering(because: DialFailureCause | 'connected') {
  const dialled: DialOptions[] = []
  const pairs: ReturnType<typeof memoryPair>[] = []
  const outcome = (): DialOutcome => {
    if (because !== 'connected') return { is: 'failed', because, text: because }
    const [dialler, listener] = [40_000, 179].map((port) => ({ address: ip('10.0.0.1'), port }))
    const pair = memoryPair({ dialler: dialler!, listener: listener!, clock: fakeClock() })
    pairs.push(pair)
    return { is: 'connected', connection: pair.dialler }
  }
  const transport: Transport = {
    dial: (options, onOutcome) => {
      dialled.push(options)
      queueMicrotask(() => onOutcome(outcome()))
      return { cancel: () => undefined }
    },
    listen: () => {
      throw new Error('nobody listens for probes')
    },
  }
  return { transport, dialled, pairs }
}

function silent(settings: Partial<PeerSettings> = {}): PeerView {
  const last = { because: 'timed-out', text: 'no answer' } as const
  return peerView({ settings: peerSettings(settings), dialFailures: { count: 2, last } })
}

t.test('a peer that does not answer is asked with TTL 255, and without the key', async (t) => {
  const { transport, dialled } = answering('timed-out')
  t.same(await probesOf(silent({ password }), transport), { unsigned: 'silent', everyTtl: 'silent' })
  t.same(
    dialled.map(({ ttl, key }) => ({ ttl, key })),
    [
      { ttl: 1, key: undefined },
      { ttl: 255, key: password },
    ],
  )
})

t.test('without a key there is none to leave out', async (t) => {
  const { transport, dialled } = answering('refused')
  t.same(await probesOf(silent(), transport), { everyTtl: 'refused' })
  t.equal(dialled.length, 1)
})

t.test('with GTSM the probe takes every TTL', async (t) => {
  const { transport, dialled } = answering('timed-out')
  await probesOf(silent({ ttlSecurityHops: 1 }), transport)
  t.match(dialled[0], { ttl: 255 })
  t.equal(dialled[0]?.ttlSecurityHops, undefined)
})

t.test('a connection that comes of it is closed at once', async (t) => {
  const { transport, pairs } = answering('connected')
  t.same(await probesOf(silent(), transport), { everyTtl: 'connected' })
  let closed = false
  pairs[0]!.listener.open({
    onBytes: () => t.fail('nothing is said'),
    onDrain: () => undefined,
    onClosed: () => {
      closed = true
    },
  })
  await new Promise((done) => setImmediate(done))
  t.ok(closed)
})

const unasked: readonly (readonly [string, PeerView])[] = [
  [
    'a peer whose port is closed',
    { ...silent(), dialFailures: { count: 1, last: { because: 'refused', text: '' } } },
  ],
  ['a peer that this side waits for', silent({ passive: true })],
  ['a peer that is down on purpose', { ...silent(), stopped: { why: 'peer-de-configured' } }],
  ['a peer that was not tried yet', peerView()],
]

for (const [name, peer] of unasked) {
  t.test(`${name} is not asked`, async (t) => {
    const { transport, dialled } = answering('refused')
    t.same(await probesOf(peer, transport), {})
    t.equal(dialled.length, 0)
  })
}
