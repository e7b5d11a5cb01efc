import t, { type Test } from 'tap'
import { parseMac } from '../../../net/mac.js'
import type { ApiError } from '../../../src/control/api/answer.js'
import { Daemon } from '../../../src/daemon/daemon.js'
import { createLog } from '../../../src/log.js'
import type { Transport } from '../../../src/transport/transport.js'
import { ip } from '../../support/address.js'
import { settingsOf } from '../../support/config.js'
import { type FakeL2, fakeL2 } from '../../support/fake-l2.js'
import { memoryWorld } from '../../support/memory-world.js'
import { scriptedPeer } from '../../support/scripted-peer.js'
import { stateDirectory, testDaemon } from '../../support/test-daemon.js'

const alone = `
l2: { groups: [{}, { name: voice, virtualRouterId: 52 }] }
announcements:
  - { name: web, loadBalancerIPs: [192.0.2.10-192.0.2.11] }
  - { name: phone, loadBalancerIPs: ["fd00::10"], group: voice }
`

const withBgp = `
bgp: { asn: 65001, routerId: 10.0.0.11, peers: [{ name: tor-1, address: 10.0.0.1, asn: 65000 }] }
l2: {}
announcements: [{ name: web, loadBalancerIPs: [192.0.2.10] }]
`

function started(t: Test, { yaml = alone, l2 = fakeL2(), directory = stateDirectory(t) } = {}) {
  const world = memoryWorld()
  const tor = scriptedPeer(world, '10.0.0.1')
  const node = testDaemon(world, '10.0.0.11', { yaml, directory, host: { startL2: l2.start } })
  t.teardown(() => node.daemon.stop())
  return { world, tor, l2, directory, ...node }
}

t.test('a file with l2 alone serves its addresses by group', async (t) => {
  const { l2, service, daemon } = started(t)
  t.same(l2.served, ['default: 192.0.2.10 192.0.2.11', 'voice: fd00::10'])
  t.match(l2.settings, { failover: 'vrrp', promiscuous: 'auto' })
  t.equal(service.status().bgp, undefined)
  t.equal(service.peers().length, 0)
  t.equal(daemon.locRib.size, 0, 'nothing of it is a route')
})

t.test('without l2 in the file nothing is started', async (t) => {
  const { l2, service } = started(t, { yaml: 'bgp: { asn: 65001, routerId: 10.0.0.11 }' })
  t.same(l2.calls, [])
  t.equal(service.status().l2, undefined)
  t.same(await service.l2(), [])
})

t.test('a host that does not let the engine run ends the start in one line', async (t) => {
  t.throws(() => started(t, { l2: fakeL2({ refuse: 'CAP_NET_RAW is missing; setcap …' }) }), {
    message: 'CAP_NET_RAW is missing; setcap …',
  })
})

t.test(
  'a start that is refused leaves nothing behind: no engine without the port, no port without the engine',
  async (t) => {
    const world = memoryWorld()
    const { transport } = world.at('10.0.0.11')
    const settings = settingsOf(withBgp.replace('routerId', 'listen: ["10.0.0.11:179"], routerId'))
    const start = (l2: FakeL2, unbindable: boolean) => {
      const failing: Transport = {
        ...transport,
        listen: (options) => ({
          ...transport.listen({ ...options, endpoints: [] }),
          failures: options.endpoints.map((endpoint) => ({ endpoint, text: 'taken', because: 'taken' })),
        }),
      }
      const host = { ...world.at('10.0.0.11'), startL2: l2.start, ...(unbindable && { transport: failing }) }
      const created = Daemon.create(settings, host, createLog('silent', { readable: false }))
      if (!created.ok) throw new Error(created.because)
      return { daemon: created.value, started: created.value.start() }
    }
    const untouched = fakeL2()
    t.match(start(untouched, true).started, { ok: false })
    t.same(untouched.calls, [])
    const refused = start(fakeL2({ refuse: 'CAP_NET_RAW is missing' }), false)
    t.match(refused.started, { ok: false, because: 'CAP_NET_RAW is missing' })
    const again = start(fakeL2(), false)
    t.match(again.started, { ok: true }, 'the port is free again')
    again.daemon.stop()
  },
)

t.test('at a reload such a host keeps what runs, BGP and all', async (t) => {
  const l2 = fakeL2({ refuse: 'CAP_NET_RAW is missing; setcap …' })
  const { world, tor, write, service, daemon } = started(t, { yaml: withBgp.replace('l2: {}\n', ''), l2 })
  await world.settle()
  write(withBgp)
  await t.rejects(service.reload({}), { message: /CAP_NET_RAW is missing/ })
  t.equal(daemon.settings.l2, undefined)
  t.equal(service.peers()[0]?.sessionState, 'established')
  t.ok(tor)
})

t.test('a reload adds addresses and moves none that stays', async (t) => {
  const { l2, write, service } = started(t)
  write(alone.replace('192.0.2.11]', '192.0.2.12]'))
  const plan = await service.reload({})
  t.match(plan, { applied: true, resets: [] })
  t.same(l2.served, ['default: 192.0.2.10 192.0.2.11 192.0.2.12', 'voice: fd00::10'])
  t.same(
    l2.calls.filter((call) => call === 'hand-over' || call === 'stop' || call === 'start'),
    ['start'],
  )
})

t.test('a reload without l2 hands everything over, and one with it takes it up again', async (t) => {
  const { l2, write, service } = started(t, { yaml: withBgp })
  write(withBgp.replace('l2: {}\n', ''))
  await service.reload({})
  t.equal(l2.calls.at(-1), 'hand-over')
  t.equal(service.status().l2, undefined)
  write(withBgp)
  await service.reload({})
  t.equal(l2.calls.at(-1), 'configure')
  t.same(l2.calls.filter((call) => call === 'start').length, 1)
  t.same(l2.served, ['default: 192.0.2.10'])
})

t.test('addresses follow their health checks, and a group knows that its node is not fit', async (t) => {
  const world = memoryWorld()
  const l2 = fakeL2()
  let passes = true
  const node = testDaemon(world, '10.0.0.11', {
    yaml: `
l2: {}
announcements:
  - { name: web, loadBalancerIPs: [192.0.2.10] }
  - name: dns
    loadBalancerIPs: [192.0.2.53]
    healthCheck: { tcp: "192.0.2.53:53", rise: 1, fall: 1, interval: 1s }
`,
    directory: stateDirectory(t),
    host: {
      startL2: l2.start,
      probing: {
        start: (_, __, done) => {
          queueMicrotask(() => done({ passed: passes, text: passes ? 'connected' : 'refused' }))
          return () => undefined
        },
        exists: (_, tell) => tell(false),
      },
    },
  })
  t.teardown(() => node.daemon.stop())
  await world.pass(2)
  t.same(l2.served, ['default: 192.0.2.10 192.0.2.53'])
  passes = false
  await world.pass(2)
  t.same(l2.served, ['default: 192.0.2.10 (unfit)'])
  t.match(await node.service.l2(), [
    { address: '192.0.2.10', state: 'probing' },
    { address: '192.0.2.53', state: 'held-back', because: /health check fails: refused/ },
  ])
  passes = true
  await world.pass(2)
  t.same(l2.served, ['default: 192.0.2.10 192.0.2.53'])
})

t.test('a drain hands over, waits until that is done, and an undo takes the addresses back', async (t) => {
  const l2 = fakeL2({ handsOver: false })
  const { world, service, directory } = started(t, { l2 })
  t.match(service.drain({}), { service: 'draining', text: 'addresses on the LAN are left to other nodes' })
  await world.pass(60)
  t.equal(service.status().service, 'draining')
  l2.handedOver()
  await world.pass(1)
  t.equal(service.status().service, 'drained')
  t.match(await service.l2(), [
    { address: '192.0.2.10', state: 'out-of-service', because: 'this node is drained' },
    {},
    {},
  ])
  const again = started(t, { directory })
  t.same(again.l2.calls, ['start'], 'a drained node that starts claims nothing')
  again.service.drain({ undo: true })
  t.equal(again.l2.calls.at(-1), 'configure')
})

t.test('with routers to wait for, the drain tells of both', async (t) => {
  const { world, service, l2 } = started(t, { yaml: withBgp })
  await world.settle()
  t.match(service.drain({ waitSeconds: 5 }), {
    text: 'addresses on the LAN are left to other nodes; routes carry GRACEFUL_SHUTDOWN for 5s, then they are withdrawn and the sessions end',
  })
  t.equal(l2.calls.at(-1), 'hand-over')
  await world.pass(7)
  t.equal(service.status().service, 'drained')
})

t.test('a daemon that stops hands over first, but waits for nobody for long', async (t) => {
  const world = memoryWorld()
  for (const handsOver of [true, false]) {
    const l2: FakeL2 = fakeL2({ handsOver })
    const yaml = alone
    const host = { startL2: l2.start }
    const { daemon } = testDaemon(world, '10.0.0.11', { yaml, directory: stateDirectory(t), host })
    daemon.stop()
    const stopped = daemon.lan.stop()
    await world.pass(5)
    await stopped
    t.same(l2.calls.slice(-2), ['hand-over', 'stop'], `${handsOver}`)
  }
})

t.test('what happens on the LAN is in the log, followed, and counted', async (t) => {
  const { l2, service, events, log } = started(t)
  const mac = parseMac('b8:27:eb:00:00:09')
  const madeUp = parseMac('02:00:00:00:00:09')
  if (!mac.ok || !madeUp.ok) throw new Error('no MAC')
  const address = ip('192.0.2.10')
  const where = { address, interface: 'eth0' }
  l2.emit({ kind: 'ownership', ...where, from: 'probing', to: 'owner', because: 'nobody else advertises' })
  l2.emit({ kind: 'conflict', ...where, mac: mac.value, conflicts: 3, defended: true })
  l2.emit({ kind: 'conflict', ...where, mac: madeUp.value, conflicts: 4, defended: false })
  l2.emit({ kind: 'interface', interface: 'eth0', text: 'down' })
  l2.emit({ kind: 'warning', text: 'frames were lost' })
  const told = [
    ['l2-ownership', '192.0.2.10 on eth0: probing -> owner: nobody else advertises', 'info'],
    [
      'l2-conflict',
      'b8:27:eb:00:00:09 (vendor prefix b8:27:eb) claims 192.0.2.10 on eth0, which is announced again',
      'warn',
    ],
    ['l2-conflict', '02:00:00:00:00:09 (made up by software) claims 192.0.2.10 on eth0', 'warn'],
    ['l2-interface', 'eth0: down', 'info'],
    ['warning', 'frames were lost', 'warn'],
  ] as const
  t.same(
    events.map(({ kind, text }) => [kind, text]),
    told.map(([kind, text]) => [kind, text]),
  )
  const lines = log().filter(({ msg }) => String(msg).startsWith('l2-') || msg === 'warning')
  t.match(
    lines.map(({ msg, text, level }) => [msg, text, level]),
    told,
  )
  t.same(service.status().l2, {
    addresses: 3,
    owner: 1,
    backup: 0,
    probing: 0,
    contested: 0,
    nowhere: 2,
    heldBack: 0,
    outOfService: 0,
  })
})

t.test('herald l2 joins what is wanted with what the engine knows', async (t) => {
  const mac = parseMac('b8:27:eb:00:00:09')
  if (!mac.ok) throw new Error('no MAC')
  const at = '2026-01-01T00:00:00.000Z'
  const asker = { at, address: ip('192.0.2.7'), mac: mac.value }
  const l2 = fakeL2({
    report: {
      addresses: [
        {
          ...{
            address: ip('192.0.2.10'),
            group: 'default',
            interface: 'eth0',
            mac: mac.value,
            state: 'owner',
          },
          ...{ answered: 7, lastAsker: asker, conflicts: 1, lastConflict: { at, mac: mac.value } },
          lastFailover: { at, milliseconds: 61 },
        },
        {
          ...{ address: ip('fd00::10'), group: 'voice', state: 'backup', answered: 0, conflicts: 0 },
          owner: { address: ip('fe80::2'), priority: 150, advertises: true, probes: false },
        },
      ],
      interfaces: [],
    },
    askers: [
      {
        ...{ target: ip('192.0.2.10'), address: ip('192.0.2.7'), mac: mac.value, interface: 'eth0' },
        ...{ firstAt: at, lastAt: at, asked: 2 },
      },
    ],
  })
  const { service } = started(t, { l2 })
  t.same(await service.l2(), [
    {
      ...{ address: '192.0.2.10', announcement: 'web', source: 'file', group: 'default' },
      ...{ virtualRouterId: 51, state: 'owner', interface: 'eth0', mac: mac.value, requestsAnswered: 7 },
      ...{ lastAsker: asker, conflicts: 1, lastConflict: { at, mac: mac.value, vendor: 'b8:27:eb' } },
      lastFailover: { at, milliseconds: 61 },
    },
    {
      ...{ address: '192.0.2.11', announcement: 'web', source: 'file', group: 'default' },
      ...{ virtualRouterId: 51, state: 'probing', requestsAnswered: 0, conflicts: 0 },
    },
    {
      ...{ address: 'fd00::10', announcement: 'phone', source: 'file', group: 'voice', virtualRouterId: 52 },
      ...{
        state: 'backup',
        owner: { address: 'fe80::2', priority: 150, advertises: true, probes: false },
        requestsAnswered: 0,
        conflicts: 0,
      },
    },
  ])
  const asked = {
    ...{ address: '192.0.2.10', asker: '192.0.2.7', mac: mac.value, vendor: 'b8:27:eb' },
    ...{ interface: 'eth0', asked: 2, firstAt: at, lastAt: at },
  }
  t.same(await service.l2Askers(undefined), [asked])
  t.same(await service.l2Askers('192.0.2.11'), [])
  await t.rejects(service.l2Askers('192.0.2.99'), {
    message: '192.0.2.99 is no address that this node answers for; herald l2 lists 3',
  })
  await t.rejects(service.l2Askers('eth0'), { message: /is not an IPv4 or IPv6 address/ })
})

t.test('addresses announced at run time join the first group, and are there after a restart', async (t) => {
  const { l2, service, directory, daemon } = started(t)
  t.match(await service.announce({ prefixes: ['192.0.2.99', '192.0.2.10'] }), {
    changed: ['192.0.2.99/32'],
    unchanged: [{ prefix: '192.0.2.10/32', inFile: 'web' }],
  })
  const served = ['default: 192.0.2.10 192.0.2.11 192.0.2.99', 'voice: fd00::10']
  t.same(l2.served, served)
  daemon.stop()
  const again = started(t, { directory })
  t.same(again.l2.served, served)
  await again.service.withdraw({ prefixes: ['192.0.2.99'] })
  t.same(again.l2.served, ['default: 192.0.2.10 192.0.2.11', 'voice: fd00::10'])
})

t.test('--via says which way, and by default a single address goes all of them', async (t) => {
  const { world, tor, l2, service } = started(t, { yaml: withBgp })
  await world.settle()
  await service.announce({ prefixes: ['192.0.2.20'], via: ['l2'] })
  await service.announce({ prefixes: ['192.0.2.21'], via: ['bgp'] })
  await service.announce({ prefixes: ['192.0.2.22', '198.51.100.0/24'] })
  await world.settle()
  t.same(l2.served, ['default: 192.0.2.10 192.0.2.20 192.0.2.22'])
  for (const route of ['192.0.2.21/32', '192.0.2.22/32', '198.51.100.0/24'])
    t.ok(tor.call.routes.includes(route))
  t.notOk(tor.call.routes.includes('192.0.2.20/32'))
})

const refusals = [
  { request: { prefixes: ['198.51.100.0/24'] }, because: /needs bgp, which is not configured here/ },
  { request: { prefixes: ['198.51.100.0/24'], via: ['l2'] }, because: /l2 does not carry 198.51.100.0\/24/ },
  { request: { prefixes: ['198.51.100.1'], via: ['bgp'] }, because: /bgp is not configured; write bgp:/ },
  { request: { prefixes: ['198.51.100.1'], via: ['ospf'] }, because: /there are bgp and l2/ },
  {
    request: { prefixes: Array.from({ length: 254 }, (_, i) => `198.51.100.${i + 1}`) },
    because: /makes 256 IPv4 addresses in group default, and an advertisement carries 255/,
  },
  {
    request: { prefixes: Array.from({ length: 4096 }, (_, i) => `10.0.${i >> 8}.${i & 255}`) },
    because: /makes 4099 addresses via l2, and herald answers for up to 4096/,
  },
]
t.ok(refusals.length > 0)
for (const { request, because } of refusals) {
  t.test(`announcing ${request.prefixes[0]} with l2 alone is refused: ${because}`, async (t) => {
    const { service, l2 } = started(t)
    const refusal = await service.announce(request).then(
      () => [],
      (error: ApiError) => error.problems,
    )
    t.match(refusal, [because])
    t.same(l2.served, ['default: 192.0.2.10 192.0.2.11', 'voice: fd00::10'])
  })
}

t.test(
  'a reload that leaves no room for what was announced at run time says which address has none',
  async (t) => {
    const { service, write, l2 } = started(t)
    await service.announce({ prefixes: ['198.51.100.1'] })
    write(alone.replace('192.0.2.10-192.0.2.11', '203.0.113.0-203.0.113.254'))
    await service.reload({})
    t.equal(l2.settings?.groups[0]?.addresses.length, 255)
    const rows = await service.l2()
    t.match(
      rows.filter(({ address }) => address === '198.51.100.1'),
      [{ state: 'nowhere', because: /as many addresses as an advertisement carries/ }],
    )
  },
)

t.test('explain and doctor look at the LAN with what the kernel and the engine say', async (t) => {
  const l2 = fakeL2({
    report: {
      addresses: [
        { address: ip('192.0.2.10'), group: 'default', state: 'nowhere', answered: 0, conflicts: 0 },
      ],
      interfaces: [],
    },
  })
  const { service } = started(t, { l2 })
  const explained = await service.explain('192.0.2.10', undefined)
  t.match(explained, { holds: false, peers: [] })
  t.match(
    explained.gates.map(({ gate }) => gate),
    ['wanted', 'in-service'],
  )
  t.match(explained.lan, [
    { gate: 'via-l2', passed: true },
    { gate: 'subnet', passed: false },
  ])
  t.match(await service.explain('192.0.2.10', undefined), { holds: false })
  t.match(await service.doctor(undefined), {
    healthy: false,
    lan: [
      { cause: 'outside-subnets', text: /^192\.0\.2\.10, 192\.0\.2\.11: no interface/ },
      { cause: 'outside-subnets' },
    ],
  })
  service.drain({})
  t.match((await service.explain('192.0.2.10', undefined)).lan?.at(-1), {
    gate: 'owner',
    text: /this node is draining: its addresses are handed over/,
  })
  t.equal(
    (await service.doctor(undefined)).lan,
    undefined,
    'a node out of service has nothing to be wrong there',
  )
})

t.test('what goes by BGP and over the LAN is explained for both, and for a peer alone by BGP', async (t) => {
  const { world, service } = started(t, { yaml: withBgp })
  await world.settle()
  const both = await service.explain('192.0.2.10', undefined)
  t.match(both, { holds: false, peers: [{ peer: 'tor-1', holds: true }], lan: [{}, { passed: false }] })
  const bgp = await service.explain('192.0.2.10', 'tor-1')
  t.match(bgp, { holds: true })
  t.equal(bgp.lan, undefined)
})

t.test('what was owned a moment ago is not probed again by the next life', async (t) => {
  const first = started(t)
  const owns = (life: typeof first) =>
    life.l2.emit({
      ...{ kind: 'ownership', address: ip('192.0.2.10'), interface: 'eth0' },
      ...{ from: 'probing', to: 'owner', because: 'nobody else has it' },
    })
  t.same(first.l2.settings?.heldBefore, [])
  owns(first)
  await first.world.pass(1)
  const second = started(t, { directory: first.directory })
  t.same(second.l2.settings?.heldBefore, ['192.0.2.10'], 'after a crash')
  await second.world.pass(60)
  second.daemon.apply(second.daemon.settings)
  t.same(second.l2.settings?.heldBefore, [], 'for a moment only')
  owns(second)
  await second.daemon.lan.stop()
  const third = started(t, { directory: first.directory })
  t.same(third.l2.settings?.heldBefore, ['192.0.2.10'], 'after an orderly end')
})

t.test('what was given away for a moment, and nobody took, is not probed again', async (t) => {
  const { l2, daemon, world } = started(t)
  l2.emit({
    ...{ kind: 'ownership', address: ip('192.0.2.10'), interface: 'eth0' },
    ...{ from: 'probing', to: 'owner', because: 'nobody else has it' },
  })
  await daemon.lan.leave()
  await world.pass(30)
  daemon.lan.comeBack()
  t.same(l2.settings?.heldBefore, ['192.0.2.10'])
})
