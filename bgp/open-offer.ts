import { twoOctetAs } from './asn.js'
import type { Capability } from './capability.js'
import { afiSafiOf, ipVersionOf } from './family.js'
import type { Open } from './message.js'
import type { SessionSettings, SpeakerSettings } from './peer-settings.js'

/** The only next hop that RFC 8950 §4 lets IPv4 routes have besides their own kind. */
const IPV6_AFI = 2

/** Characters of a host's name, and of its domain, that fit their capability, whatever the characters. */
const HOSTNAME_LIMIT = 64

/** What an OPEN says besides what is configured. */
export interface OfferHints {
  /** With its domain, if it has one: 'worker-1.rack.example'. */
  readonly hostname?: string
  /** R: this speaker has restarted and the restart window is open (RFC 4724 §3). */
  readonly restarted: boolean
  /** F: forwarding went on while it was away. */
  readonly forwardingPreserved: boolean
  /** Kinds that are not to be offered, whatever else is said. */
  readonly suppressed?: readonly Capability['kind'][]
}

/**
 * What is left out of the offer for a peer that rejects an OPEN over what it does not know (RFC 5492 §3). Each rung
 * is tried after the one before it was rejected.
 */
export const reductions = ['none', 'optional', 'all-but-essential', 'all'] as const
export type Reduction = (typeof reductions)[number]

/** The OPEN for this peer (RFC 4271 §4.2). */
export function offer(
  speaker: SpeakerSettings,
  settings: SessionSettings,
  hints: OfferHints,
  reduction: Reduction,
): Open {
  const kept = keptBy[reduction]
  const suppressed = hints.suppressed ?? []
  return {
    kind: 'open',
    as: twoOctetAs(settings.localAs),
    holdTimeSeconds: settings.holdTime,
    identifier: speaker.routerId,
    capabilities: everything(settings, hints).filter(({ kind }) => kept(kind) && !suppressed.includes(kind)),
  }
}

/** For a person: what the peer is not offered, and why. */
export function describeReduction(reduction: Exclude<Reduction, 'none'>): string {
  return `${missing[reduction]}, because the peer rejected an OPEN with more (RFC 5492)`
}

const keptBy: Readonly<Record<Reduction, (kind: Capability['kind']) => boolean>> = {
  none: () => true,
  optional: (kind) => kind === 'route-refresh' || essential.includes(kind),
  'all-but-essential': (kind) => essential.includes(kind),
  all: () => false,
}

/** Without them other address families, or AS numbers above 65535, cannot be spoken of. */
const essential: readonly Capability['kind'][] = ['multiprotocol', 'four-octet-as']

const missing: Readonly<Record<Exclude<Reduction, 'none'>, string>> = {
  optional: 'multiprotocol, route refresh and four-octet AS alone are offered',
  'all-but-essential': 'multiprotocol and four-octet AS alone are offered',
  all: 'no capability is offered, so only IPv4 unicast is spoken',
}

function everything(settings: SessionSettings, hints: OfferHints): readonly Capability[] {
  const tuples = settings.families
    .filter((family) => ipVersionOf(family) === 4)
    .map((family) => ({ nlri: afiSafiOf(family), nextHopAfi: IPV6_AFI }))
  const { hostname } = hints
  const multiprotocol = settings.families.map(
    (family): Capability => ({ kind: 'multiprotocol', family: afiSafiOf(family) }),
  )
  return [
    ...multiprotocol,
    { kind: 'route-refresh' },
    ...(tuples.length > 0 ? [{ kind: 'extended-next-hop', tuples } satisfies Capability] : []),
    { kind: 'extended-message' },
    gracefulRestart(settings, hints),
    { kind: 'four-octet-as', as: settings.localAs },
    { kind: 'enhanced-route-refresh' },
    ...longLivedGracefulRestart(settings, hints),
    ...(hostname === undefined ? [] : [fqdn(hostname)]),
  ]
}

/** draft-walton-bgp-hostname-capability: the first label apart from the others. */
function fqdn(name: string): Capability {
  const [hostname = '', ...domain] = name.split('.')
  return {
    kind: 'fqdn',
    hostname: hostname.slice(0, HOSTNAME_LIMIT),
    domain: domain.join('.').slice(0, HOSTNAME_LIMIT),
  }
}

/** With an empty list of families it says: I send End-of-RIB and can help you, but keep none of my routes. */
function gracefulRestart(
  { gracefulRestart: settings, families }: SessionSettings,
  hints: OfferHints,
): Capability {
  const { enabled, restartTimeSeconds } = settings
  const forwardingPreserved = hints.forwardingPreserved
  return {
    kind: 'graceful-restart',
    restarted: enabled && hints.restarted,
    notification: enabled,
    restartTimeSeconds: enabled ? restartTimeSeconds : 0,
    families: enabled ? families.map((family) => ({ family: afiSafiOf(family), forwardingPreserved })) : [],
  }
}

/** Beside RFC 4724's, without which it counts for nothing (RFC 9494 §4.5); without families it offers help alone. */
function longLivedGracefulRestart(
  { gracefulRestart: settings, families }: SessionSettings,
  { forwardingPreserved }: OfferHints,
): readonly Capability[] {
  const { enabled, longLivedStaleTimeSeconds: staleTimeSeconds } = settings
  if (staleTimeSeconds === undefined) return []
  const rows = families.map((family) => ({
    family: afiSafiOf(family),
    forwardingPreserved,
    staleTimeSeconds,
  }))
  return [{ kind: 'long-lived-graceful-restart', families: enabled ? rows : [] }]
}
