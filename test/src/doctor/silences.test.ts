import { peerSettings, peerView } from '../../support/peer-view.js'
import { noDrops } from '../../support/quiet-kernel.js'
import { onLink, password, type Row, silent, testEach, viaRouter } from './peers.js'

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

testEach(silences)
