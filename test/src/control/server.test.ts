import t from 'tap'
import { ApiError, type ApiProblem } from '../../../src/control/api/answer.js'
import { MAX_BODY_OCTETS } from '../../../src/control/request-body.js'
import { MAX_ROUTE_LIMIT, routes } from '../../../src/control/routes.js'
import { DEFAULT_ROUTE_LIMIT } from '../../../src/control/service.js'
import {
  advertised,
  available,
  explanation,
  health,
  healthy,
  l2,
  l2Askers,
  peerDetail,
  peers,
  received,
  status,
} from './reports.js'
import { gate, serving } from './serving.js'

interface Asked {
  readonly ask: readonly [method: string, path: string, body?: unknown]
  /** The row of the table of routes that this exercises. */
  readonly route: string
  readonly call: readonly unknown[]
  readonly answer: unknown
}

const request = { prefixes: ['192.0.2.1/32'] }
const changed = { changed: ['192.0.2.1/32'], unchanged: [] }
const everything = {
  ...request,
  via: ['bgp'],
  communities: ['65001:100'],
  localPreference: 200,
  med: 10,
  peers: ['tor-1'],
  ephemeral: true,
}

const asked: readonly Asked[] = [
  { route: 'GET /v1/status', ask: ['GET', '/v1/status'], call: ['status'], answer: status },
  { route: 'GET /v1/peers', ask: ['GET', '/v1/peers'], call: ['peers'], answer: peers },
  {
    route: 'GET /v1/peers/{name}',
    ask: ['GET', '/v1/peers/tor-1'],
    call: ['peer', 'tor-1'],
    answer: peerDetail,
  },
  {
    route: 'GET /v1/peers/{name}',
    ask: ['GET', '/v1/peers/tor%2D1'],
    call: ['peer', 'tor-1'],
    answer: peerDetail,
  },
  {
    route: 'GET /v1/routes/available',
    ask: ['GET', '/v1/routes/available?limit=1'],
    call: ['routesAvailable', 1],
    answer: { routes: available.slice(0, 1), total: 2 },
  },
  {
    route: 'GET /v1/routes/advertised',
    ask: ['GET', '/v1/routes/advertised'],
    call: ['routesAdvertised', undefined, DEFAULT_ROUTE_LIMIT],
    answer: { routes: advertised, total: 2 },
  },
  {
    route: 'GET /v1/routes/advertised',
    ask: ['GET', `/v1/routes/advertised?peer=2001:db8::1&limit=${MAX_ROUTE_LIMIT}`],
    call: ['routesAdvertised', '2001:db8::1', MAX_ROUTE_LIMIT],
    answer: { routes: advertised, total: 2 },
  },
  {
    route: 'GET /v1/routes/received',
    ask: ['GET', '/v1/routes/received?peer=tor-1'],
    call: ['routesReceived', 'tor-1', DEFAULT_ROUTE_LIMIT],
    answer: { routes: received, total: 2 },
  },
  {
    route: 'GET /v1/doctor',
    ask: ['GET', '/v1/doctor?peer=tor-1'],
    call: ['doctor', 'tor-1'],
    answer: healthy,
  },
  {
    route: 'GET /v1/explain',
    ask: ['GET', '/v1/explain?prefix=10.244.1.0/24&peer=tor-1'],
    call: ['explain', '10.244.1.0/24', 'tor-1'],
    answer: explanation,
  },
  { route: 'GET /v1/l2', ask: ['GET', '/v1/l2'], call: ['l2'], answer: l2 },
  {
    route: 'GET /v1/l2/askers',
    ask: ['GET', '/v1/l2/askers?address=192.168.1.240'],
    call: ['l2Askers', '192.168.1.240'],
    answer: l2Askers,
  },
  { route: 'GET /v1/health', ask: ['GET', '/v1/health'], call: ['health'], answer: health },
  {
    route: 'POST /v1/announce',
    ask: ['POST', '/v1/announce', everything],
    call: ['announce', everything],
    answer: changed,
  },
  {
    route: 'POST /v1/withdraw',
    ask: ['POST', '/v1/withdraw', request],
    call: ['withdraw', request],
    answer: changed,
  },
  {
    route: 'POST /v1/announce/lines',
    ask: [
      'POST',
      '/v1/announce/lines?terms=%7B%22med%22:10%7D',
      '192.0.2.1\n# mine\r\n2001:db8::/48\n192.0.2.1',
    ],
    call: ['announceLines', { med: 10 }, ['192.0.2.1/32', '2001:db8::/48']],
    answer: { changed: 2, unchanged: 0 },
  },
  {
    route: 'POST /v1/announce/lines',
    ask: ['POST', '/v1/announce/lines', '192.0.2.1'],
    call: ['announceLines', {}, ['192.0.2.1/32']],
    answer: { changed: 1, unchanged: 0 },
  },
  {
    route: 'POST /v1/withdraw/lines',
    ask: ['POST', '/v1/withdraw/lines', '127.0.0.1/32\n'],
    call: ['withdrawLines', ['127.0.0.1/32']],
    answer: { changed: 1, unchanged: 0 },
  },
  {
    route: 'POST /v1/reload',
    ask: ['POST', '/v1/reload'],
    call: ['reload', {}],
    answer: { applied: true, changes: [], resets: [] },
  },
  {
    route: 'POST /v1/reload',
    ask: ['POST', '/v1/reload', { dryRun: true, refuseReset: true, confirmWithinSeconds: 120 }],
    call: ['reload', { dryRun: true, refuseReset: true, confirmWithinSeconds: 120 }],
    answer: { applied: false, changes: [], resets: [] },
  },
  {
    route: 'POST /v1/drain',
    ask: ['POST', '/v1/drain', { waitSeconds: 30 }],
    call: ['drain', { waitSeconds: 30 }],
    answer: { service: 'drained', text: 'as you say' },
  },
  {
    route: 'POST /v1/decommission',
    ask: ['POST', '/v1/decommission'],
    call: ['decommission'],
    answer: { service: 'decommissioned', text: 'as you say', forgotten: 1, notTold: ['tor-2'] },
  },
  {
    route: 'POST /v1/peers/{name}/reset',
    ask: ['POST', '/v1/peers/tor-1/reset', { soft: true }],
    call: ['reset', 'tor-1', { soft: true }],
    answer: { peer: 'tor-1', text: 'the session is dropped' },
  },
]

t.test('every route of the table is asked here, or is the event stream with tests of its own', async (t) => {
  const tested = new Set(asked.map(({ route }) => route))
  t.same(
    routes.map(({ method, path }) => `${method} ${path}`).filter((route) => !tested.has(route)),
    ['GET /v1/events'],
  )
})

for (const { ask, call, answer } of asked) {
  t.test(
    `${ask[0]} ${ask[1]} ${ask[2] === undefined ? '' : 'with a body '}reaches the service`,
    async (t) => {
      const { service, ...server } = await serving(t)
      const { status, body, headers } = await server.ask(...ask)
      t.equal(status, 200)
      t.same(body, answer)
      t.same(service.calls, [call])
      t.equal(headers['content-type'], 'application/json')
    },
  )
}

interface Refused {
  readonly name: string
  readonly ask: readonly [method: string, path: string, body?: unknown]
  readonly status: number
  readonly error: RegExp
}

const refusals: readonly Refused[] = [
  {
    name: 'an unknown path',
    ask: ['GET', '/v1/peer'],
    status: 404,
    error: /no such path: \/v1\/peer; there are .*\/v1\/peers/,
  },
  { name: 'a peer without a name', ask: ['GET', '/v1/peers/'], status: 404, error: /no such path/ },
  {
    name: 'an unknown peer',
    ask: ['GET', '/v1/peers/tor-9'],
    status: 404,
    error: /no peer 'tor-9'; there are tor-1/,
  },
  {
    name: 'a wrong method',
    ask: ['DELETE', '/v1/announce'],
    status: 405,
    error: /\/v1\/announce takes POST, not DELETE/,
  },
  { name: 'a broken escape', ask: ['GET', '/v1/peers/%zz'], status: 400, error: /write a % as %25/ },
  {
    name: 'an unknown parameter',
    ask: ['GET', '/v1/routes/available?peer=x'],
    status: 400,
    error: /takes limit/,
  },
  { name: 'a parameter where none is', ask: ['GET', '/v1/status?x'], status: 400, error: /takes none/ },
  {
    name: 'an empty peer',
    ask: ['GET', '/v1/routes/received?peer='],
    status: 400,
    error: /leave the parameter out/,
  },
  {
    name: 'a limit that is none',
    ask: ['GET', '/v1/routes/received?limit=all'],
    status: 400,
    error: /from 1 to 100000/,
  },
  {
    name: 'a limit of zero',
    ask: ['GET', '/v1/routes/received?limit=0'],
    status: 400,
    error: /from 1 to 100000/,
  },
  {
    name: 'a limit too high',
    ask: ['GET', '/v1/routes/received?limit=100001'],
    status: 400,
    error: /from 1 to 100000/,
  },
  {
    name: 'a body that is not JSON',
    ask: ['POST', '/v1/announce', '{"prefixes":'],
    status: 400,
    error: /not JSON.*send an object/,
  },
  {
    name: 'a body that is no object',
    ask: ['POST', '/v1/announce', '[]'],
    status: 400,
    error: /the body: .*expected object/,
  },
  {
    name: 'an absent body where one is needed',
    ask: ['POST', '/v1/announce'],
    status: 400,
    error: /prefixes: .*expected array/,
  },
  {
    name: 'no prefixes',
    ask: ['POST', '/v1/withdraw', { prefixes: [] }],
    status: 400,
    error: /prefixes: too small/,
  },
  {
    name: 'a prefix that is no text',
    ask: ['POST', '/v1/withdraw', { prefixes: [1] }],
    status: 400,
    error: /prefixes\.0: .*expected string/,
  },
  {
    name: 'a misspelt key',
    ask: ['POST', '/v1/announce', { prefixes: ['192.0.2.1/32'], comunities: ['no-export'] }],
    status: 400,
    error: /comunities: unknown key; did you mean 'communities'\?/,
  },
  {
    name: 'an unknown key',
    ask: ['POST', '/v1/reload', { whatever: 1 }],
    status: 400,
    error: /known are dryRun, refuseReset/,
  },
  {
    name: 'a negative MED',
    ask: ['POST', '/v1/announce', { prefixes: ['192.0.2.1/32'], med: -1 }],
    status: 400,
    error: /med: /,
  },
  {
    name: 'a wait of no time',
    ask: ['POST', '/v1/reload', { confirmWithinSeconds: 0 }],
    status: 400,
    error: /confirmWithinSeconds: /,
  },
  {
    name: 'a body too long',
    ask: ['POST', '/v1/announce', ' '.repeat(MAX_BODY_OCTETS + 1)],
    status: 413,
    error: /send less at once/,
  },
]

t.ok(refusals.length > 0, 'there are refusals to test')
for (const { name, ask, status, error } of refusals) {
  t.test(`${name} is refused with ${status} and the remedy`, async (t) => {
    const server = await serving(t)
    const answer = await server.ask(...ask)
    t.equal(answer.status, status)
    t.match((answer.body as ApiProblem).error, error)
    t.notMatch((answer.body as ApiProblem).error, /\n/)
    t.same(server.errors, [], 'a refusal is no fault of the daemon')
  })
}

t.test('a wrong method is answered with the right one in Allow (RFC 9110 §15.5.6)', async (t) => {
  const { ask } = await serving(t)
  t.equal((await ask('POST', '/v1/status')).headers.allow, 'GET')
})

t.test('everything wrong with a body is told at once', async (t) => {
  const { ask } = await serving(t)
  const { body } = await ask('POST', '/v1/announce', { prefixes: [], med: 'x', nexthop: 'self' })
  t.match(body, { problems: [/^prefixes: /, /^med: /, /^nexthop: unknown key/] })
})

t.test('what the service refuses keeps its status and its list', async (t) => {
  const { ask, errors } = await serving(t, {
    reload: async () => {
      throw new ApiError(409, 'the file has 2 mistakes', ['herald.yaml:1:1: a', 'herald.yaml:2:1: b'])
    },
  })
  const { status, body } = await ask('POST', '/v1/reload')
  t.equal(status, 409)
  t.same(body, { error: 'the file has 2 mistakes', problems: ['herald.yaml:1:1: a', 'herald.yaml:2:1: b'] })
  t.same(errors, [])
})

t.test('what the service throws without meaning to is a 500 that the daemon hears of', async (t) => {
  const { ask, errors } = await serving(t, {
    status: () => {
      throw new TypeError('undefined is not a function')
    },
  })
  const { status, body } = await ask('GET', '/v1/status')
  t.equal(status, 500)
  t.match(body, { error: /a bug.*undefined is not a function/ })
  t.same(errors, ['GET /v1/status: undefined is not a function'])
  t.equal((await ask('GET', '/v1/peers')).status, 200, 'and the next request is answered')
})

t.test('a hundred requests at once are all answered', async (t) => {
  const { ask, service } = await serving(t)
  const answers = await Promise.all(Array.from({ length: 100 }, () => ask('POST', '/v1/withdraw', request)))
  t.ok(answers.every(({ status }) => status === 200))
  t.equal(service.calls.length, 100)
})

t.test('a request in hand is answered before the server closes', async (t) => {
  const answerNow = gate()
  const arrived = gate()
  const { ask, server } = await serving(t, {
    reload: async () => {
      arrived.open()
      await answerNow.opened
      return { applied: true, changes: [], resets: [] }
    },
  })
  const answer = ask('POST', '/v1/reload')
  await arrived.opened
  const closed = server.close()
  answerNow.open()
  t.equal((await answer).status, 200)
  await closed
})

t.test('wrong lines are numbered, up to a limit, and nothing is done', async (t) => {
  const { ask, service } = await serving(t)
  const { status, body } = await ask('POST', '/v1/announce/lines', `192.0.2.1\n${'x\n'.repeat(50)}`)
  t.equal(status, 400)
  const { error, problems } = body as { error: string; problems: readonly string[] }
  t.equal(error, 'nothing was announced')
  t.equal(problems[0], "line 2: 'x' is not an IPv4 or IPv6 address")
  t.equal(problems.at(-1), 'and 30 more')
  t.equal(problems.length, 21)
  t.same(service.calls, [])
})

t.test('terms that are no JSON, or of the wrong shape, are refused', async (t) => {
  const { ask, service } = await serving(t)
  t.match(await ask('POST', '/v1/announce/lines?terms=med', '192.0.2.1'), {
    status: 400,
    body: { error: /terms are not JSON/ },
  })
  t.match(await ask('POST', '/v1/announce/lines?terms=%7B%22metric%22:1%7D', '192.0.2.1'), {
    status: 400,
    body: { error: /metric: unknown key/ },
  })
  t.match(await ask('POST', '/v1/withdraw/lines?terms=%7B%7D', '192.0.2.1'), { status: 400 })
  t.same(service.calls, [])
})
