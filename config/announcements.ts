import { type Community, formatCommunity } from '../bgp/community.js'
import { type Ip, isIpv4, octetsOf } from '../net/ip.js'
import { maxLength } from '../net/prefix.js'
import { rangeCovering, rangeOf } from '../net/prefix-range.js'
import { type PrefixSet, prefixSet, sizeOf } from '../net/prefix-set.js'
import type { AddressSpan } from './announceable.js'
import type { FileAnnouncement } from './announcement-schema.js'
import type { Context } from './context.js'
import { resolveHealthCheck } from './health-checks.js'
import { reportEmpty, reportRepeats } from './lists.js'
import type { Path } from './problem.js'
import { type Announcement, type AnnouncementKind, RUN_TIME } from './settings.js'
import { resolveVia, type Ways } from './ways.js'

/** Prefixes of all announcements together: four times the Internet's table, and what a host's memory bears. */
export const MAX_PREFIXES = 2 ** 22

const announcementsPath: Path = ['announcements']

const kinds = [
  ['podCIDRs', 'pod-cidrs'],
  ['loadBalancerIPs', 'load-balancer-ips'],
  ['prefixes', 'prefixes'],
  ['prefixesFile', 'prefixes'],
] as const satisfies readonly (readonly [keyof FileAnnouncement, AnnouncementKind])[]

/** @returns in their places; undefined for one of which it is not known what it announces, which is reported. */
export function resolveAnnouncements(
  announcements: readonly FileAnnouncement[],
  ways: Ways,
  context: Context,
): readonly (Announcement | undefined)[] {
  const names = announcementNames(announcements)
  reportTakenNames(announcements, context)
  const resolved = announcements.map((announcement, i) =>
    resolveAnnouncement(announcement, names[i] ?? '', [...announcementsPath, i], { ways, context }),
  )
  reportTooMany(resolved, context)
  return resolved
}

/** Given names first; an announcement without one is called after its kind, numbered from the second on. */
export function announcementNames(announcements: readonly FileAnnouncement[]): readonly string[] {
  const taken = new Set(announcements.map(({ name }) => name))
  return announcements.map((announcement) => {
    if (announcement.name !== undefined) return announcement.name
    const kind = kinds.find(([key]) => announcement[key] !== undefined)?.[0] ?? 'announcement'
    let name: string = kind
    for (let n = 2; taken.has(name); n++) name = `${kind}-${n}`
    taken.add(name)
    return name
  })
}

/** Where the file says what is announced. */
export function placeOfPrefixes(announcements: readonly FileAnnouncement[], index: number): Path {
  const key = kinds.find(([key]) => announcements[index]?.[key] !== undefined)?.[0]
  return [...announcementsPath, index, ...(key === undefined ? [] : [key])]
}

function resolveAnnouncement(
  announcement: FileAnnouncement,
  name: string,
  path: Path,
  { ways, context }: { readonly ways: Ways; readonly context: Context },
): Announcement | undefined {
  const { localPreference, med, peers } = announcement
  if (peers !== undefined) {
    reportEmpty(
      peers,
      [...path, 'peers'],
      context,
      'is empty, so nobody would hear of it; leave it out for all',
    )
    reportRepeats(peers, [...path, 'peers'], context)
  }
  const healthCheck =
    announcement.healthCheck &&
    resolveHealthCheck(announcement.healthCheck, [...path, 'healthCheck'], context)
  const kind = resolveKind(announcement, path, context)
  if (kind === undefined) return undefined
  return {
    name,
    kind,
    prefixes: resolvePrefixes(announcement, path, context),
    ...resolveVia(announcement, path, ways, context),
    path: {
      origin: 'igp',
      communities: distinct(announcement.communities ?? []),
      ...(localPreference !== undefined && { localPreference }),
      ...(med !== undefined && { med }),
      asPathPrepend: announcement.asPathPrepend ?? 0,
    },
    ...(announcement.prefixesFile !== undefined && {
      prefixesFile: context.absolute(announcement.prefixesFile),
    }),
    ...(peers !== undefined && { peers }),
    ...(healthCheck !== undefined && { healthCheck }),
  }
}

function reportTakenNames(announcements: readonly FileAnnouncement[], context: Context): void {
  const taken = new Map<string, number>()
  announcements.forEach(({ name }, i) => {
    if (name === undefined) return
    const before = taken.get(name)
    if (name === RUN_TIME) {
      context.report(
        [...announcementsPath, i, 'name'],
        `${name} is what \`advertise\` calls the announcements made at run time; give it another name`,
      )
    } else if (before === undefined) taken.set(name, i)
    else {
      const place = context.placeOf([...announcementsPath, before])
      context.report(
        [...announcementsPath, i, 'name'],
        `the announcement in ${place} is called ${name} too; give each a name of its own`,
      )
    }
  })
}

function resolveKind(
  announcement: FileAnnouncement,
  path: Path,
  { report, lost }: Context,
): AnnouncementKind | undefined {
  const given = kinds.filter(([key]) => announcement[key] !== undefined)
  const [first, second] = given
  const all = kinds.map(([key]) => key)
  if (first === undefined && !all.some((key) => lost([...path, key]))) {
    report(path, `announces nothing; write one of ${all.join(', ')}`)
  }
  if (first !== undefined && second !== undefined) {
    report([...path, second[0]], `stands beside ${first[0]}; give each an announcement of its own`, 'key')
  }
  if (announcement.aggregateLength !== undefined && first !== undefined && first[0] !== 'loadBalancerIPs') {
    report(
      [...path, 'aggregateLength'],
      `is for loadBalancerIPs, and this announces ${first[0]}; remove it, or write the shorter prefix itself`,
      'key',
    )
  }
  return first?.[1]
}

function resolvePrefixes(announcement: FileAnnouncement, path: Path, context: Context): PrefixSet {
  const { podCIDRs, prefixes, prefixesFile, loadBalancerIPs, aggregateLength } = announcement
  if (prefixesFile !== undefined) return context.readPrefixes(prefixesFile, [...path, 'prefixesFile'])
  if (podCIDRs !== undefined) reportRepeats(podCIDRs, [...path, 'podCIDRs'], context)
  if (prefixes !== undefined) reportRepeats(prefixes, [...path, 'prefixes'], context)
  if (loadBalancerIPs !== undefined) reportOverlaps(loadBalancerIPs, [...path, 'loadBalancerIPs'], context)
  const spans = (loadBalancerIPs ?? []).flatMap((span, i) => {
    const length = isIpv4(span.from)
      ? (aggregateLength?.ipv4 ?? maxLength(4))
      : (aggregateLength?.ipv6 ?? maxLength(6))
    const range = rangeCovering(span.from, span.to, length)
    if (range.ok) return [range.value]
    context.report(
      [...path, 'loadBalancerIPs', i],
      `${range.because}; announce it under prefixes, or set aggregateLength`,
    )
    return []
  })
  return prefixSet([...[...(podCIDRs ?? []), ...(prefixes ?? [])].map(rangeOf), ...spans])
}

/** An address that stands in two entries is nearly always one that was meant to be another. */
function reportOverlaps(spans: readonly AddressSpan[], path: Path, { report, placeOf }: Context): void {
  const entries = spans.map(({ from, to }, i) => ({ i, from, low: sortKey(from), high: sortKey(to) }))
  entries.sort((a, b) => (a.low < b.low ? -1 : a.low > b.low ? 1 : a.i - b.i))
  let reach = entries[0]
  for (const next of entries.slice(1)) {
    if (reach !== undefined && next.low <= reach.high) {
      const [first, second] = reach.i < next.i ? [reach, next] : [next, reach]
      report(
        [...path, second.i],
        `${next.from} is in the entry of ${placeOf([...path, first.i])} already; an address stands once`,
      )
    }
    if (reach === undefined || next.high > reach.high) reach = next
  }
}

/** Text that sorts as addresses do, IPv4 first. */
function sortKey(ip: Ip): string {
  return (isIpv4(ip) ? '4' : '6') + Array.from(octetsOf(ip), (octet) => String.fromCharCode(octet)).join('')
}

function reportTooMany(announcements: readonly (Announcement | undefined)[], { report }: Context): void {
  let total = 0
  for (const [i, announcement] of announcements.entries()) {
    const count = announcement === undefined ? 0 : sizeOf(announcement.prefixes)
    total += count
    if (total > MAX_PREFIXES) {
      report(
        [...announcementsPath, i],
        `${count} prefixes here make it ${total} in all, and herald announces up to ${MAX_PREFIXES}; announce the prefix that covers them under prefixes, or set aggregateLength`,
      )
      return
    }
  }
}

function distinct(communities: readonly Community[]): readonly Community[] {
  return [...new Map(communities.map((community) => [formatCommunity(community), community])).values()]
}
