import t, { type Test } from 'tap'
import { ApiError } from '../../../src/control/api/answer.js'
import { memoryWorld } from '../../support/memory-world.js'
import { scriptedPeer } from '../../support/scripted-peer.js'
import { stateDirectory, testDaemon } from '../../support/test-daemon.js'

const yaml = `
node: worker-1
bgp:
  asn: 65001
  routerId: 10.0.0.11
  peers:
    - { name: tor-1, address: 10.0.0.1, asn: external, keepaliveTime: 20s }
    - { name: tor-2, address: "fd00::2", asn: 65002, families: [ipv6/unicast] }
  dynamicPeers: [{ prefix: 10.0.9.0/24, asn: external }]
announcements:
  - { name: pods, podCIDRs: [10.244.1.0/24, "fd00:10:244:1::/64"], med: 10, asPathPrepend: 1, communities: [no-export] }
`

async function running(t: Test) {
  const world = memoryWorld()
  const tor = scriptedPeer(world, '10.0.0.1', { capabilities: [{ kind: 'route-refresh' }] })
  const node = testDaemon(world, '10.0.0.11', { yaml, directory: stateDirectory(t) })
  await world.settle()
  return { ...node, world, tor }
}

/** The ApiError of what was asked. @throws when there is none */
async function refusal(ask: () => unknown): Promise<ApiError> {
  try {
    await ask()
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
  throw new Error('it was not refused')
}

t.test('status is this node on one screen', async (t) => {
  const { world, service } = await running(t)
  await world.pass(61)
  t.same(service.status(), {
    node: 'worker-1',
    version: '0.0.0',
    pid: process.pid,
    startedAt: '2026-01-01T00:00:00.000Z',
    uptimeSeconds: 61,
    configFile: '/etc/herald/herald.yaml',
    logLevel: 'info',
    bgp: {
      asn: 65001,
      routerId: '10.0.0.11',
      listening: ['0.0.0.0:179', '[::]:179'],
      peersConfigured: 2,
      peersEstablished: 1,
      dynamicPeers: 0,
    },
    service: 'in-service',
    announcements: { configured: 1, runTime: 0, prefixes: 2 },
  })
})

t.test('established dynamic peers are counted as dynamic, not among the configured', async (t) => {
  const { world, service } = await running(t)
  scriptedPeer(world, '10.0.9.7', { listens: false }).dial('10.0.0.11')
  await world.settle()
  t.match(service.status().bgp, { peersConfigured: 2, peersEstablished: 1, dynamicPeers: 1 })
})

t.test('peers are reported in the order of the file, then dynamic ones', async (t) => {
  const { world, service } = await running(t)
  scriptedPeer(world, '10.0.9.7', { listens: false }).dial('10.0.0.11')
  await world.pass(192)
  const [tor1, tor2, dynamic] = service.peers()
  t.match(tor1, {
    node: 'worker-1',
    name: 'tor-1',
    address: '10.0.0.1',
    port: 179,
    dynamic: false,
    localAs: 65001,
    peerAs: 65000,
    sessionState: 'established',
    uptimeSeconds: 192,
    families: [
      { family: 'ipv4/unicast', received: 0, advertised: 1 },
      { family: 'ipv6/unicast', received: 0, advertised: 1 },
    ],
  })
  t.equal(tor1?.lastError, undefined)
  t.match(tor2, { name: 'tor-2', peerAs: 65002, sessionState: 'active', uptimeSeconds: 0 })
  t.match(tor2?.lastError, { origin: 'local', text: /refused/ })
  t.match(dynamic, { name: '10.0.9.7', dynamic: true, sessionState: 'established' })
})

t.test('everything that is known of one peer', async (t) => {
  const { world, service, tor } = await running(t)
  tor.call.announce('198.51.100.0/24')
  await world.pass(20)
  const detail = service.peer('tor-1')
  t.match(detail, {
    localAddress: '10.0.0.11',
    remotePort: 179,
    peerIdentifier: '10.0.0.1',
    passive: false,
    password: false,
    ttl: 1,
    timers: {
      holdTimeConfigured: 90,
      keepaliveTimeConfigured: 20,
      connectRetryTime: 5,
      holdTimeNegotiated: 90,
      keepaliveTimeNegotiated: 20,
    },
    messages: { sent: { open: 1, update: 4 }, received: { open: 1, update: 1 } },
    flaps: 0,
    malformed: { count: 0 },
    hints: [],
  })
  t.ok(detail.capabilities.offered.length > detail.capabilities.received.length)
  t.equal(detail.history.length, 4)
  t.match(detail.families, [{ received: 1 }])
  const history = detail.history.length
  tor.call.connection.destroy()
  await world.settle()
  t.equal(detail.history.length, history, 'a report is of its moment')
  t.equal(service.peer('tor-1').flaps, 1)
  t.equal(service.peer('tor-1').localAddress, undefined)
})

t.test('a peer is found by its name or its address, however that is spelled', async (t) => {
  const { service } = await running(t)
  for (const name of ['tor-2', 'fd00::2', 'FD00:0:0::2']) t.equal(service.peer(name).name, 'tor-2', name)
})

const unknown = [
  { name: 'tor1', says: "no peer 'tor1'; did you mean tor-1?" },
  { name: 'spine', says: "no peer 'spine'; there are tor-1, tor-2" },
]
t.ok(unknown.length > 0)
for (const { name, says } of unknown) {
  t.test(`a peer that is not there is 404 with what is, for every question: ${name}`, async (t) => {
    const { service } = await running(t)
    for (const ask of [
      () => service.peer(name),
      () => service.routesAdvertised(name, 10),
      () => service.routesReceived(name, 10),
      () => service.reset(name, {}),
    ]) {
      t.match(await refusal(ask), { status: 404, message: says })
    }
  })
}

t.test('available routes are what this node wants, advertised ones what each peer was sent', async (t) => {
  const { service } = await running(t)
  t.same(await service.routesAvailable(10), {
    total: 2,
    routes: [
      {
        prefix: '10.244.1.0/24',
        family: 'ipv4/unicast',
        announcement: 'pods',
        source: 'file',
        communities: ['no-export'],
        med: 10,
        asPathPrepend: 1,
      },
      {
        prefix: 'fd00:10:244:1::/64',
        family: 'ipv6/unicast',
        announcement: 'pods',
        source: 'file',
        communities: ['no-export'],
        med: 10,
        asPathPrepend: 1,
      },
    ],
  })
  const sent = {
    peer: 'tor-1',
    origin: 'igp',
    asPath: [65001, 65001],
    med: 10,
    communities: ['no-export'],
  }
  t.same(await service.routesAdvertised(undefined, 10), {
    total: 2,
    routes: [
      { ...sent, prefix: '10.244.1.0/24', family: 'ipv4/unicast', nextHop: '10.0.0.11' },
      { ...sent, prefix: 'fd00:10:244:1::/64', family: 'ipv6/unicast', nextHop: 'fd00::11' },
    ],
  })
  t.same(await service.routesAdvertised('tor-2', 10), { total: 0, routes: [] })
})

t.test('a list is cut where it is asked to be, and says how long it is', async (t) => {
  const { world, service, tor } = await running(t)
  tor.call.announce('198.51.100.0/24', '203.0.113.0/24')
  await world.settle()
  for (const list of [
    await service.routesAvailable(1),
    await service.routesAdvertised('tor-1', 1),
    await service.routesReceived('tor-1', 1),
  ]) {
    t.equal(list.routes.length, 1)
    t.equal(list.total, 2)
  }
})

t.test('a reset ends the session with Cease/Administrative Reset, and it comes back', async (t) => {
  const { world, service, tor } = await running(t)
  const [first] = tor.calls
  t.match(service.reset('tor-1', {}), { peer: 'tor-1', text: /Cease\/Administrative Reset/ })
  await world.pass(2)
  t.match(first?.notifications, [{ code: 6, subcode: 4 }])
  t.equal(service.peer('tor-1').sessionState, 'established')
  t.match(service.peer('tor-1').lastError, { origin: 'sent', text: /reset by the operator/ })
})

t.test('a reset of a peer without a session does not claim one, and tries at once', async (t) => {
  const { world, service, daemon } = await running(t)
  t.match(service.reset('tor-2', {}), { text: /no session to reset/ })
  daemon.drain.request({ waitSeconds: 0 })
  await world.pass(20)
  t.match(await refusal(() => service.reset('tor-1', {})), {
    status: 409,
    message: /tor-1 has no session to reset, and is held down: .*drained/,
  })
})

t.test('what both sides say with a capability stands side by side', async (t) => {
  const world = memoryWorld()
  scriptedPeer(world, '10.0.0.1', {
    capabilities: [
      {
        kind: 'graceful-restart',
        restarted: false,
        notification: false,
        restartTimeSeconds: 0,
        families: [],
      },
      { kind: 'fqdn', hostname: 'tor-1', domain: '' },
    ],
  })
  const { service } = testDaemon(world, '10.0.0.11', {
    yaml: `
node: worker-1
bgp:
  asn: 65001
  routerId: 10.0.0.11
  peers: [{ name: tor-1, address: 10.0.0.1, asn: 65000, gracefulRestart: { enabled: true } }]
`,
    directory: stateDirectory(t),
  })
  await world.settle()
  const compared = service.peer('tor-1').capabilities.compared
  const called = (name: string) => compared.filter((each) => each.name === name)
  t.match(called('graceful restart'), [{ offered: /^120 s, /, received: 'as helper only' }])
  t.same(called('hostname'), [{ name: 'hostname', offered: 'worker-1', received: 'tor-1' }])
  t.match(called('enhanced route refresh'), [{ offered: 'yes', received: undefined }])
})

t.test('a soft reset sends every route again and leaves the session alone', async (t) => {
  const { world, service, tor } = await running(t)
  const before = tor.call.updates.length
  t.match(service.reset('10.0.0.1', { soft: true }), { peer: 'tor-1', text: /sent again/ })
  await world.settle()
  t.equal(tor.call.updates.length - before, 2)
  t.equal(tor.calls.length, 1)
  t.match(await refusal(() => service.reset('tor-2', { soft: true })), {
    status: 409,
    message: 'tor-2 is not established; there is nothing to send again',
  })
})

t.test('explain takes an address for its host route, and refuses what is none', async (t) => {
  const { service } = await running(t)
  t.match(await service.explain('10.244.1.0/24', 'tor-1'), { holds: true })
  t.match(await service.explain('10.244.1.7', undefined), { holds: false })
  await t.rejects(service.explain('10.244.1.0/33', undefined), { message: /has the length '33'/ })
})

t.test('a drained node has no session, says so, and is back when that is undone', async (t) => {
  const { world, service, tor, events } = await running(t)
  t.match(service.drain({ waitSeconds: 5 }), { service: 'draining', withdrawsAt: '2026-01-01T00:00:05.000Z' })
  t.equal(service.status().service, 'draining')
  await world.pass(6)
  t.equal(service.status().service, 'drained')
  t.same(tor.call.routes, [])
  t.match(tor.call.notifications, [{ code: 6, subcode: 2 }])
  t.match(service.peer('tor-1'), {
    sessionState: 'idle',
    heldDown: 'administrative shutdown: drained by its operator',
  })
  t.ok(events.filter(({ kind }) => kind === 'drain').length >= 3)
  service.drain({ undo: true })
  await world.pass(2)
  t.equal(tor.call.routes.length, 2)
  t.equal(service.peer('tor-1').heldDown, undefined)
})
