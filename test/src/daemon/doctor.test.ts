import t, { type Test } from 'tap'
import type { DoctorReport } from '../../../src/control/api/doctor.js'
import type { Kernel } from '../../../src/os/kernel.js'
import type { TcpSocket } from '../../../src/os/tcp-table.js'
import { ip } from '../../support/address.js'
import { type MemoryWorld, memoryWorld } from '../../support/memory-world.js'
import { noDrops, quietKernel } from '../../support/quiet-kernel.js'
import { scriptedPeer } from '../../support/scripted-peer.js'
import { stateDirectory, testDaemon } from '../../support/test-daemon.js'

const yaml = (...peers: readonly string[]) => `
node: worker-1
bgp:
  asn: 65001
  routerId: 10.0.0.11
  peers: [${peers.join(', ')}]
announcements:
  - { name: pods, podCIDRs: [10.244.1.0/24] }
`
const tor1 = '{ name: tor-1, address: 10.0.0.1, asn: 65000, connectRetryTime: 5s }'
const keyed = '{ name: tor-1, address: 10.0.0.1, asn: 65000, connectRetryTime: 5s, password: Sesame }'
const keyedToo = '{ name: tor-2, address: 10.0.0.2, asn: 65000, connectRetryTime: 5s, password: Sesame }'

async function running(t: Test, world: MemoryWorld, file: string, kernel: Partial<Kernel> = {}) {
  const host = { kernel: { ...quietKernel, ...kernel } }
  const node = testDaemon(world, '10.0.0.11', { yaml: file, directory: stateDirectory(t), host })
  await world.settle()
  return node
}

/** The report, and what it takes in time for it. */
async function ask(world: MemoryWorld, node: Awaited<ReturnType<typeof running>>): Promise<DoctorReport> {
  const report = node.service.doctor(undefined)
  await world.pass(3)
  return report
}

t.test('a SYN that nobody answers is a failed attempt, also when the next one ends it', async (t) => {
  const world = memoryWorld()
  world.network.unplug(ip('10.0.0.1'))
  const node = await running(t, world, yaml(tor1))
  await world.pass(12)
  const report = await ask(world, node)
  t.notOk(report.healthy)
  t.match(report.peers[0], {
    peer: 'tor-1',
    address: '10.0.0.1',
    sessionState: 'connect',
    nextAttemptSeconds: Number,
    diagnoses: [{ cause: 'filtered', certainty: 'possible' }],
  })
  t.match(node.service.peer('tor-1').lastError?.text, /no answer from 10\.0\.0\.1:179 within 5 s/)
})

t.test('a port that is closed is known at once', async (t) => {
  const world = memoryWorld()
  const node = await running(t, world, yaml(tor1))
  t.match((await ask(world, node)).peers[0]?.diagnoses, [{ cause: 'port-closed', certainty: 'certain' }])
  t.match(node.service.peer('tor-1').hints, [/^refused: 10\.0\.0\.1:179; here: .*; there: start BGP/])
})

t.test('what the kernel drops while attempts fail is attributed to them', async (t) => {
  const world = memoryWorld()
  world.network.unplug(ip('10.0.0.1'))
  let failure = 1000
  const node = await running(t, world, yaml(keyed), { drops: () => ({ ...noDrops, failure }) })
  await world.pass(12)
  t.not((await ask(world, node)).peers[0]?.diagnoses[0]?.cause, 'md5-differs', 'not what was before')
  failure += 3
  t.match((await ask(world, node)).peers[0]?.diagnoses, [{ cause: 'md5-differs', certainty: 'likely' }])
  t.match(node.service.peer('tor-1').hints[0], /^likely: this kernel has just dropped 3 TCP segments/)
})

t.test('what may be another peer’s is possible only', async (t) => {
  const world = memoryWorld()
  world.network.unplug(ip('10.0.0.1'))
  world.network.unplug(ip('10.0.0.2'))
  let failure = 0
  const node = await running(t, world, yaml(keyed, keyedToo), { drops: () => ({ ...noDrops, failure }) })
  await world.pass(6)
  failure = 3
  for (const { diagnoses } of (await ask(world, node)).peers) {
    t.match(diagnoses, [{ cause: 'md5-differs', certainty: 'possible' }])
  }
})

const own = process.pid
const owners = new Map([
  [7, { pid: own, name: 'node' }],
  [8, { pid: own + 1, name: 'bird' }],
])

function socket(change: Partial<TcpSocket>): TcpSocket {
  return {
    local: { address: ip('10.0.0.11'), port: 40_000 },
    remote: { address: ip('10.0.0.1'), port: 179 },
    state: 'established',
    inode: 8,
    retransmits: 0,
    ...change,
  }
}

const sockets: readonly { name: string; seen: readonly TcpSocket[]; first: string }[] = [
  { name: 'the session of another process', seen: [socket({})], first: 'collision' },
  {
    name: 'a session that the peer opened with another process',
    seen: [
      socket({
        local: { address: ip('10.0.0.11'), port: 179 },
        remote: { address: ip('10.0.0.1'), port: 50_000 },
      }),
    ],
    first: 'collision',
  },
  { name: 'our own connection', seen: [socket({ inode: 7 })], first: 'filtered' },
  { name: 'a connection that nobody has accepted yet', seen: [socket({ inode: 0 })], first: 'filtered' },
  {
    name: 'a session with somebody else',
    seen: [socket({ remote: { address: ip('10.0.0.2'), port: 179 } })],
    first: 'filtered',
  },
]

for (const { name, seen, first } of sockets) {
  t.test(`${name}: ${first}`, async (t) => {
    const world = memoryWorld()
    world.network.unplug(ip('10.0.0.1'))
    const kernel = { sockets: () => seen, owners: async () => owners }
    const node = await running(t, world, yaml(tor1), kernel)
    await world.pass(6)
    const diagnoses = (await ask(world, node)).peers[0]?.diagnoses ?? []
    t.equal(diagnoses.find(({ certainty }) => certainty === 'certain')?.cause ?? diagnoses[0]?.cause, first)
  })
}

t.test('a peer that is up is well, and the one that is asked for alone is told', async (t) => {
  const world = memoryWorld()
  const tor = scriptedPeer(world, '10.0.0.1')
  const node = await running(t, world, yaml(tor1, '{ name: tor-2, address: 10.0.0.2, asn: 65000 }'))
  await world.settle()
  t.ok(tor)
  const report = node.service.doctor('tor-1')
  await world.pass(3)
  t.match(await report, { healthy: true, node: [], peers: [{ peer: 'tor-1', healthy: true }] })
  t.equal((await report).peers.length, 1)
  t.equal((await ask(world, node)).healthy, false, 'tor-2 is not')
})

t.test('a stopped daemon leaves no timer behind for it', async (t) => {
  const world = memoryWorld()
  const node = await running(t, world, yaml())
  node.daemon.stop()
  await world.pass(60)
  t.equal(world.clock.pending, 0)
})
