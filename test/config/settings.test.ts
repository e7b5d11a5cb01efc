import t from 'tap'
import { parse } from 'yaml'
import { MAX_PREFIXES } from '../../config/announcements.js'
import { jsonSchema } from '../../config/json-schema.js'
import { noPrefixes, rangesOf } from '../../net/prefix-set.js'
import { range } from '../support/address.js'
import { settingsOf } from '../support/config.js'

const peersOf = (yaml: string, files = {}) =>
  settingsOf(`bgp:\n  asn: 65001\n${yaml}`, files).bgp?.peers ?? []
const announcementsOf = (yaml: string) =>
  settingsOf(`bgp: { asn: 65001 }\nannouncements:\n${yaml}`).announcements

t.test('a file that says nothing but its AS has every default', async (t) => {
  t.same(settingsOf('bgp: { asn: 65001 }'), {
    node: 'worker-1',
    bgp: {
      asn: 65001,
      listen: {
        endpoints: [
          { address: '0.0.0.0', port: 179 },
          { address: '::', port: 179 },
        ],
        explicit: false,
      },
      peers: [],
      dynamicPeers: [],
    },
    announcements: [],
    drain: { waitSeconds: 10 },
    control: { socket: '/run/herald/herald.sock', stateDirectory: '/var/lib/herald' },
    log: { level: 'info' },
  })
})

t.test('a peer has every default', async (t) => {
  t.same(peersOf('  peers: [{ address: 10.0.0.1, asn: 65000 }]'), [
    {
      name: '10.0.0.1',
      address: '10.0.0.1',
      remoteAs: 65000,
      localAs: 65001,
      port: 179,
      ttl: 1,
      passive: false,
      holdTime: 90,
      keepaliveTimeSeconds: 30,
      connectRetryTimeSeconds: 5,
      families: ['ipv4/unicast', 'ipv6/unicast'],
      gracefulRestart: { enabled: false, restartTimeSeconds: 120 },
      nextHop: {},
    },
  ])
})

t.test('the defaults that editors and the reference show are the ones that hold', async (t) => {
  const schema = jsonSchema() as never as Schema
  const shown = (at: Schema): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(at.properties ?? {}).flatMap(([key, child]) => {
        if (child.default !== undefined) return [[key, child.default]]
        return child.properties === undefined ? [] : [[key, shown(child)]]
      }),
    )
  const { bgp, l2, announcements, control, log } = schema.properties!
  const peer = { ...shown(bgp!.properties!.peers!.items!), address: '10.0.0.1', asn: 65000 }
  const dynamic = { ...shown(bgp!.properties!.dynamicPeers!.items!), prefix: '10.0.9.0/24', asn: 65000 }
  const { healthCheck, ...shownAnnouncement } = shown(announcements!.items!)
  t.ok(Object.keys(healthCheck as object).length > 3, 'health checks have defaults')
  const announcement = {
    ...{ ...shownAnnouncement, loadBalancerIPs: ['192.0.2.1'] },
    healthCheck: { ...(healthCheck as object), tcp: '192.0.2.1:443' },
  }
  const group = shown(l2!.properties!.groups!.items!)
  t.ok(Object.keys(group).length > 5, 'groups have defaults')
  // What stands for itself is refused: a delay without preempt.
  const { preemptDelay: _, ...groupAlone } = group
  const file = { control: shown(control!), log: shown(log!), announcements: [announcement] }
  t.ok(Object.keys(peer).length > 8 && Object.keys(announcement).length > 3, 'there are defaults')
  const explicit = settingsOf(
    JSON.stringify({
      ...file,
      l2: { ...shown(l2!), groups: [groupAlone] },
      bgp: { ...shown(bgp!), peerDefaults: {}, asn: 65001, peers: [peer], dynamicPeers: [dynamic] },
    }),
  )
  const silent = settingsOf(`
bgp:
  asn: 65001
  listen: ["0.0.0.0:179", "[::]:179"]
  peers: [{ address: 10.0.0.1, asn: 65000 }]
  dynamicPeers: [{ prefix: 10.0.9.0/24, asn: 65000 }]
l2: {}
announcements: [{ loadBalancerIPs: [192.0.2.1], healthCheck: { tcp: "192.0.2.1:443" } }]
`)
  const [{ path: spoken, ...rest }, { path: unspoken, ...others }] = [
    explicit.announcements[0]!,
    silent.announcements[0]!,
  ]
  t.same({ ...explicit, announcements: [rest] }, { ...silent, announcements: [others] })
  t.same(spoken, { ...unspoken, localPreference: 100 }, '100 is what absent means')
})

interface Schema {
  readonly default?: unknown
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
}

const sessions = [
  { keys: 'asn: 65000', is: { remoteAs: 65000, ttl: 1 } },
  { keys: 'asn: external', is: { remoteAs: 'external', ttl: 1 } },
  { keys: 'asn: internal', is: { remoteAs: 'internal', ttl: 64 } },
  { keys: 'asn: 65001', is: { remoteAs: 65001, ttl: 64 } },
  { keys: 'asn: "1.10"', is: { remoteAs: 65546 } },
  { keys: 'asn: 65000, localAsn: 65000', is: { localAs: 65000, ttl: 64 } },
  { keys: 'asn: 65001, localAsn: 64999', is: { localAs: 64999, ttl: 1 } },
  { keys: 'asn: 65000, ebgpMultihop: 3', is: { ttl: 3 } },
  { keys: 'asn: 65000, ttlSecurity: true', is: { ttl: 255, ttlSecurityHops: 1 } },
  { keys: 'asn: 65000, ttlSecurity: 2', is: { ttl: 255, ttlSecurityHops: 2 } },
  { keys: 'asn: 65000, ttlSecurity: false, ebgpMultihop: 2', is: { ttl: 2 } },
  { keys: 'asn: 65000, holdTime: 0s', is: { holdTime: 0, keepaliveTimeSeconds: 0 } },
  { keys: 'asn: 65000, holdTime: 3s', is: { holdTime: 3, keepaliveTimeSeconds: 1 } },
  { keys: 'asn: 65000, holdTime: 1m30s, keepaliveTime: 10s', is: { holdTime: 90, keepaliveTimeSeconds: 10 } },
  { keys: 'asn: 65000, sendHoldTime: 4m', is: { sendHoldTimeSeconds: 240 } },
  { keys: 'asn: 65000, connectRetryTime: 2m', is: { connectRetryTimeSeconds: 120 } },
  { keys: 'asn: 65000, families: [ipv6/unicast]', is: { families: ['ipv6/unicast'] } },
  {
    keys: 'asn: 65000, gracefulRestart: { enabled: true }',
    is: { gracefulRestart: { enabled: true, restartTimeSeconds: 120 } },
  },
  {
    keys: 'asn: 65000, gracefulRestart: { enabled: true, restartTime: 0s, longLivedStaleTime: 1h }',
    is: { gracefulRestart: { enabled: true, restartTimeSeconds: 0, longLivedStaleTimeSeconds: 3600 } },
  },
  {
    keys: 'asn: 65000, gracefulRestart: { longLivedStaleTime: 0s }',
    is: { gracefulRestart: { enabled: false, restartTimeSeconds: 120 } },
  },
  { keys: 'asn: 65000, nextHop: self', is: { nextHop: {} } },
  {
    keys: 'asn: 65000, nextHop: { ipv4: 10.0.0.11, ipv6: "2001:DB8::11" }',
    is: { nextHop: { ipv4: '10.0.0.11', ipv6: '2001:db8::11' } },
  },
  { keys: 'asn: 65000, advertise: []', is: { advertise: [] } },
  { keys: 'asn: 65000, advertise: [run-time]', is: { advertise: ['run-time'] } },
  {
    keys: 'asn: 65000, maxPrefixes: 1000, passive: true, port: 1179',
    is: { maxPrefixes: 1000, passive: true, port: 1179 },
  },
  {
    keys: 'asn: 65000, interface: eth0, localAddress: 10.0.0.11',
    is: { interface: 'eth0', localAddress: '10.0.0.11' },
  },
] as const

t.ok(sessions.length > 0)
for (const { keys, is } of sessions) {
  t.test(`a peer with ${keys}`, async (t) => {
    t.match(peersOf(`  peers: [{ address: 10.0.0.1, ${keys} }]`), [is])
  })
}

t.test('a key in the file or in a file of its own is the same key', async (t) => {
  const [inline, apart, none] = peersOf(
    `  peers:
    - { address: 10.0.0.1, asn: 65000, password: "sword fish" }
    - { address: 10.0.0.2, asn: 65000, passwordFile: /keys/tor }
    - { address: 10.0.0.3, asn: 65000 }`,
    { '/keys/tor': 'sword fish\n' },
  )
  t.equal(inline?.password?.reveal(), 'sword fish')
  t.ok(apart?.password?.equals(inline?.password))
  t.equal(none?.password, undefined)
  t.notMatch(JSON.stringify([inline, apart]), 'fish')
})

t.test("a peer's own key wins over peerDefaults, and pairs go together", async (t) => {
  const peers = peersOf(
    `  peerDefaults: { asn: 65000, holdTime: 60s, keepaliveTime: 25s, passwordFile: /keys/all, ebgpMultihop: 4, gracefulRestart: { enabled: true } }
  peers:
    - { address: 10.0.0.1 }
    - { address: 10.0.0.2, holdTime: 9s, password: own, ttlSecurity: true, gracefulRestart: { restartTime: 10s } }
    - { address: 10.0.0.3, asn: internal }`,
    { '/keys/all': 'shared' },
  )
  t.match(peers, [
    {
      holdTime: 60,
      keepaliveTimeSeconds: 25,
      ttl: 4,
      gracefulRestart: { enabled: true, restartTimeSeconds: 120 },
    },
    {
      holdTime: 9,
      keepaliveTimeSeconds: 3,
      ttl: 255,
      ttlSecurityHops: 1,
      gracefulRestart: { enabled: true, restartTimeSeconds: 10 },
    },
    { ttl: 64 },
  ])
  t.same(
    peers.map(({ password }) => password?.reveal()),
    ['shared', 'own', 'shared'],
  )
})

t.test('peers are told apart by address, port and interface, and named after them', async (t) => {
  const peers = peersOf(`  peers:
    - { address: fe80::1, interface: eth0, asn: external }
    - { address: fe80::1, interface: eth1, asn: external }
    - { address: 127.0.0.1, port: 1179, asn: 65000 }
    - { name: second, address: 127.0.0.1, port: 2179, asn: 65000 }
    - { address: 169.254.1.1, asn: 65000 }`)
  t.same(
    peers.map(({ name }) => name),
    ['fe80::1%eth0', 'fe80::1%eth1', '127.0.0.1', 'second', '169.254.1.1'],
  )
})

t.test('a peer that is named by its address can be referred to by it', async (t) => {
  const { announcements } = settingsOf(`
bgp: { asn: 1, peers: [{ address: fe80::1, interface: eth0, asn: 2 }, { address: "::1", asn: 2 }] }
announcements: [{ prefixes: [], peers: ["fe80::1%eth0", "::1"] }]`)
  t.same(announcements[0]?.peers, ['fe80::1%eth0', '::1'])
})

t.test('dynamic peers take from peerDefaults and are always passive', async (t) => {
  const { bgp } = settingsOf(`
bgp:
  asn: 65001
  peerDefaults: { holdTime: 30s, passive: false, asn: external }
  dynamicPeers: [{ prefix: 10.0.9.0/24, limit: 5 }, { prefix: 10.0.0.0/16, asn: 65009 }]`)
  t.match(bgp?.dynamicPeers, [
    { prefix: '10.0.9.0/24', limit: 5, remoteAs: 'external', holdTime: 30, passive: true },
    { prefix: '10.0.0.0/16', limit: 100, remoteAs: 65009 },
  ])
})

t.test('an explicit listen is told from the default, and none is allowed', async (t) => {
  t.same(settingsOf('bgp: { asn: 1, listen: [] }').bgp?.listen, { endpoints: [], explicit: true })
  t.same(settingsOf('bgp: { asn: 1, listen: ["[::1]:1179"] }').bgp?.listen, {
    endpoints: [{ address: '::1', port: 1179 }],
    explicit: true,
  })
})

const ranges = [
  { keys: 'podCIDRs: [10.244.1.0/24, "FD00::/64"]', are: [range('10.244.1.0/24'), range('fd00::/64')] },
  { keys: 'loadBalancerIPs: [192.0.2.10]', are: [range('192.0.2.10/32')] },
  { keys: 'loadBalancerIPs: [192.0.2.20-192.0.2.29]', are: [range('192.0.2.20/32', 10)] },
  { keys: 'loadBalancerIPs: ["192.0.2.20 - 192.0.2.29"]', are: [range('192.0.2.20/32', 10)] },
  { keys: 'loadBalancerIPs: [192.0.2.64/29]', are: [range('192.0.2.64/32', 8)] },
  { keys: 'loadBalancerIPs: ["2001:db8::fe-2001:db8::101"]', are: [range('2001:db8::fe/128', 4)] },
  { keys: 'loadBalancerIPs: [192.0.2.11, 192.0.2.10]', are: [range('192.0.2.10/32', 2)] },
  {
    keys: 'loadBalancerIPs: [192.0.2.10, 192.0.2.20-192.0.3.1, "2001:db8::1"], aggregateLength: { ipv4: 24 }',
    are: [range('192.0.2.0/24', 2), range('2001:db8::1/128')],
  },
  {
    keys: 'loadBalancerIPs: ["2001:db8::/48"], aggregateLength: { ipv6: 64 }',
    are: [range('2001:db8::/64', 65536)],
  },
  { keys: 'loadBalancerIPs: [10.0.0.0/10]', are: [range('10.0.0.0/32', MAX_PREFIXES)] },
  { keys: 'prefixes: [10.0.0.0/8, 10.1.0.0/16]', are: [range('10.0.0.0/8'), range('10.1.0.0/16')] },
  { keys: 'prefixes: []', are: [] },
] as const

t.ok(ranges.length > 0)
for (const { keys, are } of ranges) {
  t.test(`an announcement with ${keys}`, async (t) => {
    t.same([...rangesOf(announcementsOf(`  - { ${keys} }`)[0]?.prefixes ?? noPrefixes)], are)
  })
}

t.test('attributes are canonical, and equal communities are one', async (t) => {
  const [announcement] = announcementsOf(
    '  - { prefixes: [], med: 0, localPreference: 200, asPathPrepend: 2, communities: [65001:100, "65001:100", NO-EXPORT, 65001:1:2, 65536] }',
  )
  t.same(announcement?.path, {
    origin: 'igp',
    communities: [
      { kind: 'standard', value: 0xfde90064 },
      { kind: 'standard', value: 0xffffff01 },
      { kind: 'large', value: '65001:1:2' },
      { kind: 'standard', value: 65536 },
    ],
    localPreference: 200,
    med: 0,
    asPathPrepend: 2,
  })
})

t.test('announcements without a name are called after their kind, around the given names', async (t) => {
  const announcements = announcementsOf(`  - podCIDRs: []
  - podCIDRs: []
  - { name: podCIDRs-2, prefixes: [] }
  - prefixes: []`)
  t.same(
    announcements.map(({ name }) => name),
    ['podCIDRs', 'podCIDRs-3', 'podCIDRs-2', 'prefixes'],
  )
  t.same(
    announcements.map(({ kind }) => kind),
    ['pod-cidrs', 'pod-cidrs', 'prefixes', 'prefixes'],
  )
})

t.test('two announcements may want the same prefix, with other attributes', async (t) => {
  t.equal(
    announcementsOf('  - { prefixes: [10.0.0.0/8], med: 1 }\n  - { prefixes: [10.0.0.0/8], med: 2 }').length,
    2,
  )
})

t.test('JSON is read as the YAML that it is', async (t) => {
  const yaml = 'bgp: { asn: 65001, peers: [{ address: 10.0.0.1, asn: 65000 }] }'
  t.same(settingsOf(JSON.stringify(parse(yaml))), settingsOf(yaml))
})

const healthChecks = [
  {
    written: '{ tcp: "192.0.2.10:443" }',
    check: {
      probe: { kind: 'tcp', endpoint: { address: '192.0.2.10', port: 443 } },
      ...{ intervalMs: 2000, timeoutMs: 1000, rise: 2, fall: 3 },
    },
  },
  {
    written: '{ exec: [dig, "+short", "@192.0.2.53", example.org], interval: 500ms, rise: 1, fall: 1 }',
    check: {
      probe: { kind: 'exec', argv: ['dig', '+short', '@192.0.2.53', 'example.org'] },
      ...{ intervalMs: 500, timeoutMs: 500, rise: 1, fall: 1 },
    },
  },
  {
    written: '{ exec: [checks/dns.sh], timeout: 1.5s, disable: dns.disabled }',
    check: {
      probe: { kind: 'exec', argv: ['/etc/herald/checks/dns.sh'] },
      ...{ intervalMs: 2000, timeoutMs: 1500, rise: 2, fall: 3, disable: '/etc/herald/dns.disabled' },
    },
  },
  {
    written: '{ http: "http://192.0.2.10:8080/ready#top" }',
    check: {
      probe: { kind: 'http', url: 'http://192.0.2.10:8080/ready', insecure: false },
      ...{ intervalMs: 2000, timeoutMs: 1000, rise: 2, fall: 3 },
    },
  },
  {
    written: '{ http: { url: "https://[2001:db8::10]/", status: [200, 301], insecure: true }, interval: 1m }',
    check: {
      probe: { kind: 'http', url: 'https://[2001:db8::10]/', status: [200, 301], insecure: true },
      ...{ intervalMs: 60_000, timeoutMs: 1000, rise: 2, fall: 3 },
    },
  },
] as const

t.ok(healthChecks.length > 0)
for (const { written, check } of healthChecks) {
  t.test(`the health check ${written} is read with every default`, async (t) => {
    const [announcement] = announcementsOf(`  - { prefixes: [192.0.2.53/32], healthCheck: ${written} }`)
    t.same(announcement?.healthCheck, check)
  })
}
