import type { Ip } from '../../../net/ip.js'
import type { Mac } from '../../../net/mac.js'
import type { Prefix } from '../../../net/prefix.js'
import type { DoctorReport } from '../../../src/control/api/doctor.js'
import type { ExplainReport } from '../../../src/control/api/explain.js'
import type { HealthReport } from '../../../src/control/api/health.js'
import type { L2AddressReport, L2AskerReport } from '../../../src/control/api/l2.js'
import type { MonitorEvent } from '../../../src/control/api/monitor.js'
import type { PeerDetail, PeerReport } from '../../../src/control/api/peers.js'
import type { AvailableRoute, PeerRoute } from '../../../src/control/api/routes.js'
import type { StatusReport } from '../../../src/control/api/status.js'

/** Fixed reports of a node with one good and one bad peer, as the daemon would tell them. */

export const status: StatusReport = {
  node: 'worker-1',
  version: '0.1.0',
  pid: 4711,
  startedAt: '2026-03-01T10:00:00.000Z',
  uptimeSeconds: 192,
  configFile: '/etc/herald/herald.yaml',
  logLevel: 'info',
  bgp: {
    asn: 65001,
    routerId: '10.0.0.11',
    listening: ['0.0.0.0:179', '[::]:179'],
    peersConfigured: 2,
    peersEstablished: 1,
    dynamicPeers: 0,
  },
  service: 'in-service',
  announcements: { configured: 2, runTime: 1, prefixes: 4 },
  lastReload: { at: '2026-03-01T10:02:00.000Z', applied: true, summary: '1 change applied' },
}

const tor1: PeerReport = {
  node: 'worker-1',
  name: 'tor-1',
  address: '10.0.0.1' as Ip,
  port: 179,
  dynamic: false,
  localAs: 65001,
  peerAs: 65000,
  sessionState: 'established',
  uptimeSeconds: 192,
  families: [
    { family: 'ipv4/unicast', received: 3, advertised: 4 },
    { family: 'ipv6/unicast', received: 3, advertised: 1 },
  ],
}

const tor2: PeerReport = {
  node: 'worker-1',
  name: 'tor-2',
  address: 'fe80::1' as Ip,
  port: 179,
  interface: 'eth1',
  dynamic: false,
  localAs: 65001,
  peerAs: 'external',
  sessionState: 'active',
  uptimeSeconds: 0,
  families: [{ family: 'ipv4/unicast', received: 0, advertised: 0 }],
  lastError: {
    at: '2026-03-01T10:01:00.000Z',
    origin: 'local',
    text: 'the TCP connection gets no answer',
  },
}

/** One established peer: the sample of the documentation. */
export const onePeer: readonly PeerReport[] = [tor1]

export const peers: readonly PeerReport[] = [tor1, tor2]

export const peerDetail: PeerDetail = {
  ...tor1,
  localAddress: '10.0.0.11' as Ip,
  localPort: 43210,
  remotePort: 179,
  peerIdentifier: '10.0.0.1',
  passive: false,
  password: true,
  ttl: 1,
  timers: {
    holdTimeConfigured: 90,
    keepaliveTimeConfigured: 30,
    connectRetryTime: 5,
    holdTimeNegotiated: 9,
    keepaliveTimeNegotiated: 3,
  },
  capabilities: {
    offered: [
      'multiprotocol ipv4/unicast',
      'multiprotocol ipv6/unicast',
      'route-refresh',
      'four-octet-as 65001',
    ],
    received: ['multiprotocol ipv4/unicast', 'multiprotocol ipv6/unicast', 'four-octet-as 65000'],
    compared: [
      { name: 'multiprotocol ipv4/unicast', offered: 'yes', received: 'yes' },
      { name: 'multiprotocol ipv6/unicast', offered: 'yes', received: 'yes' },
      { name: 'route-refresh', offered: 'yes' },
      { name: 'four-octet-as', offered: '65001', received: '65000' },
    ],
  },
  messages: {
    sent: { open: 2, update: 5, notification: 0, keepalive: 64, routeRefresh: 0, octets: 1820 },
    received: { open: 2, update: 7, notification: 1, keepalive: 66, routeRefresh: 1, octets: 2100 },
  },
  flaps: 1,
  malformed: { count: 1, last: '198.51.100.0/24: ORIGIN is 7, and 0 to 2 are known; treated as withdrawn' },
  lastError: {
    at: '2026-03-01T09:59:00.000Z',
    origin: 'received',
    text: 'Cease/Administrative Reset',
    code: 6,
    subcode: 4,
  },
  history: [
    { at: '2026-03-01T09:59:00.000Z', from: 'established', to: 'idle', because: 'NOTIFICATION received' },
    {
      at: '2026-03-01T10:00:00.000Z',
      from: 'open_confirm',
      to: 'established',
      because: 'KEEPALIVE received',
    },
  ],
  hints: [
    'the peer accepts none of our ipv6/unicast routes: FRR needs `no bgp ebgp-requires-policy` or a policy',
  ],
}

export const available: readonly AvailableRoute[] = [
  {
    prefix: '10.244.1.0/24' as Prefix,
    family: 'ipv4/unicast',
    announcement: 'pods',
    source: 'file',
    communities: ['65001:100', 'no-export'],
    localPreference: 200,
    med: 10,
    asPathPrepend: 2,
    peers: ['tor-1'],
  },
  {
    prefix: '2001:db8::10/128' as Prefix,
    family: 'ipv6/unicast',
    announcement: 'run-time',
    source: 'run-time',
    communities: [],
    asPathPrepend: 0,
  },
]

export const health: readonly HealthReport[] = [
  {
    announcement: 'dns',
    kind: 'exec',
    target: 'dig +short @192.0.2.53 example.org',
    state: 'healthy',
    since: '2026-03-01T10:00:04.000Z',
    announced: true,
    lastResult: { at: '2026-03-01T10:03:10.000Z', result: 'passed', text: '198.51.100.7' },
    passed: 94,
    failed: 0,
  },
  {
    announcement: 'web',
    kind: 'tcp',
    target: '192.0.2.10:443',
    state: 'unhealthy',
    since: '2026-03-01T10:02:30.000Z',
    announced: false,
    heldBack: 'its health check fails: refused: nobody listens on 192.0.2.10:443',
    lastResult: {
      at: '2026-03-01T10:03:11.000Z',
      result: 'failed',
      text: 'refused: nobody listens on 192.0.2.10:443',
    },
    passed: 70,
    failed: 24,
  },
]

export const advertised: readonly PeerRoute[] = [
  {
    peer: 'tor-1',
    prefix: '10.244.1.0/24' as Prefix,
    family: 'ipv4/unicast',
    nextHop: '10.0.0.11' as Ip,
    origin: 'igp',
    asPath: [65001, 65001, 65001],
    med: 10,
    communities: ['65001:100', 'no-export'],
  },
  {
    peer: 'tor-1',
    prefix: '2001:db8::10/128' as Prefix,
    family: 'ipv6/unicast',
    nextHop: '2001:db8::11' as Ip,
    origin: 'igp',
    asPath: [65001],
    communities: [],
  },
]

export const received: readonly PeerRoute[] = [
  {
    peer: 'tor-1',
    prefix: '0.0.0.0/0' as Prefix,
    family: 'ipv4/unicast',
    nextHop: '10.0.0.1' as Ip,
    origin: 'igp',
    asPath: [65000],
    med: 0,
    communities: [],
  },
  {
    peer: 'tor-1',
    prefix: '10.244.1.0/24' as Prefix,
    family: 'ipv4/unicast',
    nextHop: '10.0.0.1' as Ip,
    origin: 'incomplete',
    asPath: [65000, 65001],
    communities: [],
    because: 'our own AS is in the path',
  },
]

export const explanation: ExplainReport = {
  prefix: '10.244.1.0/24' as Prefix,
  holds: true,
  gates: [
    { gate: 'wanted', passed: true, text: "wanted by 'pods' of the file" },
    { gate: 'via-bgp', passed: true, text: 'announced by BGP' },
  ],
  peers: [
    {
      peer: 'tor-1',
      holds: true,
      gates: [{ gate: 'sent', passed: true, text: 'sent, and not changed since' }],
      beyond: ['tor-1 uses it only if it can reach the next hop 10.0.0.11'],
    },
  ],
}

export const notHeld: ExplainReport = {
  ...explanation,
  holds: false,
  peers: [
    {
      peer: 'tor-2',
      holds: false,
      gates: [
        {
          gate: 'session',
          passed: false,
          text: 'the session is active: no answer',
          remedy: 'herald doctor tor-2 says what to change',
        },
      ],
      beyond: [],
    },
  ],
}

export const l2: readonly L2AddressReport[] = [
  {
    address: '192.168.1.240' as Ip,
    ...{ announcement: 'ingress', source: 'file', group: 'default', virtualRouterId: 51 },
    ...{ state: 'owner', interface: 'eth0', mac: '02:00:00:00:00:0a' as Mac, requestsAnswered: 1204 },
    lastAsker: {
      at: '2026-03-01T10:03:11.000Z',
      address: '192.168.1.7' as Ip,
      mac: 'b8:27:eb:00:00:07' as Mac,
    },
    conflicts: 1,
    lastConflict: { at: '2026-03-01T10:01:00.000Z', mac: 'b8:27:eb:00:00:09' as Mac, vendor: 'b8:27:eb' },
    lastFailover: { at: '2026-03-01T10:00:31.000Z', milliseconds: 297 },
  },
  {
    address: 'fd00:1::240' as Ip,
    ...{ announcement: 'ingress', source: 'file', group: 'voice', virtualRouterId: 52 },
    ...{ state: 'backup', interface: 'eth0', mac: '02:00:00:00:00:0a' as Mac },
    owner: { address: 'fe80::12' as Ip, priority: 150, advertises: true, probes: false },
    ...{ requestsAnswered: 0, conflicts: 0 },
  },
  {
    address: '192.168.7.1' as Ip,
    ...{ announcement: 'run-time', source: 'run-time', group: 'default', virtualRouterId: 51 },
    ...{ state: 'nowhere', because: 'no interface has a subnet that holds it' },
    ...{ requestsAnswered: 0, conflicts: 0 },
  },
]

export const l2Askers: readonly L2AskerReport[] = [
  {
    ...{ address: '192.168.1.240' as Ip, asker: '192.168.1.7' as Ip, mac: 'b8:27:eb:00:00:07' as Mac },
    ...{ vendor: 'b8:27:eb', interface: 'eth0', asked: 12 },
    ...{ firstAt: '2026-03-01T10:00:02.000Z', lastAt: '2026-03-01T10:03:11.000Z' },
  },
]

export const healthy: DoctorReport = {
  healthy: true,
  node: [],
  peers: [
    {
      peer: 'tor-1',
      address: '10.0.0.1' as Ip,
      sessionState: 'established',
      healthy: true,
      diagnoses: [{ cause: 'nothing-accepted', certainty: 'possible', text: 'it sends none itself' }],
    },
  ],
}

export const ill: DoctorReport = {
  healthy: false,
  node: [
    {
      cause: 'port-taken',
      certainty: 'certain',
      text: 'bird (process 7) listens on 0.0.0.0:179',
      here: 'stop it',
    },
  ],
  peers: [
    {
      peer: 'tor-2',
      address: 'fe80::1' as Ip,
      sessionState: 'active',
      healthy: false,
      nextAttemptSeconds: 4,
      diagnoses: [
        {
          cause: 'md5-differs',
          certainty: 'likely',
          text: 'this kernel has just dropped 3 TCP segments signed with another TCP MD5 key',
          here: 'compare `password` of tor-2',
          there: 'set the same password for this neighbour',
        },
      ],
    },
  ],
}

export const events: readonly MonitorEvent[] = [
  {
    at: '2026-03-01T10:00:00.000Z',
    kind: 'peer-state',
    peer: 'tor-1',
    text: 'open_confirm → established: KEEPALIVE received',
    details: { from: 'open_confirm', to: 'established' },
  },
  { at: '2026-03-01T10:00:01.000Z', kind: 'announced', text: '192.0.2.1/32' },
]
