import fc from 'fast-check'
import t from 'tap'
import { octetsOf } from '../../../net/ip.js'
import { LinkTable } from '../../../src/os/link-table.js'
import { attributesOf, encodeDump, netlinkMessages, RTM, u32Of } from '../../../src/os/netlink.js'
import { ip } from '../../support/address.js'
import {
  addressMessage,
  forwardingMessage,
  integer,
  linkMessage,
  netlinkMessage,
} from '../../support/netlink-message.js'

const eth0 = { index: 2, name: 'eth0', mac: '02:00:00:00:00:0a', master: 5 }
const samples = [
  linkMessage(eth0),
  linkMessage({ ...eth0, more: [[11, Uint8Array.of(1)]] }),
  linkMessage(eth0, RTM.DELLINK),
  addressMessage({ index: 2, octets: octetsOf(ip('192.168.1.5')), length: 24 }),
  addressMessage({ index: 2, octets: octetsOf(ip('2001:db8::5')), length: 64, flags: 0x40 }),
  addressMessage({ index: 2, octets: octetsOf(ip('192.168.1.5')), length: 24 }, RTM.DELADDR),
  forwardingMessage(2, true),
  netlinkMessage({ type: 3, sequence: 7, fields: [[4, 0]] }),
]

/** What a watch does with a datagram; how many messages there were. */
function takeAll(table: LinkTable, datagram: Uint8Array): number {
  let count = 0
  for (const read of netlinkMessages(datagram)) {
    count++
    if (read.is === 'message') table.take(read.message)
  }
  return count
}

t.test('a question for a whole list', async (t) => {
  const body = Uint8Array.of(10, 0, 0, 0)
  t.same(
    encodeDump(RTM.GETNETCONF, 3, body),
    netlinkMessage({
      type: 82,
      flags: 0x301,
      sequence: 3,
      fields: [
        [1, 10],
        [1, 0],
        [2, 0],
      ],
    }),
  )
})

t.test('messages of one datagram, with and without an end', async (t) => {
  const interrupted = 0x10
  const datagram = Buffer.concat([
    linkMessage(eth0),
    netlinkMessage({
      type: RTM.NEWADDR,
      flags: interrupted,
      fields: [
        [4, 0],
        [4, 2],
      ],
    }),
    netlinkMessage({ type: 3, sequence: 7, fields: [[4, 0]] }),
    netlinkMessage({ type: 2, sequence: 8, fields: [[4, -16]] }),
  ])
  t.match(
    [...netlinkMessages(datagram)],
    [
      { is: 'message', message: { type: RTM.NEWLINK, interrupted: false } },
      { is: 'message', message: { type: RTM.NEWADDR, interrupted: true } },
      { is: 'done', sequence: 7, interrupted: false, refused: false },
      { is: 'done', sequence: 8, interrupted: false, refused: true },
    ],
  )
})

t.test('a wrong length ends the datagram, not the program', async (t) => {
  const good = linkMessage(eth0)
  for (const length of [0, 15, 2 * good.length + 1, 0xffffffff]) {
    const bad = Uint8Array.from(good)
    bad.set(integer(4, length))
    t.equal([...netlinkMessages(Buffer.concat([good, bad, good]))].length, 1, `length ${length}`)
  }
})

t.test(
  'attributes: flags in their type do not count, the last of a type does, a wrong length ends them',
  async (t) => {
    const attribute = (type: number, value: number, length = 8) =>
      Buffer.concat([integer(2, length), integer(2, type), integer(4, value)])
    const read = (...parts: readonly Uint8Array[]) => {
      const octets = Uint8Array.from(Buffer.concat(parts))
      return [...attributesOf(new DataView(octets.buffer), 0)].map(([type, value]) => [type, u32Of(value)])
    }
    t.same(read(attribute(1, 5), attribute(0x8002, 6), attribute(1, 7)), [
      [1, 7],
      [2, 6],
    ])
    t.same(read(attribute(1, 5), attribute(2, 6, 9)), [[1, 5]])
    t.same(read(attribute(1, 5, 3)), [])
    t.same(read(attribute(1, 5, 6), attribute(2, 6)), [
      [1, undefined],
      [2, 6],
    ])
  },
)

t.test('octets of any kind are taken without a fault', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
      takeAll(new LinkTable(), octets)
    }),
  )
})

t.test(
  'messages with some octets changed are taken without a fault, and no more of them than fit',
  async (t) => {
    const datagram = Uint8Array.from(Buffer.concat(samples))
    t.equal(takeAll(new LinkTable(), datagram), samples.length)
    const changes = fc.array(fc.tuple(fc.nat(datagram.length - 1), fc.nat(255)), { maxLength: 8 })
    fc.assert(
      fc.property(changes, fc.nat(datagram.length), (changes, length) => {
        const octets = datagram.slice(0, length)
        for (const [at, value] of changes) if (at < length) octets[at] = value
        const table = new LinkTable()
        return takeAll(table, octets) <= length / 16 && takeAll(table, octets) <= length / 16
      }),
      { numRuns: 2000 },
    )
  },
)
