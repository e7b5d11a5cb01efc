/** What two OPENs agree on, and what is wrong with the peer's (RFC 4271 §6.2 and the capabilities' own RFCs). */
import t from 'tap'
import type { Asn } from '../../bgp/asn.js'
import type { Capability } from '../../bgp/capability.js'
import type { Family } from '../../bgp/family.js'
import type { Fault } from '../../bgp/fault.js'
import type { HoldTime } from '../../bgp/hold-time.js'
import type { Open } from '../../bgp/message.js'
import { negotiate } from '../../bgp/negotiate.js'
import type { Negotiated } from '../../bgp/negotiated.js'
import { notificationFor } from '../../bgp/notification.js'
import { offer } from '../../bgp/open-offer.js'
import type { SessionSettings } from '../../bgp/peer-settings.js'
import { hex } from '../support/hex.js'
import { noHints, ourSettings, theirOpen, theirOpenWithout, us } from './peer/machine.js'

function outcome(theirs: Open, change: Partial<SessionSettings> = {}, ours?: Open) {
  const settings = { ...ourSettings, ...change }
  return negotiate(ours ?? offer(us, settings, noHints, 'none'), theirs, us, settings)
}

function agreed(theirs: Open, change: Partial<SessionSettings> = {}, ours?: Open): Negotiated {
  const result = outcome(theirs, change, ours)
  if (!result.ok) throw new Error(JSON.stringify(result.fault))
  return result.negotiated
}

function fault(theirs: Open, change: Partial<SessionSettings> = {}): Fault {
  const result = outcome(theirs, change)
  if (result.ok) throw new Error('the OPEN is accepted')
  return result.fault
}

const fourOctet = (as: number): Capability => ({ kind: 'four-octet-as', as })
const multiprotocol = (afi: number, safi = 1): Capability => ({
  kind: 'multiprotocol',
  family: { afi, safi },
})

t.test('two speakers like herald agree on everything', async (t) => {
  t.match(agreed(theirOpen()), {
    peerAs: 65000,
    peerIdentifier: 0x0a000001,
    localAs: 65001,
    external: true,
    holdTime: 90,
    keepaliveTimeSeconds: 30,
    families: ['ipv4/unicast', 'ipv6/unicast'],
    fourOctetAs: true,
    maxMessageLength: 65535,
    routeRefresh: true,
    enhancedRouteRefresh: true,
    extendedNextHop: ['ipv4/unicast'],
    gracefulRestart: { restartTimeSeconds: 120 },
  })
})

t.test('a peer without capabilities gets RFC 4271 and no more', async (t) => {
  const negotiated = agreed(theirOpen({ capabilities: [] }))
  t.match(negotiated, {
    families: ['ipv4/unicast'],
    fourOctetAs: false,
    maxMessageLength: 4096,
    routeRefresh: false,
    enhancedRouteRefresh: false,
    extendedNextHop: [],
  })
  t.equal(negotiated.gracefulRestart, undefined)
})

t.test('what we did not offer is not agreed, whatever the peer offers', async (t) => {
  const ours = offer(us, ourSettings, noHints, 'all-but-essential')
  const negotiated = agreed(theirOpen(), {}, ours)
  t.match(negotiated, {
    families: ['ipv4/unicast', 'ipv6/unicast'],
    fourOctetAs: true,
    maxMessageLength: 4096,
    routeRefresh: false,
    extendedNextHop: [],
  })
  t.equal(negotiated.gracefulRestart, undefined)
})

t.test('the peer’s AS', async (t) => {
  const rows: readonly {
    name: string
    open: Open
    settings?: Partial<SessionSettings>
    is: number | string
  }[] = [
    { name: 'two octets, without the capability', open: theirOpen({ capabilities: [] }), is: 65000 },
    {
      name: 'four octets behind AS_TRANS',
      open: theirOpen({ as: 23456, capabilities: [fourOctet(4200000000)] }),
      settings: { remoteAs: 4200000000 as Asn },
      is: 4200000000,
    },
    {
      name: 'AS_TRANS for a number that two octets hold (RFC 6793 §4.2.1 allows it)',
      open: theirOpen({ as: 23456 }),
      is: 65000,
    },
    {
      name: 'AS_TRANS without the capability',
      open: theirOpen({ as: 23456, capabilities: [] }),
      settings: { remoteAs: 'external' },
      is: '23456 is AS_TRANS',
    },
    {
      name: 'a number and a capability that disagree',
      open: theirOpen({ as: 64512 }),
      is: 'AS 64512 in its OPEN and AS 65000 in its capability',
    },
    {
      name: 'two capabilities that disagree',
      open: theirOpen({ capabilities: [fourOctet(65000), fourOctet(65009)] }),
      is: 'AS 65000 and AS 65009',
    },
    {
      name: 'another number than configured',
      open: theirOpen(),
      settings: { remoteAs: 65009 as Asn },
      is: '65009',
    },
    { name: 'external, and it is', open: theirOpen(), settings: { remoteAs: 'external' }, is: 65000 },
    {
      name: 'external, and it is our own',
      open: theirOpen({ as: 65001, capabilities: [] }),
      settings: { remoteAs: 'external' },
      is: 'our own',
    },
    {
      name: 'internal, and it is',
      open: theirOpen({ as: 65001, capabilities: [] }),
      settings: { remoteAs: 'internal' },
      is: 65001,
    },
    { name: 'internal, and it is not', open: theirOpen(), settings: { remoteAs: 'internal' }, is: '65001' },
    {
      name: 'internal to the AS that we show this peer',
      open: theirOpen(),
      settings: { remoteAs: 'internal', localAs: 65000 as Asn },
      is: 65000,
    },
  ]
  t.equal(rows.length, 12)
  for (const { name, open, settings, is } of rows) {
    if (typeof is === 'number') {
      const negotiated = agreed(open, settings)
      t.equal(negotiated.peerAs, is, name)
      t.equal(negotiated.external, is !== negotiated.localAs, `${name}: external or not`)
    } else {
      const found = fault(open, settings)
      t.match(found, { kind: 'bad-peer-as', because: is }, name)
      t.match(notificationFor(found), { code: 2, subcode: 2 }, name)
    }
  }
})

t.test('equal identifiers are a fault within an AS, and fine between two (RFC 6286)', async (t) => {
  const open = theirOpen({ identifier: us.routerId })
  t.equal(agreed(open).peerIdentifier, us.routerId)
  const internal = fault({ ...open, as: 65001, capabilities: [] }, { remoteAs: 'internal' })
  t.match(notificationFor(internal), { code: 2, subcode: 3 })
})

t.test('the hold time is the smaller, the keepalive time at most a third of it', async (t) => {
  const rows: readonly { ours: number; keepalive: number; theirs: number; hold: number; every: number }[] = [
    { ours: 90, keepalive: 30, theirs: 90, hold: 90, every: 30 },
    { ours: 90, keepalive: 30, theirs: 9, hold: 9, every: 3 },
    { ours: 9, keepalive: 3, theirs: 180, hold: 9, every: 3 },
    { ours: 90, keepalive: 10, theirs: 180, hold: 90, every: 10 },
    { ours: 90, keepalive: 60, theirs: 90, hold: 90, every: 30 },
    { ours: 3, keepalive: 1, theirs: 3, hold: 3, every: 1 },
    { ours: 10, keepalive: 5, theirs: 5, hold: 5, every: 1 },
    { ours: 0, keepalive: 30, theirs: 90, hold: 0, every: 0 },
    { ours: 90, keepalive: 30, theirs: 0, hold: 0, every: 0 },
  ]
  t.equal(rows.length, 9)
  for (const { ours, keepalive, theirs, hold, every } of rows) {
    const settings = { holdTime: ours as HoldTime, keepaliveTimeSeconds: keepalive }
    const { holdTime, keepaliveTimeSeconds } = agreed(theirOpen({ holdTimeSeconds: theirs }), settings)
    t.same([holdTime, keepaliveTimeSeconds], [hold, every], `${ours} and ${theirs}`)
  }
})

t.test('a hold time of one or two seconds is refused (§4.2)', async (t) => {
  for (const holdTimeSeconds of [1, 2]) {
    t.match(notificationFor(fault(theirOpen({ holdTimeSeconds }))), { code: 2, subcode: 6 })
  }
})

t.test('families', async (t) => {
  const both: readonly Family[] = ['ipv4/unicast', 'ipv6/unicast']
  const rows: readonly {
    theirs: readonly Capability[]
    ours: readonly Family[]
    common: readonly Family[]
  }[] = [
    { theirs: [multiprotocol(1), multiprotocol(2)], ours: both, common: both },
    { theirs: [multiprotocol(2), multiprotocol(25, 70)], ours: both, common: ['ipv6/unicast'] },
    { theirs: [multiprotocol(1), multiprotocol(1)], ours: ['ipv4/unicast'], common: ['ipv4/unicast'] },
    // RFC 4760 §8: who names no family at all speaks IPv4 unicast.
    { theirs: [], ours: both, common: ['ipv4/unicast'] },
  ]
  t.equal(rows.length, 4)
  for (const { theirs, ours, common } of rows) {
    const capabilities = [fourOctet(65000), ...theirs]
    t.same(agreed(theirOpen({ capabilities }), { families: ours }).families, common)
  }
})

t.test(
  'no family in common: Unsupported Capability, with what is missed as data (RFC 5492 §5)',
  async (t) => {
    const only = { capabilities: [fourOctet(65000), multiprotocol(1, 128)] }
    const neither = fault(theirOpen(only))
    t.match(neither, { because: 'we offer ipv4/unicast, ipv6/unicast, the peer none that we know' })
    t.same(notificationFor(neither), {
      kind: 'notification',
      code: 2,
      subcode: 7,
      data: hex('01 04 0001 00 01  01 04 0002 00 01'),
    })
    const notIpv6 = fault(theirOpen({ capabilities: [] }), { families: ['ipv6/unicast'] })
    t.same(notificationFor(notIpv6).data, hex('01 04 0002 00 01'))
  },
)

t.test('an IPv6 peer is not spoken to in IPv4 because our OPEN had to leave out its families', async (t) => {
  const settings: SessionSettings = { ...ourSettings, families: ['ipv6/unicast'] }
  t.match(outcome(theirOpen(), settings, offer(us, settings, noHints, 'all')), { ok: false })
})

t.test('each capability counts only where both have it', async (t) => {
  const rows: readonly { kind: Capability['kind']; without: Partial<Negotiated> }[] = [
    { kind: 'four-octet-as', without: { fourOctetAs: false } },
    { kind: 'extended-message', without: { maxMessageLength: 4096 } },
    { kind: 'route-refresh', without: { routeRefresh: false } },
    { kind: 'enhanced-route-refresh', without: { enhancedRouteRefresh: false } },
    { kind: 'extended-next-hop', without: { extendedNextHop: [] } },
  ]
  t.equal(rows.length, 5)
  for (const { kind, without } of rows) t.match(agreed(theirOpenWithout(kind)), without, kind)
})

t.test('the last of several graceful restart capabilities counts', async (t) => {
  const restart = (restartTimeSeconds: number): Capability => ({
    kind: 'graceful-restart',
    restarted: false,
    notification: false,
    restartTimeSeconds,
    families: [],
  })
  const open = theirOpenWithout('graceful-restart')
  const capabilities = [...open.capabilities, restart(30), restart(60)]
  t.equal(agreed({ ...open, capabilities }).gracefulRestart?.restartTimeSeconds, 60)
})

const longLived: Capability = {
  kind: 'long-lived-graceful-restart',
  families: [
    { family: { afi: 1, safi: 1 }, forwardingPreserved: true, staleTimeSeconds: 7200 },
    { family: { afi: 2, safi: 1 }, forwardingPreserved: false, staleTimeSeconds: 60 },
    { family: { afi: 25, safi: 70 }, forwardingPreserved: true, staleTimeSeconds: 60 },
  ],
}
const anHour = {
  gracefulRestart: { enabled: true, restartTimeSeconds: 120, longLivedStaleTimeSeconds: 3600 },
}

t.test('long-lived stale times are bounded by our own, for families we know (RFC 9494 §4.2)', async (t) => {
  const open = theirOpen()
  const theirs = { ...open, capabilities: [...open.capabilities, longLived] }
  t.same(agreed(theirs, anHour).longLivedGracefulRestart, [
    { family: 'ipv4/unicast', forwardingPreserved: true, staleTimeSeconds: 3600 },
    { family: 'ipv6/unicast', forwardingPreserved: false, staleTimeSeconds: 60 },
  ])
  t.equal(agreed(theirs).longLivedGracefulRestart, undefined, 'where we offer it too')
  t.equal(agreed(open, anHour).longLivedGracefulRestart, undefined)
})

t.test('the long-lived capability is ignored without that of graceful restart (RFC 9494 §4.5)', async (t) => {
  const open = theirOpenWithout('graceful-restart')
  const theirs = { ...open, capabilities: [...open.capabilities, longLived] }
  t.equal(agreed(theirs, anHour).longLivedGracefulRestart, undefined)
})
