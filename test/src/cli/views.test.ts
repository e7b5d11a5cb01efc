import t from 'tap'
import type { Ip } from '../../../net/ip.js'
import type { Prefix } from '../../../net/prefix.js'
import { plain, styled } from '../../../src/cli/style.js'
import { announceView } from '../../../src/cli/view/announce.js'
import { eventView } from '../../../src/cli/view/event.js'
import { explainView } from '../../../src/cli/view/explain.js'
import { healthView } from '../../../src/cli/view/health.js'
import { askersView, l2View } from '../../../src/cli/view/l2.js'
import { peerView } from '../../../src/cli/view/peer.js'
import { peersView } from '../../../src/cli/view/peers.js'
import { reloadView } from '../../../src/cli/view/reload.js'
import { availableView, peerRoutesView } from '../../../src/cli/view/routes.js'
import { statusView } from '../../../src/cli/view/status.js'
import type { AnnounceReport } from '../../../src/control/api/announce.js'
import type { PeerDetail } from '../../../src/control/api/peers.js'
import type { ReloadPlan } from '../../../src/control/api/reload.js'
import type { StatusReport } from '../../../src/control/api/status.js'
import {
  advertised,
  available,
  events,
  health,
  l2,
  l2Askers,
  onePeer,
  peerDetail,
  peers,
  received,
  status,
} from '../control/reports.js'

const neverUp: PeerDetail = {
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
  families: [{ family: 'ipv6/unicast', received: 0, advertised: 0 }],
  passive: true,
  password: false,
  ttl: 255,
  ttlSecurityHops: 1,
  timers: { holdTimeConfigured: 90, keepaliveTimeConfigured: 30, connectRetryTime: 5 },
  capabilities: { offered: [], received: [], compared: [] },
  messages: {
    sent: { open: 0, update: 0, notification: 0, keepalive: 0, routeRefresh: 0, octets: 0 },
    received: { open: 0, update: 0, notification: 0, keepalive: 0, routeRefresh: 0, octets: 0 },
  },
  flaps: 0,
  malformed: { count: 0 },
  history: [],
  hints: [],
}

const { bgp: _, ...noBgp } = status
const withoutBgp: StatusReport = {
  ...noBgp,
  lastReload: { at: '2026-03-01T10:02:00.000Z', applied: false, summary: 'the file has 2 mistakes' },
}

const plan: ReloadPlan = {
  applied: true,
  changes: [
    { what: 'announcements.pods', effect: 'soft', text: '1 prefix added' },
    { what: 'bgp.peers.tor-1.holdTime', effect: 'reset', text: '90s becomes 30s' },
  ],
  resets: ['tor-1'],
  confirmBefore: '2026-03-01T10:04:00.000Z',
}

const announced: AnnounceReport = {
  changed: ['192.0.2.1/32' as Prefix],
  unchanged: [{ prefix: '192.0.2.2/32' as Prefix, because: 'announced already' }],
}

interface Golden {
  readonly name: string
  readonly shown: string
  readonly expected: string
}

const golden: readonly Golden[] = [
  {
    name: 'herald peers, as the documentation shows it',
    shown: peersView(onePeer, plain),
    expected: `
Node      Local AS  Peer AS  Peer Address  Session State  Uptime  Family        Received  Advertised
worker-1  65001     65000    10.0.0.1      established    3m12s   ipv4/unicast  3         4
                                                                  ipv6/unicast  3         1
`,
  },
  {
    name: 'herald peers with a peer that is not up, and why below the table',
    shown: peersView(peers, plain),
    expected: `
Node      Local AS  Peer AS   Peer Address  Session State  Uptime  Family        Received  Advertised
worker-1  65001     65000     10.0.0.1      established    3m12s   ipv4/unicast  3         4
                                                                   ipv6/unicast  3         1
worker-1  65001     external  fe80::1%eth1  active         0s      ipv4/unicast  0         0

tor-2: the TCP connection gets no answer
`,
  },
  {
    name: 'herald peers NAME',
    shown: peerView(peerDetail, plain),
    expected: `
Session
  Name              tor-1
  State             established for 3m12s
  Peer              10.0.0.1:179, AS 65000, identifier 10.0.0.1
  Local             10.0.0.11:43210, AS 65001
  Connects          yes, and accepts
  TCP MD5           key set
  TTL               1
  Sessions lost     1
  Malformed routes  1, the last: 198.51.100.0/24: ORIGIN is 7, and 0 to 2 are known; treated as withdrawn
  Last error        2026-03-01T09:59:00.000Z, NOTIFICATION received: Cease/Administrative Reset (code 6, subcode 4)

What to look at
  the peer accepts none of our ipv6/unicast routes: FRR needs \`no bgp ebgp-requires-policy\` or a policy

Timers
  Timer          Configured  Negotiated
  hold           90s         9s
  keepalive      30s         3s
  connect retry  5s          -

Routes
  Family        Received  Advertised
  ipv4/unicast  3         4
  ipv6/unicast  3         1

Capabilities
  Capability                  Offered  Received
  multiprotocol ipv4/unicast  yes      yes
  multiprotocol ipv6/unicast  yes      yes
  route-refresh               yes      no
  four-octet-as               65001    65000

Messages
  Message        Sent  Received
  OPEN           2     2
  UPDATE         5     7
  NOTIFICATION   0     1
  KEEPALIVE      64    66
  ROUTE-REFRESH  0     1
  octets in all  1820  2100

State changes
  At                        From          To           Because
  2026-03-01T09:59:00.000Z  established   idle         NOTIFICATION received
  2026-03-01T10:00:00.000Z  open_confirm  established  KEEPALIVE received
`,
  },
  {
    name: 'herald peers NAME of a link-local peer behind GTSM that never connected',
    shown: peerView(neverUp, plain),
    expected: `
Session
  Name              tor-2
  State             active
  Peer              [fe80::1%eth1]:179, any external AS
  Local             AS 65001
  Connects          no, waits for the peer (passive)
  TCP MD5           no
  TTL               GTSM, at most 1 hop away
  Sessions lost     0
  Malformed routes  0

Timers
  Timer          Configured  Negotiated
  hold           90s         -
  keepalive      30s         -
  connect retry  5s          -

Routes
  Family        Received  Advertised
  ipv6/unicast  0         0

Messages
  Message        Sent  Received
  OPEN           0     0
  UPDATE         0     0
  NOTIFICATION   0     0
  KEEPALIVE      0     0
  ROUTE-REFRESH  0     0
  octets in all  0     0
`,
  },
  {
    name: 'herald status',
    shown: statusView(status, plain),
    expected: `
Node           worker-1
Version        0.1.0, process 4711
Uptime         3m12s, since 2026-03-01T10:00:00.000Z
Service        in service
Configuration  /etc/herald/herald.yaml
Log level      info
BGP            AS 65001, router ID 10.0.0.11
Listening      0.0.0.0:179, [::]:179
Peers          1 of 2 established
Announcements  2 in the file, 1 at run time
Prefixes       4
Last reload    2026-03-01T10:02:00.000Z, 1 change applied
`,
  },
  {
    name: 'herald status with health checks',
    shown: statusView(
      { ...withoutBgp, health: { checks: 4, healthy: 1, unhealthy: 2, disabled: 1, unknown: 0 } },
      plain,
    ).replace(/^(?!Health).*\n/gm, ''),
    expected: `
Health checks  1 of 4 healthy, 2 unhealthy, 1 disabled
`,
  },
  {
    name: 'herald status with L2',
    shown: statusView(
      {
        ...withoutBgp,
        l2: {
          addresses: 4,
          owner: 2,
          backup: 1,
          probing: 0,
          contested: 1,
          nowhere: 0,
          heldBack: 0,
          outOfService: 0,
        },
      },
      plain,
    ).replace(/^(?!L2).*\n/gm, ''),
    expected: `
L2             owner of 2 of 4 addresses, 1 backup, 1 contested
`,
  },
  {
    name: 'herald explain of an address on the LAN',
    shown: explainView(
      {
        prefix: '192.168.1.240/32' as Prefix,
        holds: false,
        gates: [{ gate: 'wanted', passed: true, text: "wanted by 'web' of the file" }],
        lan: [{ gate: 'interface-up', passed: false, text: 'eth0 is down', remedy: 'ip link set eth0 up' }],
        peers: [],
      },
      plain,
    ),
    expected: `
192.168.1.240/32
  Gate    Passed  Because
  wanted  yes     wanted by 'web' of the file

On the LAN
  Gate          Passed  Because
  interface-up  no      eth0 is down
  To do: ip link set eth0 up
`,
  },
  {
    name: 'herald l2',
    shown: l2View(l2, plain),
    expected: `
Virtual IP     Interface  MAC                State    Owner                    Answered  Last asker                     Last conflict                                          Last failover                     Because
192.168.1.240  eth0       02:00:00:00:00:0a  owner    this node                1204      192.168.1.7 b8:27:eb:00:00:07  b8:27:eb:00:00:09 (b8:27:eb) 2026-03-01T10:01:00.000Z  297 ms, 2026-03-01T10:00:31.000Z
fd00:1::240    eth0       02:00:00:00:00:0a  backup   fe80::12 (priority 150)  0         -                              -                                                      -
192.168.7.1    -          -                  nowhere  -                        0         -                              -                                                      -                                 no interface has a subnet that holds it
`,
  },
  {
    name: 'herald l2, where nothing needs a reason',
    shown: l2View(l2.slice(1, 2), plain),
    expected: `
Virtual IP   Interface  MAC                State   Owner                    Answered  Last asker  Last conflict  Last failover
fd00:1::240  eth0       02:00:00:00:00:0a  backup  fe80::12 (priority 150)  0         -           -              -
`,
  },
  {
    name: 'herald l2 askers',
    shown: askersView(l2Askers, plain),
    expected: `
Virtual IP     Asker        MAC                Interface  Asked  First                     Last
192.168.1.240  192.168.1.7  b8:27:eb:00:00:07  eth0       12     2026-03-01T10:00:02.000Z  2026-03-01T10:03:11.000Z
`,
  },
  {
    name: 'herald health',
    shown: healthView(health, plain),
    expected: `
Announcement  Check                                    State      Announced  Since                     Passed  Failed  Last result
dns           exec dig +short @192.0.2.53 example.org  healthy    yes        2026-03-01T10:00:04.000Z  94      0       passed: 198.51.100.7
web           tcp 192.0.2.10:443                       unhealthy  no         2026-03-01T10:02:30.000Z  70      24      failed: refused: nobody listens on 192.0.2.10:443
`,
  },
  {
    name: 'herald status without BGP, after a reload that failed',
    shown: statusView(withoutBgp, plain),
    expected: `
Node           worker-1
Version        0.1.0, process 4711
Uptime         3m12s, since 2026-03-01T10:00:00.000Z
Service        in service
Configuration  /etc/herald/herald.yaml
Log level      info
BGP            not configured
Announcements  2 in the file, 1 at run time
Prefixes       4
Last reload    2026-03-01T10:02:00.000Z, not applied: the file has 2 mistakes
`,
  },
  {
    name: 'herald routes available',
    shown: availableView({ routes: available, total: 2 }, plain),
    expected: `
Prefix            Announcement  Source    LocPref  MED  Prepend  Communities          Peers
10.244.1.0/24     pods          file      200      10   2        65001:100 no-export  tor-1
2001:db8::10/128  run-time      run-time  -        -    0        -                    all
`,
  },
  {
    name: 'herald routes available, with one that is held back',
    shown: availableView(
      { routes: [{ ...available[1]!, heldBack: 'its health check fails' }], total: 1 },
      plain,
    ),
    expected: `
Prefix            Announcement  Source    LocPref  MED  Prepend  Communities  Peers  Held back because
2001:db8::10/128  run-time      run-time  -        -    0        -            all    its health check fails
`,
  },
  {
    name: 'herald routes advertised PEER',
    shown: peerRoutesView({ routes: advertised, total: 2 }, true, plain),
    expected: `
Prefix            Next Hop      MED  LocPref  AS Path            Origin  Communities
10.244.1.0/24     10.0.0.11     10   -        65001 65001 65001  igp     65001:100 no-export
2001:db8::10/128  2001:db8::11  -    -        65001              igp     -
`,
  },
  {
    name: 'herald routes received',
    shown: peerRoutesView({ routes: received, total: 2 }, false, plain),
    expected: `
Peer   Prefix         Next Hop  MED  LocPref  AS Path      Origin      Communities  Not used because
tor-1  0.0.0.0/0      10.0.0.1  0    -        65000        igp         -
tor-1  10.244.1.0/24  10.0.0.1  -    -        65000 65001  incomplete  -            our own AS is in the path
`,
  },
  {
    name: 'herald reload that resets a session and waits for its confirmation',
    shown: reloadView(plan, plain),
    expected: `
Change                    Effect  What happens
announcements.pods        soft    1 prefix added
bgp.peers.tor-1.holdTime  reset   90s becomes 30s

applied; sessions that reset: tor-1
rolled back at 2026-03-01T10:04:00.000Z unless \`herald reload --confirm\` comes first
`,
  },
  {
    name: 'herald reload of a file that did not change',
    shown: reloadView({ applied: true, changes: [], resets: [] }, plain),
    expected: `
nothing changes
`,
  },
  {
    name: 'herald announce',
    shown: announceView(announced, 'announced'),
    expected: `
192.0.2.1/32 announced
192.0.2.2/32 unchanged: announced already
`,
  },
  {
    name: 'herald monitor',
    shown: events.map((event) => eventView(event, plain)).join(''),
    expected: `
2026-03-01T10:00:00.000Z  peer-state    tor-1: open_confirm → established: KEEPALIVE received
2026-03-01T10:00:01.000Z  announced     192.0.2.1/32
`,
  },
]

t.ok(golden.length > 0, 'there are views to test')
for (const { name, shown, expected } of golden) {
  t.test(name, async (t) => {
    t.equal(`\n${shown}`, expected)
  })
}

t.test('on a terminal the state of a session is green, yellow or red', async (t) => {
  const shown = peersView(peers, styled)
  t.match(shown, '\u001b[32mestablished\u001b[0m')
  t.match(shown, '\u001b[33mactive\u001b[0m')
})
