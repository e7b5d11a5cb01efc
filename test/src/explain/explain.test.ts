import t from 'tap'
import type { Asn } from '../../../bgp/asn.js'
import { parseCommunity } from '../../../bgp/community.js'
import { families } from '../../../bgp/family.js'
import { AdjRibIn } from '../../../bgp/rib/adj-rib-in.js'
import { LocRib } from '../../../bgp/rib/loc-rib.js'
import type { HealthCheck } from '../../../config/health-check.js'
import type { Announcement } from '../../../config/settings.js'
import type { Prefix } from '../../../net/prefix.js'
import { noPrefixes, prefixSetOf } from '../../../net/prefix-set.js'
import { AnnouncementBoard } from '../../../src/announcements/board.js'
import type { ExplainReport, Gate } from '../../../src/control/api/explain.js'
import type { NodeService } from '../../../src/control/api/service.js'
import { explain } from '../../../src/explain/explain.js'
import type { PeerView } from '../../../src/speaker/peer-view.js'
import { drain, peerSettings, peerView, sessionView } from '../../support/peer-view.js'

const pods = announcement('pods', ['10.244.1.0/24', 'fd00:10:244:1::/64'])

const healthCheck: HealthCheck = {
  probe: { kind: 'exec', argv: ['true'] },
  ...{ intervalMs: 2000, timeoutMs: 1000, rise: 2, fall: 3 },
}

function announcement(
  name: string,
  prefixes: readonly string[],
  change: Partial<Announcement> = {},
): Announcement {
  return {
    name,
    kind: 'prefixes',
    prefixes: prefixSetOf(prefixes.map((prefix) => prefix as Prefix)),
    via: ['bgp'],
    path: { origin: 'igp', communities: [], asPathPrepend: 0 },
    ...change,
  }
}

interface World {
  /** By the name of an announcement of the file. */
  readonly heldBack?: Readonly<Record<string, string>>
  readonly file?: readonly Announcement[]
  readonly runTime?: readonly Announcement[]
  readonly service?: NodeService
  /** Made once the announcements are in the Loc-RIB. */
  readonly peers?: (locRib: LocRib) => readonly PeerView[]
}

function ask(
  prefix: string,
  { file = [pods], runTime = [], service, peers = up, heldBack = {} }: World = {},
): ExplainReport {
  const locRib = new LocRib(families)
  const board = new AnnouncementBoard(locRib, { changed: () => undefined, later: setImmediate })
  board.declare(
    'file',
    file.map((each) => (heldBack[each.name] === undefined ? each : { ...each, prefixes: noPrefixes })),
  )
  board.declare('run-time', runTime)
  const everyPeer = peers(locRib)
  return explain(
    prefix as Prefix,
    { peers: everyPeer, named: false },
    {
      sources: [
        { source: 'file', announcements: file, heldBackBy: (name) => heldBack[name] },
        { source: 'run-time', announcements: runTime },
      ],
      locRib,
      service: service ?? 'in-service',
      everyPeer,
    },
  )
}

/** One peer that has been sent everything. */
function up(locRib: LocRib): readonly PeerView[] {
  const session = sessionView(locRib)
  drain(session)
  return [peerView({ session })]
}

function established(
  change: Parameters<typeof sessionView>[1],
  sent: 'all' | 'nothing' | 'no End-of-RIB' = 'all',
): (locRib: LocRib) => readonly PeerView[] {
  return (locRib) => {
    const session = sessionView(locRib, change)
    if (sent !== 'nothing') drain(session, sent === 'all')
    return [peerView({ session, ...(change?.settings && { settings: change.settings }) })]
  }
}

/** Those not passed, node first. */
function failing({ gates, peers }: ExplainReport): readonly Gate[] {
  return [...gates, ...peers.flatMap((peer) => peer.gates)].filter(({ passed }) => !passed)
}

t.test('an announcement whose prefixes stand in a file of their own is named with that file', async (t) => {
  const many = announcement('many', ['192.0.2.1/32'], { prefixesFile: '/etc/herald/many.txt' })
  const { gates } = ask('192.0.2.1/32', { file: [many] })
  t.equal(gates[0]?.text, "wanted by 'many' of the file, from /etc/herald/many.txt")
})

t.test('a prefix that the peer has passes every gate, in order', async (t) => {
  const { holds, gates, peers } = ask('10.244.1.0/24')
  t.ok(holds)
  t.same(
    gates.map(({ gate }) => gate),
    ['wanted', 'via-bgp', 'in-service'],
  )
  t.match(gates[0]?.text, "'pods' of the file")
  t.same(
    peers[0]?.gates.map(({ gate }) => gate),
    ['advertise-list', 'named-peers', 'family', 'session', 'next-hop', 'attributes', 'sent', 'end-of-rib'],
  )
  t.match(peers[0]?.gates[4]?.text, '10.0.0.11')
})

t.test('a health check that passes is a gate that is passed', async (t) => {
  const checked = announcement('checked', ['192.0.2.53/32'], { healthCheck })
  const { holds, gates } = ask('192.0.2.53/32', { file: [checked] })
  t.ok(holds)
  t.match(gates[2], { gate: 'health-check', passed: true, text: /'checked' of the file/ })
})

t.test('where one announcement is held back, another with the same prefix gets through', async (t) => {
  const checked = announcement('checked', ['192.0.2.53/32'], { healthCheck })
  const spare = announcement('spare', ['192.0.2.53/32'])
  const { holds, gates } = ask('192.0.2.53/32', { file: [checked, spare], heldBack: { checked: 'it fails' } })
  t.ok(holds)
  t.match(gates[2], {
    gate: 'health-check',
    passed: true,
    text: /'checked' of the file is held back: it fails/,
  })
})

interface Row {
  readonly name: string
  readonly prefix?: string
  readonly world: World
  readonly gate: Gate['gate']
  readonly text: RegExp
  readonly remedy: RegExp
}

const rows: readonly Row[] = [
  {
    name: 'its health check fails',
    world: { file: [{ ...pods, healthCheck }], heldBack: { pods: 'its health check fails: refused' } },
    gate: 'health-check',
    text: /'pods' of the file is held back: its health check fails: refused/,
    remedy: /herald health/,
  },
  {
    name: 'nothing wants it',
    prefix: '198.51.100.0/24',
    world: {},
    gate: 'wanted',
    text: /^no announcement wants 198\.51\.100\.0\/24$/,
    remedy: /herald announce 198\.51\.100\.0\/24/,
  },
  {
    name: 'a shorter prefix that covers it is wanted',
    prefix: '10.244.1.7/32',
    world: { file: [pods, announcement('all', ['10.244.0.0/16'])] },
    gate: 'wanted',
    text: /'pods' wants 10\.244\.1\.0\/24, which covers it/,
    remedy: /herald announce/,
  },
  {
    name: 'only a part of it is wanted',
    prefix: '10.244.0.0/16',
    world: {},
    gate: 'wanted',
    text: /'pods' wants 10\.244\.1\.0\/24, of which some lies in it/,
    remedy: /herald announce/,
  },
  {
    name: 'it is announced on the LAN alone',
    world: { file: [{ ...pods, via: ['l2'] }] },
    gate: 'via-bgp',
    text: /'pods' of the file does not announce it by BGP/,
    remedy: /add bgp to the `via`/,
  },
  {
    name: 'the node is drained',
    world: { service: 'drained' },
    gate: 'in-service',
    text: /drained/,
    remedy: /drain --undo/,
  },
  {
    name: 'there is no peer',
    world: { peers: () => [] },
    gate: 'peers',
    text: /no peer/,
    remedy: /bgp\.peers/,
  },
  {
    name: 'the announcement is not in the advertise list',
    world: { peers: established({ settings: peerSettings({ advertise: ['ingress'] }) }) },
    gate: 'advertise-list',
    text: /'pods' is not in the `advertise` list of tor-1, which has ingress alone/,
    remedy: /add pods to `advertise` of tor-1/,
  },
  {
    name: 'the announcement is for another peer',
    world: { file: [{ ...pods, peers: ['tor-2'] }] },
    gate: 'named-peers',
    text: /'pods' is for tor-2 alone/,
    remedy: /add tor-1 to `peers` of pods/,
  },
  {
    name: 'the family is not configured for the peer',
    prefix: 'fd00:10:244:1::/64',
    world: { peers: established({ settings: peerSettings({ families: ['ipv4/unicast'] }) }) },
    gate: 'family',
    text: /ipv6\/unicast is not in `families` of tor-1/,
    remedy: /add ipv6\/unicast/,
  },
  {
    name: 'the peer did not offer the family',
    prefix: 'fd00:10:244:1::/64',
    world: { peers: established({ negotiated: { families: ['ipv4/unicast'] } }) },
    gate: 'family',
    text: /tor-1 did not offer ipv6\/unicast/,
    remedy: /activate ipv6\/unicast for this neighbour on tor-1/,
  },
  {
    name: 'the session is down',
    world: { peers: () => [down()] },
    gate: 'session',
    text: /the session is active: no answer from 10\.0\.0\.1/,
    remedy: /herald doctor tor-1/,
  },
  {
    name: 'the peer is held down',
    world: { peers: () => [peerView({ heldDown: 'the peer sent more than 1 prefixes' })] },
    gate: 'session',
    text: /the session is idle: the peer sent more than 1 prefixes/,
    remedy: /herald doctor tor-1/,
  },
  {
    name: 'there is no address for the next hop',
    prefix: 'fd00:10:244:1::/64',
    world: { peers: established({ target: { nextHops: {} } }) },
    gate: 'next-hop',
    text: /no address that can be the next hop/,
    remedy: /set `nextHop` of tor-1/,
  },
  {
    name: 'the attributes do not fit a message',
    world: {
      file: [{ ...pods, path: { ...pods.path, communities: communities(1100) } }],
    },
    gate: 'attributes',
    text: /fill a message/,
    remedy: /fewer communities/,
  },
  {
    name: 'the peer has not read so far',
    world: { peers: established({}, 'nothing') },
    gate: 'sent',
    text: /not sent yet/,
    remedy: /ask again/,
  },
  {
    name: 'a source has not said what it wants',
    world: { peers: established({}, 'no End-of-RIB') },
    gate: 'end-of-rib',
    text: /has not had its say/,
    remedy: /ask again/,
  },
]

t.ok(rows.length > 0, 'there are gates to fail')
for (const { name, prefix = '10.244.1.0/24', world, gate, text, remedy } of rows) {
  t.test(`${gate} fails alone: ${name}`, async (t) => {
    const report = ask(prefix, world)
    t.notOk(report.holds)
    t.same(
      failing(report).map((failed) => failed.gate),
      [gate],
    )
    t.match(failing(report)[0]?.text, text)
    t.match(failing(report)[0]?.remedy, remedy)
    for (const { beyond } of report.peers) t.same(beyond, [], 'nothing is guessed of the other side')
  })
}

function down(): PeerView {
  const peer = peerView()
  peer.record.moved('Active', 'no answer')
  peer.record.failed({ origin: 'local', text: 'no answer from 10.0.0.1' })
  return peer
}

function communities(count: number) {
  return Array.from({ length: count }, (_, i) => {
    const community = parseCommunity(`65001:${i}`)
    if (!community.ok) throw new Error(community.because)
    return community.value
  })
}

t.test('of several announcements the first that may go to the peer counts', async (t) => {
  const settings = peerSettings({ advertise: ['run-time'] })
  const { holds, gates, peers } = ask('10.244.1.0/24', {
    runTime: [announcement('run-time', ['10.244.1.0/24'])],
    peers: established({ settings }),
  })
  t.ok(holds)
  t.match(gates[0]?.text, "'pods' of the file, 'run-time' of `herald announce`")
  t.match(peers[0]?.gates[0], {
    gate: 'precedence',
    passed: true,
    text: "'run-time' of `herald announce` counts here, before 'pods' of the file",
  })
})

t.test('what the other side may do silently is told, most likely first', async (t) => {
  const noExport = parseCommunity('no-export')
  const path = { ...pods.path, communities: noExport.ok ? [noExport.value] : [] }
  const { peers } = ask('192.0.2.10/32', { file: [announcement('ingress', ['192.0.2.10/32'], { path })] })
  const words = [/RFC 8212/, /le 32/, /next hop 10\.0\.0\.11/, /maximum-prefix/, /as a loop/, /no-export/]
  t.equal(peers[0]?.beyond.length, words.length)
  for (const [i, word] of words.entries()) t.match(peers[0]?.beyond[i], word)
})

t.test('a route that the peer sends back has been accepted', async (t) => {
  const adjRibIn = new AdjRibIn(['ipv4/unicast'])
  const segments = [{ kind: 'sequence' as const, ases: [65000, 65001] }]
  adjRibIn.announce(['10.244.1.0/24' as Prefix], [{ kind: 'as-path', segments }])
  const { peers } = ask('10.244.1.0/24', {
    peers: (locRib) => up(locRib).map((peer) => ({ ...peer, adjRibIn })),
  })
  t.match(peers[0]?.gates.at(-1), {
    gate: 'accepted',
    text: /^tor-1 sends it back with the AS path 65000 65001/,
  })
})

t.test('a route that comes back over another peer has been accepted', async (t) => {
  const { holds, peers } = ask('10.244.1.0/24', {
    peers: (locRib) => {
      const [first] = up(locRib)
      const settings = peerSettings({ name: 'tor-2' })
      const session = sessionView(locRib, { settings, negotiated: { peerAs: 65002 as Asn } })
      drain(session)
      const ases = [65002, 65000, 65001]
      const adjRibIn = new AdjRibIn(['ipv4/unicast'])
      adjRibIn.announce(
        ['10.244.1.0/24' as Prefix],
        [{ kind: 'as-path', segments: [{ kind: 'sequence', ases }] }],
      )
      return [first!, peerView({ settings, session, adjRibIn })]
    },
  })
  t.ok(holds)
  t.match(peers[0]?.gates.at(-1), { gate: 'accepted', passed: true, text: /tor-2 sends it back/ })
  t.same(peers[0]?.beyond, [])
  t.equal(peers[1]?.gates.at(-1)?.gate, 'end-of-rib', 'of the other one nothing is known')
})
