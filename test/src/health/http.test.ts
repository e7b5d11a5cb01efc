import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import t, { type Test } from 'tap'
import type { HttpProbe } from '../../../config/health-check.js'
import { httpProbe } from '../../../src/health/http.js'
import { hostsEntries } from '../../../src/health/lookup.js'
import type { Outcome } from '../../../src/health/probe.js'
import { selfSigned } from '../../support/certificate.js'

function ask(probe: Partial<HttpProbe> & { url: string }): { done: Promise<Outcome>; abort: () => void } {
  let abort = () => {}
  const done = new Promise<Outcome>((resolve) => {
    abort = httpProbe({ kind: 'http', insecure: false, ...probe }, resolve)
  })
  return { done, abort }
}

async function listening(t: Test, server: Server & { closeAllConnections?: () => void }): Promise<number> {
  t.teardown(() => {
    server.closeAllConnections?.()
    server.close()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const site: RequestListener = (request, response) => {
  const code = Number(request.url?.slice(1))
  if (request.url === '/moved')
    response.writeHead(301, { location: 'http://192.0.2.1/elsewhere\u00e9' }).end()
  else if (request.url === '/endless') {
    response.writeHead(200)
    const more = () => {
      while (response.write('x'.repeat(65_536)));
      response.once('drain', more)
    }
    more()
  } else if (request.url === '/agent')
    response.writeHead(request.headers['user-agent'] === 'herald' ? 200 : 400).end()
  else response.writeHead(code).end()
}

const rows: readonly (readonly [name: string, path: string, probe: Partial<HttpProbe>, outcome: object])[] = [
  ['200 passes', '200', {}, { passed: true, text: 'status 200 OK' }],
  ['any 2xx passes', '299', {}, { passed: true, text: /^status 299/ }],
  ['503 fails', '503', {}, { passed: false, text: 'status 503 Service Unavailable' }],
  ['404 passes where it is expected', '404', { status: [401, 404] }, { passed: true }],
  ['200 fails where another is expected', '200', { status: [204] }, { passed: false, text: 'status 200 OK' }],
  [
    'a redirect is not followed',
    'moved',
    {},
    {
      passed: false,
      text: /^status 301 Moved Permanently, to http:\/\/192\.0\.2\.1\/elsewhere.*, which is not followed$/,
    },
  ],
  ['a body without end is not read', 'endless', {}, { passed: true }],
  ['the service is told who asks', 'agent', {}, { passed: true }],
]

t.ok(rows.length > 0)
for (const [name, path, probe, outcome] of rows) {
  t.test(name, async (t) => {
    const port = await listening(t, createServer(site))
    t.match(await ask({ url: `http://127.0.0.1:${port}/${path}`, ...probe }).done, outcome)
  })
}

t.test('localhost is asked on every address it has', async (t) => {
  const port = await listening(t, createServer(site))
  t.match(await ask({ url: `http://localhost:${port}/200` }).done, { passed: true })
})

t.test('nobody listens: refused', async (t) => {
  const server = createTcpServer()
  const port = await listening(t, server)
  server.close()
  await once(server, 'close')
  t.same(await ask({ url: `http://127.0.0.1:${port}/` }).done, {
    passed: false,
    text: `refused: nobody listens on 127.0.0.1:${port}`,
  })
})

t.test('a service that speaks something else fails', async (t) => {
  const port = await listening(
    t,
    createTcpServer((socket) => socket.on('error', () => {}).end('220 smtp ready\r\n')),
  )
  t.match(await ask({ url: `http://127.0.0.1:${port}/` }).done, { passed: false, text: /./ })
})

t.test('a certificate that cannot be verified fails and says what would take it', async (t) => {
  const port = await listening(t, createTlsServer(selfSigned, site))
  const url = `https://127.0.0.1:${port}/200`
  t.match(await ask({ url }).done, { passed: false, text: /self-signed.*insecure: true/ })
  t.match(await ask({ url, insecure: true }).done, { passed: true, text: 'status 200 OK' })
})

t.test('giving up closes the connection, with one outcome', async (t) => {
  const server = createServer(() => {})
  const port = await listening(t, server)
  const { done, abort } = ask({ url: `http://127.0.0.1:${port}/` })
  const [request] = await once(server, 'request')
  abort()
  abort()
  t.match(await done, { passed: false })
  await once(request.socket, 'close')
})

t.test('names are looked up in the lines of hosts(5)', async (t) => {
  const text = '# 192.0.2.1 dns\n192.0.2.2\tdns DNS.example # dns-2\n\n2001:db8::2 dns\nnonsense dns\n'
  t.same(hostsEntries(text, 'dns'), [
    { address: '192.0.2.2', family: 4 },
    { address: '2001:db8::2', family: 6 },
  ])
  t.same(hostsEntries(text, 'dns.example'), [{ address: '192.0.2.2', family: 4 }])
  t.same(hostsEntries(text, 'dns-2'), [])
})
