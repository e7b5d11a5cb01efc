/** However fast a peer sends: slices in between which others have their turn, and nothing lost or read twice. */
import t from 'tap'
import { beforeNegotiation } from '../../../bgp/codec/context.js'
import { encodeMessage, type ReceivedMessage } from '../../../bgp/codec/message.js'
import type { Message } from '../../../bgp/message.js'
import { ok } from '../../../net/result.js'
import { PeerRecord } from '../../../src/speaker/peer-record.js'
import { Wire } from '../../../src/speaker/wire.js'
import type { Connection, ConnectionHandlers } from '../../../src/transport/connection.js'
import { ip } from '../../support/address.js'
import { fakeClock } from '../../support/fake-clock.js'

const keepalive = encodeMessage({ kind: 'keepalive' }, beforeNegotiation)
const administrativeShutdown: Message = { kind: 'notification', code: 6, subcode: 2, data: new Uint8Array() }
const notification = encodeMessage(administrativeShutdown, beforeNegotiation)

function joined(...messages: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(messages))
}

/** A wire over a connection that only notes what is asked of it, and an event loop that turns when it is told to. */
function wired(until: ReceivedMessage['kind'] | 'never' = 'never') {
  const heard: ReceivedMessage['kind'][] = []
  const asked: string[] = []
  const turns: (() => void)[] = []
  let handlers: ConnectionHandlers | undefined
  const connection: Connection = {
    initiatedBy: 'peer',
    local: { address: ip('10.0.0.11'), port: 179 },
    remote: { address: ip('10.0.0.1'), port: 50_000 },
    unsent: 0,
    open: (given) => {
      handlers = given
    },
    pause: () => asked.push('pause'),
    resume: () => asked.push('resume'),
    write: () => true,
    end: () => asked.push('end'),
    destroy: () => asked.push('destroy'),
    setKey: () => ok(undefined),
    setRules: () => ok(undefined),
  }
  const record = new PeerRecord(fakeClock(), () => '')
  const wire = new Wire(connection, record, (work) => turns.push(work))
  wire.open({
    onMessage: ({ kind }) => heard.push(kind) > 0 && kind !== until,
    onFault: () => heard.push('open'),
    onSent: () => undefined,
    onProgress: () => undefined,
    onDrain: () => undefined,
    onClosed: () => undefined,
  })
  return {
    wire,
    heard,
    asked,
    /** Octets come. */
    come: (octets: Uint8Array) => handlers?.onBytes(octets),
    close: () => handlers?.onClosed({ because: 'reset-by-peer', text: '' }),
    /** One turn of the event loop. */
    turn: () => turns.shift()?.(),
    idle: () => turns.length === 0,
  }
}

t.test(
  'what comes in one piece is worked through in slices, and nothing more is read meanwhile',
  async (t) => {
    const { heard, asked, come, turn, idle } = wired()
    const all = 64 * 1024
    const count = Math.floor(all / keepalive.length)
    come(joined(...Array.from({ length: count }, () => keepalive)))
    t.ok(heard.length < count / 4, `${heard.length} of ${count} at once`)
    t.same(asked, ['pause'])
    while (!idle()) turn()
    t.equal(heard.length, count)
    t.same(asked, ['pause', 'resume'])
  },
)

t.test('what comes in small pieces needs no slices', async (t) => {
  const { heard, asked, come, idle } = wired()
  for (let i = 0; i < 1000; i++) come(keepalive)
  t.equal(heard.length, 1000)
  t.same(asked, [])
  t.ok(idle())
})

t.test('octets that were on their way when reading stopped wait their turn', async (t) => {
  const { heard, come, turn, idle } = wired()
  const piece = joined(...Array.from({ length: 1000 }, () => keepalive))
  come(piece)
  come(piece)
  t.ok(heard.length < 1000)
  while (!idle()) turn()
  t.equal(heard.length, 2000)
})

t.test('what came before the connection ended is heard, the reason of the end above all', async (t) => {
  const { heard, come, close, turn, idle } = wired()
  come(joined(...Array.from({ length: 1000 }, () => keepalive), notification))
  t.notOk(heard.includes('notification'))
  close()
  t.equal(heard.length, 1001)
  t.equal(heard.at(-1), 'notification')
  while (!idle()) turn()
  t.equal(heard.length, 1001, 'once')
})

t.test(
  'nothing is heard after the message that ends the session, or after the end by this side',
  async (t) => {
    const ended = wired('notification')
    ended.come(joined(keepalive, notification, ...Array.from({ length: 1000 }, () => keepalive)))
    ended.close()
    t.same(ended.heard, ['keepalive', 'notification'])

    const closed = wired()
    closed.come(joined(...Array.from({ length: 1000 }, () => keepalive)))
    const before = closed.heard.length
    closed.wire.close('abort')
    while (!closed.idle()) closed.turn()
    t.equal(closed.heard.length, before)
    t.same(closed.asked, ['pause', 'destroy'])
  },
)

t.test('a stream may be cut anywhere', async (t) => {
  const stream = joined(keepalive, keepalive, notification)
  for (let at = 0; at <= stream.length; at++) {
    const { heard, come } = wired()
    for (const piece of [stream.subarray(0, at), stream.subarray(at)]) if (piece.length > 0) come(piece)
    t.same(heard, ['keepalive', 'keepalive', 'notification'], `after ${at} octets`)
  }
  const { heard, come } = wired()
  for (const octet of stream) come(Uint8Array.of(octet))
  t.same(heard, ['keepalive', 'keepalive', 'notification'], 'octet by octet')
})
