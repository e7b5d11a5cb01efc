import t, { type Test } from 'tap'
import { endOfRibOf } from '../../../bgp/codec/end-of-rib.js'
import { fakeProbing } from '../../support/fake-probing.js'
import { memoryWorld } from '../../support/memory-world.js'
import { scriptedPeer } from '../../support/scripted-peer.js'
import { stateDirectory, testDaemon } from '../../support/test-daemon.js'

const dns = '{ name: dns, prefixes: [192.0.2.53/32], healthCheck: { exec: [dig], rise: 1, fall: 2 } }'

function file({ announcements = dns, restartTime = '120s' } = {}): string {
  return `
bgp:
  asn: 65001
  routerId: 10.0.0.11
  peers:
    - { name: tor-1, address: 10.0.0.1, asn: 65000, gracefulRestart: { enabled: true, restartTime: ${restartTime} } }
announcements:
  - { name: pods, podCIDRs: [10.244.1.0/24] }
  - ${announcements}
`
}

/** A node whose one peer is up; its checks begin after a second. */
async function running(t: Test, yaml = file()) {
  const world = memoryWorld()
  const probing = fakeProbing()
  const tor = scriptedPeer(world, '10.0.0.1')
  const node = testDaemon(world, '10.0.0.11', { yaml, directory: stateDirectory(t), host: { probing } })
  await world.settle()
  const updates = () => tor.call.updates.length
  return {
    ...{ ...node, world, probing, tor, updates },
    /** Ends the probe that is running, and lets that have its effect. */
    probe: async (outcome: 'pass' | 'fail') => {
      probing.running[0]?.[outcome]()
      await world.settle()
    },
    endsOfRib: () => tor.call.updates.filter((update) => endOfRibOf(update) !== undefined).length,
  }
}

t.test('End-of-RIB goes out once the check has passed, and after its route', async (t) => {
  const { world, tor, probe, endsOfRib } = await running(t)
  t.same(tor.call.routes, ['10.244.1.0/24'], 'what has no check does not wait')
  await world.pass(1)
  t.equal(endsOfRib(), 0)
  await probe('pass')
  t.same(tor.call.routes, ['10.244.1.0/24', '192.0.2.53/32'])
  t.equal(endsOfRib(), 2, 'of both families')
  const kinds = tor.call.updates.map((update) => (endOfRibOf(update) ? 'End-of-RIB' : 'routes'))
  t.same(kinds, ['routes', 'routes', 'End-of-RIB', 'End-of-RIB'])
})

t.test('End-of-RIB goes out without the route once the check has failed', async (t) => {
  const { world, tor, probe, endsOfRib } = await running(t)
  await world.pass(1)
  await probe('fail')
  t.equal(endsOfRib(), 0, 'one failure is no verdict')
  await world.pass(1)
  await probe('fail')
  t.equal(endsOfRib(), 2)
  t.same(tor.call.routes, ['10.244.1.0/24'])
})

const bounds = [
  { restartTime: '120s', seconds: 30 },
  { restartTime: '5s', seconds: 5 },
] as const

t.ok(bounds.length > 0)
for (const { restartTime, seconds } of bounds) {
  t.test(
    `with a restart time of ${restartTime} End-of-RIB waits ${seconds} s for a verdict, no longer`,
    async (t) => {
      const never = dns.replace('fall: 2', 'fall: 100')
      const { world, endsOfRib } = await running(t, file({ announcements: never, restartTime }))
      await world.pass(seconds - 1)
      t.equal(endsOfRib(), 0)
      await world.pass(1)
      t.equal(endsOfRib(), 2)
    },
  )
}

t.test('a service that fails is withdrawn in one UPDATE, one that recovers announced in one', async (t) => {
  const { world, tor, probe, updates, log, events, service } = await running(t)
  await world.pass(1)
  await probe('pass')
  const before = updates()
  await world.pass(2)
  await probe('fail')
  t.equal(updates(), before)
  await world.pass(2)
  await probe('fail')
  t.equal(updates(), before + 1)
  t.same(tor.call.routes, ['10.244.1.0/24'])
  t.match(service.status().health, { checks: 1, healthy: 0, unhealthy: 1, disabled: 0, unknown: 0 })
  t.match(service.health(), [
    {
      announcement: 'dns',
      kind: 'exec',
      target: 'dig',
      state: 'unhealthy',
      announced: false,
      passed: 1,
      failed: 2,
    },
  ])
  t.match(await service.explain('192.0.2.53/32', undefined), {
    holds: false,
    gates: [{ passed: true }, { passed: true }, { gate: 'health-check', passed: false, text: /broken/ }],
  })
  t.match((await service.routesAvailable(10)).routes, [
    {},
    { prefix: '192.0.2.53/32', heldBack: /fails: broken/ },
  ])
  await world.pass(2)
  await probe('pass')
  t.equal(updates(), before + 2)
  t.same(tor.call.routes, ['10.244.1.0/24', '192.0.2.53/32'])
  const told = [
    'dns: unknown -> healthy: fine',
    'dns: healthy -> unhealthy: 2 failures in a row; the last: broken',
  ]
  const texts = [...told, 'dns: unhealthy -> healthy: fine']
  t.same(
    events.filter(({ kind }) => kind === 'health').map(({ text }) => text),
    texts,
  )
  t.same(
    log().flatMap(({ msg, text, level }) => (msg === 'health' ? [[level, text]] : [])),
    texts.map((text, i) => [i === 1 ? 'warn' : 'info', text]),
    'a line for each change, and no other',
  )
})

t.test('a reload sends nothing while a check begins anew, and tells what changes', async (t) => {
  const { world, tor, probe, updates, write, service } = await running(t)
  await world.pass(1)
  await probe('pass')
  const before = updates()
  write(file({ announcements: dns.replace('fall: 2', 'fall: 3, interval: 4s') }))
  const plan = await service.reload({})
  t.match(plan.resets, [])
  t.same(
    plan.changes.map(({ effect }) => effect),
    ['soft', 'soft'],
  )
  await world.pass(1)
  t.match(service.health(), [{ state: 'unknown', announced: true }])
  await probe('pass')
  t.match(service.health(), [{ state: 'healthy' }])
  t.equal(updates(), before)
  t.ok(tor.call.routes.includes('192.0.2.53/32'))
})

t.test('without checks status says nothing of them', async (t) => {
  const { service, endsOfRib } = await running(
    t,
    file({ announcements: '{ name: dns, prefixes: [192.0.2.53/32] }' }),
  )
  t.equal(service.status().health, undefined)
  t.same(service.health(), [])
  t.equal(endsOfRib(), 2)
})

t.test('a daemon that stops ends its checks', async (t) => {
  const { daemon, world, probing } = await running(t)
  await world.pass(1)
  t.equal(probing.running.length, 1)
  daemon.stop()
  t.equal(probing.running.length, 0)
  await world.pass(60)
  t.equal(probing.started.length, 1)
})
