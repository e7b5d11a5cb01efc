import t from 'tap'
import type { Change } from '../../config/change.js'
import { classify, resets } from '../../config/diff.js'
import type { Effect } from '../../config/effect.js'
import { jsonSchema } from '../../config/json-schema.js'
import { ip } from '../support/address.js'
import { settingsOf } from '../support/config.js'

const keyFiles = { '/keys/a': 'one', '/keys/b': 'two', '/keys/c': 'one\n' }

/** A file as data, so that a test can change one key of it. */
interface File {
  [key: string]: unknown
  readonly bgp: { [key: string]: unknown; peers: Keys[]; dynamicPeers: Keys[] }
  readonly announcements: Keys[]
}
type Keys = Record<string, unknown>

const base = (): File => ({
  bgp: {
    asn: 65001,
    peers: [
      { name: 'tor', address: '10.0.0.1', asn: 65000, passwordFile: '/keys/a' },
      { name: 'spare', address: '10.0.0.2', asn: 65000 },
    ],
    dynamicPeers: [{ prefix: '10.0.9.0/24', asn: 'external' }],
  },
  announcements: [
    { name: 'pods', podCIDRs: ['10.244.1.0/24'] },
    { name: 'ingress', loadBalancerIPs: ['192.0.2.10-192.0.2.19'], communities: ['65001:1'] },
  ],
})

function changesOf(edit: (file: File) => void): readonly Change[] {
  const after = base()
  edit(after)
  return classify(read(base()), read(after))
}

function read(file: File) {
  return settingsOf(JSON.stringify(file), keyFiles)
}

const takesTwo = '(at once; its hold timer ends the session unless the other side follows)'

const peerKeys: readonly (readonly [edit: Keys, effect: Effect, line: string])[] = [
  [{ name: 'tor-1' }, 'soft', 'name tor -> tor-1 (at once, no session resets)'],
  [{ address: '10.0.0.9' }, 'reset', 'address 10.0.0.1 -> 10.0.0.9 (the session resets)'],
  [{ asn: 65009 }, 'reset', 'asn 65000 -> 65009 (the session resets)'],
  [{ asn: 'external' }, 'reset', 'asn 65000 -> external (the session resets)'],
  [{ interface: 'eth0' }, 'reset', 'interface added: eth0 (the session resets)'],
  [{ port: 1179 }, 'reset', 'port 179 -> 1179 (the session resets)'],
  [{ localAddress: '10.0.0.11' }, 'reset', 'localAddress added: 10.0.0.11 (the session resets)'],
  [{ localAsn: 64999 }, 'reset', 'localAsn 65001 -> 64999 (the session resets)'],
  [
    { families: ['ipv4/unicast'] },
    'reset',
    'families ipv4/unicast, ipv6/unicast -> ipv4/unicast (the session resets)',
  ],
  [{ passwordFile: '/keys/b' }, 'soft', `password changed ${takesTwo}`],
  [{ passwordFile: undefined }, 'soft', `password removed ${takesTwo}`],
  [{ ebgpMultihop: 2 }, 'soft', `ebgpMultihop added: 2 ${takesTwo}`],
  [{ ttlSecurity: true }, 'soft', `ttlSecurity added: 1 ${takesTwo}`],
  [{ passive: true }, 'next-session', 'passive false -> true (from the next session on)'],
  [
    { holdTime: '60s', keepaliveTime: '30s' },
    'next-session',
    'holdTime 90s -> 60s (from the next session on)',
  ],
  [{ keepaliveTime: '10s' }, 'next-session', 'keepaliveTime 30s -> 10s (from the next session on)'],
  [{ sendHoldTime: '5m' }, 'next-session', 'sendHoldTime added: 300s (from the next session on)'],
  [{ connectRetryTime: '9s' }, 'soft', 'connectRetryTime 5s -> 9s (at once, no session resets)'],
  [
    { gracefulRestart: { enabled: true } },
    'next-session',
    'gracefulRestart disabled -> 120s (from the next session on)',
  ],
  [
    { gracefulRestart: { enabled: true, longLivedStaleTime: '1h' } },
    'next-session',
    'gracefulRestart disabled -> 120s, long-lived 3600s (from the next session on)',
  ],
  [{ nextHop: { ipv4: '10.0.0.11' } }, 'soft', 'nextHop self -> 10.0.0.11 (at once, no session resets)'],
  [{ maxPrefixes: 5 }, 'soft', 'maxPrefixes added: 5 (at once, no session resets)'],
  [{ advertise: ['pods'] }, 'soft', 'advertise added: pods (at once, no session resets)'],
  [
    { allowedPrefixes: ['10.244.0.0/16'] },
    'soft',
    'allowedPrefixes added: 10.244.0.0/16 (at once, no session resets)',
  ],
  [{ maxAdvertisedPrefixes: 5 }, 'soft', 'maxAdvertisedPrefixes added: 5 (at once, no session resets)'],
]
t.ok(peerKeys.length > 0)

t.test('a TTL that the file does not give is not told of', async (t) => {
  const lines = changesOf(({ bgp }) => Object.assign(bgp.peers[0]!, { ttlSecurity: true }))
  t.same(
    lines.flatMap((change) => change.lines),
    [`peer tor: ttlSecurity added: 1 ${takesTwo}`],
  )
  const internal = changesOf(({ bgp }) => Object.assign(bgp.peers[0]!, { asn: 'internal' }))
  t.same(
    internal.flatMap((change) => change.lines),
    ['peer tor: asn 65000 -> internal (the session resets)'],
  )
})

for (const [edit, effect, line] of peerKeys) {
  t.test(`${JSON.stringify(edit)} at a peer is ${effect}`, async (t) => {
    const changes = changesOf(({ bgp }) => Object.assign(bgp.peers[0]!, edit))
    const lines = changes.flatMap((change) => change.lines)
    t.ok(lines.includes(`peer tor: ${line}`), lines.join('\n'))
    t.match(changes, [{ of: 'peer', is: 'changed', effect, before: { name: 'tor' } }])
    t.same(resets(changes, read(base())), effect === 'reset' ? ['tor'] : [])
  })
}

t.test('every key of a peer that editors know has a row above', async (t) => {
  const { bgp } = jsonSchema().properties as Record<
    string,
    { properties: Record<string, { items: { properties: object } }> }
  >
  const known = Object.keys(bgp!.properties.peers!.items.properties)
  const tried = new Set(peerKeys.flatMap(([edit]) => Object.keys(edit)))
  t.same(
    known.filter((key) => !tried.has(key) && key !== 'password'),
    [],
  )
  t.ok(known.length > 15)
})

t.test('each key of a health check that changes is told, and none resets a session', async (t) => {
  const withCheck = (healthCheck: Keys) => {
    const file = base()
    Object.assign(file.announcements[0]!, { healthCheck })
    return read(file)
  }
  const before = withCheck({ exec: ['check', 'it now'] })
  const after = withCheck({
    ...{
      http: { url: 'https://10.244.1.1/', status: [200], insecure: true },
      interval: '90s',
      timeout: '1.5s',
    },
    ...{ rise: 3, fall: 1, disable: '/run/off' },
  })
  const called = 'announcement pods: healthCheck'
  t.same(
    classify(before, after).flatMap(({ lines }) => lines),
    [
      `${called} exec check "it now" -> http https://10.244.1.1/ (200) (insecure)`,
      `${called}.interval 2s -> 90s`,
      `${called}.timeout 1s -> 1.5s`,
      `${called}.rise 2 -> 3`,
      `${called}.fall 3 -> 1`,
      `${called}.disable added: /run/off`,
    ].map((line) => `${line} (at once, no session resets)`),
  )
  t.same(classify(before, withCheck({ exec: ['check', 'it now'], fall: 3, timeout: '1s' })), [])
})

const settings: readonly (readonly [
  key: string,
  edit: (file: File) => void,
  effect: Effect,
  line: string,
])[] = [
  [
    'node',
    (file) => (file.node = 'other'),
    'next-session',
    'node worker-1 -> other (from the next session on)',
  ],
  ['asn', ({ bgp }) => (bgp.asn = 65002), 'reset', 'bgp.asn 65001 -> 65002 (every session resets)'],
  [
    'routerId',
    ({ bgp }) => (bgp.routerId = '10.0.0.11'),
    'reset',
    'bgp.routerId added: 10.0.0.11 (every session resets)',
  ],
  [
    'listen',
    ({ bgp }) => (bgp.listen = []),
    'restart',
    'bgp.listen 0.0.0.0:179, [::]:179 -> nowhere (when herald restarts)',
  ],
  [
    'socket',
    (file) => (file.control = { socket: '/run/x' }),
    'restart',
    'control.socket /run/herald/herald.sock -> /run/x (when herald restarts)',
  ],
  [
    'stateDirectory',
    (file) => (file.control = { stateDirectory: '/x' }),
    'restart',
    'control.stateDirectory /var/lib/herald -> /x (when herald restarts)',
  ],
  [
    'level',
    (file) => (file.log = { level: 'debug' }),
    'soft',
    'log.level info -> debug (at once, no session resets)',
  ],
]

t.ok(settings.length > 0)
for (const [key, edit, effect, line] of settings) {
  t.test(`another ${key} is ${effect}`, async (t) => {
    const changes = changesOf(edit)
    t.match(changes, [{ of: 'setting', effect, lines: [line] }])
    t.equal(changes.length, 1, 'what follows from it goes without saying')
    t.same(resets(changes, read(base())), effect === 'reset' ? ['tor', 'spare', '10.0.9.0/24'] : [])
  })
}

t.test('writing the same thing otherwise is no change', async (t) => {
  const same: readonly ((file: File) => void)[] = [
    () => undefined,
    ({ bgp }) => Object.assign(bgp.peers[0]!, { holdTime: '1m30s', port: 179, passwordFile: '/keys/c' }),
    ({ bgp }) => Object.assign(bgp, { listen: ['0.0.0.0:179', '[::]:179'] }),
    ({ announcements }) =>
      Object.assign(announcements[1]!, {
        loadBalancerIPs: ['192.0.2.12-192.0.2.19', '192.0.2.10/31'],
        via: ['bgp'],
      }),
    ({ bgp }) => bgp.peers.reverse(),
  ]
  for (const edit of same) t.same(changesOf(edit), [])
})

t.test('peers that come and go', async (t) => {
  const changes = changesOf(({ bgp }) => {
    bgp.peers.shift()
    bgp.peers.push({ name: 'new', address: '10.0.0.3', asn: 65000 })
  })
  t.match(changes, [
    {
      of: 'peer',
      is: 'removed',
      before: { name: 'tor' },
      effect: 'reset',
      lines: ['peer tor: removed (the session ends)'],
    },
    { of: 'peer', is: 'added', after: { name: 'new' }, effect: 'soft', lines: ['peer new: added'] },
  ])
  t.same(resets(changes, read(base())), ['tor'])
})

t.test('a name that moves to another address is that peer moved, not renamed', async (t) => {
  const changes = changesOf(({ bgp }) => {
    bgp.peers[0]!.name = 'spare'
    bgp.peers[1]!.name = 'tor'
  })
  t.match(changes, [
    { is: 'changed', before: { name: 'tor' }, after: { address: '10.0.0.2' }, effect: 'reset' },
    { is: 'changed', before: { name: 'spare' }, after: { address: '10.0.0.1' }, effect: 'reset' },
  ])
})

t.test('the wait of a drain is taken over at once', async (t) => {
  const after = { ...read(base()), drain: { waitSeconds: 30 } }
  t.match(classify(read(base()), after), [
    { of: 'setting', effect: 'soft', lines: ['drain.wait 10s -> 30s (at once, no session resets)'] },
  ])
})

t.test('where HTTP is served is taken over at once', async (t) => {
  const after = { ...read(base()), http: { listen: { address: ip('127.0.0.1'), port: 9179 } } }
  const lines = [['http.listen added: 127.0.0.1:9179 (at once, no session resets)']]
  t.same(
    classify(read(base()), after).map((change) => change.lines),
    lines,
  )
})

t.test('a range that has a name is called by it', async (t) => {
  const named = (limit: number, asn: unknown) =>
    read({
      ...base(),
      bgp: { ...base().bgp, dynamicPeers: [{ name: 'edge', prefix: '10.0.9.0/24', asn, limit }] },
    })
  const changes = classify(named(100, 'external'), named(5, 65009))
  t.same(
    changes.flatMap(({ lines }) => lines),
    [
      'dynamic peers edge (10.0.9.0/24): asn external -> 65009 (the session resets)',
      'dynamic peers edge (10.0.9.0/24): limit 100 -> 5 (at once, no session resets)',
    ],
  )
  t.same(resets(changes, named(100, 'external')), ['edge'])
  const lines = classify(read(base()), named(100, 'external')).flatMap((change) => change.lines)
  t.same(lines, ['dynamic peers 10.0.9.0/24: name added: edge (at once, no session resets)'])
})

t.test('what peerDefaults say of calling is nothing to dynamic peers, which nobody calls', async (t) => {
  t.same(
    changesOf(({ bgp }) => {
      bgp.peers = []
      bgp.peerDefaults = { port: 1179, passive: true, connectRetryTime: '9s' }
    }).filter(({ of }) => of === 'dynamic-peer'),
    [],
  )
})

t.test('dynamic peers are told apart by their range', async (t) => {
  t.match(
    changesOf(({ bgp }) => Object.assign(bgp.dynamicPeers[0]!, { limit: 5, holdTime: '30s' })),
    [
      {
        of: 'dynamic-peer',
        effect: 'next-session',
        lines: [
          'dynamic peers 10.0.9.0/24: holdTime 90s -> 30s (from the next session on)',
          'dynamic peers 10.0.9.0/24: keepaliveTime 30s -> 10s (from the next session on)',
          'dynamic peers 10.0.9.0/24: limit 100 -> 5 (at once, no session resets)',
        ],
      },
    ],
  )
  const moved = changesOf(({ bgp }) => Object.assign(bgp.dynamicPeers[0]!, { prefix: '10.0.8.0/24' }))
  t.match(moved, [{ is: 'removed' }, { is: 'added' }])
  t.same(resets(moved, read(base())), ['10.0.9.0/24'])
})

const announced: readonly (readonly [edit: (announcements: Keys[]) => void, lines: readonly string[]])[] = [
  [
    ([, ingress]) => Object.assign(ingress!, { loadBalancerIPs: ['192.0.2.12-192.0.2.24'] }),
    ['announcement ingress: prefixes 10 -> 13 (+5, -2) (at once, no session resets)'],
  ],
  [
    ([, ingress]) =>
      Object.assign(ingress!, { med: 10, communities: undefined, asPathPrepend: 1, localPreference: 5 }),
    [
      'announcement ingress: communities 65001:1 -> none (at once, no session resets)',
      'announcement ingress: localPreference added: 5 (at once, no session resets)',
      'announcement ingress: med added: 10 (at once, no session resets)',
      'announcement ingress: asPathPrepend 0 -> 1 (at once, no session resets)',
    ],
  ],
  [
    ([pods]) => Object.assign(pods!, { healthCheck: { tcp: '10.244.1.1:53' } }),
    ['announcement pods: healthCheck added: tcp 10.244.1.1:53 (at once, no session resets)'],
  ],
  [
    ([pods]) => Object.assign(pods!, { peers: ['tor'] }),
    ['announcement pods: peers added: tor (at once, no session resets)'],
  ],
  [
    ([pods]) => Object.assign(pods!, { podCIDRs: undefined, prefixes: ['10.244.1.0/24'] }),
    ['announcement pods: kind pod-cidrs -> prefixes (at once, no session resets)'],
  ],
  [
    (all) => all.splice(0, 1, { name: 'dns', prefixes: ['198.51.100.53/32'] }),
    ['announcement pods: removed, 1 prefix', 'announcement dns: added, 1 prefix'],
  ],
  [(all) => all.reverse(), ['announcements: another order (at once, no session resets)']],
]

t.ok(announced.length > 0)
for (const [edit, lines] of announced) {
  t.test(`soft: ${lines[0]}`, async (t) => {
    const changes = changesOf(({ announcements }) => edit(announcements))
    t.same(
      changes.flatMap((change) => change.lines),
      lines,
    )
    t.ok(changes.every(({ effect }) => effect === 'soft'))
    t.same(resets(changes, read(base())), [])
  })
}

t.test('no change ever says a key', async (t) => {
  const changes = changesOf(({ bgp }) =>
    Object.assign(bgp.peers[0]!, { passwordFile: undefined, password: 'swordfish' }),
  )
  t.equal(changes.length, 1)
  t.notMatch(JSON.stringify(changes), /swordfish|"one"/)
})
