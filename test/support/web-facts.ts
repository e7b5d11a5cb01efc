import type { HealthReport } from '../../src/control/api/health.js'
import type { PeerDetail } from '../../src/control/api/peers.js'
import type { StatusReport } from '../../src/control/api/status.js'
import type { L2Report } from '../../src/l2/report.js'
import type { Facts } from '../../src/metrics/facts.js'
import { ip } from './address.js'

const messages = { open: 1, update: 5, notification: 0, keepalive: 9, routeRefresh: 0, octets: 700 }

export const peer: PeerDetail = {
  ...{ node: 'worker-1', name: 'tor-1', address: ip('10.0.0.1'), port: 179, dynamic: false },
  ...{ localAs: 65001, peerAs: 65000, sessionState: 'established', uptimeSeconds: 60 },
  families: [{ family: 'ipv4/unicast', received: 3, advertised: 7 }],
  ...{ passive: false, password: false, ttl: 1 },
  timers: {
    holdTimeConfigured: 90,
    keepaliveTimeConfigured: 30,
    connectRetryTime: 120,
    holdTimeNegotiated: 9,
  },
  capabilities: { offered: [], received: [], compared: [] },
  messages: { sent: messages, received: { ...messages, update: 2, octets: 300 } },
  ...{ flaps: 2, malformed: { count: 1 }, history: [], hints: [] },
  lastError: {
    at: '2026-01-01T00:00:00.000Z',
    origin: 'received',
    text: 'Hold Timer Expired',
    code: 4,
    subcode: 0,
  },
}

export const status: StatusReport = {
  ...{ node: 'worker-1', version: '1.2.3', pid: 1, startedAt: '2026-01-01T00:00:00.000Z', uptimeSeconds: 61 },
  ...{ configFile: '/etc/herald/herald.yaml', logLevel: 'info', service: 'in-service' },
  bgp: {
    ...{ asn: 65001, routerId: '10.0.0.11', listening: [], peersConfigured: 1 },
    ...{ peersEstablished: 1, dynamicPeers: 0 },
  },
  l2: {
    addresses: 1,
    owner: 1,
    backup: 0,
    probing: 0,
    contested: 0,
    nowhere: 0,
    heldBack: 0,
    outOfService: 0,
  },
  announcements: { configured: 2, runTime: 1, prefixes: 7 },
  lastReload: { at: '2026-01-01T00:00:30.000Z', applied: true, summary: 'nothing changed' },
}

const health: readonly HealthReport[] = [
  {
    ...{ announcement: 'web', kind: 'exec', target: 'true', state: 'unhealthy', announced: false },
    ...{ since: '2026-01-01T00:00:00.000Z', passed: 4, failed: 3 },
  },
]

export const lan: L2Report = {
  addresses: [
    {
      ...{ address: ip('192.0.2.10'), group: 'default', interface: 'eth0', state: 'owner' },
      ...{ answered: 11, conflicts: 1 },
      lastFailover: { at: '2026-01-01T00:00:00.000Z', milliseconds: 31 },
    },
  ],
  interfaces: [
    {
      ...{ interface: 'eth0', up: true, promiscuous: false, malformed: 2, dropped: 4 },
      ignored: { 'not-announced': 8, 'bad-checksum': 2 },
    },
  ],
}

export function facts(changed: Partial<Facts> = {}): Facts {
  return { status, peers: [peer], health, lan, ...changed }
}
