import fc from 'fast-check'
import t from 'tap'
import { announceable } from '../../config/announceable.js'
import { PrefixLines, parsePrefixOrAddress } from '../../config/prefix-lines.js'
import { type ReadPrefix, readOctets } from '../../config/prefix-octets.js'
import { ipFromOctets } from '../../net/ip.js'
import { networkOf } from '../../net/prefix.js'
import { rangesOf, sizeOf } from '../../net/prefix-set.js'
import { rangeOfSpan } from '../../net/span.js'

const octets = (text: string) => new TextEncoder().encode(text)

function quickly(text: string): string | undefined {
  const read: ReadPrefix = { version: 4, length: 0, words: new Uint32Array(4) }
  const bytes = octets(`x${text}y`)
  if (!readOctets(bytes, 1, bytes.length - 1, read)) return undefined
  const words = read.words.slice(0, read.version === 4 ? 1 : 4)
  return rangeOfSpan({ ...read, words, count: 1 }).first
}

function carefully(text: string): string | undefined {
  const prefix = parsePrefixOrAddress(text)
  const checked = prefix.ok ? announceable(prefix.value) : prefix
  return checked.ok ? checked.value : undefined
}

function read(text: string, rules = { once: true, announceable: true }, pieces: readonly number[] = []) {
  const lines = new PrefixLines(rules)
  const bytes = octets(text)
  let from = 0
  for (const piece of pieces) {
    lines.push(bytes.subarray(from, from + piece))
    from += piece
  }
  lines.push(bytes.subarray(from))
  const { prefixes, problems, wrong } = lines.end()
  return {
    prefixes: [...rangesOf(prefixes)].map(({ first, count }) => (count === 1 ? first : `${first} ${count}`)),
    problems: problems.map(({ line, message }) => `${line}: ${message}`),
    wrong,
  }
}

const canonical = fc
  .tuple(
    fc.oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 })),
    fc.integer({ min: 8, max: 128 }),
  )
  .map(([address, length]) => networkOf(ipFromOctets(address), Math.min(length, address.length * 8)))
const scribble = fc.string({ unit: fc.constantFrom(...'0123459af:./ '), maxLength: 24 })
const damaged = fc
  .tuple(canonical, fc.nat(30), fc.constantFrom('', ':', '::', '.', '/', '0', 'f', 'G', ' '))
  .map(([text, at, put]) => text.slice(0, at) + put + text.slice(at + 1))

t.test('what is read quickly is what is read carefully', async (t) => {
  fc.assert(
    fc.property(fc.oneof(canonical, scribble, damaged), (text) => {
      const quick = quickly(text)
      return quick === undefined || quick === carefully(text)
    }),
    { numRuns: 3000, examples: [['2000:100:::/24']] },
  )
  for (const text of ['fc00:::/8', '2001:db8:::1', '2001:::db8::', '2001:db8:', '2001::db8:/32']) {
    t.equal(quickly(text), undefined, `${text} is not read quickly`)
  }
  const plain = [
    '192.0.2.1',
    '192.0.2.0/24',
    '10.0.0.0/8',
    '2001:db8::',
    '2001:db8::1/128',
    'fd00:1:2:3::/64',
  ]
  t.ok(plain.length > 0)
  for (const text of [
    ...plain,
    '2001:DB8::/32',
    '2001:db8:0:0:0:0:0:1',
    '2001:db8:1:2:3:4:5::',
    '223.255.255.255',
  ]) {
    t.equal(quickly(text), carefully(text), text)
    t.type(quickly(text), 'string', `${text} is read quickly`)
  }
})

t.test('prefixes and addresses, comments and blank lines, either kind of line end', async (t) => {
  const text =
    '\ufeff# mine\r\n192.0.2.1\r\n\r\n  198.51.100.0/24\t# a net\n2001:db8::/48\n192.0.2.2/32\n2001:DB8::0:5'
  t.same(read(text), {
    prefixes: ['198.51.100.0/24', '192.0.2.1/32 2', '2001:db8::/48', '2001:db8::5/128'],
    problems: [],
    wrong: 0,
  })
  t.same(read('').prefixes, [])
})

t.test('lines may come cut anywhere', async () => {
  const text = '192.0.2.1\r\n2001:db8::/48 # x\n\n198.51.100.0/24'
  fc.assert(
    fc.property(fc.array(fc.nat(12), { maxLength: 6 }), (pieces) => {
      return JSON.stringify(read(text, undefined, pieces)) === JSON.stringify(read(text))
    }),
  )
})

const wrong: readonly (readonly [line: string, problem: string])[] = [
  ['nonsense', "'nonsense' is not an IPv4 or IPv6 address"],
  [
    '192.0.2.1/24',
    "'192.0.2.1/24' has host bits set; write 192.0.2.0/24, or 192.0.2.1/32 for that one address",
  ],
  ['192.0.2.256', "'192.0.2.256' is not an IPv4 or IPv6 address"],
  ['192.0.2.1/33', "'192.0.2.1/33' has the length '33'; it goes from 0 to 32"],
  ['0.0.0.0/0', '0.0.0.0/0 is a default route; herald never announces one, name the prefixes that are yours'],
  [
    '127.0.0.1',
    '127.0.0.1/32 is or holds loopback space, which routers do not forward; announce unicast addresses',
  ],
  [
    'fe80::/64',
    'fe80::/64 is or holds link-local space, which routers do not forward; announce unicast addresses',
  ],
  ['192.0.2.1 192.0.2.2', "'192.0.2.1 192.0.2.2' is not an IPv4 or IPv6 address"],
  ['x'.repeat(100), `'${'x'.repeat(60)}…' is not a prefix; write ADDRESS/LENGTH, or an address`],
  ['a\u001bb', "'a\ufffdb' is not a prefix; write ADDRESS/LENGTH, or an address"],
  ['1'.repeat(5000), 'has more than 4096 octets; write one prefix a line'],
]

t.ok(wrong.length > 0)
for (const [line, problem] of wrong) {
  t.test(`wrong line: ${problem}`, async (t) => {
    const text = `192.0.2.1\n${line}\n192.0.2.3\n`
    t.same(read(text), { prefixes: ['192.0.2.1/32', '192.0.2.3/32'], problems: [`2: ${problem}`], wrong: 1 })
    t.same(read(text, undefined, [11, 2, 4097]).problems, [`2: ${problem}`])
  })
}

t.test('a prefix that stands twice is told with both lines, or taken once where that is right', async (t) => {
  const text = '192.0.2.2\n192.0.2.1\n192.0.2.0/24\n192.0.2.1/32\n'
  t.same(read(text).problems, ['4: 192.0.2.1/32 is in line 2 already; remove one of them'])
  t.same(read(text, { once: false, announceable: true }), {
    prefixes: ['192.0.2.0/24', '192.0.2.1/32 2'],
    problems: [],
    wrong: 0,
  })
})

t.test('of many wrong lines the first are told, and how many there are', async (t) => {
  const { problems, wrong } = read('x\n'.repeat(1000))
  t.equal(problems.length, 20)
  t.equal(wrong, 1000)
})

t.test('a million lines are read without keeping one of them', async (t) => {
  const lines = new PrefixLines({ once: true, announceable: true })
  for (let i = 0; i < 1000; i++) {
    const net = `10.${i >>> 8}.${i & 255}`
    let text = ''
    for (let j = 0; j < 200; j++) text += `${net}.${j}\n2001:db8:${i.toString(16)}::${j.toString(16)}\n`
    lines.push(octets(text))
  }
  const { prefixes, wrong } = lines.end()
  t.equal(wrong, 0)
  t.equal(sizeOf(prefixes), 400_000)
  const runs = prefixes.lists.reduce((sum, { counts }) => sum + counts.length, 0)
  t.equal(runs, 2000)
})
