import t from 'tap'
import { classify, resets } from '../../config/diff.js'
import {
  formatInterfacePattern,
  matchesInterface,
  parseInterfacePattern,
} from '../../config/interface-pattern.js'
import { prefixSet, rangesOf } from '../../net/prefix-set.js'
import { range } from '../support/address.js'
import { settingsOf } from '../support/config.js'

t.test('l2 alone is a whole configuration, and has every default', async (t) => {
  const { bgp, l2, announcements } = settingsOf(
    'l2: {}\nannouncements: [{ loadBalancerIPs: [192.0.2.8/31, "fd00::8"] }]',
  )
  t.equal(bgp, undefined)
  t.same(l2, {
    failover: 'vrrp',
    groups: [
      {
        ...{ name: 'default', virtualRouterId: 51, priority: 100, preempt: false, preemptDelayMs: 0 },
        ...{ advertisementInterval: 9, unicastPeers: [], checksum: 'without-pseudo-header' },
      },
    ],
    promiscuous: 'auto',
  })
  t.match(announcements, [
    {
      via: ['l2'],
      l2: { group: 'default', addresses: prefixSet([range('192.0.2.8/32', 2), range('fd00::8/128')]) },
    },
  ])
})

t.test('every key of l2 is read', async (t) => {
  const { l2 } = settingsOf(`l2:
  interfaces: [eth0, "/^wlan[0-9]+$/"]
  failover: none
  promiscuous: "off"
  groups:
    - { name: voice, virtualRouterId: 9, priority: 200, preempt: true, preemptDelay: 1m }
    - name: web
      advertisementInterval: 40.95s
      unicastPeers: [10.0.0.12, "fe80::2"]
      checksum: with-pseudo-header`)
  t.match(l2, {
    interfaces: [
      { kind: 'name', name: 'eth0' },
      { kind: 'expression', source: '^wlan[0-9]+$' },
    ],
    ...{ failover: 'none', promiscuous: 'off' },
    groups: [
      { name: 'voice', virtualRouterId: 9, priority: 200, preempt: true, preemptDelayMs: 60_000 },
      {
        ...{ name: 'web', virtualRouterId: 51, advertisementInterval: 4095 },
        ...{ unicastPeers: ['10.0.0.12', 'fe80::2'], checksum: 'with-pseudo-header' },
      },
    ],
  })
})

const ways = [
  { file: 'bgp', keys: 'loadBalancerIPs: [192.0.2.1]', via: ['bgp'] },
  { file: 'l2', keys: 'loadBalancerIPs: [192.0.2.1]', via: ['l2'] },
  { file: 'both', keys: 'loadBalancerIPs: [192.0.2.1]', via: ['bgp', 'l2'] },
  { file: 'both', keys: 'loadBalancerIPs: [192.0.2.1], via: [l2]', via: ['l2'] },
  { file: 'both', keys: 'loadBalancerIPs: [192.0.2.1], via: [bgp]', via: ['bgp'] },
  { file: 'both', keys: 'podCIDRs: [10.244.1.0/24]', via: ['bgp'] },
  { file: 'both', keys: 'prefixes: [192.0.2.1/32]', via: ['bgp', 'l2'] },
  { file: 'both', keys: 'prefixes: [192.0.2.1/32, 10.0.0.0/8]', via: ['bgp'] },
  { file: 'l2', keys: 'prefixes: ["fd00::1/128"]', via: ['l2'] },
] as const

t.ok(ways.length > 0)
for (const { file, keys, via } of ways) {
  t.test(`in a file with ${file}, ${keys} goes via ${via.join(' and ')}`, async (t) => {
    const bgp = file === 'l2' ? '' : 'bgp: { asn: 1 }\n'
    const l2 = file === 'bgp' ? '' : 'l2: {}\n'
    const [announcement] = settingsOf(`${bgp}${l2}announcements: [{ ${keys} }]`).announcements
    t.same(announcement?.via, via)
    t.equal(announcement?.l2 !== undefined, (via as readonly string[]).includes('l2'))
  })
}

t.test('what BGP aggregates is answered for address by address', async (t) => {
  const [announcement] = settingsOf(
    'bgp: { asn: 1 }\nl2: {}\nannouncements: [{ loadBalancerIPs: [192.0.2.8/30], aggregateLength: { ipv4: 24 } }]',
  ).announcements
  t.same([...rangesOf(announcement!.prefixes)], [range('192.0.2.0/24')])
  t.same([...rangesOf(announcement!.l2!.addresses)], [range('192.0.2.8/32', 4)])
})

t.test('interfaces are meant by name or by what is found in it', async (t) => {
  const patterns = [
    { written: 'eth0', is: ['eth0'], isNot: ['eth01', 'veth0'] },
    { written: '/eth/', is: ['eth0', 'veth1'], isNot: ['wlan0'] },
    { written: '/^(eth|en)[0-9]+$/', is: ['eth10', 'en1'], isNot: ['eth0.20', 'veth0'] },
  ]
  t.ok(patterns.length > 0)
  for (const { written, is, isNot } of patterns) {
    const parsed = parseInterfacePattern(written)
    if (!parsed.ok) throw new Error(parsed.because)
    t.equal(formatInterfacePattern(parsed.value), written)
    for (const name of is) t.ok(matchesInterface(parsed.value, name), `${written} ${name}`)
    for (const name of isNot) t.notOk(matchesInterface(parsed.value, name), `${written} not ${name}`)
  }
})

const before = `bgp: { asn: 1 }
l2: { interfaces: [eth0] }
announcements: [{ name: web, loadBalancerIPs: [192.0.2.8/30] }]`

const soft = ' (at once, no session resets)'
const reloads = [
  {
    after: before.replace('192.0.2.8/30', '192.0.2.8/29'),
    lines: [`announcement web: prefixes 4 -> 8 (+4)${soft}`],
  },
  {
    after: before.replace('[192.0.2.8/30]', '[192.0.2.8/30], via: [bgp]'),
    lines: [`announcement web: via bgp, l2 -> bgp${soft}`],
  },
  {
    after: before.replace('interfaces: [eth0]', 'interfaces: [/^eth/], failover: none, promiscuous: "on"'),
    lines: [
      `l2.interfaces eth0 -> /^eth/${soft}`,
      `l2.failover vrrp -> none${soft}`,
      `l2.promiscuous auto -> on${soft}`,
    ],
  },
  {
    after: before.replace(
      'interfaces: [eth0]',
      'interfaces: [eth0], groups: [{ virtualRouterId: 9, priority: 150, preempt: true, preemptDelay: 5s, advertisementInterval: 1s, unicastPeers: [10.0.0.2], checksum: with-pseudo-header }]',
    ),
    lines: [
      `virtualRouterId 51 -> 9`,
      `priority 100 -> 150`,
      `preempt false -> true`,
      `preemptDelay 0ms -> 5s`,
      `advertisementInterval 90ms -> 1s`,
      `unicastPeers none -> 10.0.0.2`,
      `checksum without-pseudo-header -> with-pseudo-header`,
    ].map((line) => `l2 group default: ${line}${soft}`),
  },
  {
    after: before
      .replace('interfaces: [eth0]', 'interfaces: [eth0], groups: [{}, { name: voice, virtualRouterId: 52 }]')
      .replace('[192.0.2.8/30]', '[192.0.2.8/30], group: voice'),
    lines: ['l2 group voice: added, virtualRouterId 52', `announcement web: group default -> voice${soft}`],
  },
]

t.ok(reloads.length > 0)
for (const { after, lines } of reloads) {
  t.test(`a reload with ${lines[0]}`, async (t) => {
    const [from, to] = [settingsOf(before), settingsOf(after)]
    const changes = classify(from, to)
    t.same(
      changes.flatMap((change) => change.lines),
      lines,
    )
    t.ok(changes.every(({ effect }) => effect === 'soft'))
    t.same(resets(changes, from), [])
  })
}

t.test('addresses behind an aggregate are told of where they alone change', async (t) => {
  const aggregated = (span: string) =>
    settingsOf(
      `bgp: { asn: 1 }\nl2: {}\nannouncements: [{ name: web, loadBalancerIPs: [${span}], aggregateLength: { ipv4: 24 } }]`,
    )
  t.same(
    classify(aggregated('192.0.2.8/30'), aggregated('192.0.2.8/31')).flatMap(({ lines }) => lines),
    [`announcement web: addresses 4 -> 2 (-2)${soft}`],
  )
})
