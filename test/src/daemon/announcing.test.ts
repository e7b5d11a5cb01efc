import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { prefixSet } from '../../../net/prefix-set.js'
import type { AnnounceRequest } from '../../../src/control/api/announce.js'
import { ApiError } from '../../../src/control/api/answer.js'
import { range } from '../../support/address.js'
import { memoryWorld } from '../../support/memory-world.js'
import { scriptedPeer } from '../../support/scripted-peer.js'
import { stateDirectory, testDaemon } from '../../support/test-daemon.js'

function file({ tor1 = '', tor2 = '', announcements = '' } = {}): string {
  return `
bgp:
  asn: 65001
  routerId: 10.0.0.11
  peers:
    - { name: tor-1, address: 10.0.0.1, asn: 65000, ${tor1} }
    - { name: tor-2, address: 10.0.0.2, asn: 65002, ${tor2} }
announcements:
  - { name: pods, podCIDRs: [10.244.1.0/24] }
  ${announcements}
`
}

async function running(t: Test, yaml = file()) {
  const world = memoryWorld()
  const tor1 = scriptedPeer(world, '10.0.0.1')
  const tor2 = scriptedPeer(world, '10.0.0.2', { asn: 65002 })
  const directory = stateDirectory(t)
  const node = testDaemon(world, '10.0.0.11', { yaml, directory })
  await world.settle()
  const { service } = node
  return { ...node, world, directory, tor1, tor2, service }
}

/** The ApiError of what was asked. @throws when there is none */
async function refusal(asked: Promise<unknown>): Promise<ApiError> {
  try {
    await asked
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
  throw new Error('it was not refused')
}

t.test('an announced prefix reaches every peer in one UPDATE, and nothing else is sent', async (t) => {
  const { world, service, tor1, tor2, events } = await running(t)
  const before = [tor1.call.messages.length, tor2.call.messages.length]
  t.same(await service.announce({ prefixes: ['192.0.2.10'] }), { changed: ['192.0.2.10/32'], unchanged: [] })
  await world.settle()
  t.ok(tor1.call.routes.includes('192.0.2.10/32'))
  t.same(
    [tor1.call.messages.length, tor2.call.messages.length],
    before.map((count) => count + 1),
  )
  t.match(events.at(-1), { kind: 'announced', text: '192.0.2.10/32' })
  t.match((await service.routesAvailable(10)).routes.at(-1), { prefix: '192.0.2.10/32', source: 'run-time' })
  t.equal(service.status().announcements.runTime, 1)

  t.same(await service.withdraw({ prefixes: ['192.0.2.10/32'] }), {
    changed: ['192.0.2.10/32'],
    unchanged: [],
  })
  await world.settle()
  t.notOk(tor1.call.routes.includes('192.0.2.10/32'))
  t.same(
    [tor1.call.messages.length, tor2.call.messages.length],
    before.map((count) => count + 2),
  )
  t.match(events.at(-1), { kind: 'withdrawn', text: '192.0.2.10/32' })
})

t.test('withdrawing one of several with other terms sends nothing about the others', async (t) => {
  const { world, service, tor1 } = await running(t)
  await service.announce({ prefixes: ['192.0.2.1'], med: 1 })
  await service.announce({ prefixes: ['192.0.2.2'], med: 2 })
  await service.announce({ prefixes: ['192.0.2.3'], med: 3 })
  await world.settle()
  const before = tor1.call.updates.length
  await service.withdraw({ prefixes: ['192.0.2.1'] })
  await world.settle()
  const [update, ...more] = tor1.call.updates.slice(before)
  t.same(update?.withdrawn, ['192.0.2.1/32'])
  t.same(update?.nlri, [])
  t.same(more, [])
})

t.test('attributes go along; a community that is given twice goes out once', async (t) => {
  const { world, service, tor1 } = await running(t)
  await service.announce({
    prefixes: ['192.0.2.10'],
    communities: ['65001:100', 'no-export', '65001:100'],
    med: 7,
  })
  await world.settle()
  const attributes = tor1.call.updates.findLast(({ nlri }) => nlri.length > 0)?.attributes ?? []
  const communities = attributes.find(({ kind }) => kind === 'communities')
  t.equal(communities?.kind === 'communities' && communities.communities.length, 2)
  t.match(
    attributes.find(({ kind }) => kind === 'multi-exit-disc'),
    { med: 7 },
  )
})

t.test('for named peers alone, by name or by address', async (t) => {
  const { world, service, tor1, tor2 } = await running(t)
  await service.announce({ prefixes: ['192.0.2.10'], peers: ['10.0.0.2'] })
  await world.settle()
  t.notOk(tor1.call.routes.includes('192.0.2.10/32'))
  t.ok(tor2.call.routes.includes('192.0.2.10/32'))
  t.match((await service.routesAvailable(10)).routes.at(-1), { peers: ['tor-2'] })
})

t.test('announcing the same again is unchanged, and sends nothing', async (t) => {
  const { world, service, tor1 } = await running(t)
  await service.announce({ prefixes: ['192.0.2.10'] })
  await world.settle()
  const before = tor1.call.octets.received
  t.same(await service.announce({ prefixes: ['192.0.2.10/32'] }), {
    changed: [],
    unchanged: [{ prefix: '192.0.2.10/32', because: 'announced so already' }],
  })
  await world.settle()
  t.equal(tor1.call.octets.received, before)
})

t.test('what the file announces already stays as the file has it', async (t) => {
  const { world, service, tor1 } = await running(t)
  const before = tor1.call.octets.received
  t.same(await service.announce({ prefixes: ['10.244.1.0/24', '192.0.2.10'], med: 5 }), {
    changed: ['192.0.2.10/32'],
    unchanged: [
      {
        prefix: '10.244.1.0/24',
        because: "'pods' of the file announces it already, and the file counts first",
        inFile: 'pods',
      },
    ],
  })
  await world.settle()
  t.ok(tor1.call.octets.received > before)
  t.equal(service.status().announcements.runTime, 1)
  t.same(await service.withdraw({ prefixes: ['10.244.1.0/24'] }), {
    changed: [],
    unchanged: [
      {
        prefix: '10.244.1.0/24',
        because: "'pods' of the file announces it: take it out there, then herald reload",
        inFile: 'pods',
      },
    ],
  })
})

const reaches = [
  {
    name: 'the file announces it to one peer, and it is asked for all',
    yaml: file({ announcements: '- { name: lb, peers: [tor-1], loadBalancerIPs: [192.0.2.10] }' }),
    request: {},
    changes: true,
  },
  {
    name: 'the file announces it to one peer, and it is asked for that one',
    yaml: file({ announcements: '- { name: lb, peers: [tor-1], loadBalancerIPs: [192.0.2.10] }' }),
    request: { peers: ['tor-1'] },
    changes: false,
  },
  {
    name: 'one peer takes what is announced at run time alone',
    yaml: file({
      tor2: 'advertise: [run-time]',
      announcements: '- { name: lb, loadBalancerIPs: [192.0.2.10] }',
    }),
    request: {},
    changes: true,
  },
  {
    name: 'the only peer that does not have it from the file takes nothing from run time',
    yaml: file({ tor2: 'advertise: [pods]', announcements: '- { name: lb, loadBalancerIPs: [192.0.2.10] }' }),
    request: {},
    changes: false,
  },
] satisfies readonly { name: string; yaml: string; request: Partial<AnnounceRequest>; changes: boolean }[]
t.ok(reaches.length > 0)
for (const { name, yaml, request, changes } of reaches) {
  t.test(`where ${name}, it is ${changes ? 'announced besides' : 'unchanged'}`, async (t) => {
    const { world, service, tor2 } = await running(t, yaml)
    const { changed } = await service.announce({ prefixes: ['192.0.2.10'], ...request })
    await world.settle()
    t.equal(changed.length === 1, changes)
    if (changes) t.ok(tor2.call.routes.includes('192.0.2.10/32'))
  })
}

t.test('what a health check holds back is not announced by the file', async (t) => {
  // Checks in this world never get an answer.
  const checked = '- { name: lb, loadBalancerIPs: [192.0.2.10], healthCheck: { tcp: "192.0.2.10:443" } }'
  const { world, service, tor1 } = await running(t, file({ announcements: checked }))
  t.notOk(tor1.call.routes.includes('192.0.2.10/32'))
  t.match(await service.announce({ prefixes: ['192.0.2.10'] }), { changed: ['192.0.2.10/32'] })
  await world.settle()
  t.ok(tor1.call.routes.includes('192.0.2.10/32'))
})

t.test('a peer with an advertise list hears of run-time announcements only if it names them', async (t) => {
  const { world, service, tor1, tor2 } = await running(
    t,
    file({ tor1: 'advertise: [pods]', tor2: 'advertise: [pods, run-time]' }),
  )
  await service.announce({ prefixes: ['192.0.2.10'] })
  await world.settle()
  t.same(tor1.call.routes, ['10.244.1.0/24'])
  t.same(tor2.call.routes, ['10.244.1.0/24', '192.0.2.10/32'])
})

const refusals: readonly {
  name: string
  request: AnnounceRequest
  problems: readonly (string | RegExp)[]
}[] = [
  { name: 'not a prefix', request: { prefixes: ['192.0.2.300'] }, problems: [/192\.0\.2\.300/] },
  {
    name: 'bits behind the length',
    request: { prefixes: ['192.0.2.10/24'] },
    problems: [/192\.0\.2\.0\/24/],
  },
  { name: 'a default route', request: { prefixes: ['::/0'] }, problems: [/never announces one/] },
  { name: 'loopback space', request: { prefixes: ['127.0.0.1'] }, problems: [/loopback/] },
  {
    name: 'not a community',
    request: { prefixes: ['192.0.2.10'], communities: ['no-exprot'] },
    problems: [/'no-exprot' is not a community/],
  },
  {
    name: 'a peer that is not there',
    request: { prefixes: ['192.0.2.10'], peers: ['tor-3'] },
    problems: ["no peer 'tor-3' is configured"],
  },
  {
    name: 'a peer whose advertise list leaves it out',
    request: { prefixes: ['192.0.2.10'], peers: ['tor-2'] },
    problems: ['tor-2 never hears of it, its advertise leaves run-time out; add it there'],
  },
  {
    name: 'a way that is not configured',
    request: { prefixes: ['192.0.2.10'], via: ['bgp', 'l2'] },
    problems: ['l2 is not configured; write l2: {} in the file'],
  },
  {
    name: 'a way that is none',
    request: { prefixes: ['192.0.2.10'], via: ['ospf'] },
    problems: ["'ospf' is no way to announce; there are bgp and l2"],
  },
  {
    name: 'several mistakes at once',
    request: { prefixes: ['x', '192.0.2.10', '0.0.0.0/0'], communities: ['y'], peers: ['z'] },
    problems: [/y/, /z/, /x/, /0\.0\.0\.0\/0/],
  },
]
t.ok(refusals.length > 0)
for (const { name, request, problems } of refusals) {
  t.test(`announcing with ${name} is refused as a whole, with every reason`, async (t) => {
    const { service } = await running(t, file({ tor2: 'advertise: [pods]' }))
    const error = await refusal(service.announce(request))
    t.equal(error.status, 400)
    t.equal(error.message, 'nothing was announced')
    t.equal(error.problems.length, problems.length)
    t.match(error.problems, problems)
    t.equal(service.status().announcements.runTime, 0)
  })
}

t.test('withdrawing what is no prefix is refused as a whole', async (t) => {
  const { service } = await running(t)
  await service.announce({ prefixes: ['192.0.2.10'] })
  const error = await refusal(service.withdraw({ prefixes: ['192.0.2.10', 'x', 'y/24'] }))
  t.match(error, { status: 400, message: 'nothing was withdrawn' })
  t.equal(error.problems.length, 2)
  t.equal(service.status().announcements.runTime, 1)
})

t.test('what cannot be written down is not announced, and the error says what to do', async (t) => {
  const { world, service, tor1, directory } = await running(t)
  const before = tor1.call.octets.received
  mkdirSync(join(directory, 'run-time.log'), { recursive: true })
  const error = await refusal(service.announce({ prefixes: ['192.0.2.10'] }))
  t.match(error, { status: 500, message: /control\.stateDirectory must be writable/ })
  await world.settle()
  t.equal(tor1.call.octets.received, before)
  t.match(await service.announce({ prefixes: ['192.0.2.10'], ephemeral: true }), {
    changed: ['192.0.2.10/32'],
  })
})

t.test('run-time announcements outlive a reload and a restart, ephemeral ones a reload alone', async (t) => {
  const { world, service, write, tor1, directory, daemon } = await running(t)
  await service.announce({ prefixes: ['192.0.2.10'] })
  await service.announce({ prefixes: ['192.0.2.11'], ephemeral: true })
  write(file({ announcements: '- { name: more, loadBalancerIPs: [192.0.2.50] }' }))
  await service.reload({})
  await world.settle()
  t.same(tor1.call.routes, ['10.244.1.0/24', '192.0.2.10/32', '192.0.2.11/32', '192.0.2.50/32'])
  daemon.stop()
  await world.pass(5)
  testDaemon(world, '10.0.0.11', { yaml: file(), directory })
  await world.settle()
  t.same(tor1.call.routes, ['10.244.1.0/24', '192.0.2.10/32'])
})

t.test(
  'lines of prefixes are announced with their terms; what the file serves everyone with is not',
  async (t) => {
    const { world, service, tor1, events } = await running(t)
    const many = prefixSet([range('192.0.2.0/32', 20_000), range('10.244.1.0/24')])
    const announced = service.announceLines({ med: 5 }, many)
    await world.settle()
    t.same(await announced, { changed: 20_000, unchanged: 1 })
    await world.settle()
    t.equal(tor1.call.routes.length, 20_001)
    t.match(events.at(-1), { kind: 'announced', text: '20000 prefixes' })
    const withdrawn = service.withdrawLines(prefixSet([range('192.0.2.0/32', 1000), range('203.0.113.0/24')]))
    await world.settle()
    t.same(await withdrawn, { changed: 1000, unchanged: 1 })
    await world.settle()
    t.equal(tor1.call.routes.length, 19_001)
    t.match(await refusal(service.announceLines({ peers: ['nobody'] }, many)), { status: 400 })
  },
)
