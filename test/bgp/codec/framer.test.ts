import t from 'tap'
import { Framer } from '../../../bgp/codec/framer.js'
import { hex } from '../../support/hex.js'
import { faultOf, framed, marker, toHex, updateOf } from './wire.js'

const messages = [
  framed('open', '04 fde8 005a c0000201 00'),
  framed('keepalive', ''),
  updateOf({}),
  framed('keepalive', ''),
  updateOf({ withdrawn: '18 0a0001 20 c000020a' }),
  framed('route-refresh', '0001 00 01'),
  framed('notification', '06 02'),
]
const stream = Uint8Array.from(messages.flatMap((message) => [...message]))
const wanted = messages.map(toHex)

function drain(framer: Framer): string[] {
  const out: string[] = []
  for (let message = framer.next(); message !== undefined; message = framer.next()) out.push(toHex(message))
  return out
}

t.ok(messages.length > 0, 'there are messages')

t.test('all messages of one read come out in order', async (t) => {
  const framer = new Framer()
  framer.push(stream)
  t.strictSame(drain(framer), wanted)
  t.equal(framer.unread, 0)
})

t.test('the same stream cut in two at every position gives the same messages', async (t) => {
  for (let cut = 0; cut <= stream.length; cut++) {
    const framer = new Framer()
    framer.push(stream.subarray(0, cut))
    const before = drain(framer)
    framer.push(stream.subarray(cut))
    t.strictSame([...before, ...drain(framer)], wanted, `cut at ${cut}`)
  }
})

t.test('one octet at a time gives the same messages', async (t) => {
  const framer = new Framer()
  const out: string[] = []
  for (const octet of stream) {
    framer.push(Uint8Array.of(octet))
    out.push(...drain(framer))
  }
  t.strictSame(out, wanted)
})

t.test('the read buffer may be reused as soon as push returns', async (t) => {
  const buffer = stream.slice()
  const framer = new Framer()
  framer.push(buffer)
  buffer.fill(0)
  t.strictSame(drain(framer), wanted)
})

t.test('messages need not be taken before more is pushed', async (t) => {
  const framer = new Framer()
  for (let i = 0; i < 200; i++) framer.push(stream)
  t.equal(framer.unread, 200 * stream.length)
  t.strictSame(drain(framer), Array.from({ length: 200 }, () => wanted).flat())
})

t.test('large reads full of messages, each cut at its end, are all framed', async (t) => {
  const bulk = Uint8Array.from({ length: 65536 }, (_, i) => stream[i % stream.length]!)
  const framer = new Framer()
  let octets = 0
  // 64 reads of a stream that goes on where the last read ended.
  for (let read = 0; read < 64; read++) {
    const offset = (read * bulk.length) % stream.length
    framer.push(Uint8Array.from({ length: bulk.length }, (_, i) => stream[(offset + i) % stream.length]!))
    for (let message = framer.next(); message !== undefined; message = framer.next()) octets += message.length
  }
  t.equal(octets + framer.unread, 64 * bulk.length)
  t.ok(framer.unread < 64)
})

t.test('a wrong header is told before its body has come', async (t) => {
  const framer = new Framer()
  framer.push(hex(`${marker} 1001 02`))
  t.strictSame(
    faultOf(() => framer.next()),
    { kind: 'bad-message-length', length: 4097 },
  )
})

t.test('the messages before a wrong header are still handed out', async (t) => {
  const framer = new Framer()
  framer.push(Uint8Array.from([...framed('keepalive', ''), ...hex(`${'00'.repeat(16)} 0013 04`)]))
  t.equal(framer.next()?.length, 19)
  t.strictSame(
    faultOf(() => framer.next()),
    { kind: 'connection-not-synchronized' },
  )
})

t.test(
  'the limit raised after the OPEN holds for the next message of the same read (RFC 8654 §4)',
  async (t) => {
    const long = updateOf({ withdrawn: '20 c000020a'.repeat(2000) })
    t.ok(long.length > 4096)
    const framer = new Framer()
    framer.push(Uint8Array.from([...messages[0]!, ...long]))
    t.equal(framer.next()?.length, 29)
    framer.raiseLimit(65535)
    t.equal(framer.next()?.length, long.length)
  },
)
