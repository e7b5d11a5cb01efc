import type { Ip, Ipv4, Ipv6 } from '../../net/ip.js'
import type { Prefix } from '../../net/prefix.js'
import type { Asn } from '../asn.js'
import type { AsPathSegment, Attribute } from '../attribute.js'
import type { Community, StandardCommunity } from '../community.js'
import { type Family, ipVersionOf } from '../family.js'
import type { RibAnnouncement } from './loc-rib.js'

/**
 * All that decides what a peer is sent: peers with equal targets form one update group, for which every UPDATE is
 * encoded once.
 */
export interface ExportTarget {
  /** Set only where an announcement names this peer, so that other peers need not be told apart. */
  readonly peer?: string
  /** Names of announcements; absent means all. */
  readonly advertise?: readonly string[]
  /** Nothing but these prefixes and what they cover; absent means no such bound. */
  readonly allowedPrefixes?: readonly Prefix[]
  /** Of each family. */
  readonly maxAdvertisedPrefixes?: number
  readonly external: boolean
  readonly localAs: Asn
  readonly fourOctetAs: boolean
  readonly families: readonly Family[]
  readonly extendedNextHop: readonly Family[]
  readonly maxMessageLength: number
  readonly nextHops: NextHops
  readonly service: Service
}

/** Whether this node serves: on its way out, routes first lose their preference everywhere, then go (RFC 8326). */
export type Service = 'in-service' | 'graceful-shutdown' | 'withdrawn'

/** The addresses that routes of each family may name as their next hop on this session. */
export interface NextHops {
  readonly ipv4?: Ipv4
  readonly ipv6?: Ipv6
  /** Sent behind a global address to a peer on the same link (RFC 2545 §3), or alone with RFC 8950. */
  readonly linkLocal?: Ipv6
}

export type ExportVerdict =
  | { readonly is: 'advertised'; readonly route: ExportedRoute }
  | { readonly is: 'rejected'; readonly because: RejectedBecause }

export type RejectedBecause =
  | 'family-not-negotiated'
  | 'not-in-the-peers-advertise-list'
  | 'announced-to-other-peers-only'
  | 'outside-the-allowed-prefixes'
  | 'over-the-maximum'
  | 'no-usable-next-hop'
  | 'attributes-too-long'
  | 'drained'

/** What goes out, without the prefixes. */
export interface ExportedRoute {
  readonly nextHop: Ip
  readonly linkLocalNextHop?: Ipv6
  /** Without NEXT_HOP and MP_REACH_NLRI, whose form depends on the family. */
  readonly attributes: readonly Attribute[]
}

/** LOCAL_PREF where an announcement names none: what every router assumes. */
export const DEFAULT_LOCAL_PREF = 100

/** 65535:0 (RFC 8326 §5). */
const GRACEFUL_SHUTDOWN: Community = { kind: 'standard', value: 0xffff0000 as StandardCommunity }

/** Decides whether, and with what attributes, a peer gets an announcement's routes of one family. */
export function exportVerdict(
  announcement: RibAnnouncement,
  family: Family,
  target: ExportTarget,
): ExportVerdict {
  if (!target.families.includes(family)) return rejected('family-not-negotiated')
  if (target.service === 'withdrawn') return rejected('drained')
  if (target.advertise !== undefined && !target.advertise.includes(announcement.name)) {
    return rejected('not-in-the-peers-advertise-list')
  }
  if (announcement.peers !== undefined && !announcement.peers.includes(target.peer ?? '')) {
    return rejected('announced-to-other-peers-only')
  }
  const nextHop = nextHopFor(family, target)
  if (nextHop === undefined) return rejected('no-usable-next-hop')
  return { is: 'advertised', route: { ...nextHop, attributes: attributesFor(announcement, target) } }
}

/** Equal for equal targets. */
export function targetKey(target: ExportTarget): string {
  const { peer, external, localAs, fourOctetAs, maxMessageLength, nextHops } = target
  return JSON.stringify([
    peer,
    target.advertise?.toSorted(),
    target.allowedPrefixes?.toSorted(),
    target.maxAdvertisedPrefixes,
    external,
    localAs,
    fourOctetAs,
    target.families.toSorted(),
    target.extendedNextHop.toSorted(),
    maxMessageLength,
    [nextHops.ipv4, nextHops.ipv6, nextHops.linkLocal],
    target.service,
  ])
}

function nextHopFor(
  family: Family,
  target: ExportTarget,
): Pick<ExportedRoute, 'nextHop' | 'linkLocalNextHop'> | undefined {
  const { ipv4, ipv6, linkLocal } = target.nextHops
  const native = ipVersionOf(family) === 4
  if (native && ipv4 !== undefined) return { nextHop: ipv4 }
  // RFC 8950: IPv4 prefixes behind an IPv6 next hop, only where both sides said they can.
  if (native && !target.extendedNextHop.includes(family)) return undefined
  if (ipv6 !== undefined) return { nextHop: ipv6, ...(linkLocal && { linkLocalNextHop: linkLocal }) }
  return linkLocal === undefined ? undefined : { nextHop: linkLocal }
}

function attributesFor({ path }: RibAnnouncement, target: ExportTarget): Attribute[] {
  const leaving = target.service === 'graceful-shutdown'
  // RFC 8326 §4.1: where LOCAL_PREF is sent it goes to the bottom as well.
  const localPref = leaving ? 0 : (path.localPreference ?? DEFAULT_LOCAL_PREF)
  return [
    { kind: 'origin', origin: path.origin },
    { kind: 'as-path', segments: asPath(path.asPathPrepend, target) },
    ...(path.med === undefined ? [] : [{ kind: 'multi-exit-disc' as const, med: path.med }]),
    // §5.1.5: LOCAL_PREF goes to internal peers always, to external ones never.
    ...(target.external ? [] : [{ kind: 'local-pref' as const, localPref }]),
    ...communityAttributes(leaving ? [...path.communities, GRACEFUL_SHUTDOWN] : path.communities),
  ]
}

/** §5.1.2: our own AS towards external peers, nothing towards internal ones. */
function asPath(prepend: number, { external, localAs }: ExportTarget): readonly AsPathSegment[] {
  return external ? [{ kind: 'sequence', ases: Array.from({ length: 1 + prepend }, () => localAs) }] : []
}

function communityAttributes(communities: readonly Community[]): Attribute[] {
  const standard = communities.flatMap((c) => (c.kind === 'standard' ? [c.value] : []))
  const extended = communities.flatMap((c) => (c.kind === 'extended' ? [c.value] : []))
  const large = communities.flatMap((c) => (c.kind === 'large' ? [c.value] : []))
  return [
    ...(standard.length > 0 ? [{ kind: 'communities' as const, communities: standard }] : []),
    ...(extended.length > 0 ? [{ kind: 'extended-communities' as const, communities: extended }] : []),
    ...(large.length > 0 ? [{ kind: 'large-communities' as const, communities: large }] : []),
  ]
}

function rejected(because: RejectedBecause): ExportVerdict {
  return { is: 'rejected', because }
}
