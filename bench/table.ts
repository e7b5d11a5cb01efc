/** What every speaker announces in a case: the same networks, with the same communities. */
import { ipFromOctets, octetsOf, parseIp } from '../net/ip.js'
import { addressOf, lengthOf, type Prefix } from '../net/prefix.js'
import { expandRange, type PrefixRange, rangeCovering } from '../net/prefix-range.js'

export interface Block {
  readonly range: PrefixRange
  /** Number of its attribute set. */
  readonly set: number
}

export interface Table {
  readonly version: 4 | 6
  /** Taken back and announced anew at run time, in the cases that do so. */
  readonly few?: Block
  readonly rest: readonly Block[]
  /** Communities of each attribute set. */
  readonly sets: readonly (readonly string[])[]
}

export function blocksIn({ few, rest }: Table): readonly Block[] {
  return few === undefined ? rest : [few, ...rest]
}

export function sizeOf(table: Table): number {
  return blocksIn(table).reduce((total, { range }) => total + range.count, 0)
}

/** Host routes of IPv4. With `few`, the first thousand are a block to themselves. */
export function hostRoutes(count: number, { few = 0, sets = 1 } = {}): Table {
  const blocks = chain('20.0.0.0', 32, few, split(count - few, sets))
  const [first, ...rest] = blocks
  const communities = Array.from({ length: sets }, (_, set) => (sets === 1 ? [] : [`65001:${100 + set}`]))
  return few > 0 && first !== undefined
    ? { version: 4, few: first, rest, sets: communities }
    : { version: 4, rest: blocks, sets: communities }
}

export function hostRoutes6(count: number): Table {
  return { version: 6, rest: [block('2001:db8::', 128, count, 0)], sets: [[]] }
}

/** Lengths about as they are mixed on the Internet, with some host routes. */
export function mixedLengths(count: number): Table {
  const shares: readonly (readonly [base: string, length: number, share: number])[] = [
    ['32.0.0.0', 24, 0.55],
    ['48.0.0.0', 23, 0.1],
    ['64.0.0.0', 22, 0.12],
    ['96.0.0.0', 20, 0.05],
    ['128.0.0.0', 16, 0.01],
    ['192.0.0.0', 32, 0.17],
  ]
  const rest = shares.map(([base, length, share]) => block(base, length, Math.round(count * share), 0))
  return { version: 4, rest, sets: [[]] }
}

/** Every network of the block as text. */
export function networksOf({ range }: Block): Generator<Prefix, void, undefined> {
  return expandRange(range)
}

/** One line a network, in pieces that a file or a pipe takes at once. */
export function* linesOf(
  block: Block,
  line: (network: string) => string,
): Generator<string, void, undefined> {
  let piece = ''
  for (const network of networksOf(block)) {
    piece += `${line(network)}\n`
    if (piece.length < 1 << 16) continue
    yield piece
    piece = ''
  }
  yield piece
}

function split(count: number, parts: number): readonly number[] {
  return Array.from(
    { length: parts },
    (_, i) => Math.floor((count * (i + 1)) / parts) - Math.floor((count * i) / parts),
  )
}

/** Blocks that follow each other without a gap: a small one of set 0, then one for each set. */
function chain(base: string, length: number, few: number, counts: readonly number[]): readonly Block[] {
  let at = base
  const parts = [
    ...(few > 0 ? [{ count: few, set: 0 }] : []),
    ...counts.map((count, set) => ({ count, set })),
  ]
  return parts.map(({ count, set }) => {
    const next = block(at, length, count, set)
    at = advanced(at, count)
    return next
  })
}

function block(base: string, length: number, count: number, set: number): Block {
  const first = ipOf(base)
  const step = BigInt(count - 1) << BigInt(octetsOf(first).length * 8 - length)
  const range = rangeCovering(first, ipOf(advanced(base, step)), length)
  if (!range.ok) throw new Error(range.because)
  if (addressOf(range.value.first) !== first || lengthOf(range.value.first) !== length)
    throw new Error(`${base} does not begin a /${length}`)
  return { range: range.value, set }
}

function advanced(base: string, by: number | bigint): string {
  const octets = octetsOf(ipOf(base))
  let value = octets.reduce((total, octet) => (total << 8n) | BigInt(octet), 0n) + BigInt(by)
  for (let i = octets.length - 1; i >= 0; i--) {
    octets[i] = Number(value & 0xffn)
    value >>= 8n
  }
  return ipFromOctets(octets)
}

function ipOf(text: string) {
  const ip = parseIp(text)
  if (!ip.ok) throw new Error(ip.because)
  return ip.value
}
