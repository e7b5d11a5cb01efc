import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { readDisk } from '../../config/files.js'
import { loadConfig, MAX_FILE_OCTETS } from '../../config/load.js'
import { formatProblem } from '../../config/problem.js'
import { readSecretFile } from '../../config/secret-file.js'
import { load, problemsOf } from '../support/config.js'

const tenMistakes = `node: "worker 1"
bgp:
  asn: 1.10
  routerid: 10.0.0.11
  peers:
    - name: tor-1
      adress: 10.0.0.1
      asn: 65000
      holdTime: 90
    - address: fe80::1
      asn: external
    - address: 10.0.0.2
      asn: 65000
      advertise: [podz]
      keepaliveTime: 2m
announcements:
  - name: pods
    podCIDRs: [10.244.1.1/24]
    via: [l2]
  - loadBalancerIPs: [192.0.2.9, 192.0.2.0/28]
log: { level: inf }
`

const keyed = `bgp:
  asn: 65001
  peerDefaults: { password: "sesame", asn: 65000 }
  peers: [{ address: 10.0.0.1 }, { address: 10.0.0.2 }]
`

t.test('every mistake is found in one run, syntax aside, in the order of the file', async (t) => {
  t.same(problemsOf(tenMistakes), [
    `1:7: node: 'worker 1' does not do as a name; write letters, digits and . _ - : %, up to 253`,
    '3:8: bgp.asn: 1.1 is a decimal number to YAML; quote asdot, like "1.10"',
    `4:3: bgp.routerid: unknown key; did you mean 'routerId'?`,
    `7:7: bgp.peers[0].adress: unknown key; did you mean 'address'?`,
    '9:17: bgp.peers[0].holdTime: is the number 90; write a duration with its unit, such as 90s',
    '10:16: bgp.peers[1].address: fe80::1 is link-local and exists on every link; name the interface too',
    '14:19: bgp.peers[2].advertise[0]: no announcement is called podz; did you mean pods?',
    '15:22: bgp.peers[2].keepaliveTime: 120s is not shorter than the hold time of 90s; write 30s, a third of it',
    `18:16: announcements[0].podCIDRs[0]: '10.244.1.1/24' has host bits set; write 10.244.1.0/24, or 10.244.1.1/32 for that one address`,
    '19:11: announcements[0].via[0]: l2 is not configured here; write l2: {} at the top level',
    '20:34: announcements[1].loadBalancerIPs[1]: 192.0.2.9 is in the entry of line 20 already; an address stands once',
    `21:15: log.level: 'inf' is not one of trace, debug, info, warn, error, fatal, silent; did you mean info?`,
  ])
})

t.test('a key in a file that others may read is refused, as a key file would be, and once', async (t) => {
  const file = join(t.testdir({ 'herald.yaml': keyed }), 'herald.yaml')
  for (const { mode, problems } of [
    { mode: 0o640, problems: [] },
    {
      mode: 0o644,
      problems: [
        `${file}:3:29: bgp.peerDefaults.password: stands in a file that is open to every user of this host; run chmod 640 ${file}, or put it into a passwordFile`,
      ],
    },
  ]) {
    chmodSync(file, mode)
    const loaded = loadConfig(file, { node: 'worker-1', readFile: readDisk })
    t.same(loaded.ok ? [] : loaded.problems.map(formatProblem), problems)
  }
})

t.test('a wrong item does not move the places of the mistakes after it', async (t) => {
  t.same(
    problemsOf(
      'bgp:\n  asn: 1\n  peers:\n    - 10.0.0.1\n    - { address: 10.0.0.2, asn: 2, families: [x, ipv4/unicast, ipv4/unicast] }\n',
    ),
    [
      `4:7: bgp.peers[0]: is the text '10.0.0.1'; write a mapping of keys such as name, address, asn`,
      `5:47: bgp.peers[1].families[0]: 'x' is not one of ipv4/unicast, ipv6/unicast`,
      '5:64: bgp.peers[1].families[2]: ipv4/unicast is given twice, first in line 5; remove one',
    ],
  )
})

t.test('nothing is concluded from a value that is wrong by itself', async (t) => {
  t.match(
    problemsOf('bgp: { asn: 1, peers: [{ address: 10.0.0.1, asn: 2, holdTime: x, keepaliveTime: 5m }] }'),
    [/holdTime/],
  )
  t.match(
    problemsOf(
      'bgp: { asn: 1, peers: [{ address: x, asn: 2 }] }\nannouncements: [{ prefixes: [], peers: [tor] }]',
    ),
    [/address/],
  )
  t.match(
    problemsOf(
      'bgp: { asn: 1, peers: [{ address: 10.0.0.1, asn: 2, advertise: [a] }] }\nannouncements: [{ nam: a, prefixes: [] }]',
    ),
    [/nam/],
  )
})

t.test('a file that cannot be read is one problem with the file alone', async (t) => {
  const folder = t.testdir({ 'latin1.yaml': '', 'big.yaml': '' })
  writeFileSync(join(folder, 'latin1.yaml'), Uint8Array.of(0x6e, 0x3a, 0x20, 0xe4))
  writeFileSync(join(folder, 'big.yaml'), new Uint8Array(MAX_FILE_OCTETS + 1))
  const say = (file: string) => {
    const loaded = loadConfig(file, { node: 'worker-1', readFile: readDisk })
    return loaded.ok ? [] : loaded.problems.map(formatProblem)
  }
  t.same(say(join(folder, 'none.yaml')), [`${folder}/none.yaml: cannot be read: there is no such file`])
  t.same(say(folder), [`${folder}: cannot be read: it is a directory`])
  t.same(say(join(folder, 'latin1.yaml')), [
    `${folder}/latin1.yaml: is not UTF-8 text; save it in that encoding`,
  ])
  t.same(say(join(folder, 'big.yaml')), [
    `${folder}/big.yaml: cannot be read: it has more than 16777216 octets`,
  ])
})

t.test('keys and paths are relative to the file that names them', async (t) => {
  const folder = t.testdir({
    'herald.yaml': `
bgp:
  asn: 65001
  peers:
    - { address: 10.0.0.1, asn: 65000, passwordFile: keys/tor.key }
    - { address: 10.0.0.2, asn: 65000, passwordFile: ./keys/tor.key }
control: { socket: /run/h.sock, stateDirectory: state }
`,
  })
  mkdirSync(join(folder, 'keys'))
  writeFileSync(join(folder, 'keys', 'tor.key'), 'swordfish\r\n', { mode: 0o640 })
  const file = join(folder, 'herald.yaml')
  const loaded = loadConfig(file, { node: 'worker-1', readFile: readDisk })
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
  t.same(
    loaded.settings.bgp?.peers.map(({ password }) => password?.reveal()),
    ['swordfish', 'swordfish'],
    'without the line end',
  )
  t.same(loaded.settings.control, { socket: '/run/h.sock', stateDirectory: join(folder, 'state') })
  chmodSync(join(folder, 'keys', 'tor.key'), 0o644)
  t.match(loadConfig(file, { node: 'worker-1', readFile: readDisk }), { ok: false }, 'open to others')
})

t.test('a key file that is not text is refused', async (t) => {
  const folder = t.testdir({})
  writeFileSync(join(folder, 'key'), Uint8Array.of(0xff, 0xfe), { mode: 0o600 })
  t.match(readSecretFile(join(folder, 'key'), readDisk), { ok: false, because: /is not UTF-8 text/ })
})

t.test('no key is ever in a message', async (t) => {
  const secret = 'swordfish'
  const files = {
    '/etc/herald/two': `${secret}\n${secret}\n`,
    '/etc/herald/open': { text: secret, mode: 0o666 },
  }
  for (const key of [
    `password: [${secret}]`,
    `password: { ${secret}: 1 }`,
    'passwordFile: two',
    'passwordFile: open',
  ]) {
    const problems = problemsOf(`bgp: { asn: 1, peers: [{ address: 10.0.0.1, asn: 2, ${key} }] }`, files)
    t.equal(problems.length, 1, key)
    t.notMatch(problems.join(), secret)
  }
})

t.test('any text is a configuration or has problems, each placed in the file', async () => {
  const bits = [
    'bgp',
    'asn',
    'peers',
    'address',
    ':',
    ' ',
    '\n',
    '  ',
    '-',
    '[',
    ']',
    '{',
    '}',
    ',',
    '"',
    '&a',
    '*a',
  ]
  const values = [
    '<<',
    '1',
    '65001',
    '10.0.0.1',
    'fe80::1',
    '10.0.0.0/8',
    '90s',
    '|',
    '>',
    '#',
    '!x',
    '\t',
    'null',
    '---',
  ]
  const text = fc.array(fc.constantFrom(...bits, ...values), { maxLength: 40 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(text, fc.string()), (yaml) => {
      const loaded = load(yaml)
      const lines = yaml.split('\n').length
      return (
        loaded.ok || loaded.problems.every(({ line, column }) => line >= 1 && line <= lines && column >= 1)
      )
    }),
    { numRuns: 2000 },
  )
})

t.test('a valid file with any one line left out or doubled is read or refused, never a crash', async () => {
  const lines = tenMistakes.split('\n')
  for (const [i, line] of lines.entries()) {
    load([...lines.slice(0, i), ...lines.slice(i + 1)].join('\n'))
    load([...lines.slice(0, i), line, ...lines.slice(i)].join('\n'))
  }
})
