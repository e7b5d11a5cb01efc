import fc from 'fast-check'
import t from 'tap'
import { ByteReader, ByteWriter, ShortRead } from '../../net/bytes.js'
import { hex } from '../support/hex.js'

t.test('a reader takes unsigned numbers in network order', async (t) => {
  const reader = new ByteReader(hex('ff fffe fffffd fffffffc fffffffffffffffb 0102'))
  t.equal(reader.u8(), 0xff)
  t.equal(reader.u16(), 0xfffe)
  t.equal(reader.u24(), 0xfffffd)
  t.equal(reader.u32(), 0xfffffffc)
  t.equal(reader.u64(), 0xfffffffffffffffbn)
  t.equal(reader.position, 18)
  t.equal(reader.left, 2)
  t.strictSame(reader.rest(), hex('0102'))
  t.equal(reader.left, 0)
})

const shortReads: readonly { name: string; octets: number; read: (reader: ByteReader) => unknown }[] = [
  { name: 'u8', octets: 0, read: (reader) => reader.u8() },
  { name: 'u16', octets: 1, read: (reader) => reader.u16() },
  { name: 'u24', octets: 2, read: (reader) => reader.u24() },
  { name: 'u32', octets: 3, read: (reader) => reader.u32() },
  { name: 'u64', octets: 7, read: (reader) => reader.u64() },
  { name: 'bytes', octets: 4, read: (reader) => reader.bytes(5) },
  { name: 'take', octets: 4, read: (reader) => reader.take(5) },
]

t.ok(shortReads.length > 0, 'there are reads')
for (const { name, octets, read } of shortReads) {
  t.test(`${name} never gives fewer octets than asked for`, async (t) => {
    t.throws(() => read(new ByteReader(new Uint8Array(octets))), ShortRead)
  })
}

t.test('an inner reader ends where its block ends', async (t) => {
  const reader = new ByteReader(hex('0102 03'))
  const inner = reader.take(2)
  t.equal(inner.u16(), 0x0102)
  t.throws(() => inner.u8(), ShortRead)
  t.equal(reader.u8(), 3)
})

t.test('a short read says how much was wanted and how much was there', async (t) => {
  try {
    new ByteReader(hex('01')).u16()
    t.fail('one octet is not two')
  } catch (error) {
    t.match(error, { name: 'ShortRead', wanted: 2, available: 1 })
  }
})

t.test('a writer counts the lengths of inner blocks', async (t) => {
  const writer = new ByteWriter(1)
  writer.lengthPrefixed(16, () => writer.u8(1).lengthPrefixed(8, () => writer.u16(2).u24(3)))
  t.strictSame(writer.finish(), hex('0007 01 05 0002 000003'))
})

t.test('a block that its length cannot say is refused', async (t) => {
  const writer = new ByteWriter()
  t.throws(() => writer.lengthPrefixed(8, () => writer.bytes(new Uint8Array(256))), RangeError)
})

t.test('what is finished is not touched by what is written later', async (t) => {
  const writer = new ByteWriter(8).u8(1)
  const first = writer.finish()
  writer.u8(2)
  t.strictSame(first, hex('01'))
  t.strictSame(writer.finish(), hex('0102'))
})

t.test('octets come back whatever the writer had room for at first', async () => {
  const number = fc.oneof(
    fc.record({ bits: fc.constant(8 as const), value: fc.nat(0xff) }),
    fc.record({ bits: fc.constant(16 as const), value: fc.nat(0xffff) }),
    fc.record({ bits: fc.constant(24 as const), value: fc.nat(0xffffff) }),
    fc.record({ bits: fc.constant(32 as const), value: fc.nat(0xffffffff) }),
  )
  fc.assert(
    fc.property(fc.nat(8), fc.array(number, { maxLength: 100 }), (capacity, numbers) => {
      const writer = new ByteWriter(capacity)
      for (const { bits, value } of numbers) writer[`u${bits}`](value)
      const reader = new ByteReader(writer.finish())
      return numbers.every(({ bits, value }) => reader[`u${bits}`]() === value) && reader.left === 0
    }),
  )
})
