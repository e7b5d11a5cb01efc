/** `herald announce` and `withdraw`: at once, alone, and for as long as was asked. */
import t from 'tap'
import { startHerald } from '../support/herald.js'
import { only } from '../support/only.js'
import {
  createRack,
  nodeAddress,
  nodeConfiguration,
  secondNodeAddress,
  secondTor,
  secondTorAddress,
  torAddress,
  torSettings,
} from '../support/rack.js'
import { type Router, routerKind } from '../support/routers/index.js'
import { counts, nothing, trafficDuring } from '../support/traffic.js'
import { waitFor } from '../support/wait.js'

const announcements = [{ podCIDRs: ['10.244.1.0/24', 'fd00:10:244:1::/64'], communities: ['65001:100'] }]
const peer = { keepaliveTime: '1s' }

for (const packaging of ['package', 'container'] as const) {
  t.test(
    `FRR ${packaging}: one UPDATE brings a prefix, one takes it back, and nothing else changes`,
    async (t) => {
      const { tor, node } = await createRack(t)
      const router = await routerKind('frr', packaging).create(tor, {
        ...torSettings(),
        raw: { frr: 'log timestamp precision 3' },
      })
      const herald = await startHerald(node, nodeConfiguration({ peer, announcements }))
      await router.established(nodeAddress)
      await has(router, '10.244.1.0/24')
      await has(router, 'fd00:10:244:1::/64')

      for (const prefix of ['198.51.100.7/32', '2001:db8:7::/48']) {
        const before = await tables(router)
        const announced = await trafficDuring(router, nodeAddress, async () => {
          t.equal(await herald.cli('announce', prefix), `${prefix} announced\n`)
          const returned = Date.now()
          await has(router, prefix)
          t.comment(
            `announce ${prefix}: at FRR ${(await heard(router, prefix)) - returned} ms after the command's return`,
          )
        })
        t.same(counts(announced), { ...nothing, update: 1 })
        const { [prefix]: added, ...rest } = await tables(router)
        t.ok(added)
        t.same(rest, before, 'no other route was touched')

        const withdrawn = await trafficDuring(router, nodeAddress, async () => {
          t.equal(await herald.cli('withdraw', prefix), `${prefix} withdrawn\n`)
          const returned = Date.now()
          await hasNot(router, prefix)
          t.comment(
            `withdraw ${prefix}: at FRR ${(await heard(router, prefix)) - returned} ms after the command's return`,
          )
        })
        t.same(counts(withdrawn), { ...nothing, update: 1 })
        t.same(await tables(router), before)
      }
    },
  )
}

t.test('kept across reloads, restarts and a crash, unless it is ephemeral', async (t) => {
  const { tor, node } = await createRack(t)
  const router = await routerKind('frr', 'package').create(tor, torSettings())
  const herald = await startHerald(node, nodeConfiguration({ peer, announcements }))
  await router.established(nodeAddress)
  await herald.cli(
    'announce',
    '198.51.100.7',
    '--community',
    '65001:7',
    '--community',
    'no-export',
    '--med',
    '5',
  )
  await herald.cli('announce', '198.51.100.8', '--ephemeral')
  await has(router, '198.51.100.8/32')

  const traffic = await trafficDuring(router, nodeAddress, () => herald.cli('reload'))
  t.same(counts(traffic), nothing)
  await has(router, '198.51.100.8/32')

  for (const [how, restart] of [
    ['stopped', herald.stop],
    ['killed', herald.kill],
  ] as const) {
    await restart()
    await hasNot(router, '198.51.100.7/32')
    await herald.start()
    await router.established(nodeAddress)
    const expected = { communities: ['65001:7', 'no-export'], med: 5 }
    t.same(only(await has(router, '198.51.100.7/32'), expected), expected, `${how}, and started again`)
    await has(router, '10.244.1.0/24')
    await hasNot(router, '198.51.100.8/32')
  }
  await herald.cli('withdraw', '198.51.100.7')
  await hasNot(router, '198.51.100.7/32')
})

t.test('attributes and peers are as the command says', async (t) => {
  const rack = await createRack(t)
  const frr = routerKind('frr', 'package')
  const external = await frr.create(rack.tor, torSettings())
  const internal = await frr.create(await secondTor(rack), {
    asn: 65001,
    routerId: secondTorAddress,
    neighbors: [{ address: secondNodeAddress, asn: 65001, passive: true }],
  })
  const peers = [
    { name: 'tor-1', address: torAddress, asn: 65000 },
    { name: 'tor-2', address: secondTorAddress, asn: 'internal' },
  ]
  const herald = await startHerald(rack.node, nodeConfiguration({ bgp: { peers }, announcements }))
  await external.established(nodeAddress)
  await internal.established(secondNodeAddress)

  const attributes = [
    '--community',
    '65001:7',
    '--community',
    '65001:1:7',
    '--local-pref',
    '300',
    '--med',
    '5',
  ]
  await herald.cli('announce', '198.51.100.7', ...attributes)
  const common = { med: 5, communities: ['65001:7'], largeCommunities: ['65001:1:7'] }
  const there = { ...common, asPath: [65001], localPref: undefined }
  t.same(only(await has(external, '198.51.100.7/32'), there), there)
  const inside = { ...common, asPath: [], localPref: 300 }
  t.same(only(await has(internal, '198.51.100.7/32', secondNodeAddress), inside), inside)

  await herald.cli('announce', '198.51.100.8', '--peer', 'tor-2')
  await has(internal, '198.51.100.8/32', secondNodeAddress)
  await hasNot(external, '198.51.100.8/32')
  // Announced anew for somebody else: it moves.
  await herald.cli('announce', '198.51.100.8', '--peer', 'tor-1')
  await has(external, '198.51.100.8/32')
  await hasNot(internal, '198.51.100.8/32', secondNodeAddress)

  for (const [words, because] of [
    [['announce', '198.51.100.9', '--peer', 'tor-3'], /no peer 'tor-3'/],
    [['announce', '198.51.100.9', '0.0.0.0/0'], /nothing was announced/],
  ] as const) {
    const { status, stderr } = await herald.attempt(...words)
    t.equal(status, 1, words.join(' '))
    t.match(stderr, because)
  }
  const { status, stdout } = await herald.attempt('withdraw', '10.244.1.0/24')
  t.equal(status, 1)
  t.match(stdout, /10.244.1.0\/24 unchanged: '\S+' of the file announces it: take it out there/)
  await has(external, '10.244.1.0/24')
})

const familyOf = (prefix: string) => (prefix.includes(':') ? 'ipv6/unicast' : 'ipv4/unicast')

function has(router: Router, prefix: string, from = nodeAddress) {
  return waitFor(`${prefix} at ${router.settings.routerId}`, async () =>
    (await router.routesFrom(from, familyOf(prefix))).get(prefix),
  )
}

function hasNot(router: Router, prefix: string, from = nodeAddress) {
  return waitFor(`${prefix} to go from ${router.settings.routerId}`, async () => {
    return !(await router.routesFrom(from, familyOf(prefix))).has(prefix)
  })
}

/** All that FRR has, by prefix, with the version of each path; the time of its last change is told inexactly. */
async function tables(router: Router): Promise<Readonly<Record<string, unknown>>> {
  const families = await Promise.all(
    ['ipv4', 'ipv6'].map(async (version) => {
      const { routes } = JSON.parse(await router.command(`show bgp ${version} unicast json detail`))
      return routes as Record<string, unknown>
    }),
  )
  const all = Object.assign({}, ...families) as Record<string, unknown>
  return Object.fromEntries(Object.entries(all).map(([prefix, entry]) => [prefix, pathsOf(entry)]))
}

function pathsOf(entry: unknown): unknown {
  const { paths } = entry as { paths?: readonly object[] }
  const list = paths ?? (entry as readonly object[]).slice(1)
  return list.map((path) => ({ ...path, lastUpdate: undefined }))
}

/** When FRR logged the last UPDATE about the prefix, in milliseconds of the epoch. */
async function heard(router: Router, prefix: string): Promise<number> {
  const lines = (await router.logs()).split('\n').filter((line) => line.includes(prefix))
  const time = /^(\d+)\/(\d+)\/(\d+) (\S+) /.exec(lines.at(-1) ?? '')
  if (time === null) throw new Error(`FRR has logged nothing of ${prefix}`)
  return new Date(`${time[1]}-${time[2]}-${time[3]}T${time[4]}`).getTime()
}
