import { connect, type Socket } from 'node:net'
import t from 'tap'
import type { MonitorEvent } from '../../../src/control/api/monitor.js'
import { MAX_UNREAD_OCTETS } from '../../../src/control/event-stream.js'
import { waitFor } from '../../support/wait.js'
import { exchange } from './exchange.js'
import { events } from './reports.js'
import { serving } from './serving.js'

/** A follower that reads when told to. */
function follower(path: string): { readonly socket: Socket; text(): string } {
  const socket = connect(path)
  let text = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    text += chunk
  })
  socket.on('error', () => {})
  socket.write('GET /v1/events HTTP/1.1\r\nhost: herald\r\n\r\n')
  return { socket, text: () => text }
}

/** The objects among the lines: HTTP's header and chunk sizes are no JSON objects. */
function objectsOf(text: string): readonly MonitorEvent[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line))
}

function numbered(n: number): MonitorEvent {
  return { at: new Date(n).toISOString(), kind: 'announced', text: `${n} ${'x'.repeat(1000)}` }
}

t.test('every follower gets every event from its start on, one JSON object a line', async (t) => {
  const { socket, service } = await serving(t)
  const [first, second] = [follower(socket), follower(socket)]
  await waitFor('two followers', () => service.followers() === 2)
  for (const event of events) service.emit(event)
  await waitFor('both have them', () =>
    [first, second].every(({ text }) => objectsOf(text()).length === events.length),
  )
  t.same(objectsOf(first.text()), events)
  t.same(objectsOf(second.text()), events)
  t.match(first.text(), /^HTTP\/1.1 200 OK\r\ncontent-type: application\/x-ndjson\r\n/i)
  first.socket.destroy()
  second.socket.destroy()
})

t.test(
  'a follower that does not read costs bounded memory, delays nobody, and learns how much it missed',
  async (t) => {
    const { socket, service, ask } = await serving(t)
    const slow = follower(socket)
    const quick = follower(socket)
    await waitFor('two followers', () => service.followers() === 2)
    slow.socket.pause()
    const total = 20_000
    for (let n = 0; n < total; n++) {
      service.emit(numbered(n))
      if (n % 100 === 0) await new Promise(setImmediate)
    }
    t.equal((await ask('GET', '/v1/status')).status, 200, 'the server answers others meanwhile')
    await waitFor('the quick one has all', () => quick.text().includes(`"${total - 1} x`))
    t.equal(objectsOf(quick.text()).length, total)

    slow.socket.resume()
    await waitFor('the slow one is told', () => slow.text().includes('"missed"'))
    service.emit(numbered(total))
    await waitFor('and hears what comes after', () => slow.text().includes(`"${total} x`))
    const heard = objectsOf(slow.text())
    const warning = heard.find((event) => event.kind === 'warning')
    const missed = Number(warning?.details?.missed)
    t.equal(warning?.text, `${missed} events missed: this client reads too slowly`)
    t.equal(warning?.at, numbered(total - 1).at, 'as of the last one missed')
    t.equal(heard.length - 2 + missed, total, 'each was sent or counted')
    // The kernel holds some beside what the server does.
    t.ok((heard.length - 2) * 1000 < 2 * MAX_UNREAD_OCTETS, `${heard.length} events were held for it`)
    slow.socket.destroy()
    quick.socket.destroy()
  },
)

t.test('a follower that is killed is forgotten, also while events pour', async (t) => {
  const { socket, service, errors } = await serving(t)
  const killed = follower(socket)
  await waitFor('a follower', () => service.followers() === 1)
  killed.socket.pause()
  for (let n = 0; n < 2000; n++) service.emit(numbered(n))
  killed.socket.destroy()
  for (let n = 0; n < 2000; n++) service.emit(numbered(n))
  await waitFor('no follower', () => service.followers() === 0)
  service.emit(numbered(0))
  t.same(errors, [])
})

t.test('the 33rd follower is told that there are enough', async (t) => {
  const { socket, service } = await serving(t)
  const followers = Array.from({ length: 32 }, () => follower(socket))
  await waitFor('32 followers', () => service.followers() === 32)
  const { status, body } = await exchange(socket, 'GET', '/v1/events')
  t.equal(status, 503)
  t.match(body, { error: /32 clients follow events already/ })
  for (const { socket } of followers) socket.destroy()
})

t.test('closing the server ends the streams', async (t) => {
  const { socket, service, server } = await serving(t)
  const one = follower(socket)
  await waitFor('a follower', () => service.followers() === 1)
  await server.close()
  await waitFor('its end', () => one.socket.closed)
  t.match(one.text(), /\r\n0\r\n\r\n$/, 'the stream is complete, not cut')
  t.equal(service.followers(), 0)
})
