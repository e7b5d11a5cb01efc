import t from 'tap'
import { createSpeaker } from '../../../src/index.js'
import { waitFor } from '../../support/wait.js'
import { established, has, pair, pairOptions } from './pair.js'

t.test('routes go from one to the other, with their attributes', async (t) => {
  const announcements = [
    {
      prefixes: ['10.244.1.0/24'],
      communities: ['65001:100', 'no-export', '65001:1:2'],
      med: 10,
      asPathPrepend: 1,
    },
    { prefixes: ['2001:db8:1::/64'] },
  ]
  const { router, worker, heard } = await pair(t, { worker: { announcements } })
  await has(router, '10.244.1.0/24', '2001:db8:1::/64')
  t.match(router.received('worker-1'), [
    {
      peer: 'worker-1',
      family: 'ipv4/unicast',
      nextHop: '192.0.2.2',
      origin: 'igp',
      asPath: [65001, 65001],
      med: 10,
      communities: ['65001:100', 'no-export', '65001:1:2'],
    },
    { family: 'ipv6/unicast', nextHop: '2001:db8::2', asPath: [65001] },
  ])
  await waitFor('both End-of-RIBs', () => heard.filter(({ kind }) => kind === 'end-of-rib').length === 2)
  t.match(
    worker.advertised().map(({ prefix }) => prefix),
    ['10.244.1.0/24', '2001:db8:1::/64'],
  )
  t.match(worker.peers(), [
    { name: 'router', peerAs: 65000, families: [{ advertised: 1 }, { advertised: 1, received: 0 }] },
  ])
  const told = heard.flatMap((event) => (event.kind === 'routes' ? event.announced : []))
  t.same(told.map(({ prefix }) => prefix).sort(), ['10.244.1.0/24', '2001:db8:1::/64'])
  t.match(router.listening, [/^127\.0\.0\.1:\d+$/])
})

t.test('announce adds, a prefix announced again gets the new attributes, withdraw takes back', async (t) => {
  const { router, worker } = await pair(t)
  worker.announce({ prefixes: ['10.1.0.0/24', '10.2.0.0/24', '10.3.0.0/24'] })
  worker.announce({ prefixes: ['10.2.0.0/24'], med: 7 })
  await waitFor('the MED', () => router.received().some(({ med }) => med === 7))
  t.same(
    router.received().map(({ prefix, med }) => [prefix, med]),
    [
      ['10.1.0.0/24', undefined],
      ['10.2.0.0/24', 7],
      ['10.3.0.0/24', undefined],
    ],
  )
  worker.withdraw(['10.1.0.0/24', '10.9.0.0/24'])
  await has(router, '10.2.0.0/24', '10.3.0.0/24')
  worker.setAnnouncements([{ prefixes: ['10.3.0.0/24'] }])
  await has(router, '10.3.0.0/24')
  t.throws(() => worker.withdraw(['10.3.0.0']), {
    code: 'invalid',
    message: "[0]: '10.3.0.0' is not a prefix; write ADDRESS/LENGTH",
  })
  t.throws(() => worker.announce({ prefixes: ['0.0.0.0/0'] }), { code: 'invalid' })
})

t.test('what is announced once more, and what stays while another goes, is not sent again', async (t) => {
  const { router, worker, heard } = await pair(t)
  worker.announce({ name: 'a', prefixes: ['10.1.0.0/24'] })
  worker.announce({ name: 'b', prefixes: ['10.2.0.0/24'] })
  await has(router, '10.1.0.0/24', '10.2.0.0/24')
  const before = heard.length
  worker.announce({ name: 'b', prefixes: ['10.2.0.0/24'] })
  worker.withdraw(['10.1.0.0/24'])
  await has(router, '10.2.0.0/24')
  t.match(heard.slice(before), [{ kind: 'routes', announced: [], withdrawn: ['10.1.0.0/24'] }])
})

t.test('a change that needs no new session does not make one', async (t) => {
  const { router, worker, heard } = await pair(t, {
    worker: {
      announcements: [
        { name: 'a', prefixes: ['10.1.0.0/24'] },
        { name: 'b', prefixes: ['10.2.0.0/24'] },
      ],
    },
  })
  await has(router, '10.1.0.0/24', '10.2.0.0/24')
  worker.changePeer('router', { advertise: ['b'] })
  await has(router, '10.2.0.0/24')
  worker.changePeer('router', { advertise: undefined })
  await has(router, '10.1.0.0/24', '10.2.0.0/24')
  t.equal(heard.filter((event) => event.kind === 'state' && event.from === 'established').length, 0)
  worker.changePeer('router', { families: ['ipv4/unicast'] })
  await waitFor('the session to go', () => {
    return heard.some((event) => event.kind === 'notification' && event.direction === 'received')
  })
  await established(worker)
})

t.test('peers are added and removed while it runs', async (t) => {
  const { router, worker, heard, options } = await pair(t)
  const [peer] = options.worker.peers ?? []
  worker.removePeer('router')
  await waitFor('the farewell', () => heard.find(({ kind }) => kind === 'notification'))
  t.match(
    heard.find(({ kind }) => kind === 'notification'),
    { direction: 'received', code: 6, subcode: 3 },
  )
  t.same(worker.peers(), [])
  worker.announce({ prefixes: ['10.1.0.0/24'] })
  if (peer !== undefined) worker.addPeer(peer)
  await has(router, '10.1.0.0/24')
})

t.test('stop says goodbye with the word it was given, and ends the loop over events', async (t) => {
  const { worker, heard } = await pair(t)
  const kinds: string[] = []
  const loop = (async () => {
    for await (const event of worker.events()) kinds.push(event.kind)
  })()
  await worker.stop({ communication: 'maintenance until noon' })
  await loop
  t.ok(kinds.includes('state'))
  await waitFor('the word', () => heard.find(({ kind }) => kind === 'notification'))
  t.match(
    heard.find(({ kind }) => kind === 'notification'),
    { direction: 'received', code: 6, subcode: 2, text: /maintenance until noon/ },
  )
  await worker.stop()
  t.throws(() => worker.start(), { code: 'wrong-moment' })
  t.throws(() => worker.announce({ prefixes: ['10.1.0.0/24'] }), { code: 'wrong-moment' })
  t.throws(() => worker.removePeer('router'), { code: 'wrong-moment' })
  t.same(await worker.events().next(), { value: undefined, done: true })
})

t.test(
  'stop for a restart says nothing, and the routes stay until the next one has sent its own',
  async (t) => {
    const announcements = [{ prefixes: ['10.1.0.0/24', '10.2.0.0/24'] }]
    const { router, worker, heard, options } = await pair(t, {
      worker: { announcements },
      towardsRouter: { gracefulRestart: { enabled: true } },
      towardsWorker: { gracefulRestart: { enabled: true } },
    })
    await has(router, '10.1.0.0/24', '10.2.0.0/24')
    await worker.stop({ restart: true })
    await waitFor('the session to end', () => router.peers()[0]?.sessionState !== 'established')
    t.notOk(heard.some(({ kind }) => kind === 'notification'))
    t.equal(router.received().length, 2)
    const next = createSpeaker({
      ...options.worker,
      restarted: true,
      announcements: [{ prefixes: ['10.2.0.0/24'] }],
    })
    t.teardown(() => next.stop())
    next.start()
    await has(router, '10.2.0.0/24')
    t.equal(router.received()[0]?.because, undefined)
  },
)

t.test('an endpoint that cannot be bound is an error, and the speaker is over', async (t) => {
  const { options } = await pair(t)
  const second = createSpeaker(options.router)
  t.throws(() => second.start(), { name: 'SpeakerError', code: 'cannot-listen', message: /in use/ })
  t.throws(() => second.start(), { code: 'wrong-moment' })
  await second.stop()
})

t.test('a listener hears until it is taken off', async (t) => {
  const { router, worker } = await pairOptions()
  const speakers = [createSpeaker(router), createSpeaker(worker)] as const
  t.teardown(() => Promise.all(speakers.map((each) => each.stop())))
  const kept: string[] = []
  const left: string[] = []
  speakers[1].on(({ kind }) => kept.push(kind))
  const leave = speakers[1].on(({ kind }) => left.push(kind))
  leave()
  leave()
  for (const each of speakers) each.start()
  await established(speakers[1])
  t.ok(kept.length > 0)
  t.same(left, [])
})
