/** herald explain names the gate that a prefix does not pass, and what it says against a real router is so. */
import t from 'tap'
import type { ExplainReport, Gate, GateName } from '../../src/control/api/explain.js'
import { type Herald, startHerald } from '../support/herald.js'
import type { Owner } from '../support/netns.js'
import { createRack, nodeAddress, nodeConfiguration, torAddress, torSettings } from '../support/rack.js'
import { type RouterSettings, routerKind } from '../support/routers/index.js'
import { waitFor } from '../support/wait.js'

const frr = routerKind('frr', 'package')

const announcements = [
  { name: 'pods', podCIDRs: ['10.244.1.0/24', 'fd00:10:244:1::/64'] },
  { name: 'ingress', loadBalancerIPs: ['192.0.2.10'] },
]

interface Row {
  readonly name: string
  readonly prefix: string
  /** Absent: nobody is there. */
  readonly router?: Partial<RouterSettings> | undefined
  readonly node?: Parameters<typeof nodeConfiguration>[0]
  /** Beside those of all rows. */
  readonly announces?: Readonly<Record<string, unknown>>
  /** What the operator has typed before. */
  readonly typed?: readonly string[]
  /** The only one that fails; absent where all are passed. */
  readonly gate?: GateName
  readonly text: RegExp
}

const nobody = { router: undefined }

const rows: readonly Row[] = [
  {
    name: 'the router has it',
    prefix: '10.244.1.0/24',
    text: /tor-1 sends it back with the AS path 65000 65001: tor-1 has accepted it/,
  },
  {
    name: 'an address is its host route',
    prefix: '192.0.2.10',
    text: /tor-1 has accepted it/,
  },
  {
    name: 'it is not announced, but an address of what is',
    prefix: '10.244.1.7',
    gate: 'wanted',
    text: /no announcement wants 10\.244\.1\.7\/32; 'pods' wants 10\.244\.1\.0\/24, which covers it/,
  },
  {
    name: 'it is not in the advertise list',
    prefix: '192.0.2.10/32',
    node: { peer: { advertise: ['pods'] } },
    gate: 'advertise-list',
    text: /'ingress' is not in the `advertise` list of tor-1, which has pods alone/,
  },
  {
    name: 'the router does not speak the family',
    prefix: 'fd00:10:244:1::/64',
    router: torSettings({ families: ['ipv4/unicast'] }),
    gate: 'family',
    text: /tor-1 did not offer ipv6\/unicast/,
  },
  {
    name: 'there is no IPv6 next hop',
    prefix: 'fd00:10:244:1::/64',
    node: { withoutIpv6: true },
    gate: 'next-hop',
    text: /no address that can be the next hop/,
  },
  {
    name: 'its service is not healthy',
    prefix: '198.51.100.0/24',
    announces: {
      name: 'sick',
      prefixes: ['198.51.100.0/24'],
      healthCheck: { exec: ['false'], interval: '200ms', timeout: '100ms' },
    },
    gate: 'health-check',
    text: /'sick'/,
  },
  {
    name: 'it is for another peer',
    prefix: '198.51.100.0/24',
    announces: { name: 'elsewhere', prefixes: ['198.51.100.0/24'], peers: ['tor-9'] },
    node: {
      bgp: {
        peers: [
          { name: 'tor-1', address: torAddress, asn: 65000, connectRetryTime: '1s' },
          { name: 'tor-9', address: '10.0.0.9', asn: 65000 },
        ],
      },
    },
    gate: 'named-peers',
    text: /'elsewhere' is for tor-9 alone/,
  },
  {
    name: 'its communities do not fit into a message',
    prefix: '198.51.100.0/24',
    announces: {
      name: 'talkative',
      prefixes: ['198.51.100.0/24'],
      communities: Array.from({ length: 17_000 }, (_, i) => `65001:${i}`),
    },
    gate: 'attributes',
    text: /its attributes alone fill a message/,
  },
  {
    name: 'this node is out of service',
    prefix: '10.244.1.0/24',
    typed: ['drain', '--wait', '0s'],
    gate: 'in-service',
    text: /this node is drained: nothing is announced/,
  },
  {
    ...nobody,
    name: 'the session is down',
    prefix: '10.244.1.0/24',
    gate: 'session',
    text: /10\.0\.0\.1:179 refuses/,
  },
]

t.ok(rows.length > 0, 'there are prefixes to explain')
for (const { name, prefix, gate, text, ...row } of rows) {
  t.test(`${name}: ${gate ?? 'every gate is passed'}`, async (t) => {
    const { withoutIpv6, ...file } = { withoutIpv6: false, ...row.node }
    const extra = row.announces === undefined ? [] : [row.announces]
    const herald = await set(t, 'router' in row ? row.router : {}, file, withoutIpv6 === true, extra)
    if (row.typed !== undefined) await herald.cli(...row.typed)
    const { report, status, told } = await explained(herald, prefix, gate ?? 'accepted')
    t.equal(status, gate === undefined ? 0 : 1)
    t.equal(report.holds, gate === undefined)
    t.same(
      allGates(report)
        .filter(({ passed }) => !passed)
        .map((failed) => failed.gate),
      gate === undefined ? [] : [gate],
    )
    t.match(told.text, text)
  })
}

async function set(
  t: Owner,
  router: Partial<RouterSettings> | undefined,
  file: Parameters<typeof nodeConfiguration>[0],
  withoutIpv6: boolean,
  more: readonly unknown[] = [],
): Promise<Herald> {
  const { tor, node } = await createRack(t)
  if (withoutIpv6) await node.run(['ip', '-6', 'address', 'flush', 'dev', 'eth0', 'scope', 'global'])
  const made = router && (await frr.create(tor, { ...torSettings(), ...router }))
  const herald = await startHerald(node, {
    ...nodeConfiguration(file),
    announcements: [...announcements, ...more],
  })
  await made?.established(nodeAddress)
  return herald
}

function allGates({ gates, peers }: ExplainReport): readonly Gate[] {
  return [...gates, ...peers.flatMap((peer) => peer.gates)]
}

/** Asks until this gate is the last one told of. */
function explained(herald: Herald, prefix: string, last: GateName) {
  return waitFor(`explain to end with ${last}`, async () => {
    const { status, stdout, stderr } = await herald.attempt('explain', prefix, 'tor-1', '-o', 'json')
    if (stdout === '') throw new Error(stderr)
    const report = JSON.parse(stdout) as ExplainReport
    const told = allGates(report).findLast(
      ({ gate, passed }) => gate === last && (gate === 'accepted' || !passed),
    )
    if (told === undefined) throw new Error(stdout)
    return { report, status, told }
  })
}

t.test('what may still go wrong on the other side is told where nobody can know', async (t) => {
  const herald = await set(t, { raw: { frr: 'router bgp 65000\nbgp ebgp-requires-policy\nexit' } }, {}, false)
  const told = await waitFor('the route to be sent', async () => {
    const { status, stdout } = await herald.attempt('explain', '10.244.1.0/24')
    return status === 0 && stdout
  })
  t.match(told, /end-of-rib +yes/)
  t.match(told, /If it still does not use the route.*:\n {2}- tor-1 may have no import policy .*RFC 8212/)
})
