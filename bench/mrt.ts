/** A table as a dump of type TABLE_DUMP_V2 (RFC 6396 §4.3), which GoBGP reads. */
import { octetsOf, parseIp } from '../net/ip.js'
import { addressOf, lengthOf } from '../net/prefix.js'
import { blocksIn, networksOf, type Table } from './table.js'

const TABLE_DUMP_V2 = 13
const PEER_INDEX_TABLE = 1
const RIB_UNICAST = { 4: 2, 6: 4 } as const

export function* mrtDump(table: Table, nextHop: string): Generator<Uint8Array, void, undefined> {
  yield record(PEER_INDEX_TABLE, peerIndex())
  const attributes = table.sets.map((communities) => attributesOf(nextHop, communities))
  let sequence = 0
  for (const block of blocksIn(table)) {
    const entry = attributes[block.set] ?? Buffer.alloc(0)
    for (const network of networksOf(block)) {
      const length = lengthOf(network)
      const octets = octetsOf(addressOf(network)).subarray(0, (length + 7) >> 3)
      yield record(
        RIB_UNICAST[table.version],
        Buffer.concat([
          u32(sequence++),
          u8(length),
          octets,
          u16(1),
          u16(0),
          u32(0),
          u16(entry.length),
          entry,
        ]),
      )
    }
  }
}

/** One peer, which nobody asks about. */
function peerIndex(): Buffer {
  const peer = Buffer.concat([u8(2), u32(0x0a630001), u32(0x0a630001), u32(65001)])
  return Buffer.concat([u32(0x0a630001), u16(0), u16(1), peer])
}

function attributesOf(nextHop: string, communities: readonly string[]): Buffer {
  const ip = parseIp(nextHop)
  if (!ip.ok) throw new Error(ip.because)
  const hop = octetsOf(ip.value)
  const values = communities.map((community) => {
    const [high = 0, low = 0] = community.split(':').map(Number)
    return Buffer.concat([u16(high), u16(low)])
  })
  return Buffer.concat([
    attribute(0x40, 1, u8(0)),
    attribute(0x40, 2, Buffer.alloc(0)),
    // §4.3.4 wants the next hop of MP_REACH_NLRI alone, which GoBGP 3 does not read; the whole form it does.
    hop.length === 4
      ? attribute(0x40, 3, hop)
      : attribute(0x80, 14, Buffer.concat([u16(2), u8(1), u8(16), hop, u8(0)])),
    ...(values.length === 0 ? [] : [attribute(0xc0, 8, Buffer.concat(values))]),
  ])
}

function attribute(flags: number, type: number, value: Uint8Array): Buffer {
  return Buffer.concat([u8(flags), u8(type), u8(value.length), value])
}

function record(subtype: number, body: Uint8Array): Buffer {
  return Buffer.concat([u32(0), u16(TABLE_DUMP_V2), u16(subtype), u32(body.length), body])
}

function u8(value: number): Buffer {
  return Buffer.of(value)
}

function u16(value: number): Buffer {
  return Buffer.of(value >>> 8, value & 0xff)
}

function u32(value: number): Buffer {
  return Buffer.concat([u16(value >>> 16), u16(value & 0xffff)])
}
