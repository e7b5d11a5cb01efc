import { addressOf, type Prefix } from '../net/prefix.js'
import {
  has,
  minus,
  noPrefixes,
  type PrefixSet,
  rangesOf,
  sizeOf,
  sizeOfVersion,
  union,
} from '../net/prefix-set.js'
import type { Context } from './context.js'
import type { Announcement, L2Settings } from './settings.js'

/**
 * Addresses that one node answers for: each is announced in two forms at every take-over and every minute after it,
 * and more frames than these at once are a flood that switches drop.
 */
export const MAX_L2_ADDRESSES = 4096

/**
 * Addresses of one version in a group: one advertisement carries all of them, counted in an octet (RFC 9568 §5.2.5)
 * and within 1,500 octets, of which IPv6 needs 16 more for the link-local address that goes first.
 */
export const MAX_GROUP_ADDRESSES = { 4: 255, 6: 89 } as const

/** Holds the addresses for the LAN against each other and against what advertisements can carry. */
export function checkShares(
  announcements: readonly (Announcement | undefined)[],
  { failover, groups }: L2Settings,
  { report, placeOf }: Context,
): void {
  let all = noPrefixes
  const taken = new Map<string, PrefixSet>()
  for (const [i, announcement] of announcements.entries()) {
    if (announcement?.l2 === undefined) continue
    const { group: named = groups[0]?.name ?? '', addresses: wanted } = announcement.l2
    const path = ['announcements', i]
    for (const [group, addresses] of taken) {
      const both = group === named ? undefined : common(wanted, addresses)
      if (both !== undefined) {
        const address = addressOf(both)
        const other = announcements.findIndex((each) => each?.l2 && has(each.l2.addresses, both))
        report(
          path,
          `${address} is in group ${group} by the announcement in ${placeOf(['announcements', other])}, and an address moves with one group; write group: ${group}`,
        )
      }
    }
    const mine = union([taken.get(named) ?? noPrefixes, wanted])
    taken.set(named, mine)
    all = union([all, wanted])
    const problem = tooMany(all) ?? (failover === 'vrrp' ? tooManyFor(named, mine, groups.length) : undefined)
    if (problem !== undefined) {
      report(path, problem)
      return
    }
  }
}

function common(a: PrefixSet, b: PrefixSet): Prefix | undefined {
  for (const { first } of rangesOf(minus(a, minus(a, b)))) return first
  return undefined
}

function tooMany(all: PrefixSet): string | undefined {
  const count = sizeOf(all)
  if (count <= MAX_L2_ADDRESSES) return undefined
  return `makes it ${count} addresses via l2, and herald answers for up to ${MAX_L2_ADDRESSES}: each is announced every minute, which floods a LAN; write via: [bgp] where a router can take them, or fewer addresses`
}

function tooManyFor(group: string, addresses: PrefixSet, groups: number): string | undefined {
  for (const version of [4, 6] as const) {
    const count = sizeOfVersion(addresses, version)
    const most = MAX_GROUP_ADDRESSES[version]
    if (count <= most) continue
    const remedy = groups > 1 ? 'spread them over the groups' : 'make another group'
    return `makes it ${count} IPv${version} addresses in group ${group}, and an advertisement carries ${most}; ${remedy}, each with its announcement`
  }
  return undefined
}
