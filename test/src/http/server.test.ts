import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import type { MonitorEvent } from '../../../src/control/api/monitor.js'
import { readinessOf } from '../../../src/http/readiness.js'
import { serveWeb } from '../../../src/http/server.js'
import type { WebSource } from '../../../src/http/source.js'
import { openServiceSocket } from '../../../src/os/tcp-socket.js'
import { ip } from '../../support/address.js'
import { facts, lan, peer, status } from '../../support/web-facts.js'
import { freePort } from '../library/pair.js'

async function served(t: Test, changed: Partial<WebSource> = {}) {
  const port = await freePort()
  const listeners = new Set<(event: MonitorEvent) => void>()
  const source: WebSource = {
    facts: async () => facts(),
    l2: async () => [],
    l2Askers: async () => [],
    follow: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    ...changed,
  }
  const errors: unknown[] = []
  const descriptor = openServiceSocket({ address: ip('127.0.0.1'), port })
  const server = serveWeb(descriptor, source, (error) => errors.push(error))
  t.teardown(() => server.close())
  const at = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init)
  return { port, at, listeners, errors }
}

t.test('what is read is answered, and nothing else is', async (t) => {
  const { at } = await served(t)
  for (const [path, type, body] of [
    ['/metrics', /^text\/plain; version=0\.0\.4/, /^herald_prefixes 7$/m],
    ['/healthz', /^text\/plain/, /^alive$/m],
    ['/readyz', /^text\/plain/, /^ready: 1 of 1 peers established$/m],
    ['/state', /^application\/json/, /"name":"tor-1"/],
    ['/?x=1', /^text\/html/, /<title>herald<\/title>/],
  ] as const) {
    const answer = await at(path)
    t.equal(answer.status, 200, path)
    t.match(answer.headers.get('content-type'), type)
    t.equal(answer.headers.get('x-content-type-options'), 'nosniff')
    t.equal(answer.headers.get('cache-control'), 'no-store')
    t.match(await answer.text(), body)
    const head = await at(path, { method: 'HEAD' })
    t.same([head.status, await head.text()], [200, ''])
  }
  t.equal((await at('/v1/status')).status, 404, 'the API of the socket is not here')
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const answer = await at('/', { method })
    t.equal(answer.status, 405, method)
    t.equal(answer.headers.get('allow'), 'GET, HEAD')
  }
})

t.test('the page has everything in it, and its policy lets nothing else in', async (t) => {
  const { at } = await served(t)
  const answer = await at('/')
  const page = await answer.text()
  t.ok(page.length < 60_000, `${page.length} octets`)
  t.notMatch(page, /(src|href)="(https?:)?\/\//, 'no address of another host')
  t.notMatch(page, /innerHTML|document\.write|insertAdjacentHTML|\beval\b/)
  t.match(answer.headers.get('content-security-policy'), /default-src 'none'.*connect-src 'self'/)
})

t.test('the page is not told what only the host has to know', async (t) => {
  const { at } = await served(t)
  const state = JSON.parse(await (await at('/state')).text())
  t.notOk('pid' in state.status)
  t.notOk('configFile' in state.status)
})

t.test('events come as they happen, to a bounded number of readers', async (t) => {
  const { at, listeners } = await served(t)
  const first = await at('/events')
  t.equal(first.headers.get('content-type'), 'text/event-stream')
  const reader = (first.body as ReadableStream<Uint8Array>).getReader()
  for (const tell of listeners)
    tell({ at: '2026-01-01T00:00:00.000Z', kind: 'warning', text: 'a </script> in\na line' })
  let heard = ''
  while (!heard.includes('data:')) heard += new TextDecoder().decode((await reader.read()).value)
  const data = /^data: (.*)$/m.exec(heard)?.[1] ?? ''
  t.match(JSON.parse(data), { kind: 'warning', text: 'a </script> in\na line' })
  const more = await Promise.all(Array.from({ length: 15 }, () => at('/events')))
  t.ok(more.every((answer) => answer.status === 200))
  t.equal((await at('/events')).status, 503)
  for (const answer of [...more]) await answer.body?.cancel()
  await reader.cancel()
})

t.test('what fails inside is told in one line, and in the log', async (t) => {
  const { at, errors } = await served(t, { facts: () => Promise.reject(new Error('no facts')) })
  const answer = await at('/metrics')
  t.equal(answer.status, 500)
  t.notMatch(await answer.text(), 'no facts')
  t.match(errors, [{ message: 'no facts' }])
})

t.test('garbage and half requests leave it answering', async (t) => {
  const { at, port } = await served(t)
  const sockets = [
    '\0\0\0\0',
    'GET / HTTP/1.1\r\nHost: x\r\n',
    `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`,
  ].map((garbage) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(garbage)
    return socket
  })
  t.equal((await at('/healthz')).status, 200)
  for (const socket of sockets) socket.destroy()
})

t.test('a connection has one request at a time: what asks on without waiting is let go', async (t) => {
  let asked = 0
  const { at, port } = await served(t, {
    facts: async () => {
      asked++
      return facts()
    },
  })
  const socket = connect(port, '127.0.0.1')
  const ended = new Promise((done) => socket.once('close', done))
  socket.on('error', () => undefined)
  socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1000))
  await ended
  t.equal(asked, 1)
  const one = new Agent({ keepAlive: true, maxSockets: 1 })
  for (let i = 0; i < 20; i++) {
    const [answer] = (await once(get({ port, path: '/metrics', agent: one }), 'response')) as [
      IncomingMessage,
    ]
    t.equal(answer.statusCode, 200, 'one that waits is answered again and again')
    t.match(await text(answer), /herald_prefixes/)
  }
  one.destroy()
  t.equal((await at('/metrics')).status, 200)
})

t.test('a node is ready when something of it is of use to somebody', async (t) => {
  const down = [{ ...peer, sessionState: 'active' as const }]
  const nothing = { addresses: [], interfaces: [] }
  t.match(readinessOf(facts()), { ready: true, because: '1 of 1 peers established' })
  t.match(readinessOf(facts({ peers: down })), { ready: true, because: '1 of 1 virtual IPs served' })
  t.match(readinessOf(facts({ peers: down, lan: nothing })), {
    ready: false,
    because: 'none of 1 peers is established, and none of 1 virtual IPs is served',
  })
  t.match(readinessOf(facts({ status: { ...status, service: 'drained' } })), {
    ready: false,
    because: 'this node is drained',
  })
  const backup = { ...lan, addresses: lan.addresses.map((each) => ({ ...each, state: 'backup' as const })) }
  t.ok(readinessOf(facts({ peers: [], lan: backup })).ready)
})
