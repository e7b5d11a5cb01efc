import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { GracefulRestartCapability } from '../../../bgp/capability.js'
import { Daemon } from '../../../src/daemon/daemon.js'
import { createLog } from '../../../src/log.js'
import type { Incoming, Transport } from '../../../src/transport/transport.js'
import { ip } from '../../support/address.js'
import { settingsOf } from '../../support/config.js'
import { type MemoryWorld, memoryWorld } from '../../support/memory-world.js'
import { type Script, type ScriptedCall, scriptedPeer } from '../../support/scripted-peer.js'
import { stateDirectory, testDaemon } from '../../support/test-daemon.js'

const helper: GracefulRestartCapability = {
  kind: 'graceful-restart',
  restarted: false,
  notification: true,
  restartTimeSeconds: 120,
  families: [],
}

function file({ peer = 'gracefulRestart: { enabled: true, restartTime: 120s }', bgp = '' } = {}): string {
  return `
node: worker-1
bgp:
  asn: 65001
  routerId: 10.0.0.11
  ${bgp}
  peers: [{ name: tor-1, address: 10.0.0.1, asn: 65000, ${peer} }]
announcements: [{ name: pods, podCIDRs: [10.244.1.0/24] }]
`
}

function started(t: Test, { yaml = file(), directory = stateDirectory(t), script = {} as Script } = {}) {
  const world = memoryWorld()
  const tor = scriptedPeer(world, '10.0.0.1', { capabilities: [helper], ...script })
  const node = testDaemon(world, '10.0.0.11', { yaml, directory })
  return { ...node, world, tor, directory, marker: join(directory, 'restart.json') }
}

/** R, and F of the first family, in the OPEN that the peer was sent; undefined where it offers none. */
function restartBits(call: ScriptedCall) {
  const [open] = call.messages
  if (open?.kind !== 'open') throw new Error('no OPEN')
  const offer = open.capabilities.find(({ kind }) => kind === 'graceful-restart')
  return offer?.kind === 'graceful-restart'
    ? { restarted: offer.restarted, forwarding: offer.families[0]?.forwardingPreserved }
    : undefined
}

/** F of the first family in RFC 9494's capability. */
function longLivedBit(call: ScriptedCall) {
  const [open] = call.messages
  if (open?.kind !== 'open') throw new Error('no OPEN')
  const offer = open.capabilities.find((each) => each.kind === 'long-lived-graceful-restart')
  return offer?.families[0]?.forwardingPreserved
}

const begins = { restarted: false, forwarding: false }
const restarts = { restarted: true, forwarding: true }

t.test('with graceful restart agreed a stop says nothing, and the next start is a restart', async (t) => {
  const { world, daemon, tor, marker, directory } = started(t)
  await world.settle()
  t.same(restartBits(tor.call), begins)
  t.ok(existsSync(marker))
  daemon.stop()
  await world.settle()
  t.same(tor.call.notifications, [])
  t.ok(tor.call.closed)
  t.equal(world.clock.pending, 0)
  await world.pass(30)
  testDaemon(world, '10.0.0.11', { yaml: file(), directory })
  await world.settle()
  t.same(restartBits(tor.call), restarts)
})

t.test('a crash is known as well, to ten seconds', async (t) => {
  const { world, tor, directory, daemon } = started(t)
  await world.pass(60)
  // Nothing more is heard of it: no stop, no FIN.
  world.network.pairs.at(-1)?.cut()
  t.ok(daemon)
  await world.pass(20)
  testDaemon(world, '10.0.0.11', { yaml: file(), directory })
  await world.settle()
  t.same(restartBits(tor.call), restarts)
})

const beginnings = [
  {
    name: 'without graceful restart on this side',
    yaml: file({ peer: '' }),
    script: {},
    bits: { restarted: false, forwarding: undefined },
  },
  {
    name: 'without graceful restart on the peer’s side',
    yaml: file(),
    script: { capabilities: [] },
    bits: begins,
  },
]
t.ok(beginnings.length > 0)
for (const { name, yaml, script, bits } of beginnings) {
  t.test(`${name} a stop says Cease, and the next start is a beginning`, async (t) => {
    const { world, daemon, tor, marker, directory } = started(t, { yaml, script })
    await world.settle()
    daemon.stop()
    await world.settle()
    t.match(tor.call.notifications, [{ code: 6, subcode: 2 }])
    t.notOk(existsSync(marker))
    testDaemon(world, '10.0.0.11', { yaml, directory })
    await world.settle()
    t.same(restartBits(tor.call), bits)
  })
}

t.test('after the restart time, or after a reboot, the next start is a beginning', async (t) => {
  const { world, daemon, tor, directory } = started(t)
  await world.settle()
  daemon.stop()
  await world.settle()
  const start = async (host: Parameters<typeof testDaemon>[2]['host'] = {}) => {
    const next = testDaemon(world, '10.0.0.11', { yaml: file(), directory, host })
    await world.settle()
    const bits = restartBits(tor.call)
    next.daemon.stop()
    await world.settle()
    return bits
  }
  await world.pass(119)
  t.same(await start(), restarts)
  await world.pass(121)
  t.same(await start(), begins)
  t.same(await start({ boot: { bootId: 'boot-2', uptimeSeconds: () => 30 } }), begins)
})

t.test('R and F are said as long as that peer was asked to wait, and no longer', async (t) => {
  const yaml = file({ peer: 'gracefulRestart: { enabled: true, restartTime: 30s }' })
  const { world, daemon, tor, directory } = started(t, { yaml })
  await world.settle()
  daemon.stop()
  await world.pass(10)
  testDaemon(world, '10.0.0.11', { yaml, directory })
  await world.settle()
  t.same(restartBits(tor.call), restarts)
  await world.pass(31)
  tor.call.connection.destroy()
  await world.pass(10)
  t.same(restartBits(tor.call), begins)
})

t.test('with a long-lived stale time R and F are said in that time too, in both capabilities', async (t) => {
  const yaml = file({
    peer: 'gracefulRestart: { enabled: true, restartTime: 0s, longLivedStaleTime: 1h }',
  })
  const script = { capabilities: [helper, { kind: 'long-lived-graceful-restart', families: [] } as const] }
  const { world, daemon, tor, directory } = started(t, { yaml, script })
  await world.settle()
  daemon.stop()
  await world.settle()
  t.same(tor.call.notifications, [], 'it keeps our routes, though the restart time is 0')
  await world.pass(3000)
  const later = testDaemon(world, '10.0.0.11', { yaml, directory })
  await world.settle()
  t.same(restartBits(tor.call), restarts)
  t.same(longLivedBit(tor.call), true)
  later.daemon.stop()
  await world.pass(3601)
  testDaemon(world, '10.0.0.11', { yaml, directory })
  await world.settle()
  t.same(restartBits(tor.call), begins)
  t.same(longLivedBit(tor.call), false)
})

t.test(
  'a restart time of 0 towards a peer without RFC 9494 keeps nothing, so a stop says Cease',
  async (t) => {
    const yaml = file({
      peer: 'gracefulRestart: { enabled: true, restartTime: 0s, longLivedStaleTime: 1h }',
    })
    const { world, daemon, tor, marker } = started(t, { yaml })
    await world.settle()
    daemon.stop()
    await world.settle()
    t.match(tor.call.notifications, [{ code: 6, subcode: 9 }])
    t.notOk(existsSync(marker))
  },
)

t.test('a restart that comes before the peer was back does not make it forget the one before', async (t) => {
  const { world, daemon, tor, directory } = started(t)
  await world.settle()
  daemon.stop()
  await world.settle()
  world.network.unplug(ip('10.0.0.1'))
  const short = testDaemon(world, '10.0.0.11', { yaml: file(), directory })
  await world.pass(3)
  short.daemon.stop()
  world.network.plug(ip('10.0.0.1'))
  testDaemon(world, '10.0.0.11', { yaml: file(), directory })
  await world.settle()
  t.same(restartBits(tor.call), restarts)
})

t.test('a drained node has said goodbye: its next start is a beginning', async (t) => {
  const { world, daemon, service, tor, directory, marker } = started(t)
  await world.settle()
  service.drain({ waitSeconds: 0 })
  await world.pass(2)
  daemon.stop()
  t.notOk(existsSync(marker))
  const next = testDaemon(world, '10.0.0.11', { yaml: file(), directory })
  t.equal(next.service.status().service, 'drained')
  next.service.drain({ undo: true })
  await world.pass(2)
  t.same(restartBits(tor.call), begins)
})

t.test('dynamic peers keep routes over a restart too', async (t) => {
  const world = memoryWorld()
  const directory = stateDirectory(t)
  const yaml =
    'bgp: { asn: 65001, routerId: 10.0.0.11, dynamicPeers: [{ prefix: 10.0.9.0/24, asn: external, gracefulRestart: { enabled: true } }] }'
  const call = async () => {
    const peer = scriptedPeer(world, '10.0.9.7', { listens: false, capabilities: [helper] })
    peer.dial('10.0.0.11')
    await world.settle()
    return peer.call
  }
  const first = testDaemon(world, '10.0.0.11', { yaml, directory })
  t.same(restartBits(await call()), begins)
  first.daemon.stop()
  await world.settle()
  testDaemon(world, '10.0.0.11', { yaml, directory })
  t.same(restartBits(await call()), restarts)
})

t.test('what counts at a stop is what the session agreed on, not what the file says by now', async (t) => {
  const { world, service, write, daemon, tor } = started(t)
  await world.settle()
  write(file({ peer: '' }))
  await service.reload({})
  daemon.stop()
  await world.settle()
  t.same(tor.call.notifications, [], 'the peer keeps our routes, as was agreed')
})

t.test('troubles with the state directory are in the log, once each, and herald runs', async (t) => {
  const directory = stateDirectory(t)
  mkdirSync(directory)
  writeFileSync(join(directory, 'restart.json'), 'half a fi')
  writeFileSync(join(directory, 'run-time.log'), '{}')
  const { world, log, tor } = started(t, { directory })
  mkdirSync(join(directory, 'restart.json.new'))
  await world.pass(60)
  const problems = log()
    .filter(({ msg }) => msg === 'state')
    .map(({ problem }) => problem)
  t.match(problems, [
    /run-time\.log: 1 change cannot be read/,
    /restart\.json cannot be used/,
    /cannot write .*restart\.json/,
  ])
  t.equal(problems.length, 3)
  t.same(tor.call.routes, ['10.244.1.0/24'])
})

t.test('no key is in the log, the events, the state or any report', async (t) => {
  const KEY = 'correct-horse'
  const { world, log, service, events, write } = started(t, {
    yaml: file({ peer: `password: ${KEY}` }),
    script: { key: KEY },
  })
  await world.settle()
  t.equal(service.peer('tor-1').sessionState, 'established')
  write(file({ peer: `password: ${KEY}-2` }))
  const reload = await service.reload({})
  t.match(reload.changes, [{ text: /password changed/ }])
  const told = [log(), events, reload, service.status(), service.peers(), service.peer('tor-1')]
  t.ok(told.every((each) => JSON.stringify(each).length > 2))
  t.notMatch(JSON.stringify(told), KEY)
  t.equal(service.peer('tor-1').password, true)
})

/** A host on which some endpoints cannot be bound. */
function unbindable(world: MemoryWorld): Transport {
  const { transport } = world.at('10.0.0.11')
  return {
    ...transport,
    listen: (options) => ({
      ...transport.listen({ ...options, endpoints: [] }),
      failures: options.endpoints.map((endpoint) => ({
        endpoint,
        text: `cannot listen on port ${endpoint.port}: it is taken`,
        because: 'it is taken',
      })),
    }),
  }
}

t.test('where the default endpoints cannot be bound, herald warns and connects', async (t) => {
  const world = memoryWorld()
  const tor = scriptedPeer(world, '10.0.0.1')
  const { log } = testDaemon(world, '10.0.0.11', {
    yaml: file(),
    directory: stateDirectory(t),
    host: { transport: unbindable(world) },
  })
  await world.settle()
  t.match(
    log().find(({ msg }) => String(msg).startsWith('not listening')),
    { level: 'warn', problem: 'cannot listen on 0.0.0.0:179 and [::]:179: it is taken' },
  )
  t.same(tor.call.routes, ['10.244.1.0/24'])
})

t.test('endpoints that the file names must be bound, or herald does not start', async (t) => {
  const world = memoryWorld()
  const tor = scriptedPeer(world, '10.0.0.1')
  const created = Daemon.create(
    settingsOf(file({ bgp: 'listen: ["10.0.0.11:179"]' })),
    { ...world.at('10.0.0.11'), transport: unbindable(world) },
    createLog('silent', { readable: false }),
  )
  t.match(created.ok && created.value.start(), {
    ok: false,
    because: 'cannot listen on 10.0.0.11:179: it is taken',
  })
  await world.settle()
  t.equal(tor.calls.length, 0)
  t.equal(world.clock.pending, 0)
})

t.test('without an IPv4 address to be its identifier, herald says what to write', async (t) => {
  const world = memoryWorld()
  const created = Daemon.create(
    settingsOf('bgp: { asn: 65001, peers: [{ address: 10.0.0.1, asn: 65000 }] }'),
    { ...world.at('10.0.0.11'), hostAddresses: () => [] },
    createLog('silent', { readable: false }),
  )
  t.match(created, { ok: false, because: /no IPv4 address .*; write one: routerId: 10\.0\.0\.11/ })
})

t.test('a session that comes up, and one that goes, is one line each', async (t) => {
  const { world, log, tor } = started(t)
  await world.settle()
  tor.call.send({ kind: 'notification', code: 6, subcode: 4, data: new Uint8Array(0) })
  await world.settle()
  const lines = log().filter(({ level }) => level !== 'debug')

  t.match(lines, [
    {
      msg: 'herald is up',
      level: 'info',
      node: 'worker-1',
      listening: ['0.0.0.0:179', '[::]:179'],
      peers: 1,
    },
    { msg: 'session up', level: 'info', peer: 'tor-1', from: 'open_confirm', state: 'established' },
    { msg: 'notification', level: 'warn', peer: 'tor-1', direction: 'received', code: 6, subcode: 4 },
    {
      msg: 'session down',
      level: 'warn',
      peer: 'tor-1',
      state: 'idle',
      because: /Cease\/Administrative Reset/,
    },
  ])
})

t.test('a router that does not come up is one line for each reason, however long it takes', async (t) => {
  const { world, log } = started(t, { script: { listens: false }, yaml: file({ peer: '' }) })
  const tor = world.network.host(ip('10.0.0.1'))
  const listen = (onIncoming: (incoming: Incoming) => void) =>
    tor.listen({ endpoints: [{ address: ip('10.0.0.1'), port: 179 }], onIncoming })
  const problems = () => log().flatMap(({ msg, problem }) => (msg === 'no session' ? [problem] : []))
  await world.pass(120)
  t.same(problems(), ['refused: 10.0.0.1:179'])

  const unknown = listen((incoming) => incoming.reject())
  await world.pass(120)
  t.match(problems().slice(1), [
    'the peer reset the connection before a session: it may not know this address as a neighbor, or has that neighbor shut down',
  ])

  unknown.close()
  const router = scriptedPeer(world, '10.0.0.1')
  await world.pass(120)
  t.equal(router.call.closed, undefined)
  t.equal(problems().length, 2)
})

t.test('a malformed UPDATE is a line with its octets, and an event without them', async (t) => {
  const { world, log, events, tor } = started(t)
  await world.settle()
  // ORIGIN with a value that does not exist; AS_PATH 65000; NEXT_HOP 10.0.0.1; 198.51.100.0/24.
  const update = Buffer.from(
    `${'ff'.repeat(16)}002f0200000014400101074002060201${'0000fde8'}4003040a000001`.concat('18c63364'),
    'hex',
  )
  tor.call.sendOctets(update)
  await world.settle()
  t.match(
    log().find(({ msg }) => msg === 'malformed update'),
    { level: 'warn', peer: 'tor-1', problem: /ORIGIN/, update: update.toString('hex'), updateOctets: 47 },
  )
  const event = events.find(({ text }) => text.startsWith('malformed UPDATE'))
  t.match(event, { kind: 'warning', peer: 'tor-1', text: /ORIGIN/ })
  t.notMatch(JSON.stringify(event), /ffffffff/)
})

t.test('a peer that sends nothing but malformed UPDATEs fills neither the log nor its record', async (t) => {
  const { world, log, tor, daemon } = started(t)
  await world.settle()
  // ORIGIN, AS_PATH and NEXT_HOP as they should be, MED of no octets 800 times, and 198.51.100.0/24.
  const attributes = `4001010040020602010000fde84003040a000001${'800400'.repeat(800)}`
  const body = `0000${(attributes.length / 2).toString(16).padStart(4, '0')}${attributes}18c63364`
  const length = (19 + body.length / 2).toString(16).padStart(4, '0')
  const update = Buffer.from(`${'ff'.repeat(16)}${length}02${body}`, 'hex')
  for (let i = 0; i < 500; i++) tor.call.sendOctets(update)
  await world.settle()
  const lines = log().filter(({ msg }) => msg === 'malformed update')
  t.equal(lines.length, 10)
  t.ok(JSON.stringify(lines).length < 20_000)
  t.equal(lines[0]?.update, update.toString('hex', 0, 512), 'its first 512 octets are quoted')
  t.match(lines[0], { updateOctets: update.length, problem: /more$/ })
  t.ok(String(lines[0]?.problem).length < 500)
  const { malformed } = daemon.speaker.find('tor-1')!.record
  t.equal(malformed.count, 500)
  t.ok(malformed.last!.length < 500)
  await world.pass(60)
  t.match(
    log().find(({ msg }) => msg === 'malformed update: further lines left out'),
    { level: 'warn', peer: 'tor-1', leftOut: 500 - lines.length, seconds: 60 },
  )
})

t.test('who follows is told everything from then on, until it stops following', async (t) => {
  const { world, daemon, events, service } = started(t)
  const seen: string[] = []
  const stop = service.follow(({ kind }) => seen.push(kind))
  await world.settle()
  stop()
  await service.announce({ prefixes: ['192.0.2.10'] })
  t.ok(seen.includes('peer-state'))
  t.notOk(seen.includes('announced'))
  t.match(events.at(-1), { kind: 'announced', at: '2026-01-01T00:00:00.000Z' })
  t.match(
    events.findLast(({ kind }) => kind === 'peer-state'),
    {
      peer: 'tor-1',
      text: /open_confirm -> established: /,
      details: { from: 'open_confirm', to: 'established' },
    },
  )
  t.ok(daemon)
})
