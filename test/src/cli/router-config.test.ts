import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { runHerald } from './run-herald.js'

const valid = `node: worker-1
bgp:
  asn: 65001
  peers:
    - { name: tor-1, address: 192.0.2.1, asn: 65000, localAddress: 192.0.2.11, password: sesame }
  dynamicPeers:
    - { prefix: 198.51.100.0/24, asn: external }
announcements:
  - podCIDRs: [10.244.1.0/24]
`

/** Only for its owner: it holds a key. */
function file(t: Test, text = valid): string {
  const path = join(t.testdir({ 'herald.yaml': text }), 'herald.yaml')
  chmodSync(path, 0o600)
  return path
}

t.test('prints for FRR unless told otherwise, by name or address, and never the password', async (t) => {
  const config = file(t)
  const named = await runHerald(['router-config', 'tor-1', '-c', config])
  t.match(named, {
    code: 0,
    stderr: '',
    stdout: /^router bgp 65000\n neighbor 192\.0\.2\.11 remote-as 65001$/m,
  })
  t.match(named.stdout, 'password <password of tor-1>')
  t.notMatch(named.stdout, 'sesame')
  t.same(await runHerald(['router-config', '192.0.2.1', '--config', config, '--for', 'frr']), named)
  t.match(
    (await runHerald(['router-config', 'tor-1', '--for', 'junos', '-c', config])).stdout,
    'set protocols bgp',
  )
})

t.test('an address in a dynamic range is a peer too', async (t) => {
  const args = [
    'router-config',
    '198.51.100.7',
    '--asn',
    '65009',
    '--node-address',
    '198.51.100.1',
    '-c',
    file(t),
  ]
  const { code, stdout } = await runHerald(args)
  t.equal(code, 0)
  t.match(stdout, /^router bgp 65009\n neighbor 198\.51\.100\.1 remote-as 65001$/m)
})

t.test('a peer that is not there is told with the likeliest, exit 1', async (t) => {
  t.match(await runHerald(['router-config', 'tor-2', '-c', file(t)]), {
    code: 1,
    stdout: '',
    stderr: "herald: there is no peer 'tor-2'; did you mean tor-1?\n",
  })
  t.match(await runHerald(['router-config', 'switch', '-c', file(t)]), {
    code: 1,
    stderr: "herald: there is no peer 'switch'; the file has tor-1\n",
  })
})

t.test('mistakes of the file are told as herald check does, exit 1', async (t) => {
  const config = file(t, valid.replace('asn: 65000', 'asn: 0'))
  const { code, stderr } = await runHerald(['router-config', 'tor-1', '-c', config])
  t.equal(code, 1)
  t.match(stderr, `${config}:5:47: bgp.peers[0].asn: `)
})

const wrong: readonly (readonly [words: readonly string[], says: string])[] = [
  [[], "missing required argument 'PEER'"],
  [['tor-1', '--for', 'vyos'], 'Allowed choices are frr, ios, nxos, junos, eos, routeros, bird'],
  [['tor-1', '--asn', '0'], '--asn: 0 is not an AS number'],
  [['tor-1', '--node-address', '10.0.0.0/24'], "--node-address: '10.0.0.0/24' is a prefix"],
  [['tor-1', '--nodes', '10.0.0.1/24'], "--nodes: '10.0.0.1/24' has host bits set"],
]

for (const [words, says] of wrong) {
  t.test(`wrong usage, exit 2: ${words.join(' ') || 'no peer'}`, async (t) => {
    const { code, stderr } = await runHerald(['router-config', ...words, '-c', file(t)])
    t.equal(code, 2)
    t.match(stderr, says)
    t.equal(stderr.trimEnd().split('\n').length, 1)
  })
}
