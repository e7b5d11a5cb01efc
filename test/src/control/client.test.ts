import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { ApiError } from '../../../src/control/api/answer.js'
import { controlClient } from '../../../src/control/client.js'
import { DEFAULT_ROUTE_LIMIT } from '../../../src/control/service.js'
import { shortDirectory } from '../../support/short-directory.js'
import { waitFor } from '../../support/wait.js'
import {
  advertised,
  available,
  events,
  health,
  l2,
  l2Askers,
  peerDetail,
  peers,
  received,
  status,
} from './reports.js'
import { serving } from './serving.js'

t.test('each method asks the daemon the same and answers what it said', async (t) => {
  const { socket, service } = await serving(t)
  const client = controlClient(socket)
  t.same(await client.status(), status)
  t.same(await client.peers(), peers)
  t.same(await client.peer('tor-1'), peerDetail)
  t.same(await client.routesAvailable(), { routes: available, total: 2 })
  t.same(await client.routesAdvertised('tor-1', 1), { routes: advertised.slice(0, 1), total: 2 })
  t.same(await client.routesReceived(), { routes: received, total: 2 })
  t.same(await client.health(), health)
  t.same(await client.l2(), l2)
  t.same(await client.l2Askers('192.168.1.240'), l2Askers)
  t.match(await client.announce({ prefixes: ['192.0.2.1/32'] }), { changed: ['192.0.2.1/32'] })
  t.match(await client.withdraw({ prefixes: ['192.0.2.1/32'] }), { changed: ['192.0.2.1/32'] })
  t.match(await client.reload({ dryRun: true }), { applied: false })
  t.match(await client.reset('tor-1', {}), { peer: 'tor-1' })
  t.same(service.calls, [
    ['status'],
    ['peers'],
    ['peer', 'tor-1'],
    ['routesAvailable', DEFAULT_ROUTE_LIMIT],
    ['routesAdvertised', 'tor-1', 1],
    ['routesReceived', undefined, DEFAULT_ROUTE_LIMIT],
    ['health'],
    ['l2'],
    ['l2Askers', '192.168.1.240'],
    ['announce', { prefixes: ['192.0.2.1/32'] }],
    ['withdraw', { prefixes: ['192.0.2.1/32'] }],
    ['reload', { dryRun: true }],
    ['reset', 'tor-1', {}],
  ])
})

t.test('a peer is named by any text', async (t) => {
  const { socket } = await serving(t)
  for (const name of ['a/b', '2001:db8::1', 'ä %', '..']) {
    await t.rejects(controlClient(socket).peer(name), {
      status: 404,
      message: new RegExp(`no peer '${name}'`),
    })
  }
})

t.test('what the daemon refuses is thrown as it put it', async (t) => {
  const { socket } = await serving(t, {
    reload: async () => {
      throw new ApiError(409, 'two mistakes', ['a', 'b'])
    },
  })
  await t.rejects(controlClient(socket).reload({}), {
    status: 409,
    message: 'two mistakes',
    problems: ['a', 'b'],
  })
})

t.test('events are followed until the caller has enough', async (t) => {
  const { socket, service } = await serving(t)
  const seen: unknown[] = []
  const following = (async () => {
    for await (const event of controlClient(socket).events()) {
      seen.push(event)
      if (seen.length === events.length) break
    }
  })()
  await waitFor('a follower', () => service.followers() === 1)
  for (const event of events) service.emit(event)
  await following
  t.same(seen, events)
  await waitFor('the stream is closed', () => service.followers() === 0)
})

t.test('a daemon that stops ends the stream with a word', async (t) => {
  const { socket, service, server } = await serving(t)
  const following = controlClient(socket).events()[Symbol.asyncIterator]().next()
  await waitFor('a follower', () => service.followers() === 1)
  await server.close()
  await t.rejects(following, { name: 'DaemonUnreachable', message: /ended the stream: it stopped/ })
})

t.test('no daemon: the message says how to start one', async (t) => {
  const socket = join(shortDirectory(t), 'herald.sock')
  await t.rejects(controlClient(socket).status(), {
    name: 'DaemonUnreachable',
    message: `no herald daemon at ${socket}: start one with \`herald run\`, or name its socket with --socket`,
  })
})

t.test('what is no socket is told from one on which nobody listens', async (t) => {
  const directory = shortDirectory(t)
  const file = join(directory, 'file')
  writeFileSync(file, '')
  for (const path of [directory, file]) {
    await t.rejects(controlClient(path).status(), {
      message: `${path} is no socket: name that of a herald daemon with --socket`,
    })
  }
})

t.test('a path that no socket can have is refused before it is cut off', async (t) => {
  await t.rejects(controlClient(`/tmp/${'x'.repeat(200)}`).status(), { message: /Linux allows 107/ })
  await t.rejects(controlClient('').status(), { message: /is empty/ })
})

/** Somebody else's server, who answers each connection with `reply`. */
async function impostor(t: Test, reply: () => string): Promise<string> {
  const socket = join(shortDirectory(t), 'other.sock')
  const server = createServer((connection) => {
    connection.on('error', () => {})
    connection.once('data', () => connection.end(reply()))
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  t.teardown(() => server.close())
  return socket
}

t.test('a server that is not herald is told from one', async (t) => {
  const http = await impostor(t, () => 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n<html')
  await t.rejects(controlClient(http).status(), {
    message: /is not herald; name herald's socket with --socket/,
  })
})

t.test('a daemon that dies while it answers is unreachable, whatever it said', async (t) => {
  const half = await impostor(t, () => 'HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"node":')
  await t.rejects(controlClient(half).status(), {
    name: 'DaemonUnreachable',
    message: /closed the connection/,
  })
})

t.test('a daemon that dies before it answers is unreachable', async (t) => {
  const silent = await impostor(t, () => '')
  await t.rejects(controlClient(silent).status(), {
    name: 'DaemonUnreachable',
    message: /closed the connection/,
  })
})
