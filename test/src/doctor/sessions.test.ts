import type { Asn } from '../../../bgp/asn.js'
import { cease, hardReset, maximumPrefixesReached } from '../../../bgp/cease.js'
import type { HoldTime } from '../../../bgp/hold-time.js'
import type { BgpIdentifier } from '../../../bgp/identifier.js'
import { peerSettings, peerView } from '../../support/peer-view.js'
import { noDrops } from '../../support/quiet-kernel.js'
import { ended, lost, notification, type Row, received, sent, testEach, theirs } from './peers.js'

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

testEach(sessions)
