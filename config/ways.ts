import { didYouMean } from '../net/did-you-mean.js'
import { lengthOf, maxLength, versionOf } from '../net/prefix.js'
import { rangeBetween, rangeOf } from '../net/prefix-range.js'
import { noPrefixes, type PrefixSet, prefixSet } from '../net/prefix-set.js'
import { ok, type Result, refused } from '../net/result.js'
import type { FileAnnouncement } from './announcement-schema.js'
import type { Context } from './context.js'
import { reportEmpty, reportRepeats } from './lists.js'
import type { Path } from './problem.js'
import type { Announcement, L2Share, Via } from './settings.js'

/** What a file configures to announce by. */
export interface Ways {
  readonly bgp: boolean
  readonly l2: boolean
  /** Names of `l2.groups`, the default first; absent where they are not known. */
  readonly groups?: readonly string[]
}

/** By which ways an announcement goes: those it names, else all that there are and that can carry it. */
export function resolveVia(
  announcement: FileAnnouncement,
  path: Path,
  ways: Ways,
  context: Context,
): Pick<Announcement, 'via' | 'l2'> {
  const addresses = addressesOf(announcement)
  const via = announcement.via ?? defaultWays(announcement, addresses, path, ways, context)
  if (announcement.via !== undefined) {
    const known = waysIn(ways)
    const remedy = `is empty; write [${known.join(', ') || 'bgp'}], or leave it out`
    reportEmpty(via, [...path, 'via'], context, remedy)
    reportRepeats(via, [...path, 'via'], context)
    via.forEach((way, i) => {
      reportUnfit(way, addresses, [...path, 'via', i], ways, context)
    })
  }
  const group = resolveGroup(announcement, via, path, ways, context)
  if (!via.includes('l2')) return { via }
  const l2: L2Share = { group, addresses: addresses.ok ? addresses.value : noPrefixes }
  return { via, l2 }
}

/** The single addresses that an announcement is made of; refused, in words, where it is made of more. */
export function addressesOf({
  podCIDRs,
  prefixes,
  prefixesFile,
  loadBalancerIPs,
}: FileAnnouncement): Result<PrefixSet> {
  if (prefixesFile !== undefined) {
    return refused('a file of prefixes is for routers; list the addresses of the LAN as loadBalancerIPs')
  }
  if (podCIDRs !== undefined) {
    return refused('nobody on a LAN asks for the addresses of pods by ARP, they are routed to their node')
  }
  const whole = prefixes?.find((prefix) => lengthOf(prefix) !== maxLength(versionOf(prefix)))
  if (whole !== undefined) {
    return refused(
      `ARP and NDP answer for single addresses, and ${whole} is many; list them as loadBalancerIPs`,
    )
  }
  const ranges = (prefixes ?? []).map(rangeOf)
  for (const { from, to } of loadBalancerIPs ?? []) {
    const range = rangeBetween(from, to)
    if (!range.ok) return refused(range.because)
    ranges.push(range.value)
  }
  return ok(prefixSet(ranges))
}

const keys = ['podCIDRs', 'loadBalancerIPs', 'prefixes', 'prefixesFile'] as const

function defaultWays(
  announcement: FileAnnouncement,
  addresses: Result<unknown>,
  path: Path,
  ways: Ways,
  { report }: Context,
): readonly Via[] {
  const fit = waysIn(ways).filter((way) => way === 'bgp' || addresses.ok)
  if (fit.length === 0 && !addresses.ok) {
    const key = keys.find((each) => announcement[each] !== undefined) ?? 'prefixes'
    report([...path, key], `needs bgp, which this file does not have: ${addresses.because}`, 'key')
  }
  return fit
}

function waysIn({ bgp, l2 }: Ways): readonly Via[] {
  return [...(bgp ? (['bgp'] as const) : []), ...(l2 ? (['l2'] as const) : [])]
}

function reportUnfit(
  way: Via,
  addresses: Result<unknown>,
  path: Path,
  ways: Ways,
  { report }: Context,
): void {
  if (!ways[way]) {
    const remedy = way === 'l2' ? 'write l2: {} at the top level' : 'write bgp: with asn: and peers: below it'
    report(path, `${way} is not configured here; ${remedy}`)
  } else if (way === 'l2' && !addresses.ok) report(path, `l2 does not carry it: ${addresses.because}`)
}

function resolveGroup(
  { group }: FileAnnouncement,
  via: readonly Via[],
  path: Path,
  { groups }: Ways,
  { report, lost }: Context,
): string {
  const at = [...path, 'group']
  if (group !== undefined && !via.includes('l2') && !lost([...path, 'via'])) {
    report(at, 'is for l2, and this does not go that way; add l2 to via, or remove it', 'key')
  } else if (group !== undefined && groups?.includes(group) === false) {
    const meant = didYouMean(group, groups)
    const remedy = meant === undefined ? `known are ${groups.join(', ')}` : `did you mean ${meant}?`
    report(at, `no group of l2 is called ${group}; ${remedy}`)
  }
  return group ?? groups?.[0] ?? 'default'
}
