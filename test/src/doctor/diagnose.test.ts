import t from 'tap'
import type { Asn } from '../../../bgp/asn.js'
import { cease, hardReset, maximumPrefixesReached } from '../../../bgp/cease.js'
import { families } from '../../../bgp/family.js'
import type { Ended, Session } from '../../../bgp/fsm/session.js'
import type { HoldTime } from '../../../bgp/hold-time.js'
import type { BgpIdentifier } from '../../../bgp/identifier.js'
import type { Notification, Open } from '../../../bgp/message.js'
import { describeNotification } from '../../../bgp/notification.js'
import { offer } from '../../../bgp/open-offer.js'
import type { PeerSettings } from '../../../bgp/peer-settings.js'
import { AdjRibIn } from '../../../bgp/rib/adj-rib-in.js'
import { LocRib } from '../../../bgp/rib/loc-rib.js'
import type { Ip } from '../../../net/ip.js'
import type { Prefix } from '../../../net/prefix.js'
import { rangeOf } from '../../../net/prefix-range.js'
import { Secret } from '../../../net/secret.js'
import { spanOf } from '../../../net/span.js'
import type { Certainty, PeerCause } from '../../../src/control/api/doctor.js'
import { diagnose, hintsFor, isHealthy } from '../../../src/doctor/diagnose.js'
import { type NetworkSigns, noSigns } from '../../../src/doctor/network-signs.js'
import type { PeerView } from '../../../src/speaker/peer-view.js'
import type { DialFailureCause } from '../../../src/transport/transport.js'
import { fakeClock } from '../../support/fake-clock.js'
import { drain, peerRecord, peerSettings, peerView, sessionView, speaker } from '../../support/peer-view.js'
import { noDrops } from '../../support/quiet-kernel.js'

const password = new Secret('Sesame')
const nothing = noSigns(noDrops)
const onLink = { destination: '10.0.0.0/24' as Prefix, interface: 'eth0', metric: 0, rejects: false }
const viaRouter = { ...onLink, destination: '0.0.0.0/0' as Prefix, gateway: '10.0.0.254' as Ip }

interface Row {
  readonly name: string
  readonly peer: PeerView
  readonly network?: Partial<NetworkSigns>
  /** All of them, in order. */
  readonly expected: readonly (readonly [Certainty, PeerCause])[]
  /** Of the first. */
  readonly text: RegExp
  readonly here?: RegExp
  readonly there?: RegExp
}

/** A peer whose dials end like this. */
function failing(because: DialFailureCause, settings: Partial<PeerSettings> = {}): PeerView {
  const last = { because, text: `${because}: 10.0.0.1:179` }
  return peerView({ settings: peerSettings(settings), dialFailures: { count: 3, last } })
}

const silent = (settings: Partial<PeerSettings> = {}) => failing('timed-out', settings)

const dialling: readonly Row[] = [
  {
    name: 'the port is closed',
    peer: failing('refused'),
    expected: [['certain', 'port-closed']],
    text: /refused: 10\.0\.0\.1:179/,
    there: /start BGP/,
  },
  {
    name: 'there is no route',
    peer: failing('network-unreachable'),
    expected: [['certain', 'no-route']],
    text: /no route to 10\.0\.0\.1/,
    here: /add a route/,
  },
  {
    name: 'nobody answers ARP',
    peer: failing('no-route'),
    network: { route: onLink, answersArp: false },
    expected: [['likely', 'host-unreachable']],
    text: /10\.0\.0\.1 does not answer ARP on eth0/,
  },
  {
    name: 'the kernel gives up on the link, and ARP is not known (IPv6)',
    peer: failing('no-route'),
    network: { route: onLink },
    expected: [['likely', 'host-unreachable']],
    text: /does not answer on eth0/,
  },
  {
    name: 'a router says that it cannot reach the peer',
    peer: failing('no-route', { ttl: 64 }),
    network: { route: viaRouter },
    expected: [['likely', 'no-route']],
    text: /the router 10\.0\.0\.254 says/,
  },
  {
    name: 'the peer is behind a router, and the TTL is 1',
    peer: failing('no-route'),
    network: { route: viaRouter, answersArp: true },
    expected: [['likely', 'ttl-too-low']],
    text: /behind the router 10\.0\.0\.254/,
    here: /ebgpMultihop/,
  },
  {
    name: 'the local address is missing',
    peer: failing('address-not-available', { localAddress: '10.0.0.12' as Ip }),
    expected: [['certain', 'local-address-missing']],
    text: /address-not-available/,
    here: /10\.0\.0\.12/,
  },
  {
    name: 'the interface is missing',
    peer: failing('no-interface', { interface: 'eth9' }),
    expected: [['certain', 'interface-missing']],
    text: /no-interface/,
    here: /`interface`/,
  },
  {
    name: 'a local firewall forbids it',
    peer: failing('not-permitted'),
    expected: [['certain', 'not-permitted']],
    text: /not-permitted/,
    here: /nft/,
  },
  {
    name: 'the kernel lacks it',
    peer: failing('unsupported', { password }),
    expected: [['certain', 'kernel-lacks-it']],
    text: /unsupported/,
  },
  { name: 'anything else', peer: failing('failed'), expected: [['certain', 'dial-fails']], text: /failed/ },
]

const silences: readonly Row[] = [
  {
    name: 'without a key, and nothing else is seen',
    peer: silent(),
    network: { route: onLink, answersArp: true },
    expected: [
      ['possible', 'filtered'],
      ['possible', 'md5-missing-here'],
      ['possible', 'ttl-security-there'],
    ],
    text: /answers nothing on TCP port 179, though it answers ARP/,
    here: /nft list ruleset/,
    there: /access lists/,
  },
  {
    name: 'without a key, and no other SYN is answered either',
    peer: silent(),
    network: { probes: { everyTtl: 'silent' } },
    expected: [
      ['possible', 'filtered'],
      ['possible', 'md5-missing-here'],
    ],
    text: /a filter drops it/,
  },
  {
    name: 'with a key, and nothing else is seen',
    peer: silent({ password }),
    expected: [
      ['possible', 'filtered'],
      ['possible', 'md5-differs'],
      ['possible', 'md5-missing-there'],
      ['possible', 'ttl-security-there'],
    ],
    text: /answers nothing/,
  },
  {
    name: 'with a key, and no other SYN is answered either',
    peer: silent({ password }),
    network: { probes: { everyTtl: 'silent', unsigned: 'silent' } },
    expected: [
      ['possible', 'filtered'],
      ['possible', 'md5-differs'],
    ],
    text: /answers nothing/,
  },
  {
    name: 'the calls of the peer arrive, and its kernel hears no answer',
    peer: silent(),
    network: { halfOpen: true, probes: { everyTtl: 'silent' } },
    expected: [['likely', 'filtered']],
    text: /the calls of tor-1 arrive here/,
  },
  {
    name: 'the peer signs, and no key is set here',
    peer: silent(),
    network: { drops: { ...noDrops, unexpected: 4 } },
    expected: [['likely', 'md5-missing-here']],
    text: /4 TCP segments signed with a TCP MD5 key that is not set here/,
    here: /set `password` of tor-1/,
  },
  {
    name: 'the peer signs with another key',
    peer: silent({ password }),
    network: { drops: { ...noDrops, failure: 4 }, probes: { unsigned: 'silent', everyTtl: 'silent' } },
    expected: [['likely', 'md5-differs']],
    text: /signed with another TCP MD5 key/,
    here: /compare `password`/,
    there: /same password/,
  },
  {
    name: 'the peer does not sign',
    peer: silent({ password }),
    network: { drops: { ...noDrops, notFound: 4 } },
    expected: [['likely', 'md5-missing-there']],
    text: /without the TCP MD5 signature/,
    there: /set the password/,
  },
  {
    name: 'several peers might have been the sender of what was dropped',
    peer: silent({ password }),
    network: { drops: { ...noDrops, failure: 4 }, otherSuspects: 1 },
    expected: [['possible', 'md5-differs']],
    text: /of this peer or of another/,
  },
  {
    name: 'drops that this peer cannot have caused',
    peer: silent(),
    network: { drops: { ...noDrops, notFound: 4, failure: 4, minTtl: 4 }, halfOpen: true },
    expected: [
      ['likely', 'filtered'],
      ['possible', 'ttl-security-there'],
    ],
    text: /a filter on the way/,
  },
  {
    name: 'the peer takes a connection without signature',
    peer: silent({ password }),
    network: { probes: { unsigned: 'connected', everyTtl: 'silent' }, drops: { ...noDrops, notFound: 2 } },
    expected: [['certain', 'md5-missing-there']],
    text: /takes a connection without signature/,
    there: /set the password/,
  },
  {
    name: 'the port is closed, whose refusal is not signed',
    peer: silent({ password }),
    network: { probes: { unsigned: 'refused', everyTtl: 'silent' }, drops: { ...noDrops, notFound: 9 } },
    expected: [['certain', 'port-closed']],
    text: /nobody listens on port 179/,
  },
  {
    name: 'the peer has GTSM',
    peer: silent(),
    network: { probes: { everyTtl: 'connected' }, route: onLink },
    expected: [['certain', 'ttl-security-there']],
    text: /answers a SYN with TTL 255 and none with TTL 1/,
    here: /ttlSecurity: true/,
  },
  {
    name: 'the peer is behind a router that a TTL of 255 passes',
    peer: silent(),
    network: { probes: { everyTtl: 'connected' }, route: viaRouter },
    expected: [['certain', 'ttl-too-low']],
    text: /behind the router/,
    here: /ebgpMultihop/,
  },
  {
    name: 'GTSM is set here alone',
    peer: silent({ ttl: 255, ttlSecurityHops: 1 }),
    network: { probes: { everyTtl: 'connected' } },
    expected: [['certain', 'ttl-security-here']],
    text: /answers with a TTL below 255/,
    there: /ttl-security hops 1/,
  },
  {
    name: 'GTSM is set here alone, and the kernel has counted what it dropped',
    peer: silent({ ttl: 255, ttlSecurityHops: 2 }),
    network: { drops: { ...noDrops, minTtl: 3 } },
    expected: [['likely', 'ttl-security-here']],
    text: /3 TCP segments with a TTL below 254/,
  },
  {
    name: 'GTSM is set here alone, and a call came with a low TTL',
    peer: {
      ...silent({ ttlSecurityHops: 1 }),
      refusedCall: { ok: false, because: 'too far', tooFar: { ttl: 1, demanded: 255 } },
    },
    expected: [['certain', 'ttl-security-here']],
    text: /called with TTL 1, and ttlSecurity demands 255/,
  },
  {
    name: 'this side waits and nobody calls',
    peer: peerView({ settings: peerSettings({ passive: true }) }),
    expected: [['possible', 'not-called']],
    text: /waits for tor-1/,
  },
  {
    name: 'this side waits, and what calls has another key',
    peer: peerView({ settings: peerSettings({ passive: true, password }) }),
    network: { drops: { ...noDrops, failure: 2 } },
    expected: [
      ['likely', 'md5-differs'],
      ['possible', 'not-called'],
    ],
    text: /signed with another TCP MD5 key/,
  },
  {
    name: 'the first attempt is under way',
    peer: peerView({ nextAttemptSeconds: 5 }),
    expected: [['possible', 'trying']],
    text: /ask again in 5s/,
  },
]

type End = Pick<Ended, 'origin'> & { readonly kind?: Ended['kind']; readonly from?: Session['state'] }

/** A peer with which connections ended like this, the last one last. */
function ended(
  ends: readonly (readonly [End, Notification?])[],
  { open, ...change }: Partial<PeerView> & { readonly open?: Open } = {},
): PeerView {
  const record = peerRecord()
  if (open !== undefined) record.heard(open)
  for (const [{ origin, kind, from }, notification] of ends) {
    record.ended(from ?? 'OpenSent', {
      origin,
      kind: kind ?? (notification ? 'error' : 'connection-lost'),
      text: notification ? describeNotification(notification) : 'the peer closed the connection',
      ...(notification && { notification }),
    })
  }
  return peerView({ ...change, record })
}

function notification(code: number, subcode: number, data: readonly number[] = []): Notification {
  return { kind: 'notification', code, subcode, data: Uint8Array.from(data) }
}

/** The OPEN of tor-1. */
function theirs(change: Partial<PeerSettings> = {}): Open {
  const settings = peerSettings({ localAs: 65000 as Asn, ...change })
  return offer(speaker, settings, { restarted: false, forwardingPreserved: false }, 'none')
}

const sent: End = { origin: 'sent' }
const received: End = { origin: 'received' }
const lost: End = { origin: 'local' }

const sessions: readonly Row[] = [
  {
    name: 'the peer is another AS than is configured',
    peer: ended([[sent, notification(2, 2)]], { open: theirs({ localAs: 4_200_000_009 as Asn }) }),
    expected: [['certain', 'wrong-as-here']],
    text: /says that it is AS 4200000009, and here AS 65000 is configured/,
    here: /set `asn` of tor-1 to 4200000009/,
  },
  {
    name: 'the AS of the peer has been corrected since, and the next attempt is under way',
    peer: ended([[sent, notification(2, 2)]], { open: theirs() }),
    expected: [['possible', 'trying']],
    text: /under way/,
  },
  {
    name: 'the peer is this node',
    peer: ended([[sent, notification(2, 2)]], { open: theirs({ localAs: 65001 as Asn }) }),
    network: { ourselves: true },
    expected: [['certain', 'own-address']],
    text: /herald calls itself/,
    here: /set `address` of tor-1/,
  },
  {
    name: 'another speaker of this host is the peer',
    peer: ended([[received, notification(2, 2)]], { open: { ...theirs(), identifier: 1 as BgpIdentifier } }),
    network: { ourselves: true },
    expected: [['certain', 'wrong-as-there']],
    text: /does not want this node to be AS 65001/,
  },
  {
    name: 'the peer expects another AS of this node',
    peer: ended([[received, notification(2, 2)]], { open: theirs() }),
    expected: [['certain', 'wrong-as-there']],
    text: /tor-1, AS 65000, does not want this node to be AS 65001/,
    there: /remote-as 65001/,
  },
  {
    name: 'the peer has said why, and hangs up ever since',
    peer: ended([[received, notification(2, 2)], [lost], [lost]]),
    expected: [['certain', 'wrong-as-there']],
    text: /does not want this node to be AS 65001/,
  },
  {
    name: 'the identifiers clash',
    peer: ended([[sent, notification(2, 3)]]),
    expected: [['certain', 'router-id-clash']],
    text: /identifiers of tor-1 and this node clash/,
    here: /bgp\.routerId/,
  },
  {
    name: 'the peer rejects our hold time',
    peer: ended([[received, notification(2, 6)]], { settings: peerSettings({ holdTime: 9 as HoldTime }) }),
    expected: [['certain', 'hold-time-rejected']],
    text: /rejects the hold time of 9s/,
    here: /raise `holdTime`/,
    there: /minimum hold time/,
  },
  {
    name: 'the peer offers a hold time that is none',
    peer: ended([[sent, notification(2, 6)]], { open: { ...theirs(), holdTimeSeconds: 2 } }),
    expected: [['certain', 'hold-time-rejected']],
    text: /offers a hold time of 2s/,
    there: /another hold time/,
  },
  {
    name: 'no family in common, and this side says so',
    peer: ended([[sent, notification(2, 7, [1, 4, 0, 1, 0, 1])]], {
      settings: peerSettings({ families: ['ipv4/unicast'] }),
      open: theirs({ families: ['ipv6/unicast'] }),
    }),
    expected: [['certain', 'no-common-family']],
    text: /this node offers ipv4\/unicast; tor-1 offers ipv6\/unicast/,
    there: /activate ipv4\/unicast/,
  },
  {
    name: 'no family in common, and the peer says so',
    peer: ended([[received, notification(2, 7, [1, 4, 0, 2, 0, 1])]]),
    expected: [['certain', 'no-common-family']],
    text: /no address family in common/,
  },
  {
    name: 'the peer rejects a capability',
    peer: ended([[received, notification(2, 4)]], { open: theirs(), reduced: 'less is offered' }),
    expected: [['likely', 'capabilities-rejected']],
    text: /rejects what our OPEN offers: .*; now less is offered/,
  },
  {
    name: 'too many prefixes for the peer',
    peer: ended([[received, maximumPrefixesReached({ afi: 1, safi: 1 }, 10)]]),
    expected: [['certain', 'max-prefixes-there']],
    text: /takes no more prefixes from this node: .*limit 10/,
    there: /maximum-prefix/,
  },
  {
    name: 'too many prefixes for the peer, in a Hard Reset (RFC 8538)',
    peer: ended([[received, hardReset(maximumPrefixesReached({ afi: 1, safi: 1 }, 10))]]),
    expected: [['certain', 'max-prefixes-there']],
    text: /takes no more prefixes/,
  },
  {
    name: 'too many prefixes for this side',
    peer: peerView({ stopped: { why: 'maximum-prefixes', family: { afi: 1, safi: 1 }, limit: 5 } }),
    expected: [['certain', 'max-prefixes-here']],
    text: /more than the 5 prefixes/,
    here: /herald reset tor-1/,
  },
  {
    name: 'an unnumbered peer that nobody has heard',
    peer: peerView({ stopped: { why: 'no-neighbour', because: 'eth1 is down' } }),
    expected: [['certain', 'no-neighbour']],
    text: /eth1 is down/,
  },
  {
    name: 'this side is shut down',
    peer: peerView({ stopped: { why: 'administrative-shutdown' }, heldDown: 'drained' }),
    expected: [['certain', 'shut-down-here']],
    text: /drained/,
    here: /drain --undo/,
  },
  {
    name: 'the peer is shut down by its operator, who says why',
    peer: ended([[received, cease('administrative-shutdown', 'back at noon')], [lost]]),
    expected: [['certain', 'shut-down-there']],
    text: /and says: "back at noon"/,
    there: /no shutdown/,
  },
  {
    name: 'the peer does not know this node any more',
    peer: ended([[received, cease('peer-de-configured')]]),
    expected: [['certain', 'unknown-there']],
    text: /does not want this node as its neighbour/,
  },
  {
    name: 'the peer ended the session for a reason of its own',
    peer: ended([[{ ...received, from: 'Established' }, cease('out-of-resources')]]),
    expected: [['certain', 'ended-there']],
    text: /Out of Resources/,
  },
  {
    name: 'connections are dumped again and again',
    peer: ended([
      [received, cease('connection-collision-resolution')],
      [received, cease('connection-rejected')],
    ]),
    expected: [['likely', 'collision']],
    text: /another speaker runs on this host, or another host has its address/,
  },
  {
    name: 'a connection was dumped once',
    peer: ended([[received, cease('connection-collision-resolution')]]),
    expected: [['possible', 'collision']],
    text: /dumps our connections/,
  },
  {
    name: 'another process of this host has the session',
    peer: ended([[lost]]),
    network: { foreignSessions: { count: 1, owners: [{ pid: 7, name: 'bird' }] } },
    expected: [['certain', 'collision']],
    text: /bird \(process 7\) of this host has a session with tor-1/,
    here: /stop the other speaker/,
  },
  {
    name: 'our own end of a collision is none',
    peer: ended([[{ origin: 'sent', kind: 'collision' }, cease('connection-collision-resolution')]]),
    expected: [['possible', 'trying']],
    text: /under way/,
  },
  {
    name: 'the peer hangs up without a word',
    peer: ended([[lost], [lost]]),
    expected: [['likely', 'hangs-up']],
    text: /hangs up before a session: it does not know this address/,
    there: /as a neighbour/,
  },
  {
    name: 'the session was lost without a word',
    peer: ended([[{ ...lost, from: 'Established' }]]),
    expected: [['likely', 'hangs-up']],
    text: /the session with tor-1 was lost: the peer closed/,
  },
  {
    name: 'nothing came for a hold time',
    peer: ended([[{ ...sent, from: 'Established' }, notification(4, 0)]]),
    expected: [['likely', 'hold-timer']],
    text: /nothing came from tor-1/,
    here: /MTU/,
  },
  {
    name: 'TCP connects, and nothing comes',
    peer: ended([[sent, notification(4, 0)]]),
    expected: [
      ['possible', 'ttl-security-there'],
      ['possible', 'hold-timer'],
    ],
    text: /GTSM \(ttl-security\) there drops what has TTL 1/,
    here: /ttlSecurity: true/,
  },
  {
    name: 'TCP connects, and nothing that follows is acknowledged',
    peer: ended([[sent, notification(4, 0)]]),
    network: { unacknowledged: true },
    expected: [
      ['likely', 'ttl-security-there'],
      ['possible', 'hold-timer'],
    ],
    text: /acknowledges nothing that follows with TTL 1/,
  },
  {
    name: 'TCP connects, and this kernel drops what follows for its TTL',
    peer: ended([[sent, notification(4, 0)]], {
      settings: peerSettings({ ttl: 255, ttlSecurityHops: 1 }),
    }),
    network: { drops: { ...noDrops, minTtl: 5 } },
    expected: [
      ['likely', 'ttl-security-here'],
      ['possible', 'hold-timer'],
    ],
    text: /what follows has a TTL below 255, so that this kernel has just dropped 5 segments/,
    there: /ttl-security hops 1/,
  },
  {
    name: 'a session that did not last, and nothing of it was acknowledged',
    peer: ended([[{ ...sent, from: 'Established' }, notification(4, 0)]]),
    network: { unacknowledged: true },
    expected: [
      ['likely', 'ttl-security-there'],
      ['likely', 'hold-timer'],
    ],
    text: /acknowledges nothing that follows/,
  },
  {
    name: 'TCP connects, nothing comes, and no TTL is at fault',
    peer: ended([[sent, notification(4, 0)]], { settings: peerSettings({ ttl: 255 }) }),
    network: { unacknowledged: true },
    expected: [['possible', 'hold-timer']],
    text: /its BGP hangs/,
  },
  {
    name: 'the peer heard nothing for a hold time',
    peer: ended([[{ ...received, from: 'Established' }, notification(4, 0)]]),
    expected: [['likely', 'hold-timer']],
    text: /heard nothing of this node/,
  },
  {
    name: 'the peer sends what is no BGP',
    peer: ended([[sent, notification(1, 1)]]),
    expected: [['certain', 'protocol-error']],
    text: /sent what is no BGP-4/,
  },
  {
    name: 'the peer cannot read what we send',
    peer: ended([[received, notification(3, 1)]]),
    expected: [['certain', 'protocol-error']],
    text: /could not read what this node sent/,
  },
  {
    name: 'what was stopped on purpose is no trouble',
    peer: ended([[{ ...sent, kind: 'stopped' }, cease('administrative-reset')]]),
    expected: [['possible', 'trying']],
    text: /under way/,
  },
]

/** A peer that is up, with one route announced to it. */
function established(
  change: Parameters<typeof sessionView>[1] & {
    readonly view?: Partial<PeerView>
    /** None: false. */
    readonly wanted?: string | false
  } = {},
): PeerView {
  const locRib = new LocRib(families)
  const id = locRib.register({
    name: 'pods',
    source: 'file',
    path: { origin: 'igp', communities: [], asPathPrepend: 0 },
    precedence: 0,
  })
  const { wanted = '10.244.1.0/24' } = change
  if (wanted !== false) locRib.insert(id, spanOf(rangeOf(wanted as Prefix)))
  const session = sessionView(locRib, change)
  drain(session)
  const record = peerRecord()
  record.moved('Established', 'KEEPALIVE received')
  return peerView({ session, record, ...(change.settings && { settings: change.settings }), ...change.view })
}

const received3 = new AdjRibIn(['ipv4/unicast'])
received3.announce(['0.0.0.0/0' as Prefix], [])

/** The same session ten minutes later. */
function lasting(peer: PeerView): PeerView {
  const clock = fakeClock()
  const record = peerRecord(clock)
  record.moved('Established', 'KEEPALIVE received')
  clock.advance(600_000)
  return { ...peer, record }
}

const ups: readonly Row[] = [
  {
    name: 'the peer sends nothing, and may accept nothing',
    peer: established(),
    expected: [['possible', 'nothing-accepted']],
    text: /was sent 1 prefix and sends none itself; .*RFC 8212.*next hop \(10\.0\.0\.11, 2001:db8::11\)/,
    here: /herald explain PREFIX tor-1/,
  },
  {
    name: 'nothing is announced',
    peer: established({ wanted: false }),
    expected: [['possible', 'nothing-announced']],
    text: /nothing is announced to tor-1/,
  },
  {
    name: 'a family is missing',
    peer: established({ negotiated: { families: ['ipv4/unicast'] }, view: { adjRibIn: received3 } }),
    expected: [['certain', 'family-missing']],
    text: /does not speak ipv6\/unicast/,
    there: /activate ipv6\/unicast/,
  },
  {
    name: 'there is no next hop',
    peer: established({
      wanted: 'fd00:10:244:1::/64',
      target: { nextHops: { ipv4: '10.0.0.11' as never } },
      view: { adjRibIn: received3 },
    }),
    expected: [
      ['certain', 'next-hop-missing'],
      ['possible', 'nothing-announced'],
    ],
    text: /no IPv6 prefix goes to tor-1/,
    here: /nextHop\.ipv6/,
  },
  {
    name: 'there is no next hop of IPv6, and no IPv6 prefix that would need one',
    peer: established({
      target: { nextHops: { ipv4: '10.0.0.11' as never } },
      view: { adjRibIn: received3 },
    }),
    expected: [],
    text: /^$/,
  },
  {
    name: 'there is no next hop of IPv4, on an IPv6 session',
    peer: established({
      target: { nextHops: { ipv6: '2001:db8::11' as never } },
      view: { adjRibIn: received3 },
    }),
    expected: [
      ['certain', 'next-hop-missing'],
      ['possible', 'nothing-announced'],
    ],
    text: /no IPv4 prefix goes to tor-1/,
    there: /extended-nexthop/,
  },
  {
    name: 'fewer capabilities',
    peer: established({ view: { reduced: 'multiprotocol alone is offered', adjRibIn: received3 } }),
    expected: [['certain', 'capabilities-reduced']],
    text: /multiprotocol alone/,
  },
  {
    name: 'the session comes and goes',
    peer: established({
      view: {
        adjRibIn: received3,
        record: ended([
          [{ ...received, from: 'Established' }, notification(4, 0)],
          [{ ...lost, from: 'Established' }],
        ]).record,
      },
    }),
    expected: [['likely', 'flapping']],
    text: /2 sessions with tor-1 ended in 10 minutes, the last: the peer closed/,
  },
  {
    name: 'it has just begun, and the peer acknowledges nothing',
    peer: established({ view: { adjRibIn: received3 } }),
    network: { unacknowledged: true },
    expected: [['likely', 'ttl-security-there']],
    text: /acknowledges nothing that follows/,
  },
  {
    name: 'it has lasted, and there is some loss on the way',
    peer: lasting(established({ view: { adjRibIn: received3 } })),
    network: { unacknowledged: true },
    expected: [],
    text: /^$/,
  },
  {
    name: 'an internal peer that sends nothing is nothing special',
    peer: established({ negotiated: { external: false } }),
    expected: [],
    text: /^$/,
  },
]

const rows = [...dialling, ...silences, ...sessions, ...ups]
t.ok(rows.length > 50, 'there are conditions to diagnose')
for (const { name, peer, network, expected, text, here, there } of rows) {
  t.test(name, async (t) => {
    const diagnoses = diagnose(peer, { ...nothing, ...network })
    t.same(
      diagnoses.map(({ certainty, cause }) => [certainty, cause]),
      expected,
    )
    t.match(diagnoses[0]?.text ?? '', text)
    if (here !== undefined) t.match(diagnoses[0]?.here, here)
    if (there !== undefined) t.match(diagnoses[0]?.there, there)
    for (const diagnosis of diagnoses) t.notMatch(JSON.stringify(diagnosis), 'Sesame')
  })
}

t.test('a peer is healthy when it is up and nothing is wrong for sure', async (t) => {
  t.ok(isHealthy(established(), diagnose(established(), nothing)))
  const lesser = established({ negotiated: { families: ['ipv4/unicast'] } })
  t.ok(isHealthy(lesser, diagnose(lesser, nothing)), 'not to speak a family is no illness')
  t.notOk(isHealthy(silent(), []))
  const hopless = established({ target: { nextHops: {} } })
  t.notOk(isHealthy(hopless, diagnose(hopless, nothing)))
})

t.test('hints are the same diagnoses in one line, without guesses about what is up', async (t) => {
  t.same(hintsFor(established(), nothing), [])
  t.same(hintsFor(peerView(), nothing), [], 'an attempt under way is no trouble')
  t.same(hintsFor(ended([[received, notification(2, 6)]]), nothing), [
    'tor-1 rejects the hold time of 90s that this node offers; here: raise `holdTime` of tor-1; ' +
      'there: lower its minimum hold time (in FRR: bgp minimum-holdtime)',
  ])
  t.match(hintsFor(silent(), nothing)[0], /^possible: tor-1 answers nothing/)
})
