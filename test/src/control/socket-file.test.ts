import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { startControlServer } from '../../../src/control/server.js'
import { shortDirectory } from '../../support/short-directory.js'
import { exchange } from './exchange.js'
import { fakeService } from './fake-service.js'

async function started(t: Test, socket: string) {
  const server = await startControlServer(fakeService(), { socket })
  t.teardown(() => server.close())
  return server
}

/** What a killed daemon leaves behind: a socket file on which nobody listens. */
function leaveStaleSocket(path: string): void {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', script])
}

t.test('the socket is for its owner and group, in a directory made for it', async (t) => {
  const socket = join(shortDirectory(t), 'run', 'herald', 'herald.sock')
  await started(t, socket)
  t.equal(statSync(socket).mode & 0o777, 0o660)
  t.same(readdirSync(dirname(socket)), ['herald.sock'], 'and nothing else stays there')
})

t.test('the socket goes with the server', async (t) => {
  const socket = join(shortDirectory(t), 'herald.sock')
  const server = await started(t, socket)
  await server.close()
  t.notOk(existsSync(socket))
})

t.test('what a killed daemon left is taken over', async (t) => {
  const socket = join(shortDirectory(t), 'herald.sock')
  leaveStaleSocket(socket)
  t.ok(statSync(socket).isSocket(), 'there is a stale socket')
  await started(t, socket)
  t.equal((await exchange(socket, 'GET', '/v1/status')).status, 200)
})

t.test('a daemon that answers is left alone', async (t) => {
  const socket = join(shortDirectory(t), 'herald.sock')
  await started(t, socket)
  await t.rejects(startControlServer(fakeService(), { socket }), {
    kind: 'in-use',
    message: `another herald daemon answers on ${socket}; stop it first, or choose another path with control.socket`,
  })
  t.equal((await exchange(socket, 'GET', '/v1/status')).status, 200, 'and goes on answering')
})

t.test('a socket that another daemon has taken over since is not removed', async (t) => {
  const socket = join(shortDirectory(t), 'herald.sock')
  const first = await started(t, socket)
  await rm(socket)
  await started(t, socket)
  await first.close()
  t.equal((await exchange(socket, 'GET', '/v1/status')).status, 200)
})

t.test('a file that is no socket is left alone', async (t) => {
  const socket = join(shortDirectory(t), 'herald.sock')
  writeFileSync(socket, 'precious')
  await t.rejects(startControlServer(fakeService(), { socket }), {
    kind: 'not-a-socket',
    message: /move it away/,
  })
  t.equal(statSync(socket).size, 8)
})

t.test('a directory that cannot be made is named with the remedy', async (t) => {
  const file = join(shortDirectory(t), 'file')
  writeFileSync(file, '')
  await t.rejects(startControlServer(fakeService(), { socket: join(file, 'run', 'herald.sock') }), {
    kind: 'directory',
    message: /a part of the path is no directory; create it for this user, or .* control\.socket/,
  })
})

t.test('a path longer than Linux takes is refused, not cut off', async (t) => {
  const socket = join(shortDirectory(t), `${'x'.repeat(107)}.sock`)
  await t.rejects(startControlServer(fakeService(), { socket }), {
    kind: 'path',
    message: /Linux allows 107/,
  })
})

t.test('a path of just the length that Linux takes works', async (t) => {
  const directory = shortDirectory(t)
  const socket = join(directory, 'x'.repeat(107 - directory.length - 1))
  t.equal(socket.length, 107)
  await started(t, socket)
  t.equal((await exchange(socket, 'GET', '/v1/status')).status, 200)
})

t.test('anything that accepts on the socket counts as alive', async (t) => {
  const socket = join(shortDirectory(t), 'herald.sock')
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(socket, resolve))
  t.teardown(() => other.close())
  await t.rejects(startControlServer(fakeService(), { socket }), { message: /another herald/ })
})
