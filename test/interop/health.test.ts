/** Health checks: what fails is withdrawn, alone; what passes is never missing at the router, whatever herald does. */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { HealthReport } from '../../src/control/api/health.js'
import { prepareHerald } from '../support/herald.js'
import { createRack, nodeAddress, nodeConfiguration, torSettings } from '../support/rack.js'
import { prefixesAt, refreshed, watch } from '../support/route-watch.js'
import { routerKind } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

const pods = '10.244.1.0/24'
const dns = '192.0.2.53/32'
const dns6 = '2001:db8::53/128'
const web = '192.0.2.80/32'
const late = '192.0.2.90/32'

/** Two services that are up while a file exists, and what needs no check. */
async function setUp(t: Parameters<typeof createRack>[0]) {
  const { tor, node } = await createRack(t)
  const router = await routerKind('frr', 'package').create(tor, torSettings())
  const herald = await prepareHerald(node, {})
  const file = (name: string) => join(herald.folder, name)
  const configuration = (
    dnsCheck: Readonly<Record<string, unknown>> = {},
    more: readonly Readonly<Record<string, unknown>>[] = [],
  ) => ({
    ...nodeConfiguration({
      peer: { gracefulRestart: { enabled: true, restartTime: '60s' } },
      announcements: [
        { name: 'pods', podCIDRs: [pods] },
        {
          name: 'dns',
          prefixes: [dns, dns6],
          healthCheck: {
            ...{ exec: ['test', '-e', file('dns')], interval: '1s', rise: 2, fall: 2 },
            ...{ disable: 'dns.disabled', ...dnsCheck },
          },
        },
        {
          name: 'web',
          loadBalancerIPs: ['192.0.2.80'],
          healthCheck: { exec: ['sh', '-c', `echo checked $HERALD_ANNOUNCEMENT; test -e ${file('web')}`] },
        },
        ...more,
      ],
    }),
  })
  await herald.configure(configuration())
  await herald.start()
  return {
    ...{ router, herald, file, configuration },
    touch: (name: string) => writeFile(file(name), ''),
    remove: (name: string) => rm(file(name)),
    /** Waits until the router has these and no other. */
    has: (...prefixes: string[]) =>
      waitFor(
        `the router to have ${prefixes.join(' ')}`,
        async () => (await prefixesAt(router)).join() === [...prefixes].sort().join(),
      ),
  }
}

t.test('what fails is withdrawn and what recovers announced, and nothing else is touched', async (t) => {
  const { router, herald, touch, remove, has } = await setUp(t)
  await has(pods)
  t.match(await herald.cli('routes', 'available'), /192\.0\.2\.53\/32 .* health check/)
  const { status, stdout } = await herald.attempt('explain', '192.0.2.53')
  t.equal(status, 1)
  t.match(stdout, /health-check +no /)

  await waitFor('both to have a verdict', async () =>
    (await herald.json<readonly HealthReport[]>('health')).every(({ state }) => state === 'unhealthy'),
  )
  await touch('dns')
  await has(pods, dns, dns6)
  await touch('web')
  await has(pods, dns, dns6, web)
  const others = await watch(router, [pods, web])
  await remove('dns')
  await has(pods, web)
  t.match(await herald.json<readonly HealthReport[]>('health'), [
    { announcement: 'dns', state: 'unhealthy', announced: false, lastResult: { text: 'exit status 1' } },
    { announcement: 'web', state: 'healthy', announced: true, lastResult: { text: 'checked web' } },
  ])
  await touch('dns')
  await has(pods, dns, dns6, web)

  await touch('dns.disabled')
  await has(pods, web)
  t.match(await herald.cli('health'), /dns .* disabled +no /)
  await remove('dns.disabled')
  await has(pods, dns, dns6, web)

  const { lost, text } = await others.stop()
  t.same(lost, [], text)
  t.match(await herald.json('peers', 'tor-1'), { sessionState: 'established', flaps: 0 })
  t.match(await herald.cli('status'), /Health checks +2 of 2 healthy/)
  const lines = herald.logLines().filter(({ msg }) => msg === 'health')
  t.same(
    lines.map(({ announcement, to }) => `${announcement} ${to}`).filter((line) => line.startsWith('dns')),
    [
      'dns unhealthy',
      'dns healthy',
      'dns unhealthy',
      'dns healthy',
      'dns disabled',
      'dns unknown',
      'dns healthy',
    ],
  )
})

t.test('a reload that changes a check withdraws nothing, not for one poll', async (t) => {
  const { router, herald, configuration, touch, has } = await setUp(t)
  await touch('dns')
  await touch('web')
  await has(pods, dns, dns6, web)
  const all = await watch(router, [pods, dns, dns6, web])
  await herald.configure(configuration({ interval: '500ms', timeout: '500ms', rise: 5 }))
  t.match(await herald.cli('reload'), /healthCheck\.rise 2 -> 5/)
  await waitFor('the new check to have a verdict', async () => {
    const [check] = await herald.json<readonly HealthReport[]>('health')
    return check?.state === 'healthy' && check.passed >= 5
  })
  t.same((await all.stop()).lost, [])
})

for (const how of ['stop', 'kill'] as const) {
  t.test(`a healthy service is not missing for one poll while herald ${how}s and starts again`, async (t) => {
    const { router, herald, file, configuration, touch, remove, has } = await setUp(t)
    await touch('dns')
    await touch('web')
    await has(pods, dns, dns6, web)
    // Without a verdict until this test says so.
    const undecided = { exec: ['test', '-e', file('late')], rise: 1, fall: 100 }
    await herald.configure(configuration({}, [{ name: 'late', prefixes: [late], healthCheck: undecided }]))
    const healthy = await watch(router, [pods, dns, dns6])
    await herald[how]()
    await remove('web')
    await waitFor('the routes to be stale', async () => !(await refreshed(router)))
    await herald.start()
    await router.established(nodeAddress)
    t.match(await prefixesAt(router), [pods, dns, web, dns6].sort(), 'nothing has gone yet')
    // What died meanwhile goes at End-of-RIB, when every check has had its say.
    await touch('late')
    await has(pods, dns, dns6, late)
    await waitFor('the routes to be fresh', () => refreshed(router))
    const { lost, text } = await healthy.stop()
    t.same(lost, [], text)
  })
}
