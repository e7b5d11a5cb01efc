import t, { type Test } from 'tap'
import { ApiError } from '../../../src/control/api/answer.js'
import type { ReloadRequest } from '../../../src/control/api/reload.js'
import type { HostAddress } from '../../../src/os/interfaces.js'
import { ip } from '../../support/address.js'
import { memoryWorld } from '../../support/memory-world.js'
import { scriptedPeer } from '../../support/scripted-peer.js'
import { stateDirectory, type TestDaemon, testDaemon } from '../../support/test-daemon.js'

function file({
  peer = '',
  bgp = 'routerId: 10.0.0.11',
  pods = '10.244.1.0/24',
  level = 'info',
} = {}): string {
  return `
bgp:
  asn: 65001
  ${bgp}
  peers: [{ name: tor-1, address: 10.0.0.1, asn: 65000, ${peer} }]
announcements: [{ name: pods, podCIDRs: [${pods}] }]
log: { level: ${level} }
`
}

const soft = file({ pods: '10.244.2.0/24' })
const resetting = file({ peer: 'families: [ipv4/unicast]' })

async function running(t: Test, yaml = file(), addresses?: () => readonly HostAddress[]) {
  const world = memoryWorld()
  const tor = scriptedPeer(world, '10.0.0.1')
  const node = testDaemon(world, '10.0.0.11', {
    yaml,
    directory: stateDirectory(t),
    ...(addresses && { host: { hostAddresses: addresses } }),
  })
  await world.settle()
  const lastLine = () => node.log().at(-1)
  return { ...node, node, world, tor, lastLine }
}

async function refused({ service }: TestDaemon, request: ReloadRequest): Promise<ApiError> {
  try {
    await service.reload(request)
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
  throw new Error('it was not refused')
}

t.test('an unchanged file changes nothing and sends nothing', async (t) => {
  const { world, service, tor } = await running(t)
  const before = tor.call.octets.received
  t.same(await service.reload({}), { applied: true, changes: [], resets: [] })
  await world.settle()
  t.equal(tor.call.octets.received, before)
  t.match(service.status().lastReload, {
    at: '2026-01-01T00:00:00.000Z',
    applied: true,
    summary: 'nothing changed',
  })
})

t.test('what changes is told, done, logged, and shown to whoever follows', async (t) => {
  const { world, service, tor, events, node } = await running(t)
  t.match(await service.reload({}), { applied: true })
  node.write(soft)
  const plan = await service.reload({})
  t.match(plan, {
    applied: true,
    changes: [
      { what: 'announcement', effect: 'soft', text: /announcement pods: prefixes 1 -> 1 \(\+1, -1\)/ },
    ],
    resets: [],
  })
  await world.settle()
  t.same(tor.call.routes, ['10.244.2.0/24'])
  t.match(events.at(-1), { kind: 'reload', text: '1 change applied' })
  t.match(
    node.log().findLast(({ msg }) => msg === 'reload'),
    { text: '1 change applied', changes: [plan.changes[0]?.text], resets: [], level: 'info' },
  )
})

t.test('a peer and an announcement renamed together with what names them send nothing', async (t) => {
  const named = (peer: string, announcement: string) => `
bgp:
  asn: 65001
  routerId: 10.0.0.11
  peers: [{ name: ${peer}, address: 10.0.0.1, asn: 65000, advertise: [${announcement}] }]
announcements: [{ name: ${announcement}, peers: [${peer}], podCIDRs: [10.244.1.0/24] }]
`
  const { world, service, tor, node } = await running(t, named('tor-1', 'pods'))
  t.same(tor.call.routes, ['10.244.1.0/24'])
  const before = tor.call.octets.received
  node.write(named('tor-one', 'cidrs'))
  t.match(await service.reload({ refuseReset: true }), { applied: true, resets: [] })
  await world.settle()
  t.equal(tor.call.octets.received, before)
  t.equal(service.peer('tor-one').sessionState, 'established')
})

t.test('a dry run tells the same and does nothing', async (t) => {
  const { world, service, tor, node } = await running(t)
  node.write(resetting)
  const before = tor.call.octets.received
  t.match(await service.reload({ dryRun: true }), { applied: false, resets: ['tor-1'] })
  await world.settle()
  t.equal(tor.call.octets.received, before)
  t.equal(service.status().lastReload, undefined)
  t.match(await service.reload({}), { applied: true, resets: ['tor-1'] })
  await world.pass(3)
  t.equal(tor.calls.length, 2)
})

t.test('refuseReset applies nothing when a session would reset, and names it', async (t) => {
  const { world, service, tor, node, lastLine } = await running(t)
  node.write(resetting)
  const error = await refused(node, { refuseReset: true })
  t.match(error, {
    status: 409,
    message: 'nothing was applied, the running configuration stays: these sessions would reset: tor-1',
    problems: [/families/],
  })
  await world.settle()
  t.equal(tor.call.closed, undefined)
  t.match(service.status().lastReload, { applied: false, summary: 'these sessions would reset: tor-1' })
  t.match(lastLine(), { msg: 'reload', level: 'error', text: 'refused: these sessions would reset: tor-1' })
  node.write(soft)
  t.match(await service.reload({ refuseReset: true }), { applied: true }, 'others are applied')
})

t.test('a maxPrefixes below what is received already counts as a reset, before it happens', async (t) => {
  const { world, service, tor, node } = await running(t)
  tor.call.announce('198.51.100.0/24', '203.0.113.0/24')
  await world.settle()
  node.write(file({ peer: 'maxPrefixes: 1' }))
  t.match(await service.reload({ dryRun: true }), { applied: false, resets: ['tor-1'] })
  t.match(await refused(node, { refuseReset: true }), { message: /would reset: tor-1/ })
  await world.settle()
  t.equal(tor.call.closed, undefined)
  node.write(file({ peer: 'maxPrefixes: 2' }))
  t.match(await service.reload({ refuseReset: true }), { applied: true, resets: [] })
})

t.test('an invalid file is refused with every problem, also in the log; what runs stays', async (t) => {
  const { world, service, tor, node, lastLine } = await running(t)
  node.write(file({ peer: 'holdTime: 1s, prot: 179' }))
  const before = tor.call.octets.received
  const error = await refused(node, {})
  t.equal(error.status, 409)
  t.match(error.problems, [/bgp\.peers\[0\]\.holdTime: /, /bgp\.peers\[0\]\.prot: unknown key/])
  t.match(lastLine(), { level: 'error', text: 'refused: the file is invalid', problems: error.problems })
  await world.settle()
  t.equal(tor.call.octets.received, before)
  t.match(service.status().lastReload, { applied: false, summary: 'the file is invalid' })
})

t.test('a reload that is confirmed in time stays', async (t) => {
  const { world, service, tor, node } = await running(t)
  node.write(soft)
  await world.pass(5)
  t.match(await service.reload({ confirmWithinSeconds: 120 }), {
    applied: true,
    confirmBefore: '2026-01-01T00:02:05.000Z',
  })
  await world.pass(119)
  t.same(await service.reload({ confirm: true }), { applied: true, changes: [], resets: [] })
  await world.pass(600)
  t.same(tor.call.routes, ['10.244.2.0/24'])
  t.match(service.status().lastReload, { applied: true, summary: 'confirmed' })
  const error = await refused(node, { confirm: true })
  t.match(error, { status: 409, message: 'no reload waits to be confirmed' })
})

t.test('a reload that nobody confirms is taken back, and the log says what that changed', async (t) => {
  const { world, service, tor, node, events } = await running(t)
  node.write(soft)
  await service.reload({ confirmWithinSeconds: 120 })
  await world.pass(119)
  t.same(tor.call.routes, ['10.244.2.0/24'])
  await world.pass(2)
  t.same(tor.call.routes, ['10.244.1.0/24'])
  t.match(service.status().lastReload, {
    applied: true,
    summary: 'rolled back: nobody confirmed within 120s',
  })
  t.match(events.at(-1), { kind: 'reload', text: /rolled back/ })
  t.match(
    node.log().findLast(({ msg }) => msg === 'reload'),
    { changes: [/prefixes/], resets: [] },
  )
})

t.test('several reloads in one such time are taken back together', async (t) => {
  const { world, service, tor, node } = await running(t)
  node.write(soft)
  await service.reload({ confirmWithinSeconds: 60 })
  await world.pass(30)
  node.write(file({ pods: '10.244.3.0/24' }))
  await service.reload({ confirmWithinSeconds: 60 })
  await world.pass(59)
  t.same(tor.call.routes, ['10.244.3.0/24'])
  await world.pass(2)
  t.same(tor.call.routes, ['10.244.1.0/24'])
})

t.test(
  'a reload without a time confirms those before it; one that is refused or only planned does not',
  async (t) => {
    const { world, service, tor, node } = await running(t)
    node.write(soft)
    await service.reload({ confirmWithinSeconds: 60 })
    await service.reload({ dryRun: true })
    node.write('nonsense')
    await refused(node, {})
    await world.pass(61)
    t.same(tor.call.routes, ['10.244.1.0/24'])
    node.write(soft)
    await service.reload({ confirmWithinSeconds: 60 })
    await service.reload({})
    await world.pass(61)
    t.same(tor.call.routes, ['10.244.2.0/24'])
  },
)

t.test('a daemon that stops rolls nothing back any more', async (t) => {
  const { world, service, tor, node } = await running(t)
  node.write(resetting)
  await service.reload({ confirmWithinSeconds: 60 })
  await world.pass(5)
  node.reloader.stop()
  node.daemon.stop()
  const calls = tor.calls.length
  await world.pass(300)
  t.equal(tor.calls.length, calls)
  t.equal(world.clock.pending, 0, 'and leaves no timer behind')
})

/** A host that has these addresses by now. */
function host(...addresses: readonly string[]): HostAddress[] {
  return addresses.map((address) => ({
    interface: 'eth0',
    address: ip(address),
    length: 24,
    transient: false,
  }))
}

t.test('a BGP identifier that was chosen stays when the host gets another address first', async (t) => {
  let addresses = host('10.0.0.11')
  const { world, service, tor, daemon } = await running(t, file({ bgp: '' }), () => addresses)
  t.equal(service.status().bgp?.routerId, '10.0.0.11')
  addresses = host('10.0.0.5', '10.0.0.11')
  t.same(await service.reload({}), { applied: true, changes: [], resets: [] })
  await world.settle()
  t.equal(service.status().bgp?.routerId, '10.0.0.11')
  t.equal(tor.call.closed, undefined)
  addresses = []
  await service.reload({})
  t.ok(daemon.speaker.find('tor-1')?.session, 'nor when it has none')
})

t.test(
  'a BGP identifier that is written as it was chosen is no change, and another one resets',
  async (t) => {
    const { service, node } = await running(t, file({ bgp: '' }), () => host('10.0.0.11'))
    node.write(file())
    t.same(await service.reload({ dryRun: true }), { applied: false, changes: [], resets: [] })
    node.write(file({ bgp: 'routerId: 10.0.0.12' }))
    t.match(await service.reload({ dryRun: true }), {
      changes: [{ effect: 'reset', text: /routerId 10\.0\.0\.11 -> 10\.0\.0\.12/ }],
      resets: ['tor-1'],
    })
    await service.reload({})
    node.write(file({ bgp: '' }))
    t.match(await service.reload({ dryRun: true }), { resets: ['tor-1'] }, 'and so does going back')
  },
)

t.test('where nothing changes, nothing waits to be confirmed', async (t) => {
  const { world, service, node } = await running(t)
  t.same(await service.reload({ confirmWithinSeconds: 60 }), { applied: true, changes: [], resets: [] })
  t.match(await refused(node, { confirm: true }), { message: 'no reload waits to be confirmed' })
  await world.pass(61)
  t.match(service.status().lastReload, { summary: 'nothing changed' })
})

t.test('what waits to be confirmed is in the status until then', async (t) => {
  const { world, service, node } = await running(t)
  node.write(soft)
  const { confirmBefore } = await service.reload({ confirmWithinSeconds: 60 })
  t.equal(service.status().lastReload?.confirmBefore, confirmBefore)
  t.ok(confirmBefore)
  await world.pass(61)
  t.equal(service.status().lastReload?.confirmBefore, undefined)
})

t.test('what takes a restart is not told as applied', async (t) => {
  const { service, node } = await running(t)
  node.write(file({ bgp: 'routerId: 10.0.0.11\n  listen: []' }))
  t.match(await service.reload({}), { changes: [{ effect: 'restart' }], resets: [] })
  t.match(service.status().lastReload, { summary: '1 waits for a restart of herald' })
})

t.test(
  'what was announced at run time for a peer follows when it is renamed, and is told when it goes',
  async (t) => {
    const { world, service, tor, node, daemon } = await running(t)
    await service.announce({ prefixes: ['192.0.2.10'], peers: ['tor-1'] })
    await world.settle()
    const before = tor.call.octets.received
    node.write(file().replace('tor-1', 'tor-one'))
    t.match(await service.reload({}), { resets: [], changes: [{ text: /tor-one/ }] })
    await world.settle()
    t.same(tor.call.routes, ['10.244.1.0/24', '192.0.2.10/32'])
    t.equal(tor.call.octets.received, before, 'the router hears nothing of it')
    t.match(daemon.runTime.routesOfPeers, [{ peers: ['tor-one'] }])
    node.write(file().replace('peers: [', 'peers: [] #'))
    t.match(await service.reload({ dryRun: true }), {
      changes: [
        { effect: 'reset', text: /tor-one: removed/ },
        {
          effect: 'none',
          text: /192\.0\.2\.10\/32 was announced at run time for tor-one alone.*herald withdraw/,
        },
      ],
    })
  },
)

t.test('what this host cannot do is refused in words, and what runs stays', async (t) => {
  let addresses = host('10.0.0.11')
  const { world, service, tor, node, lastLine } = await running(t, file(), () => addresses)
  addresses = []
  node.write(file({ bgp: '' }))
  const error = await refused(node, {})
  t.match(error, {
    status: 409,
    message: /running configuration stays: bgp\.routerId: this host has no IPv4/,
  })
  t.match(lastLine(), { level: 'error', text: /refused: bgp\.routerId/ })
  await world.settle()
  t.equal(tor.call.closed, undefined)
  t.match(service.status().lastReload, { applied: false })
})

t.test('a roll-back that this host refuses is told, and is not the end of the daemon', async (t) => {
  let addresses = host('10.0.0.11')
  const { world, service, node } = await running(t, file({ bgp: '' }), () => addresses)
  node.write(file({ bgp: 'routerId: 10.0.0.12' }))
  await service.reload({ confirmWithinSeconds: 60 })
  addresses = []
  await world.pass(61)
  t.match(service.status().lastReload, {
    applied: false,
    summary: /nobody confirmed within 60s, and it cannot be rolled back: bgp\.routerId/,
  })
})

t.test('the level of the log follows the file', async (t) => {
  const { service, node } = await running(t)
  node.write(file({ level: 'warn' }))
  await service.reload({})
  t.equal(service.status().logLevel, 'warn')
  const before = node.log().length
  await service.announce({ prefixes: ['192.0.2.10'] })
  t.equal(node.log().length, before)
})
