import { ByteWriter } from '../net/bytes.js'
import { ok, type Result, refused } from '../net/result.js'
import { AS_TRANS, type Asn, asn, twoOctetAs } from './asn.js'
import type { Capability } from './capability.js'
import { writeCapability } from './codec/capabilities.js'
import { MAX_EXTENDED_MESSAGE_LENGTH, MAX_MESSAGE_LENGTH } from './codec/context.js'
import { afiSafiOf, type Family, familyOf } from './family.js'
import type { Fault } from './fault.js'
import { type HoldTime, holdTime, smallerHoldTime } from './hold-time.js'
import type { Open } from './message.js'
import type { Negotiated } from './negotiated.js'
import type { SessionSettings, SpeakerSettings } from './peer-settings.js'

export type Negotiation =
  | { readonly ok: true; readonly negotiated: Negotiated }
  | { readonly ok: false; readonly fault: Fault }

/** What the peer's OPEN and ours agree on, or what is wrong with the peer's (RFC 4271 §6.2). */
export function negotiate(
  ours: Open,
  theirs: Open,
  speaker: SpeakerSettings,
  settings: SessionSettings,
): Negotiation {
  const peerAs = peerAsOf(theirs, settings)
  if (!peerAs.ok) return refuse({ kind: 'bad-peer-as', as: statedAs(theirs), because: peerAs.because })
  const external = peerAs.value !== settings.localAs
  if (!external && theirs.identifier === speaker.routerId) {
    // RFC 6286 §2.2: unique within an AS; equal identifiers are fine between ASes.
    const because = "the peer has this speaker's own BGP identifier; one of the two needs another routerId"
    return refuse({ kind: 'bad-bgp-identifier', because })
  }
  const theirHoldTime = holdTime(theirs.holdTimeSeconds)
  if (theirHoldTime === undefined) {
    return refuse({ kind: 'unacceptable-hold-time', seconds: theirs.holdTimeSeconds })
  }
  const wanted = familiesOf(ours).filter((family) => settings.families.includes(family))
  const families = wanted.filter((family) => familiesOf(theirs).includes(family))
  if (families.length === 0) return refuse(noCommonFamily(wanted, familiesOf(theirs)))
  const both = (kind: Capability['kind']) => has(ours, kind) && has(theirs, kind)
  const smaller = smallerHoldTime(settings.holdTime, theirHoldTime)
  const graceful = theirs.capabilities.findLast((capability) => capability.kind === 'graceful-restart')
  return {
    ok: true,
    negotiated: {
      peerAs: peerAs.value,
      peerIdentifier: theirs.identifier,
      localAs: settings.localAs,
      external,
      holdTime: smaller,
      keepaliveTimeSeconds: keepaliveTime(smaller, settings.keepaliveTimeSeconds),
      families,
      fourOctetAs: both('four-octet-as'),
      maxMessageLength: both('extended-message') ? MAX_EXTENDED_MESSAGE_LENGTH : MAX_MESSAGE_LENGTH,
      routeRefresh: both('route-refresh'),
      enhancedRouteRefresh: both('enhanced-route-refresh'),
      extendedNextHop: families.filter(
        (family) => takesIpv6NextHop(ours, family) && takesIpv6NextHop(theirs, family),
      ),
      ...(graceful && has(ours, 'graceful-restart') && { gracefulRestart: graceful }),
      ...(graceful && longLived(ours, theirs, settings)),
      offered: ours.capabilities,
      received: theirs.capabilities,
    },
  }
}

/** RFC 9494 §4.2: the stale time received "MAY be reduced by local configuration"; ours bounds it. */
function longLived(ours: Open, theirs: Open, { gracefulRestart }: SessionSettings) {
  const { longLivedStaleTimeSeconds: bound = 0 } = gracefulRestart
  const capability = theirs.capabilities.findLast((each) => each.kind === 'long-lived-graceful-restart')
  if (capability === undefined) return undefined
  if (!has(ours, 'long-lived-graceful-restart') || !has(ours, 'graceful-restart')) return undefined
  const agreed = capability.families.flatMap(({ family, forwardingPreserved, staleTimeSeconds }) => {
    const known = familyOf(family)
    if (known === undefined) return []
    return { family: known, forwardingPreserved, staleTimeSeconds: Math.min(staleTimeSeconds, bound) }
  })
  return { longLivedGracefulRestart: agreed }
}

/** A third of the hold time unless less is configured, but not more often than every second (§4.4). */
function keepaliveTime(negotiated: HoldTime, configuredSeconds: number): number {
  return negotiated === 0 ? 0 : Math.max(1, Math.min(configuredSeconds, Math.floor(negotiated / 3)))
}

/** The number that the peer claims: of its capability where it has one (RFC 6793 §4.1), and never checked. */
export function statedAs(open: Open): number {
  return fourOctetAses(open)[0] ?? open.as
}

/** RFC 6793 §4.1: the capability has the true number, and My AS must be it or stand for it. */
/** The AS number of a peer that said this; refused where it is not the one that is wanted. */
export function peerAsOf(theirs: Open, { remoteAs, localAs }: SessionSettings): Result<Asn> {
  const stated = statedAs(theirs)
  // RFC 7607 §2 for zero; AS_TRANS alone hides a number that we would have to know.
  const valid = asn(stated)
  if (!valid.ok) return valid
  const other = fourOctetAses(theirs).find((as) => as !== stated)
  if (other !== undefined) return refused(`the peer says AS ${stated} and AS ${other} in its capabilities`)
  if (theirs.as !== twoOctetAs(stated) && theirs.as !== AS_TRANS) {
    return refused(`the peer says AS ${theirs.as} in its OPEN and AS ${stated} in its capability`)
  }
  if (remoteAs === 'internal' && stated !== localAs) {
    return refused(`the peer is AS ${stated}, but an internal peer has our own AS ${localAs}`)
  }
  if (remoteAs === 'external' && stated === localAs) {
    return refused(`the peer is AS ${stated}, our own, but an external peer was configured`)
  }
  if (typeof remoteAs === 'number' && stated !== remoteAs) {
    return refused(`the peer is AS ${stated}, but AS ${remoteAs} is configured`)
  }
  return ok(valid.value)
}

/** Those that herald knows. A peer that names no family at all speaks IPv4 unicast (RFC 4760 §8). */
export function familiesOf(open: Open): readonly Family[] {
  const named = open.capabilities.filter((capability) => capability.kind === 'multiprotocol')
  if (named.length === 0) return ['ipv4/unicast']
  return named.flatMap(({ family }) => familyOf(family) ?? [])
}

/** RFC 5492 §5: the Data field lists the capabilities that are missed, as they would stand in an OPEN. */
function noCommonFamily(ours: readonly Family[], theirs: readonly Family[]): Fault {
  const missed = new ByteWriter()
  for (const family of ours) writeCapability(missed, { kind: 'multiprotocol', family: afiSafiOf(family) })
  const [we, they] = [ours, theirs].map((families) => families.join(', ') || 'none that we know')
  const because = `no address family in common: we offer ${we}, the peer ${they}`
  return { kind: 'unsupported-capability', capabilities: missed.finish(), because }
}

function takesIpv6NextHop(open: Open, family: Family): boolean {
  const { afi, safi } = afiSafiOf(family)
  return open.capabilities.some(
    (capability) =>
      capability.kind === 'extended-next-hop' &&
      capability.tuples.some(
        ({ nlri, nextHopAfi }) => nlri.afi === afi && nlri.safi === safi && nextHopAfi === 2,
      ),
  )
}

function has(open: Open, kind: Capability['kind']): boolean {
  return open.capabilities.some((capability) => capability.kind === kind)
}

function fourOctetAses(open: Open): readonly number[] {
  return open.capabilities.flatMap((capability) => (capability.kind === 'four-octet-as' ? capability.as : []))
}

function refuse(fault: Fault): Negotiation {
  return { ok: false, fault }
}
