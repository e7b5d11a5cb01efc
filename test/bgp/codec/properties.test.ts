import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { mergeAs4 } from '../../../bgp/codec/as4.js'
import { codeOf } from '../../../bgp/codec/attributes/encode.js'
import type { CodecContext } from '../../../bgp/codec/context.js'
import { Framer } from '../../../bgp/codec/framer.js'
import { decodeMessage, encodeMessage } from '../../../bgp/codec/message.js'
import { nlriLength, readNlri, writeNlri } from '../../../bgp/codec/nlri.js'
import type { Message } from '../../../bgp/message.js'
import { ByteReader, ByteWriter } from '../../../net/bytes.js'
import { hex } from '../../support/hex.js'
import { message, prefix4, prefix6, segment } from './arbitraries.js'
import { extended, external, faultOf, internal, marker, twoOctet } from './wire.js'

/** Accepts every attribute that has a place between four-octet speakers. */
const roomy: CodecContext = { ...extended, external: false }
const contexts = [external, internal, twoOctet, extended]

t.test('what is encoded decodes to itself, the attributes in the order of RFC 7606 §5.1', async () => {
  fc.assert(
    fc.property(message, (sent) => {
      assert.deepStrictEqual(decodeMessage(encodeMessage(sent, roomy), roomy), asReceived(sent))
    }),
    { numRuns: 500 },
  )
})

t.test('and what was decoded encodes to the same octets', async () => {
  fc.assert(
    fc.property(message, (sent) => {
      const bytes = encodeMessage(sent, roomy)
      assert.deepStrictEqual(encodeMessage(decodeMessage(bytes, roomy), roomy), bytes)
    }),
    { numRuns: 500 },
  )
})

t.test('any octets are a message or a fault of the protocol', async () => {
  const body = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.uint8Array({ maxLength: 128 }))
  fc.assert(
    fc.property(body, fc.constantFrom(...contexts), ([type, octets], context) => {
      const length = octets.length + 19
      const bytes = Uint8Array.from([...hex(marker), length >>> 8, length & 255, type, ...octets])
      faultOf(() => decodeMessage(bytes, context))
    }),
    { numRuns: 3000 },
  )
})

t.test('any attribute octets in an UPDATE are an outcome or a fault of the protocol', async () => {
  const head = fc.tuple(
    fc.constantFrom(0x40, 0x80, 0xc0, 0x50, 0xd0),
    fc.oneof(fc.integer({ min: 0, max: 41 }), fc.nat(255)),
  )
  const attribute = fc
    .tuple(head, fc.uint8Array({ maxLength: 32 }))
    .map(([[flags, type], value]) =>
      (flags & 0x10) === 0 ? [flags, type, value.length, ...value] : [flags, type, 0, value.length, ...value],
    )
  fc.assert(
    fc.property(fc.array(attribute, { maxLength: 8 }), fc.constantFrom(...contexts), (list, context) => {
      const attributes = list.flat()
      const length = attributes.length + 23 + 4
      const bytes = Uint8Array.from([
        ...hex(marker),
        ...[length >>> 8, length & 255, 2, 0, 0, attributes.length >>> 8, attributes.length & 255],
        ...attributes,
        ...hex('18 0af401'),
      ])
      faultOf(() => decodeMessage(bytes, context))
    }),
    { numRuns: 3000 },
  )
})

t.test('a stream cut anywhere gives the messages that were put in', async () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 6 }), fc.array(fc.nat(200)), (sent, cuts) => {
      const encoded = sent.map((each) => encodeMessage(each, roomy))
      const stream = Uint8Array.from(encoded.flatMap((bytes) => [...bytes]))
      const framer = new Framer()
      framer.raiseLimit(65535)
      const received: Uint8Array[] = []
      const take = () => {
        for (let bytes = framer.next(); bytes !== undefined; bytes = framer.next())
          received.push(bytes.slice())
      }
      let at = 0
      for (const cut of cuts) {
        framer.push(stream.subarray(at, at + cut))
        at += cut
        take()
      }
      framer.push(stream.subarray(at))
      take()
      assert.deepStrictEqual(received, encoded)
    }),
  )
})

t.test('a path survives a session of two-octet AS numbers (RFC 6793 §4.2)', async () => {
  const path = fc.array(
    segment.filter(({ kind }) => kind === 'sequence' || kind === 'set'),
    { maxLength: 4 },
  )
  fc.assert(
    fc.property(path, (segments) => {
      const update: Message = {
        kind: 'update',
        withdrawn: [],
        attributes: [{ kind: 'as-path', segments }],
        nlri: [],
      }
      const received = decodeMessage(encodeMessage(update, twoOctet), twoOctet)
      assert.deepStrictEqual(received.kind === 'update' && mergeAs4(received.attributes), update.attributes)
    }),
  )
})

t.test('a prefix takes as many octets as nlriLength says, and comes back', async () => {
  fc.assert(
    fc.property(fc.oneof(prefix4, prefix6), (prefix) => {
      const writer = new ByteWriter()
      writeNlri(writer, prefix)
      const octets = writer.finish()
      assert.equal(octets.length, nlriLength(prefix))
      assert.equal(readNlri(new ByteReader(octets), prefix.includes(':') ? 6 : 4), prefix)
    }),
  )
})

/** What `sent` is when it comes back: the same, its attributes in the order they are sent in. */
function asReceived(sent: Message): unknown {
  if (sent.kind !== 'update') return sent
  const rank = (attribute: (typeof sent.attributes)[number]) => {
    const code = codeOf(attribute)
    return code === 14 || code === 15 ? code - 256 : code
  }
  const attributes = sent.attributes.toSorted((a, b) => rank(a) - rank(b))
  return { ...sent, attributes, outcome: 'accept', problems: [] }
}
