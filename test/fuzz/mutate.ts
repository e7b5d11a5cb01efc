import type { Prng } from './prng.js'

type Mutation = (message: Uint8Array, random: Prng, other: Uint8Array, from: number) => Uint8Array

const HEADER = 19

/** Values at the edges of what lengths, flags and types mean. */
const edges = [0, 1, 2, 3, 4, 0x10, 0x40, 0x7f, 0x80, 0xc0, 0xf0, 0xfe, 0xff]

const mutations: readonly Mutation[] = [
  function flipBit(message, random, _other, from) {
    return replaced(message, at(message, random, from), (octet) => octet ^ (1 << random.below(8)))
  },
  function setOctet(message, random, _other, from) {
    return replaced(message, at(message, random, from), () => random.below(256))
  },
  function setEdge(message, random, _other, from) {
    return replaced(message, at(message, random, from), () => edges[random.below(edges.length)] ?? 0)
  },
  function countOneOff(message, random, _other, from) {
    return replaced(message, at(message, random, from), (octet) => octet + (random.oneIn(2) ? 1 : 255))
  },
  function truncate(message, random, _other, from) {
    return message.slice(0, at(message, random, from))
  },
  function remove(message, random, _other, from) {
    const start = at(message, random, from)
    return joined(message.subarray(0, start), message.subarray(start + 1 + random.below(8)))
  },
  function insert(message, random, _other, from) {
    const start = at(message, random, from)
    const octets = Uint8Array.from({ length: 1 + random.below(8) }, () => random.below(256))
    return joined(message.subarray(0, start), octets, message.subarray(start))
  },
  function repeat(message, random, _other, from) {
    const start = at(message, random, from)
    const block = message.subarray(start, start + 1 + random.below(64))
    return joined(message.subarray(0, start), block, message.subarray(start))
  },
  function splice(message, random, other, from) {
    return joined(message.subarray(0, at(message, random, from)), other.subarray(at(other, random, HEADER)))
  },
]

/**
 * A few mutations of a message, at most `limit` octets. Half of them stay within one field, whose length is then set
 * right, so that what is inside is reached; of the others, one in eight keeps marker and length as they came out.
 */
export function mutate(message: Uint8Array, other: Uint8Array, random: Prng, limit: number): Uint8Array {
  const rounds = 1 + random.below(4)
  if (random.oneIn(2)) {
    const inside = inField(message, random, (field) => mutated(field, other, random, rounds, 0))
    if (inside.length <= limit) return withHeader(inside)
  }
  const bounded = mutated(message, other, random, rounds, HEADER).slice(0, limit)
  return random.oneIn(8) ? bounded : withHeader(bounded)
}

/** @param from where what is worth mutating begins: most mutations are behind it */
function mutated(
  octets: Uint8Array,
  other: Uint8Array,
  random: Prng,
  rounds: number,
  from: number,
): Uint8Array {
  let result: Uint8Array = octets.slice()
  for (let i = 0; i < rounds; i++) {
    const mutation = mutations[random.below(mutations.length)]
    if (mutation !== undefined) result = mutation(result, random, other, from)
  }
  return result
}

type Change = (field: Uint8Array) => Uint8Array

/** Changes one field of an UPDATE or the optional parameters of an OPEN; the length in front of it follows. */
function inField(message: Uint8Array, random: Prng, change: Change): Uint8Array {
  const header = message.subarray(0, HEADER)
  const body = message.subarray(HEADER)
  switch (message[18]) {
    case 1: {
      const parameters = change(body.subarray(10)).subarray(0, 255)
      return joined(header, body.subarray(0, 9), Uint8Array.of(parameters.length), parameters)
    }
    case 2:
      return joined(header, inUpdate(body, random, change))
    default:
      return joined(header, change(body))
  }
}

function inUpdate(body: Uint8Array, random: Prng, change: Change): Uint8Array {
  const withdrawn = counted(body, 0)
  const attributes = counted(body, withdrawn.length + 2)
  const nlri = body.subarray(withdrawn.length + attributes.length + 4)
  const chosen = random.below(8)
  return joined(
    ...withLength(chosen === 0 ? change(withdrawn) : withdrawn),
    ...withLength(chosen > 1 ? change(attributes) : attributes),
    chosen === 1 ? change(nlri) : nlri,
  )
}

function counted(body: Uint8Array, start: number): Uint8Array {
  const length = ((body[start] ?? 0) << 8) | (body[start + 1] ?? 0)
  return body.subarray(start + 2, start + 2 + length)
}

function withLength(field: Uint8Array): readonly Uint8Array[] {
  return [Uint8Array.of(field.length >>> 8, field.length), field]
}

function withHeader(message: Uint8Array): Uint8Array {
  if (message.length < HEADER) return message
  message.fill(0xff, 0, 16)
  message[16] = message.length >>> 8
  message[17] = message.length
  return message
}

/** Mostly from `from` on; in the length and type before it as well. */
function at(message: Uint8Array, random: Prng, from: number): number {
  const start = random.oneIn(8) ? Math.max(0, from - 3) : from
  return Math.min(message.length, start + random.below(Math.max(1, message.length - start)))
}

function replaced(message: Uint8Array, index: number, change: (octet: number) => number): Uint8Array {
  if (index < message.length) message[index] = change(message[index] ?? 0)
  return message
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let end = 0
  for (const part of parts) {
    out.set(part, end)
    end += part.length
  }
  return out
}
