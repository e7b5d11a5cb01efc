import t from 'tap'
import { problemsOf, type Refusal, settingsOf } from '../support/config.js'

const valid = 'bgp: { asn: 65001 }\n'

const refused: readonly Refusal[] = [
  ['', '1:1: the file is empty; write bgp: with asn: and peers: below it, and announcements:'],
  [
    '# nothing but a comment\n',
    '1:1: the file is empty; write bgp: with asn: and peers: below it, and announcements:',
  ],
  ['just text', `1:1: the file is the text 'just text'; write a mapping of keys such as node, bgp, l2`],
  ['- a list', '1:1: the file is a list; write a mapping of keys such as node, bgp, l2'],
  ['bgp:\n\tasn: 1\n', '2:1: indented with a tab; YAML wants spaces'],
  [
    'bgp:\n  asn: 1\n  listen: ["a", "b"\nlog: {}\n',
    '4:1: does not line up; indent it like the lines beside it, and close every [ and { of this value',
  ],
  ['node: "x\n', '2:1: a quote, bracket, comma or space is missing here or before'],
  ['node: @x\n', '1:7: text cannot begin with this character; quote it'],
  ['node: "\\q"\n', '1:8: unknown escape in double quotes; write \\\\ for a backslash, or use single quotes'],
  [
    'node: a: b\n',
    '1:7: a second key on one line, or text with a colon; quote the text, or put the key on a line of its own',
  ],
  [
    '- a\nb: 1\n',
    '2:1: not expected here; look for wrong indentation or a missing quote, comma or bracket before',
  ],
  [
    `${valid}---\nbgp: { asn: 2 }\n`,
    '2:1: a second document begins here (---); one file is one document, split it or remove the ---',
  ],
  [
    `%YAML 1.1\n---\n${valid}`,
    '1:1: YAML 1.1 reads numbers and words differently; remove the %YAML line, 1.2 is meant',
  ],
  [
    `${valid}node: !host x\n`,
    '2:7: an unknown tag (!name); remove it, or quote the text if it only begins with !',
  ],
  ['bgp: { asn: 1 }\nbgp: { asn: 2 }\n', '2:1: bgp: is given twice here; remove one'],
  ['bgp:\n  asn: 1\n  asn: 2\n', '3:3: bgp.asn: is given twice here; remove one'],
  [`${valid}node: *name\n`, '2:7: node: *name has no anchor &name before it'],
  ['bgp: &bgp\n  asn: 1\n  peers: [*bgp]\n', '3:11: bgp.peers[0]: *bgp has no anchor &bgp before it'],
  [
    'bgp:\n  asn: 1\n  listen: [[::]:179]\n',
    '3:12: bgp.listen[0]: a key is plain text; quote a value such as "[::]:179"',
  ],
  ['bgp:\n  <<: 5\n  asn: 1\n', '2:3: bgp.<<: merges mappings: write <<: *anchor, the anchor on a mapping'],
  ['['.repeat(100_000), '1:201: nested too deeply to be read; look for a stray [ or {'],
  ['- '.repeat(100_000), '1:401: nested too deeply to be read; look for a stray [ or {'],
  [`${valid}node: ${'{a: '.repeat(300)}`, '2:803: nested too deeply to be read; look for a stray [ or {'],
]

t.ok(refused.length > 0)
for (const [written, ...problems] of refused) {
  t.test(`${JSON.stringify(written.slice(0, 50))} is refused with its place and a remedy`, async (t) => {
    t.same(problemsOf(written), problems)
  })
}

t.test('aliases cannot multiply without end', async (t) => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  const levels = names.map((name, i) => `${name}: &${name} [${`*${names[i - 1]},`.repeat(10)}]`)
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]', ...levels.slice(1), valid].join('\n')
  t.match(problemsOf(bomb).join('\n'), /aliases repeat too much; write the values out/)
})

t.test('anchors, aliases and merges are read, and what stands in the mapping itself wins', async (t) => {
  const { bgp, announcements } = settingsOf(`
bgp:
  asn: 65001
  peers:
    - &main { address: 10.0.0.1, asn: 65000, holdTime: 30s, port: 1179 }
    - { <<: *main, address: 10.0.0.2, holdTime: 9s }
    - { <<: [{ port: 2179 }, *main], address: 10.0.0.3 }
announcements:
  - loadBalancerIPs: &vips [192.0.2.1]
  - loadBalancerIPs: *vips
`)
  t.same(
    bgp?.peers.map(({ address, port, holdTime }) => [address, port, holdTime]),
    [
      ['10.0.0.1', 1179, 30],
      ['10.0.0.2', 1179, 9],
      ['10.0.0.3', 2179, 30],
    ],
  )
  t.same(
    announcements.map(({ name }) => name),
    ['loadBalancerIPs', 'loadBalancerIPs-2'],
  )
})

t.test(
  'a mistake behind an alias is placed where the text stands, under each path that has it',
  async (t) => {
    t.same(
      problemsOf(
        'bgp:\n  asn: 1\n  peers:\n    - &a { address: 10.0.0.1, asn: 1, port: x }\n    - { <<: *a, address: 10.0.0.2 }\n',
      ),
      [
        `4:45: bgp.peers[0].port: is the text 'x'; write a whole number from 1 to 65535`,
        `4:45: bgp.peers[1].port: is the text 'x'; write a whole number from 1 to 65535`,
      ],
    )
  },
)

t.test('keys that JavaScript objects have of their own are unknown keys like any other', async (t) => {
  t.match(problemsOf(`${valid}__proto__: { asn: 1 }\n`), [/^2:1: __proto__: unknown key/])
  t.match(problemsOf(`${valid}constructor: 1\n`), [/^2:1: constructor: unknown key/])
})

t.test('line ends of Windows and a byte order mark are no mistakes', async (t) => {
  t.equal(settingsOf('\ufeffbgp:\r\n  asn: 65001\r\n').bgp?.asn, 65001)
  t.match(problemsOf('bgp:\r\n  asn: x\r\n'), [/^2:8: bgp.asn/])
})
